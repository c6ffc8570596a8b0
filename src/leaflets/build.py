"""Job -> Outcome: one leaflet from its source to a whole file on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.assemble import Assembled, Order, make_leaflet
from leaflets.compose import Cut, cuts, left_out, moved_text
from leaflets.conservation import check_conservation
from leaflets.errors import (
    ContentError,
    ExitCode,
    LeafletsError,
    PdfError,
    Problem,
    Severity,
    TranslationError,
)
from leaflets.files import write_whole
from leaflets.html import Html, render_html
from leaflets.kit import Kit, load_kit
from leaflets.leaflet import Leaflet
from leaflets.ledger import Ledger
from leaflets.monograph import Monograph
from leaflets.passport import make_passport
from leaflets.pdf import (
    Attachment,
    TooManyPagesError,
    check_structure,
    engine_identity,
    extract_text,
    logical_text,
    render_pdf,
)
from leaflets.proof import added_quantities, missing_text
from leaflets.reader import read_monograph
from leaflets.source import Source, read_source


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
    draft: bool = False
    """Print what nobody has translated in the source's language, boxed and marked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: its line of the manifest, and the exit code that it asks for."""

    job: Job
    status: str
    """``built`` or ``failed``."""
    code: ExitCode
    problems: tuple[Problem, ...]
    path: str | None = None
    pages: int | None = None
    size: int | None = None
    sha256: str | None = None
    source_sha256: str | None = None
    grade: float | None = None
    draft: bool = True

    def to_json(self) -> dict[str, object]:
        """The line of ``manifest.jsonl``. A leaflet that failed has no ``path``."""
        job = self.job
        line: dict[str, object] = {
            "slug": job.slug, "variant": job.variant, "locale": job.locale, "edition": job.edition, "paper": job.paper,
            "path": self.path, "status": self.status, "pages": self.pages, "bytes": self.size, "sha256": self.sha256,
            "source": job.source, "source_sha256": self.source_sha256, "reading_grade": self.grade, "draft": self.draft,
            "problems": [problem.to_json() for problem in self.problems],
        }  # fmt: skip
        if self.path is None:
            del line["path"]
        return line


def build_one(job: Job) -> Outcome:
    """Build one leaflet. Every fault that a user can cause comes back in the outcome; a bug is raised."""
    problems: list[Problem] = []
    sha256: str | None = None
    grade: float | None = None
    draft = True
    try:
        if not job.source.isprintable():
            hint = "rename it"
            raise ContentError(
                Problem("file-name", "the file's name is not plain text", file=ascii(job.source), hint=hint)
            )
        kit = load_kit(Path(job.project))
        source, monograph = read_checked(Path(job.source), job.source, kit.project)
        sha256 = source.sha256
        problems += [*kit.problems, *monograph.problems]
        made = assemble(monograph, kit, job)
        problems += made.problems
        grade = made.grade.neutral if made.grade else None
        if made.leaflet is None:
            raise ContentError()
        _refuse(made, kit, job)
        draft = made.leaflet.strip.draft
        if job.format == "html":
            data, pages = _html(made.leaflet, kit, job).text.encode(), None
        else:
            data, pages = _fitted(source, monograph, made, kit, job, _once(problems))
        path = output_path(job)
        write_whole(Path(job.output) / path, data)
    except LeafletsError as error:
        problems += [*error.problems, *_old_leaflet(job, stopped=any(p.rule == "stopped" for p in problems))]
        return Outcome(job, "failed", error.exit_code, _once(problems), source_sha256=sha256, grade=grade)
    return Outcome(
        job, "built", ExitCode.OK, _once(problems), path, pages, len(data), hashlib.sha256(data).hexdigest(), sha256,
        grade, draft,
    )  # fmt: skip


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
    if problems:
        raise TranslationError(*problems)
    if job.strict and made.leaflet is not None and made.leaflet.strip.draft:
        hint = "leave out --strict to print it as a draft"
        if not kit.interface(job.locale).is_source:
            said = f"nobody has approved all of this text in {job.locale}, so --strict does not print it"
            raise TranslationError(Problem("not-approved", said, file=job.source, hint=hint))
        said = "no pharmacist has reviewed this text, so --strict does not print it"
        raise ContentError(Problem("not-reviewed", said, file=job.source, hint=hint))


def _old_leaflet(job: Job, *, stopped: bool) -> list[Problem]:
    """What an earlier build left under this name: taken away where its content must not be handed out any more."""
    path = Path(job.output) / output_path(job)
    if not path.is_file():
        return []
    if not stopped:
        said, hint = "the leaflet of an earlier build is still there", "it is not what the source says now"
        return [Problem("old-leaflet", said, Severity.WARNING, str(path), hint=hint)]
    path.unlink(missing_ok=True)
    said = "the leaflet of an earlier build was removed: it must not be handed out any more"
    return [Problem("old-leaflet", said, Severity.WARNING, str(path))]


@lru_cache(maxsize=1)
def read_checked(path: Path, file: str, project: Path) -> tuple[Source, Monograph]:
    """Read a source and prove that the reader lost nothing. Raises ContentError."""
    source = read_source(path, file)
    monograph = read_monograph(source, load_kit(project).rules)
    lost = check_conservation(source, monograph)
    if lost:
        raise ContentError(*lost)
    return source, monograph


