"""``content/locale/shared.toml`` <-> the texts that recur in many monographs, translated once in ``_shared.po``.

The list is a file that people read and change, so that it does not depend on which monographs lie in a folder today.
`recurring` proposes it: texts without a name of a medicine that stand in at least `AT_LEAST` monographs of the project
(in 4,260 real ones, texts of 20 files and more are 31 % of all blocks). Rows of tables and titles never are on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from leaflets.errors import TranslationError
from leaflets.exchange.kept import name_spans
from leaflets.exchange.segments import Segment
from leaflets.inline import plain_text, runs_of
from leaflets.plain import Names
from leaflets.rules import RulesFile

AT_LEAST = 3
FILE = "shared.toml"
_HEAD = """\
# Texts that stand in many monographs: translated once for each locale, in _shared.po, by variant.
# `leaflets translate extract --shared` writes this list anew. A text whose translation depends on its
# place does not belong here: delete it, and run `leaflets translate update`.
"""


def recurring(found: Iterable[tuple[Iterable[Segment], Names]], at_least: int = AT_LEAST) -> dict[str, tuple[str, ...]]:
    """Texts by variant that stand in at least so many monographs, sorted. ``found`` has one pair a monograph."""
    counts: dict[tuple[str, str], int] = {}
    for segments, names in found:
        here = {
            (segment.variant, segment.source)
            for segment in segments
            if segment.role not in ("row", "title") and not name_spans(plain_text(runs_of(segment.source)), names)
        }
        for key in here:
            counts[key] = counts.get(key, 0) + 1
    out: dict[str, list[str]] = {}
    for (variant, source), count in sorted(counts.items()):
        if count >= at_least:
            out.setdefault(variant, []).append(source)
    return {variant: tuple(texts) for variant, texts in out.items()}


def write_shared(texts: Mapping[str, Iterable[str]]) -> bytes:
    """The list as a file. A JSON string is a TOML string."""
    out = [_HEAD]
    for variant, sources in sorted(texts.items()):
        lines = "".join(f"  {json.dumps(source, ensure_ascii=False)},\n" for source in sources)
        out.append(f"\n[{variant}]\ntexts = [\n{lines}]\n")
    return "".join(out).encode()


def read_shared(path: Path) -> dict[str, tuple[str, ...]]:
    """Texts by variant; none where there is no list. Raises TranslationError with everything that is wrong."""
    if not path.is_file():
        return {}
    file = RulesFile(path)
    out: dict[str, tuple[str, ...]] = {}
    for variant, table in file.data.items():
        if not isinstance(table, dict) or file.check_keys(f"[{variant}]", table, {"texts": list}, ("texts",)):
            file.fault(f"[{variant}] is no list of texts", near=variant, hint='write texts = ["…", "…"] below it')
            continue
        texts = [str(text) for text in table["texts"]]
        for text in {text for text in texts if texts.count(text) > 1}:
            file.fault(f"“{text[:50]}” stands twice", near=json.dumps(text, ensure_ascii=False))
        out[variant] = tuple(texts)
    if file.problems:
        raise TranslationError(*file.problems)
    return out


def shared_keys(texts: Mapping[str, Iterable[str]]) -> frozenset[tuple[str, str]]:
    """Variant and source of every text of the list."""
    return frozenset((variant, source) for variant, sources in texts.items() for source in sources)


def shared_segments(texts: Mapping[str, Iterable[str]]) -> tuple[Segment, ...]:
    """The segments of ``_shared.po``: they hold wherever the variant says the text."""
    return tuple(
        Segment(variant, source, ((variant, source),), f"{variant} leaflet, in many monographs", "shared", ())
        for variant, sources in texts.items()
        for source in sources
    )
