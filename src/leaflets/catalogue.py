"""``content/locale/<locale>/<slug>.po`` -> the texts that people wrote for blocks, checked against their sources.

A message is a block's text with its marks; its context is ``patient/dosage.children/item`` (variant, section of the
source, role), or only ``patient`` where it holds wherever the text stands: in ``_shared.po``, and in files written by
hand. In the source's own language the "translation" is plain wording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from leaflets.assets import translation_folders
from leaflets.chain import pair_sha256
from leaflets.checking.model import Pair, Weight
from leaflets.checking.run import Checker, bcp47, make_checker
from leaflets.checking.waivers import Waiver, read_waivers, waivers_path
from leaflets.errors import Problem, Severity, TranslationError
from leaflets.inline import cells_of, mark_faults, plain_text, runs_of
from leaflets.lexicon import NEGATIONS
from leaflets.locales import DOTTED, canonical_tag, language_of, number_signs, reads_dots_as_groups, script_of
from leaflets.pofile import MAX_SIZE, Po, PoEntry, read_po
from leaflets.quantities import Units, localized, parity, parted

SOURCE_LANGUAGE = "en"
SHARED = "_shared"
MONOGRAPH_HEADER = "X-Monograph"
_SIGNS = re.compile(r"[<>≤≥=±×÷%°]")
_NEGATIVE = NEGATIONS | {"contraindicated", "contraindication", "contraindications", "avoided", "avoids", "avoiding"}
_COUNTED = re.compile(r"[\d½¼¾⅐-⅞⁰-⁹¹²³₀-₉<>≤≥=±~≈×÷°%٪]")
_POINT = re.compile(r"(?<![\w.,])\d+\.\d+(?![\d.,])")
GATE = ("numbers", "units", "order", "comparison")
"""Checks of translations that no text may fail and print: no dose changes."""
PLAIN_GATE = ("order", "comparison", "number-words", "limit")
"""The same for plain words in the source's own language, beside its quantities, signs and negations."""
_BLOCK_MARK = re.compile(r"#{1,6}\s|[*+-]\s|>")


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote for one block."""

    context: str
    source: str
    target: str
    """With its marks: what an approval speaks of."""
    line: int
    """Of the message in the catalogue."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one file, by context and source."""

    file: str
    texts: Mapping[tuple[str, str], Written]
    problems: tuple[Problem, ...] = ()
    """Warnings: entries that are not used."""
    drafts: Mapping[tuple[str, str], Written] = field(default_factory=dict)
    """What is marked fuzzy: it never prints."""
    locale: str = ""
    """Name of its folder."""


def read_catalogue(path: Path, units: Units, tag: str, rules: tuple[Path, ...] = ()) -> Catalogue:
    """Read a catalogue for a locale; ``rules`` are the folders with what the locale's checks look for.

    Raises TranslationError with every entry that says another dose, sign or (in the source's language) negation, but
    for what a person has waived.
    """
    try:
        status = path.stat()
        waivers = read_waivers(waivers_path(path))
        return _read(
            path, units, tag, rules, waivers, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino), status.st_size
        )
    except OSError as error:
        raise TranslationError(
            Problem("catalogue-syntax", f"cannot be read: {error.strerror}", file=str(path))
        ) from error


@lru_cache(maxsize=64)
def _read(
    path: Path, units: Units, tag: str, rules: tuple[Path, ...], waivers: tuple[Waiver, ...],
    _moment: tuple[int, ...], size: int,
) -> Catalogue:  # fmt: skip
    if size > MAX_SIZE:
        raise TranslationError(Problem("catalogue-size", "the catalogue is larger than 4 MB", file=str(path)))
    po = read_po(path.read_bytes(), str(path))
    faults = wrong_file(po, path) or [
        fault
        for entry in po.live
        for fault in entry_faults(
            entry, units, tag, po.file, rules, waived_rules(entry, canonical_tag(path.parent.name), waivers)
        )
    ]
    if faults:
        raise TranslationError(*faults)
    texts: dict[tuple[str, str], Written] = {}
    drafts: dict[tuple[str, str], Written] = {}
    warnings = []
    for entry in po.live:
        if not entry.target.strip():
            continue
        written = Written(entry.context, entry.source, tidied(entry.target), entry.line)
        if not entry.fuzzy:
            texts[entry.key] = written
            continue
        drafts[entry.key] = written
        said = f"the text for “{entry.source[:50]}” is marked fuzzy and is not used"
        warnings.append(Problem("plain-draft", said, Severity.WARNING, po.file, entry.line))
    return Catalogue(po.file, texts, tuple(warnings), drafts, path.parent.name)


def wrong_file(po: Po, path: Path) -> list[Problem]:
    """Whether a file says of itself that it belongs to another monograph or language than its place says."""
    out = []
    said = po.metadata.get(MONOGRAPH_HEADER, "")
    if said and said != path.stem:
        hint = f"rename it, or correct its header {MONOGRAPH_HEADER}"
        out.append(Problem("catalogue-other", f"is the catalogue of {said!r}", file=po.file, line=1, hint=hint))
    language = po.metadata.get("Language", "").replace("_", "-").casefold()
    place = path.parent.name.casefold()
    is_locale = re.fullmatch(r"[a-z]{2,3}(-\w+)*", place)
    if language and is_locale and not _written_alike(language, place):
        hint = "move it, or correct its header Language"
        out.append(Problem("catalogue-other", f"says that it is in {language!r}", file=po.file, line=1, hint=hint))
    return out


