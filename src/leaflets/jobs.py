"""The types of a build: what is wanted, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import overload

from leaflets.errors import ExitCode, Problem
from leaflets.shared import Left


@dataclass(frozen=True, slots=True)
class Job:
    """One output that is wanted. Plain values, so that it travels between processes."""

    source: str
    """The file as the user named it."""
    slug: str
    variant: str
    locale: str
    edition: str
    paper: str
    output: str
    project: str
    format: str = "pdf"
    strict: bool = False
    pages: int = 0
    """The most pages, 0 for as many as it takes."""
    label: bool = False
    """A base for copies: with an empty area on its first page that `leaflets.pdf.stamp` fills."""
    draft: bool = False
    """Print what nobody has translated in the source's language, boxed and marked."""
    left: Left = ()
    """What it leaves to the first page of its packet."""
    name: str = ""
    """The output's path below the output folder, where another program asks for one; empty for our own."""
    bilingual: str = ""
    """The locale that stands beside the main one, row by row; nothing for a leaflet in one language."""

    @property
    def sides(self) -> tuple[Job, ...]:
        """A job for each language of the leaflet alone."""
        own = replace(self, bilingual="")
        return (own, replace(own, locale=self.bilingual)) if self.bilingual else (own,)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: its line of the manifest, and the exit code that it asks for."""

    job: Job
    status: str
    """``built``, ``cached`` or ``failed``."""
    code: ExitCode
    problems: tuple[Problem, ...]
    path: str | None = None
    pages: int | None = None
    size: int | None = None
    sha256: str | None = None
    source_sha256: str | None = None
    grade: float | None = None
    draft: bool = True
    text_sha256: str | None = None
    """Of what it says, before its numbers take the locale's form."""
    seconds: float = 0.0
    """How long it took; not in the manifest, which is the same for the same input."""

    def to_json(self) -> dict[str, object]:
        """The line of ``manifest.jsonl``. A leaflet that failed has no ``path``."""
        job = self.job
        line: dict[str, object] = {
            "slug": job.slug, "variant": job.variant, "locale": job.locale, "edition": job.edition, "paper": job.paper,
            **({"bilingual": job.bilingual} if job.bilingual else {}),
            "path": self.path, "status": self.status, "pages": self.pages, "bytes": self.size, "sha256": self.sha256,
            "source": job.source, "source_sha256": self.source_sha256, "text_sha256": self.text_sha256,
            "reading_grade": self.grade, "draft": self.draft,
            "problems": [problem.to_json() for problem in self.problems],
        }  # fmt: skip
        if self.path is None:
            del line["path"]
        return line


@dataclass(frozen=True, slots=True)
class Made:
    """A leaflet before it is on disk. Plain values, so that it travels between machines."""

    outcome: Outcome
    data: bytes | None
    key: str
    """What it was made from; empty where that is not sure, or where another try may end otherwise."""


class Jobs(Sequence[Job]):
    """All leaflets of all sources, in the order of the manifest whatever that of the arguments.

    A job is made when it is asked for: thousands of them need hardly more memory than one.
    """

    def __init__(self, sources: Sequence[str], each: Sequence[Job], slug_of: Callable[[str], str]) -> None:
        self._sources = sorted(sources, key=lambda source: (slug_of(source), source))
        self._each = each
        self._slug_of = slug_of

    def __len__(self) -> int:
        return len(self._sources) * len(self._each)

    @overload
    def __getitem__(self, at: int) -> Job: ...
    @overload
    def __getitem__(self, at: slice) -> list[Job]: ...
    def __getitem__(self, at: int | slice) -> Job | list[Job]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        source, one = divmod(range(len(self))[at], len(self._each))
        name = self._sources[source]
        return replace(self._each[one], source=name, slug=self._slug_of(name))


def output_path(job: Job) -> str:
    """Where a leaflet lies below the output folder."""
    if job.name:
        return job.name
    edition = "" if job.edition == "standard" else f".{job.edition}"
    label = ".label" if job.label else ""
    beside = f".bilingual-{job.bilingual}" if job.bilingual else ""
    return f"{job.locale}/{job.variant}/{job.slug}{edition}{beside}{label}.{job.format}"


def once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
