"""``content/locale/<tag>/LC_MESSAGES/leaflets.po`` -> Interface: what the program itself says in a locale.

The files are read into memory as they are; there are no compiled ones that could be older. English is the language
that the messages are written in, and needs no file. A message that a locale lacks comes back in English and marked
with its language, ``[en] Read this first``: whoever prints it has to know (`Interface.lacks`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leaflets.errors import Problem, TranslationError
from leaflets.locales import language_of

if TYPE_CHECKING:
    import polib  # type: ignore[import-untyped]

SOURCE_LANGUAGE = "en"
"""What monographs and our own messages are written in."""
MAX_SIZE = 4 * 1024 * 1024
Key = tuple[str, str]
"""Context (where the message stands; nothing for most) and the English message."""

_PLACEHOLDER = re.compile(r"\{[a-z_]*\}")
_UNSAFE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Controls, and signs that steer direction or hide: the page itself isolates what needs it (Trojan Source)."""
_LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*")?\s*')
_MSGID = re.compile(r"\s*(?:#~\s*)?msgid\s")
_PLURAL = re.compile(r"\s*nplurals\s*=\s*(\d)\s*;\s*plural\s*=\s*([^;]+);?\s*")


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for "to be translated, but not here"
    """Mark a message of the code for the catalogue."""
    return message


def P_(context: str, message: str) -> str:  # noqa: N802  # the same with a context, as in pgettext
    """Mark a message of the code that needs to be told where it stands."""
    return message


def NP_(one: str, many: str) -> tuple[str, str]:  # noqa: N802  # the same for what changes with a count
    """Mark a message of the code and its plural."""
    return one, many