def assemble(
    monograph: Monograph, kit: Kit, job: Job, chosen: Sequence[Cut] = (), *, glossary: bool = True
) -> Assembled:
    """The leaflet of a job and its ledger, without what was chosen to be left out."""
    order = Order(job.locale, job.edition, job.paper, build_identity(kit))
    variant = kit.variant(job.variant)
    wording = kit.wording(job.locale, Path(job.source))
    reviews = kit.reviews(job.locale.split("-")[0], Path(job.source))
    return make_leaflet(
        monograph, variant, kit.units, order, wording, reviews, left_out(chosen, job.pages),
        moved_text(chosen, variant, wording.interface), glossary=glossary,
    )  # fmt: skip


def _html(leaflet: Leaflet, kit: Kit, job: Job) -> Html:
    return render_html(leaflet, kit.site, kit.templates, kit.styles, interface=kit.interface(job.locale))


def _fitted(
    source: Source, monograph: Monograph, made: Assembled, kit: Kit, job: Job, problems: tuple[Problem, ...]
) -> tuple[bytes, int]:
    """The finished file, cut to the pages that the job allows. Raises ContentError where that would cost too much."""
    chosen: list[Cut] = []
    options: list[Cut] | None = None
    glossary = True
    while True:
        assert made.leaflet is not None
        ledger, entry = made.ledger, _entry(made, kit, job, source, problems)
        try:
            return finished_pdf(
                _html(made.leaflet, kit, job), ledger, job, _said(made, kit),
                lambda pages, ledger=ledger, entry=entry: make_passport(source, ledger, {**entry, "pages": pages}),  # type: ignore[misc]
            )  # fmt: skip
        except TooManyPagesError as error:
            if options is None:
                options = list(cuts(made.routed, kit.variant(job.variant), kit.units))
            if not glossary and not options:
                raise _too_long(error, job) from None
            # Our own explanations go before anything of the source's.
            wanted = 0.0 if glossary and _glossary_of(made.leaflet) else error.over * 1.05 + 20
            glossary = False
            while wanted > 0 and options:
                chosen.append(options.pop(0))
                wanted -= chosen[-1].size
            made = assemble(monograph, kit, job, chosen, glossary=False)


def _said(made: Assembled, kit: Kit) -> list[str]:
    """Every text that may stand on the pages."""
    assert made.leaflet is not None
    leaflet, site = made.leaflet, kit.site
    notices = [text for notice in leaflet.notices for text in (notice.heading, notice.text, *notice.quotes)]
    return [
        *(entry.shown_text or "" for entry in made.ledger), *(entry.block.text for entry in made.ledger), *notices,
        leaflet.title, leaflet.gap_text, leaflet.moved_text, site.name, site.address, site.phone,
        *_glossary_of(leaflet),
    ]  # fmt: skip


def _glossary_of(leaflet: Leaflet) -> list[str]:
    return [
        span.text
        for section in leaflet.sections
        if section.id == "glossary"
        for node in section.nodes
        for item in node.children
        for line in item.lines
        for span in line
    ]


def _too_long(error: TooManyPagesError, job: Job) -> ContentError:
    beyond = error.over / error.all_of_it * error.pages
    return ContentError(
        Problem(
            "too-long", f"does not fit {job.pages} pages: about {max(beyond, 0.1):.1f} pages too long, "
            "after everything that may be left out", file=job.source,
            hint="--pages full prints all of it; a higher number may do",
        )
    )  # fmt: skip


def _entry(made: Assembled, kit: Kit, job: Job, source: Source, problems: Sequence[Problem]) -> dict[str, object]:
    """The manifest's entry as it rides inside the PDF."""
    return {
        "slug": job.slug, "variant": job.variant, "locale": job.locale, "edition": job.edition, "paper": job.paper,
        "source": job.source, "source_sha256": source.sha256, "text_sha256": made.text_sha256,
        "build": build_identity(kit), "reading_grade": made.grade.neutral if made.grade else None,
        "draft": made.leaflet is None or made.leaflet.strip.draft,
        "review": made.review.to_json() if made.review else None,
        "problems": [problem.to_json() for problem in problems],
    }  # fmt: skip


@lru_cache(maxsize=4)
def build_identity(kit: Kit) -> str:
    """Ten digits that change when program, rules, templates, fonts, engine or its libraries change."""
    return hashlib.sha256((kit.rules_sha256 + engine_identity(kit.fonts_rules)).encode()).hexdigest()[:10]


def finished_pdf(
    html: Html, ledger: Ledger, job: Job, said: Sequence[str],
    attachments: Callable[[int], tuple[Attachment, ...]] | None = None,
) -> tuple[bytes, int]:  # fmt: skip
    """Render, then prove on the finished file that structure and text are whole.

    Raises PdfError, and TooManyPagesError before anything is written.
    """
    kit = load_kit(Path(job.project))
    pdf = render_pdf(
        html,
        identity=build_identity(kit),
        fonts_rules=kit.fonts_rules,
        attachments=attachments,
        most_pages=job.pages,
    )
    page, logical = extract_text(pdf.data), logical_text(pdf.data) if html.rtl else ""
    problems = [*check_structure(pdf.data), *missing_text(page, ledger, job.source, logical)]
    problems += added_quantities(logical or page, said, kit.units, job.source)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise PdfError(*errors)
    return pdf.data, pdf.pages


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def output_path(job: Job) -> str:
    """Where a leaflet lies below the output folder."""
    edition = "" if job.edition == "standard" else f".{job.edition}"
    return f"{job.locale}/{job.variant}/{job.slug}{edition}.{job.format}"
