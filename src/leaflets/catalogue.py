"""``content/locale/<language>/<slug>.po`` -> the texts that people wrote for blocks, checked against their sources.

A message is a block's text, its context is the variant (``patient``). In the source's own language the "translation"
is plain wording. The only door to Babel's catalogues.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from leaflets.errors import Problem, Severity, TranslationError
from leaflets.lexicon import NEGATIONS
from leaflets.markup import parse_body
from leaflets.monograph import Run
from leaflets.quantities import Units, parity

_SIGNS = re.compile(r"[<>≤≥=±×÷%°]")
_NEGATIVE = NEGATIONS | {"contraindicated", "contraindication", "contraindications", "avoided", "avoids", "avoiding"}
_LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*")?\s*')
MAX_SIZE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote for one block."""

    runs: tuple[Run, ...]
    line: int
    """Of the message in the catalogue."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one file, by variant and the text of the block."""

    file: str
    texts: Mapping[tuple[str, str], Written]
    problems: tuple[Problem, ...] = ()
    """Warnings: entries that are not used."""


def read_catalogue(path: Path, units: Units, tag: str) -> Catalogue:
    """Read a catalogue. Raises TranslationError with every entry that says another dose, sign or negation.

    An entry that is marked fuzzy, or not written yet, is not used and said as a warning.
    """
    file = str(path)
    try:
        if path.stat().st_size > MAX_SIZE:
            raise TranslationError(Problem("catalogue-size", "the catalogue is larger than 4 MB", file=file))
        text = path.read_text(encoding="utf-8")
        read = read_po(io.StringIO(text), abort_invalid=True)
    except PoFileError as error:
        line = error.lineno + 1 if error.lineno is not None else None
        raise TranslationError(Problem("catalogue-syntax", f"is no PO file: {error}", file=file, line=line)) from error
    except (LookupError, ValueError) as error:
        raise TranslationError(Problem("catalogue-syntax", f"cannot be read: {error}", file=file)) from error
    except OSError as error:
        raise TranslationError(Problem("catalogue-syntax", f"cannot be read: {error.strerror}", file=file)) from error
    if faults := _syntax(text, file):
        raise TranslationError(*faults)
    texts: dict[tuple[str, str], Written] = {}
    faults = []
    warnings: list[Problem] = []
    for message in read:
        if not message.id:
            continue
        if isinstance(message.id, (tuple, list)) or not isinstance(message.string, str):
            faults.append(Problem("catalogue-plural", "a block has no plural", file=file, line=message.lineno))
            continue
        if message.fuzzy or not message.string.strip():
            what = "is marked fuzzy" if message.fuzzy else "is empty"
            said = f"the text for “{message.id[:50]}” {what} and is not used"
            warnings.append(Problem("plain-draft", said, Severity.WARNING, file, message.lineno))
            continue
        blocks = parse_body(message.string)
        if len(blocks) != 1 or blocks[0].kind != "paragraph":
            said = f"the text for “{message.id[:50]}” is not one paragraph"
            faults.append(Problem("plain-shape", said, file=file, line=message.lineno))
            continue
        plain = "".join(run.plain for run in blocks[0].runs)
        # Signs and negations are counted in English alone; a translation has its own checks.
        more = _differences(message.id, plain) if tag.split("-")[0] == "en" else ()
        if differences := (*parity(message.id, plain, units, tag), *more):
            faults.append(
                Problem(
                    "plain-changed", f"the text for “{message.id[:50]}” says something else: {', '.join(differences)}",
                    file=file, line=message.lineno, hint="numbers, units, signs and negations must be the source's",
                )
            )  # fmt: skip
        texts[message.context or "", message.id] = Written(blocks[0].runs, message.lineno or 1)
    if faults:
        raise TranslationError(*faults)
    return Catalogue(file, texts, tuple(warnings))


def _syntax(text: str, file: str) -> list[Problem]:
    """Lines that are no PO, which Babel reads as it likes, and a charset that is not ours."""
    out = [
        Problem(
            "catalogue-syntax", "the line is not of a PO file", file=file, line=number, hint="are its quotes closed?"
        )
        for number, line in enumerate(text.split("\n"), 1)
        if not _LINE.fullmatch(line)
    ]
    if (match := re.search(r"charset=([^\s\\]+)", text)) and match.group(1).casefold() not in ("utf-8", "utf8"):
        line = text.count("\n", 0, match.start()) + 1
        out.append(Problem("catalogue-syntax", "the charset of a catalogue must be utf-8", file=file, line=line))
    return out


def _differences(source: str, plain: str) -> tuple[str, ...]:
    out = []
    want, have = (sorted(_SIGNS.findall(t.replace(">=", "≥").replace("<=", "≤"))) for t in (source, plain))
    if want != have:
        out.append(f"signs {' '.join(want) or 'none'} became {' '.join(have) or 'none'}")
    before, after = _negative(source), _negative(plain)
    if before != after:
        out.append(f"{before} negations became {after}")
    return tuple(out)


def _negative(text: str) -> int:
    """How often a text says no, in whatever words: "avoid" and "do not" are one each."""
    folded = text.casefold().replace("’", "'").replace("n't", " not")
    return sum(word in _NEGATIVE for word in re.findall(r"[^\W\d_]+", folded))
