"""What can go wrong, as data: a `Problem` says where, which rule and what to do.

The tree, and the exit code that each branch gives a command (the codes are a promise to other programs):

    LeafletsError
    ├── ContentError       3   a monograph, a rules file, a worklist
    ├── TranslationError   4   a locale that lacks text, or approved text
    ├── TemplateError      5   a template, a style, a variant
    ├── PdfError           6   the engine, a font, the finished file
    ├── ServiceError       8   a service that did not answer
    └── NotInstalledError  2   an extra of the package that the command needs

1 is never ours: it is Python's own exit for a bug, with its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """How a command ends."""

    OK = 0
    USAGE = 2
    CONTENT = 3
    TRANSLATION = 4
    TEMPLATE = 5
    PDF = 6
    SOME_FAILED = 7
    SERVICE = 8
    INTERRUPTED = 130


class Severity(StrEnum):
    """How much a problem weighs: an error stops what it is found in, a warning is said and printed on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place and the way out."""

    rule: str
    """Stable name of the rule that found it, such as ``front-matter-type``."""
    message: str
    """What is wrong, in one sentence, without the place."""
    severity: Severity = Severity.ERROR
    file: str | None = None
    """The file as the user named it."""
    line: int | None = None
    """1-based line in that file."""
    hint: str | None = None
    """What the reader of the message can do."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = f"{place}: " if place else ""
        text = f"{head}{self.severity.value}: {self.message} [{self.rule}]"
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    def to_json(self) -> dict[str, str | int | None]:
        """The object that ``--json`` and ``manifest.jsonl`` print."""
        return {
            "file": self.file,
            "line": self.line,
            "rule": self.rule,
            "severity": self.severity.value,
            "message": self.message,
            "hint": self.hint,
        }


class LeafletsError(Exception):
    """All problems of one stage at once. Takes problems and nothing else, so that it pickles between processes."""

    exit_code = ExitCode.CONTENT

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ContentError(LeafletsError):
    """A source, or a rules file, that cannot be used as it is."""

    exit_code = ExitCode.CONTENT


class TranslationError(LeafletsError):
    """A locale that lacks text, or whose text is not approved or not right."""

    exit_code = ExitCode.TRANSLATION


class TemplateError(LeafletsError):
    """A template, style or variant that cannot be used."""

    exit_code = ExitCode.TEMPLATE


class PdfError(LeafletsError):
    """The engine, a font, or the finished file."""

    exit_code = ExitCode.PDF


class ServiceError(LeafletsError):
    """A service that is needed did not answer."""

    exit_code = ExitCode.SERVICE


class NotInstalledError(LeafletsError):
    """The command needs an extra, such as ``leaflets[fhir]``, that is not installed."""

    exit_code = ExitCode.USAGE
