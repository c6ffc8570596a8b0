"""Bytes of a PO file <-> Po: entries that know their line. The only door to polib, and what makes it safe to use.

polib 1.2 drops ``#~|`` lines, loses the last entry before a bare ``#.``, cuts a letter off a line whose quotes are not
closed, splits texts at characters that only look like line ends, stops at ``#comment`` and reads escapes that it does
not know as themselves. All of these are told or mended here before polib sees a line (tests/test_pofile.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polib  # type: ignore[import-untyped]

from leaflets.errors import Problem, TranslationError

MAX_SIZE = 4 * 1024 * 1024
MAX_TEXT = 20_000
"""Characters of one text. The longest block of 4,260 monographs has about 4,000."""
MAX_REPORTED = 50

_STRING = r'"(?:[^"\\]|\\["\\ntrvbf])*"'
_BODY = re.compile(rf"(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?{_STRING}")
_BEFORE = re.compile(rf"(?:(?:msgctxt|msgid|msgid_plural)\s+)?{_STRING}")
_MARK = re.compile(r"\s*(#~\||#\||#~)\s*")
_CHARSET = re.compile(r"charset=([^\s\\\"]+)")
# Zero-width joiners are spelling in Persian and in Indian scripts, but not beside a digit or a Latin letter.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]"
    r"|(?<=[0-9A-Za-z.,])[\u200c\u200d]|[\u200c\u200d](?=[0-9A-Za-z.,])"
)
# A source is as its monograph has it; there, what is merely invisible is a warning (`leaflets.source`).
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_NUMBER = re.compile(r"\d(?:[\d.,٫٬'’\u202f]*\d)?")


@dataclass(frozen=True, slots=True)
class PoEntry:
    """One message."""

    context: str
    source: str
    target: str = ""
    line: int = 0
    """Of its ``msgid`` in the file, 0 for one that was not read from a file."""
    fuzzy: bool = False
    obsolete: bool = False
    notes: tuple[str, ...] = ()
    """For the translator, written anew by every extraction (``#.``)."""
    comments: tuple[str, ...] = ()
    """The translator's own (``#``)."""
    places: tuple[str, ...] = ()
    """``metformin.md:12``, written anew by every extraction."""
    flags: tuple[str, ...] = ()
    """Other than ``fuzzy``."""
    previous: tuple[str, str] | None = None
    """Context and source that the target was written for, where they have changed since."""
    plural: bool = False
    many: str = ""
    """The source's plural."""
    forms: tuple[str, ...] = ()
    """The translations of a plural, by class."""

    @property
    def key(self) -> tuple[str, str]:
        """What finds the entry: context and source."""
        return self.context, self.source


@dataclass(frozen=True, slots=True)
class Po:
    """A whole file."""

    file: str
    entries: tuple[PoEntry, ...] = ()
    header: str = ""
    """The comment at the top."""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def live(self) -> tuple[PoEntry, ...]:
        """The entries that are not obsolete."""
        return tuple(entry for entry in self.entries if not entry.obsolete)


def read_po(data: bytes, file: str, faults_of_entries: list[Problem] | None = None) -> Po:
    """Read a file. Raises TranslationError with every fault: syntax, charset, doubles, plurals, hidden characters.

    With ``faults_of_entries`` those of single entries are put there and do not stop the reading.
    """
    text = _decoded(data, file)
    lines = text.split("\n")
    if faults := _syntax(lines, file):
        raise TranslationError(*faults[:MAX_REPORTED])
    try:
        # A name of a file has no line end: polib must take this for the text itself.
        read = polib.pofile("\n".join(_mended(lines)) + "\n")
    except (OSError, ValueError, IndexError) as error:
        line = re.search(r"line (\d+)", str(error))
        said = "an entry breaks off here, or its parts stand in the wrong order"
        raise TranslationError(_fault(said, file, int(line[1]) if line else None)) from None
    at = [number for number, line in enumerate(lines, 1) if re.match(r"\s*(?:#~\s*)?msgid\s", line)]
    # polib takes any entry without a source for the header; then every line after it would be another entry's.
    header = bool(at and not _first_id(lines, at[0]) and not _has_context(lines, at[0]))
    if read.metadata and not header:
        raise TranslationError(_fault("what looks like its header does not stand at the top", file, at[0]))
    entries = tuple(_entry(entry, line) for entry, line in zip(read, at[1 if header else 0 :], strict=False))
    of_entries = _entry_faults(entries, file)
    if faults_of_entries is not None:
        faults_of_entries += of_entries
        of_entries = []
    if faults := [*_counted(read, at, header, lines, file), *of_entries]:
        raise TranslationError(*faults[:MAX_REPORTED])
    return Po(file, entries, read.header.strip(), dict(read.metadata))


def write_po(po: Po) -> bytes:
    """The bytes of a file. Reading and writing them again changes nothing."""
    out = polib.POFile(wrapwidth=0)  # a change of one text changes one line
    out.header = po.header
    out.metadata = dict(po.metadata)
    for entry in po.entries:
        context, source = entry.previous or (None, None)
        out.append(
            polib.POEntry(
                msgctxt=entry.context or None, msgid=entry.source, msgstr=entry.target, obsolete=entry.obsolete,
                comment="\n".join(entry.notes), tcomment="\n".join(entry.comments),
                occurrences=[tuple(place.rsplit(":", 1)) if ":" in place else (place, "") for place in entry.places],
                flags=[*(["fuzzy"] if entry.fuzzy else []), *entry.flags],
                previous_msgctxt=context if context and context != entry.context else None, previous_msgid=source,
            )
        )  # fmt: skip
    return (str(out).rstrip("\n") + "\n").encode()


def hidden_signs(text: str) -> tuple[str, ...]:
    """The characters of a text that no reader sees, or that make readers see another text (Trojan Source)."""
    found = dict.fromkeys(match.group() for match in _HIDDEN.finditer(text))
    return tuple(f"U+{ord(sign):04X} ({unicodedata.name(sign, 'no character of a text')})" for sign in found)


def visible(text: str) -> str:
    """A text with a sign that everybody sees for each that nobody does."""
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def text_faults(text: str, *, is_source: bool = False) -> tuple[str, ...]:
    """What makes a text unfit to be read by anybody, in words. Less of a source, which no translator can change."""
    out = []
    if len(text) > MAX_TEXT:
        out.append(f"is longer than {MAX_TEXT:,} characters")
    if (hidden := hidden_signs(text[: 2 * MAX_TEXT])) and (not is_source or _HARMFUL.search(text)):
        out.append(f"holds {', '.join(hidden[:5])}, which no reader sees")
    if not is_source and _OTHER_DIGIT.search(text):
        # 5٠0 is read as 5.0: an Arabic zero is a dot.
        mixed = dict.fromkeys(number for number in _NUMBER.findall(text) if _kinds_of_digits(number) > 1)
        out += [f"holds {number[:20]}, a number of digits of two kinds" for number in [*mixed][:5]]
    return tuple(out)


def _kinds_of_digits(number: str) -> int:
    return len({ord(char) - unicodedata.decimal(char) for char in number if char.isdecimal()})


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MAX_SIZE:
        limit = f"the file is larger than {MAX_SIZE // 1024**2} MB"
        raise TranslationError(Problem("catalogue-size", limit, file=file))
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TranslationError(_fault("the file is not UTF-8", file, line, "save it as UTF-8")) from None
    charset = _CHARSET.search(text[:4096])
    if charset and charset[1].casefold() not in ("utf-8", "utf8"):
        line = text.count("\n", 0, charset.start()) + 1
        raise TranslationError(_fault(f"its charset must be utf-8, not {charset[1][:20]}", file, line))
    return text


def _syntax(lines: Sequence[str], file: str) -> list[Problem]:
    """Lines that are none of a PO file: polib reads most of them as it likes."""
    out = []
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        mark = _MARK.match(bare)
        if not bare or (bare.startswith("#") and not mark):
            said = ""
        elif len(hidden := _HIDDEN.findall(line.replace("\t", " "))) and not _HIDDEN.sub("", bare):
            said = f"the line holds nothing but {hidden_signs(hidden[0])[0]}"
        else:
            grammar = _BEFORE if mark and "|" in mark[1] else _BODY
            rest = bare[mark.end() :] if mark else bare
            said = "" if not rest or grammar.fullmatch(rest) else "the line is not of a PO file"
        if said:
            out.append(_fault(said, file, number, "are its quotes closed, and its escapes known?"))
    # polib splits its text where Python sees a line end, and those are more than a file has.
    out += [
        _fault(f"the line holds {hidden_signs(line)[0]}", file, number, "delete it and type the text anew")
        for number, line in enumerate(lines, 1)
        if len(line.splitlines()) > 1 or line.endswith(("\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028"))
    ]
    return out


def _mended(lines: Sequence[str]) -> list[str]:
    """Lines that polib would drop or stop at, as it reads them."""
    out = []
    for line in lines:
        bare = line.strip()
        if bare in ("#.", "#,", "#:", "#|", "#~", "#~|"):
            bare = ""
        elif bare.startswith("#~|"):
            bare = "#|" + bare[3:]
        elif re.match(r"#[^\s.:,|~#]", bare):
            bare = "# " + bare[1:]
        out.append(bare)
    return out


def _first_id(lines: Sequence[str], line: int) -> str:
    text = lines[line - 1].split("msgid", 1)[1].strip()
    following = lines[line].strip() if line < len(lines) else ""
    return text.strip('"') + (following.strip('"') if following.startswith('"') else "")


def _has_context(lines: Sequence[str], line: int) -> bool:
    return any(re.match(r"\s*(?:#~\s*)?msgctxt\s", before) for before in lines[: line - 1])


def _entry(entry: polib.POEntry, line: int) -> PoEntry:
    previous = None
    if entry.previous_msgid is not None:
        previous = (entry.previous_msgctxt or entry.msgctxt or "", entry.previous_msgid)
    return PoEntry(
        entry.msgctxt or "", entry.msgid, entry.msgstr, line, entry.fuzzy, bool(entry.obsolete),
        tuple(entry.comment.split("\n")) if entry.comment else (),
        tuple(entry.tcomment.split("\n")) if entry.tcomment else (),
        tuple(f"{path}:{number}" if number else path for path, number in entry.occurrences),
        tuple(flag for flag in entry.flags if flag and flag != "fuzzy"), previous,
        bool(entry.msgid_plural or entry.msgstr_plural), entry.msgid_plural or "",
        tuple(text for _, text in sorted(entry.msgstr_plural.items())),
    )  # fmt: skip


def _counted(read: polib.POFile, at: Sequence[int], header: bool, lines: Sequence[str], file: str) -> list[Problem]:
    """Entries that have no msgstr, or that were taken for something else: nothing may get lost without a word."""
    ends = sum(bool(re.match(r"\s*(?:#~\s*)?msgstr(?:\[0\])?\s", line)) for line in lines)
    if ends != len(at) or len(read) + header != len(at):
        return [_fault("an entry has no msgstr, or more than one", file, at[-1] if at else None)]
    return []


def _entry_faults(entries: Sequence[PoEntry], file: str) -> list[Problem]:
    out: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        said = entry.source[:50]
        if entry.plural:
            out.append(Problem("catalogue-plural", "a block has no plural", file=file, line=entry.line))
        if not entry.source.strip():
            out.append(_fault("an entry has no source text", file, entry.line))
        if not entry.obsolete and entry.key in seen:
            hint = f"the first stands in line {seen[entry.key]}; delete one of them"
            out.append(Problem("catalogue-twice", f"“{said}” stands twice", file=file, line=entry.line, hint=hint))
        if not entry.obsolete:
            seen.setdefault(entry.key, entry.line)
        for name, text in (("source", entry.source), ("translation", entry.target), ("context", entry.context)):
            out += [
                Problem("catalogue-text", f"the {name} of “{visible(said)}” {fault}", file=file, line=entry.line)
                for fault in text_faults(text, is_source=name == "source")
            ]
    return out


def _fault(message: str, file: str, line: int | None, hint: str | None = None) -> Problem:
    return Problem("catalogue-syntax", message, file=file, line=line, hint=hint)
