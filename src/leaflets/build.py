"""Job -> Outcome: one leaflet from its source to a whole file on disk."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from leaflets.assemble import Assembled
from leaflets.conservation import check_conservation
from leaflets.errors import ContentError, ExitCode, LeafletsError, Problem, TranslationError
from leaflets.fitting import assemble, fitted, html_of
from leaflets.jobs import Job, Made, Outcome, once, output_path
from leaflets.keeping import keep
from leaflets.keys import file_digest, is_sure, key_or_none
from leaflets.kit import Kit, load_kit
from leaflets.monograph import Monograph
from leaflets.reader import read_monograph
from leaflets.rules import load_denials
from leaflets.source import Source, read_source
from leaflets.translated import TextState


def build_one(job: Job) -> Outcome:
    """Build one leaflet. Every fault that a user can cause comes back in the outcome; a bug is raised."""
    began = time.monotonic()
    return replace(keep(make_one(job)), seconds=time.monotonic() - began)


def make_one(job: Job) -> Made:
    """Make one leaflet and write nothing. Every fault that a user can cause is in the outcome; a bug is raised."""
    problems: list[Problem] = []
    sha256: str | None = None
    grade: float | None = None
    key = ""
    try:
        if not job.source.isprintable():
            hint = "rename it"
            raise ContentError(
                Problem("file-name", "the file's name is not plain text", file=ascii(job.source), hint=hint)
            )
        kit = load_kit(Path(job.project))
        key = key_or_none(job)
        source, monograph = read_checked(Path(job.source), job.source, kit.project)
        sha256 = source.sha256
        problems += [*kit.problems, *monograph.problems]
        made = assemble(monograph, kit, job)
        problems += made.problems
        grade = made.grade.neutral if made.grade else None
        if made.leaflet is None:
            raise ContentError()
        for side, one in zip((made, made.beside), job.sides, strict=False):
            if side is not None:
                _refuse(side, kit, one)
        if job.format == "html":
            data, pages = html_of(made.leaflet, kit, job).text.encode(), None
        else:
            data, pages, _ = fitted(source, monograph, made, kit, job, once(problems))
    except LeafletsError as error:
        problems += error.problems
        outcome = Outcome(job, "failed", error.exit_code, once(problems), source_sha256=sha256, grade=grade)
        # Another machine, another day: only what the content itself forbids stays forbidden.
        lasting = error.exit_code in (ExitCode.CONTENT, ExitCode.TRANSLATION)
        return Made(outcome, None, key if lasting and is_sure(key, job) else "")
    outcome = Outcome(
        job, "built", ExitCode.OK, once(problems), output_path(job), pages, len(data),
        hashlib.sha256(data).hexdigest(), sha256, grade, made.leaflet.strip.draft, made.text_sha256,
    )  # fmt: skip
    return Made(outcome, data, key if is_sure(key, job) else "")


def _refuse(made: Assembled, kit: Kit, job: Job) -> None:
    """Stop what must not be printed as it is wanted. Raises TranslationError or ContentError."""
    hint = "--draft prints it in English, boxed and marked, for those who work on it"
    problems = []
    if made.unsaid and not job.draft:
        first = ", ".join(f"“{text}”" for _, text in made.unsaid[:3])
        said = f"{len(made.unsaid)} of the leaflet's own words have no text in {job.locale}: {first}…"
        problems.append(Problem("words-missing", said, file=job.source, hint=hint))
    if made.untranslated and not job.draft:
        shown = sum(entry.fate in ("shown", "rewritten") for entry in made.ledger)
        said = f"{len(made.untranslated)} of {shown} blocks have no translation in {job.locale}"
        line = made.untranslated[0].line
        problems.append(Problem("translation-missing", said, file=job.source, line=line, hint=hint))
    if dict(made.states).get("") in (TextState.MISSING, TextState.FUZZY) and not job.draft:
        said = f"the title has no translation in {job.locale}"
        problems.append(Problem("translation-missing", said, file=job.source, line=1, hint=hint))
    if problems:
        raise TranslationError(*problems)
    if job.strict and made.draft:
        hint = "leave out --strict to print it as a draft"
        if not kit.interface(job.locale).is_source:
            said = f"nobody has approved all of this text in {job.locale}, so --strict does not print it"
            raise TranslationError(Problem("not-approved", said, file=job.source, hint=hint))
        said = "no pharmacist has reviewed this text, so --strict does not print it"
        raise ContentError(Problem("not-reviewed", said, file=job.source, hint=hint))


def read_checked(path: Path, file: str, project: Path) -> tuple[Source, Monograph]:
    """Read a source and prove that the reader lost nothing. Raises ContentError."""
    kit, contents = load_kit(project), _contents(path)
    denied = kit.denied_for(path) if contents else None  # what cannot be read has no place either
    return _read_checked(path, file, kit, denied, contents, _contents(denied) if denied else "")


@lru_cache(maxsize=1)
def _read_checked(
    path: Path, file: str, kit: Kit, denied: Path | None, _source: str, _denials: str
) -> tuple[Source, Monograph]:
    """Known again by what the files hold: the next leaflet of a source may come after an edit."""
    source = read_source(path, file)
    rules = kit.rules
    if denied:
        rules = replace(rules, denials=(*rules.denials, *load_denials(denied)))
    monograph = read_monograph(source, rules)
    lost = check_conservation(source, monograph)
    if lost:
        raise ContentError(*lost)
    return source, monograph


def _contents(path: Path) -> str:
    """Digest of a file; empty for what cannot be read, or would be waited for: whoever reads it says why."""
    try:
        return file_digest(path) if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def composed(source: Source, monograph: Monograph, kit: Kit, job: Job) -> Assembled:
    """The leaflet of a job as it prints: cut to the pages that the job allows, which takes the engine.

    Raises ContentError where that would cost too much, TemplateError and PdfError.
    """
    made = assemble(monograph, kit, job)
    if made.leaflet is None or not job.pages:
        return made
    return fitted(source, monograph, made, kit, job, ())[2]


def drawn(job: Job, kit: Kit) -> bytes:
    """The finished file of a job with what the kit says, which may be another than its project's; nothing is written.

    Raises LeafletsError, also where the source stops the leaflet.
    """
    source, monograph = read_checked(Path(job.source), job.source, kit.project)
    made = assemble(monograph, kit, job)
    if made.leaflet is None:
        raise ContentError(*made.problems)
    return fitted(source, monograph, made, kit, job, ())[0]