@dataclass(frozen=True, slots=True, eq=False)
class Interface:
    """The messages of one locale."""

    tag: str
    said: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    """What stands for a message: one form, or one for each plural class."""
    unapproved: frozenset[Key] = frozenset()
    """Those that no person has approved."""
    plural: Callable[[int], int] = lambda count: int(count != 1)

    @property
    def is_source(self) -> bool:
        """Whether this is English, where every message stands for itself."""
        return language_of(self.tag) == SOURCE_LANGUAGE

    @property
    def draft(self) -> bool:
        """Whether there is a message that no person has approved."""
        return bool(self.unapproved)

    def lacks(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Those of the messages that the locale has no text for."""
        return () if self.is_source else tuple(dict.fromkeys(key for key in keys if key not in self.said))

    def gettext(self, message: str) -> str:
        """A message in the locale."""
        return self.pgettext("", message)

    def pgettext(self, context: str, message: str) -> str:
        """The same, for a message that needs to be told where it stands."""
        if (context, message) in self.said:
            return self.said[context, message][0]
        return self._foreign(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form for a count; ``{count}`` in it is left to the caller."""
        return self.npgettext("", one, many, count)

    def npgettext(self, context: str, one: str, many: str, count: int) -> str:
        """The same with a context."""
        forms = self.said.get((context, one))
        if forms is None:
            return self._foreign(one if count == 1 else many)
        return forms[self.plural(count)]

    def _foreign(self, message: str) -> str:
        return message if self.is_source or not message else f"[{SOURCE_LANGUAGE}] {message}"


ENGLISH = Interface("en")


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a file has a text for."""

    folder: str
    """The locale that the file is of: the name of its folder below ``content/locale``."""
    key: Key
    forms: tuple[str, ...]
    line: int
    fuzzy: bool = False

    @property
    def target(self) -> str:
        """All forms as one text: what an approval speaks of."""
        return "\n".join(self.forms)


def read_interface(tag: str, files: Sequence[Path], approves: Callable[[Message], bool] = lambda _: False) -> Interface:
    """Read a locale's files; what a later one says takes the place of an earlier one's.

    ``approves`` knows whether a person's last word on exactly this message and text is yes; a flag in the file never
    says that. Raises TranslationError with everything that is wrong in the files.
    """
    said: dict[Key, tuple[str, ...]] = {}
    unapproved: set[Key] = set()
    plural = ENGLISH.plural
    problems: list[Problem] = []
    for path in files:
        rule, found, faults = _messages(path)
        problems += faults
        plural = rule or plural
        for message in found:
            said[message.key] = message.forms
            (unapproved.discard if approves(message) else unapproved.add)(message.key)
    if problems:
        raise TranslationError(*problems)
    return Interface(tag, said, frozenset(unapproved), plural)


def read_messages(path: Path) -> tuple[Message, ...]:
    """Everything that a file has a text for. Raises TranslationError with all that is wrong in it."""
    _, found, problems = _messages(path)
    if problems:
        raise TranslationError(*problems)
    return found


def read_keys(path: Path) -> tuple[Key, ...]:
    """All messages of a file, whether it has a text for them or not. Raises TranslationError."""
    return tuple((entry.msgctxt or "", entry.msgid) for entry in _parsed(path) if not entry.obsolete)


def _messages(path: Path) -> tuple[Callable[[int], int] | None, tuple[Message, ...], list[Problem]]:
    catalogue = _parsed(path)
    count, rule, problems = _plural_rule(catalogue, path)
    out = []
    for entry in catalogue:
        forms = _forms(entry)
        if entry.obsolete or not all(forms):
            continue
        problems += _faults(entry, forms, count, str(path))
        out.append(Message(path.parents[1].name, (entry.msgctxt or "", entry.msgid), forms, entry.linenum, entry.fuzzy))
    return rule, tuple(out), problems


def _parsed(path: Path) -> polib.POFile:
    import polib

    file = str(path)
    try:
        if path.stat().st_size > MAX_SIZE:
            raise TranslationError(Problem("catalogue-size", "the catalogue is larger than 4 MB", file=file))
        # polib takes a line with an open quote for what it can make of it.
        lines = path.read_text(encoding="utf-8").split("\n")
        if wrong := [number for number, line in enumerate(lines, 1) if not _LINE.fullmatch(line)]:
            hint = "are its quotes closed?"
            faults = [
                Problem("catalogue-syntax", "is no line of a PO file", file=file, line=n, hint=hint) for n in wrong
            ]
            raise TranslationError(*faults)
        found = polib.pofile(file, encoding="utf-8", check_for_duplicates=True)
    except UnicodeDecodeError as error:
        fault = Problem("catalogue-syntax", f"is not UTF-8 (byte {error.start})", file=file)
        raise TranslationError(fault) from error
    except (OSError, ValueError) as error:
        line = re.search(r"\(line (\d+)\)", str(error))
        said = f"cannot be read as a PO file: {getattr(error, 'strerror', None) or error}"
        fault = Problem("catalogue-syntax", said, file=file, line=int(line[1]) if line else None)
        raise TranslationError(fault) from error
    for entry in found:
        # polib counts from the first comment of an entry; our commands name the line of its msgid.
        places = range(entry.linenum, len(lines) + 1)
        entry.linenum = next((n for n in places if _MSGID.match(lines[n - 1])), entry.linenum)
    return found


def _plural_rule(catalogue: polib.POFile, path: Path) -> tuple[int, Callable[[int], int] | None, list[Problem]]:
    """How many plural forms a file gives, and which of them a count takes (gettext manual, Plural forms)."""
    from gettext import c2py

    said = catalogue.metadata.get("Plural-Forms", "")
    match = _PLURAL.fullmatch(said)
    if match:
        try:
            rule: Callable[[int], int] = c2py(match[2])
            if all(0 <= rule(n) < int(match[1]) for n in range(200)):
                return int(match[1]), rule, []
        except (ValueError, ArithmeticError):
            pass  # said below, with the file
    if not said and not any(entry.msgid_plural for entry in catalogue):
        return 0, None, []
    hint = "for example: nplurals=2; plural=(n != 1);"
    return 0, None, [Problem("catalogue-plural", f"Plural-Forms {said!r} is no rule", file=str(path), hint=hint)]


def _forms(entry: polib.POEntry) -> tuple[str, ...]:
    if entry.msgid_plural:
        return tuple(entry.msgstr_plural[index] for index in sorted(entry.msgstr_plural)) or ("",)
    return (entry.msgstr,)


def _faults(entry: polib.POEntry, forms: Sequence[str], count: int, file: str) -> list[Problem]:
    out = []

    def fault(rule: str, what: str) -> None:
        said = f"the text for “{entry.msgid[:50]}” {what}"
        out.append(Problem(rule, said, file=file, line=entry.linenum))

    if entry.msgid_plural and count and len(forms) != count:
        fault("catalogue-plural", f"has {len(forms)} forms where its language has {count}")
    sources = (entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,)
    allowed = [sorted(_PLACEHOLDER.findall(source)) for source in sources]
    for form in forms:
        if sorted(_PLACEHOLDER.findall(form)) not in allowed:
            names = ", ".join(allowed[-1]) or "no {…}"
            fault("catalogue-placeholder", f"must hold {names}, as the English does")
        if sum(char.isdecimal() for char in form) != sum(char.isdecimal() for char in entry.msgid):
            fault("catalogue-number", "has other digits than the English")
        if unsafe := _UNSAFE.search(form):
            fault("catalogue-hidden", f"holds a hidden sign (U+{ord(unsafe.group()):04X})")
    return out
