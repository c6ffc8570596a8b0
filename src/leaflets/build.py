"""Job -> Outcome: one leaflet from its source to a whole file on disk."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.assemble import Assembled, Order, make_leaflet
from leaflets.conservation import check_conservation, tokens_of
from leaflets.errors import ContentError, ExitCode, LeafletsError, PdfError, Problem, Severity
from leaflets.html import Html, render_html
from leaflets.kit import Kit, load_kit
from leaflets.ledger import Ledger
from leaflets.monograph import Monograph
from leaflets.passport import make_passport
from leaflets.pdf import Attachment, check_structure, engine_identity, extract_text, render_pdf
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
        kit = load_kit(Path(job.project))
        source, monograph = read_checked(Path(job.source), job.source, kit.project)
        sha256 = source.sha256
        problems += [*kit.problems, *monograph.problems]
        made = assemble(monograph, kit, job)
        problems += made.problems
        grade = made.grade.neutral if made.grade else None
        if made.leaflet is None:
            raise ContentError()
        if job.strict and made.leaflet.strip.draft:
            raise ContentError(
                Problem(
                    "not-reviewed", "no pharmacist has reviewed this text, so --strict does not print it",
                    file=job.source, hint="leave out --strict to print it as a draft",
                )
            )  # fmt: skip
        draft = made.leaflet.strip.draft
        html = render_html(made.leaflet, kit.site, kit.templates, kit.styles)
        if job.format == "html":
            data, pages = html.text.encode(), None
        else:
            entry = {
                "slug": job.slug, "variant": job.variant, "locale": job.locale, "edition": job.edition,
                "paper": job.paper, "source": job.source, "source_sha256": sha256, "text_sha256": made.text_sha256,
                "build": build_identity(kit), "reading_grade": grade, "draft": draft,
                "review": made.review.to_json() if made.review else None,
                "problems": [problem.to_json() for problem in _once(problems)],
            }  # fmt: skip
            data, pages = finished_pdf(
                html, made.ledger, job, lambda pages: make_passport(source, made.ledger, {**entry, "pages": pages})
            )
        path = output_path(job)
        write_whole(Path(job.output) / path, data)
    except LeafletsError as error:
        problems += error.problems
        return Outcome(job, "failed", error.exit_code, _once(problems), source_sha256=sha256, grade=grade)
    return Outcome(
        job, "built", ExitCode.OK, _once(problems), path, pages, len(data), hashlib.sha256(data).hexdigest(), sha256,
        grade, draft,
    )  # fmt: skip


@lru_cache(maxsize=1)
def read_checked(path: Path, file: str, project: Path) -> tuple[Source, Monograph]:
    """Read a source and prove that the reader lost nothing. Raises ContentError."""
    source = read_source(path, file)
    monograph = read_monograph(source, load_kit(project).rules)
    lost = check_conservation(source, monograph)
    if lost:
        raise ContentError(*lost)
    return source, monograph


def assemble(monograph: Monograph, kit: Kit, job: Job) -> Assembled:
    """The leaflet of a job and its ledger."""
    order = Order(job.locale, job.edition, job.paper, build_identity(kit))
    wording = kit.wording(job.locale, Path(job.source))
    reviews = kit.reviews(job.locale.split("-")[0], Path(job.source))
    return make_leaflet(monograph, kit.variant(job.variant), kit.units, order, wording, reviews)


@lru_cache(maxsize=4)
def build_identity(kit: Kit) -> str:
    """Ten digits that change when program, rules, templates, fonts, engine or its libraries change."""
    return hashlib.sha256((kit.rules_sha256 + engine_identity(kit.fonts_rules)).encode()).hexdigest()[:10]


def finished_pdf(
    html: Html, ledger: Ledger, job: Job, attachments: Callable[[int], tuple[Attachment, ...]] | None = None
) -> tuple[bytes, int]:
    """Render, then prove on the finished file that structure and text are whole. Raises PdfError."""
    kit = load_kit(Path(job.project))
    pdf = render_pdf(html, identity=build_identity(kit), fonts_rules=kit.fonts_rules, attachments=attachments)
    problems = [*check_structure(pdf.data), *_missing_text(pdf.data, ledger, job)]
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise PdfError(*errors)
    return pdf.data, pdf.pages


def _missing_text(data: bytes, ledger: Ledger, job: Job) -> list[Problem]:
    """Words, numbers and signs of the ledger's shown blocks that the finished file does not hold."""
    page = extract_text(data)
    want: Counter[str] = Counter()
    shown = [entry for entry in ledger if entry.fate in ("shown", "rewritten")]
    for entry in shown:
        want.update(tokens_of(_bare(entry.shown_text or "")))
    missing = want - tokens_of(_bare(page))
    if not missing:
        return []
    stream = _packed(page)
    problems = []
    for entry in shown:
        text = entry.shown_text or ""
        lacking = sorted(set(tokens_of(_bare(text))) & missing.keys())
        # A word that a line or a cell has broken is still there, letter for letter; a sign has no such excuse.
        whole = all(word.isalnum() for word in lacking) and all(_packed(cell) in stream for cell in text.split(" | "))
        if lacking and not whole:
            problems.append(
                Problem(
                    "pdf-lost", f"{', '.join(lacking[:6])} of “{entry.block.text[:60]}” is not in the finished file",
                    Severity.ERROR, job.source, entry.block.line, "this is a fault of leaflets: please report it",
                )
            )  # fmt: skip
    return problems


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()n0123456789+-=()")


def _bare(text: str) -> str:
    """Text without joiners, raised digits made plain, and dashes as blanks: both sides are read alike."""
    text = text.translate(_RAISED)
    for joiner in ("\u2060", "\u00ad", "\u200b"):
        text = text.replace(joiner, "")
    text = text.replace(">=", "≥").replace("<=", "≤")
    for dash in "-‐‑‒–—−":
        text = text.replace(dash, " ")
    return text


def _packed(text: str) -> str:
    return "".join(char for char in _bare(text) if char.isalnum()).casefold()


def output_path(job: Job) -> str:
    """Where a leaflet lies below the output folder."""
    edition = "" if job.edition == "standard" else f".{job.edition}"
    return f"{job.locale}/{job.variant}/{job.slug}{edition}.{job.format}"


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename: a file appears under its name only when it is whole. Raises PdfError."""
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise PdfError(
            Problem(
                "not-written", f"cannot be written: {error.strerror}", file=str(path),
                hint="is the disk full, or the folder not yours?",
            )
        ) from error  # fmt: skip


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