def _written_alike(said: str, place: str) -> bool:
    """Whether two tags name one language in one script; of a tag that nobody knows, only its first part counts."""
    try:
        tags = canonical_tag(bcp47(said)), canonical_tag(place)
    except TranslationError:
        return said.split("-")[0] == place.split("-")[0]
    return language_of(tags[0]) == language_of(tags[1]) and script_of(tags[0]) == script_of(tags[1])


def waived_rules(entry: PoEntry, tag: str, waivers: Sequence[Waiver]) -> frozenset[str]:
    """The rules that a person has waived for exactly this pair; every other one still holds for it."""
    if not waivers:
        return frozenset()
    pair = pair_sha256(tag, entry.context, entry.source, entry.target)
    return frozenset(one.rule for one in waivers if one.pair == pair)


def entry_faults(
    entry: PoEntry, units: Units, tag: str, file: str, rules: tuple[Path, ...] = (),
    waived: frozenset[str] = frozenset(),
) -> list[Problem]:  # fmt: skip
    """Why a translation may not be used: shape, marks, quantities, and in the source's language signs and negations.

    Nothing for an entry that is fuzzy or empty: it is not used.
    """
    if entry.fuzzy or not entry.target.strip():
        return []
    said = f"the text for “{entry.source[:50]}”"
    target = tidied(entry.target)
    if "\n\n" in target or (_BLOCK_MARK.match(target) and not _BLOCK_MARK.match(entry.source)):
        return [Problem("plain-shape", f"{said} is not one paragraph", file=file, line=entry.line)]
    if entry.context.endswith("/row"):
        want, have = len(cells_of(entry.source)), len(cells_of(target))
        if want != have:
            fault = f"{said} has {have} cells, its source {want}"
            return [Problem("plain-shape", fault, file=file, line=entry.line, hint="cells are parted by |")]
    if faults := mark_faults(target):
        return [Problem("plain-marks", f"{said}: {', '.join(faults)}", file=file, line=entry.line)]
    source, plain = plain_text(runs_of(entry.source)), plain_text(runs_of(target))
    # In the source's language number words are compared, too: "once", "twice".
    is_source = tag.split("-")[0] == SOURCE_LANGUAGE
    counted = is_source or _COUNTED.search(source + plain)
    differences = number_differences(source, plain, units, tag, rules, waived) if counted else []
    if is_source:
        differences += _differences(source, plain, waived)
    if not differences:
        return []
    return [
        Problem(
            "plain-changed", f"{said} says something else: {', '.join(differences)}", file=file, line=entry.line,
            hint="numbers, units, signs and negations must be the source's",
        )
    ]  # fmt: skip


def number_differences(
    source: str, target: str, units: Units, tag: str, rules: tuple[Path, ...] = (),
    waived: frozenset[str] = frozenset(),
) -> list[str]:  # fmt: skip
    """What differs in quantities, in words. A numeral may stand for a number word of the source: "once" as "1-mal".

    By the checks of translations where there are rules for the language, or else by the units' own table. ``waived``:
    rules of those checks that a person has waived for this pair.
    """
    is_source = tag.split("-")[0] == SOURCE_LANGUAGE
    checker = _checker(tag, rules or translation_folders(None))
    by_table = (is_source or checker.target is None) and "numbers" not in waived
    gate = {*GATE} if not is_source else {*PLAIN_GATE} if by_table else {*GATE, *PLAIN_GATE}
    found = checker.check(Pair(source, target)) if checker.target is not None else []
    out = [finding.message for finding in found if finding.rule in gate - waived and finding.weight is Weight.CRITICAL]
    if by_table:
        out = [*parity(source, parted(target, units, tag), units, tag), *out]
    if number_signs(tag)[0] == "," and "number-form" not in waived:
        # Read as English it is the same number; a reader there may take 2.500 for more than two thousand.
        printed = localized(source, units, tag, plain=True)
        points = dict.fromkeys(_POINT.findall(DOTTED.sub("", target) if reads_dots_as_groups(tag) else target))
        out += [f"{one} is not how {tag} writes a number" for one in points if one not in _POINT.findall(printed)]
    return out


@lru_cache(maxsize=64)
def _checker(tag: str, rules: tuple[Path, ...]) -> Checker:
    return make_checker(tag, rules)


def tidied(text: str) -> str:
    """A text without blanks that nobody sees."""
    return re.sub(r" ?\n ?", "\n", re.sub(r"[ \t]+", " ", text)).strip()


def _differences(source: str, plain: str, waived: frozenset[str]) -> tuple[str, ...]:
    out = []
    want, have = (sorted(_SIGNS.findall(t.replace(">=", "≥").replace("<=", "≤"))) for t in (source, plain))
    if want != have and "comparison" not in waived:
        out.append(f"signs {' '.join(want) or 'none'} became {' '.join(have) or 'none'}")
    before, after = _negative(source), _negative(plain)
    if before != after and "negation" not in waived:
        out.append(f"{before} negations became {after}")
    return tuple(out)


def _negative(text: str) -> int:
    """How often a text says no, in whatever words: "avoid" and "do not" are one each."""
    folded = text.casefold().replace("’", "'").replace("n't", " not")
    return sum(word in _NEGATIVE for word in re.findall(r"[^\W\d_]+", folded))
