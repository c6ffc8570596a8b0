"""Job -> Outcome: one leaflet from its source to a whole file on disk."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from leaflets.assemble import Assembled, Order, make_leaflet, side_by_side
from leaflets.assets import find_asset
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
from leaflets.keypoints import FEWEST_KEY_POINTS, MOST_KEY_POINTS
from leaflets.kit import Kit, files_changed, load_kit
from leaflets.leaflet import Leaflet
from leaflets.ledger import Ledger
from leaflets.loosen import MOST, loosened, pieces
from leaflets.monograph import Monograph
from leaflets.packet_rules import FILE, packet_rules
from leaflets.passport import make_passport
from leaflets.pdf import (
    Attachment,
    TooManyPagesError,
    TooWideError,
    check_structure,
    engine_identity,
    extract_text,
    logical_text,
    render_pdf,
)
from leaflets.proof import added_quantities, missing_text
from leaflets.reader import read_monograph
from leaflets.records import Record, forget, read_record, source_from, write_record
from leaflets.rules import load_denials
from leaflets.shared import Left, said_once, shared_rules
from leaflets.source import Source, read_source
from leaflets.translated import TextState


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
            data, pages = _html(made.leaflet, kit, job).text.encode(), None
        else:
            data, pages, _ = _fitted(source, monograph, made, kit, job, _once(problems))
    except LeafletsError as error:
        problems += error.problems
        outcome = Outcome(job, "failed", error.exit_code, _once(problems), source_sha256=sha256, grade=grade)
        # Another machine, another day: only what the content itself forbids stays forbidden.
        lasting = error.exit_code in (ExitCode.CONTENT, ExitCode.TRANSLATION)
        return Made(outcome, None, key if lasting and is_sure(key, job) else "")
    outcome = Outcome(
        job, "built", ExitCode.OK, _once(problems), output_path(job), pages, len(data),
        hashlib.sha256(data).hexdigest(), sha256, grade, made.leaflet.strip.draft, made.text_sha256,
    )  # fmt: skip
    return Made(outcome, data, key if is_sure(key, job) else "")


def keep(made: Made) -> Outcome:
    """Put a leaflet under its name, whole, or take away one that must not be handed out any more; and remember it."""
    outcome, job = made.outcome, made.outcome.job
    output = Path(job.output)
    try:
        forget(output, output_path(job))
        if made.data is None:
            old = _old_leaflet(job, stopped=any(problem.rule == "stopped" for problem in outcome.problems))
            outcome = replace(outcome, problems=_once([*outcome.problems, *old]))
        else:
            write_whole(output / output_path(job), made.data)
        if made.key and not (made.data is None and (output / output_path(job)).exists()):
            source = source_from(output, Path(job.source))
            record = Record(made.key, source, outcome.sha256 or "", int(outcome.code), _portable(made.outcome))
            write_record(output, output_path(job), record)
    except LeafletsError as error:
        return Outcome(job, "failed", error.exit_code, _once([*outcome.problems, *error.problems]))
    except OSError as error:
        problem = Problem("not-written", f"cannot be written: {error.strerror}", file=str(output / output_path(job)))
        return Outcome(job, "failed", ExitCode.PDF, _once([*outcome.problems, problem]))
    return outcome


def keep_again(outcome: Outcome, job: Job) -> Outcome:
    """Keep a leaflet that has just been kept under another name as well; raises OSError when it is not there now."""
    output, path = Path(job.output), output_path(outcome.job)
    record = read_record(output, path)
    data = (output / path).read_bytes() if outcome.path is not None else None
    if data is not None and hashlib.sha256(data).hexdigest() != outcome.sha256:
        raise OSError(errno.ESTALE, "it has changed meanwhile", str(output / path))
    named = replace(outcome, job=job, path=output_path(job) if data is not None else None, seconds=0.0)
    kept = keep(Made(named, data, record.key if record is not None else ""))
    return replace(kept, status="built") if kept.status == "cached" else kept


def up_to_date(job: Job) -> Outcome | None:
    """What came of a job the last time, if all that it depends on and its output are still the same. Draws nothing."""
    output, path = Path(job.output), output_path(job)
    record = read_record(output, path)
    if record is None or record.key != key_or_none(job):
        return None
    try:
        with (output / path).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != record.sha256:
                return None
    except FileNotFoundError:
        if record.sha256:
            return None
    except OSError:
        return None  # building it again will say what is wrong
    return _remembered(job, record)


def output_key(job: Job) -> str:
    """Digest over everything that shapes a job's output. Raises OSError for a source that cannot be read."""
    kit = load_kit(Path(job.project))
    parts = [
        build_identity(kit, job), job.slug, job.variant, job.locale, job.edition, job.paper, job.format,
        str(job.pages), str(job.strict), str(job.label), str(job.draft), job.bilingual,
        *(word for pair in job.left for word in pair),
    ]  # fmt: skip
    own = (find_asset("templates", FILE, kit.project),) if job.left else ()
    if not Path(job.source).is_file():
        raise OSError(errno.ENOENT, "no regular file")  # a pipe would be waited for
    written = [path for side in job.sides for path in kit.written_for(side.locale, Path(job.source))]
    for path in (*own, Path(job.source), *written):
        with path.open("rb") as file:
            parts.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_sure(key: str, job: Job) -> bool:
    """Whether what was made under a key is surely made of what the key is over.

    What changed while it was being made may or may not be in it; and a rule that changed since this process read it is
    not, though a key that was taken later is over the new one.
    """
    return bool(key) and not files_changed(Path(job.project)) and key == key_or_none(job)


def key_or_none(job: Job) -> str:
    """`output_key`; empty where there is none."""
    try:
        return output_key(job)
    except (OSError, RuntimeError, ValueError, LeafletsError):  # RuntimeError: a symbolic link to itself
        return ""  # whoever builds it will say what is wrong


def _portable(outcome: Outcome) -> dict[str, object]:
    """The line of the manifest without the name that the user gave the source this time."""
    named = outcome.job.source
    problems = [replace(p, file="" if p.file == named else p.file).to_json() for p in outcome.problems]
    return {**outcome.to_json(), "source": "", "problems": problems}


def _remembered(job: Job, record: Record) -> Outcome:
    line: Any = record.line
    problems = tuple(
        Problem(
            p["rule"], p["message"], Severity(p["severity"]), job.source if p["file"] == "" else p["file"], p["line"],
            p["hint"],
        )
        for p in line["problems"]
    )  # fmt: skip
    status = "cached" if record.sha256 else "failed"
    return Outcome(
        job, status, ExitCode(record.code), problems, line.get("path"), line["pages"], line["bytes"], line["sha256"],
        line["source_sha256"], line["reading_grade"], line["draft"], line.get("text_sha256"),
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
    kit = load_kit(project)
    rules = kit.rules
    if denied := kit.denied_for(path):
        rules = replace(rules, denials=(*rules.denials, *load_denials(denied)))
    monograph = read_monograph(source, rules)
    lost = check_conservation(source, monograph)
    if lost:
        raise ContentError(*lost)
    return source, monograph


def assemble(
    monograph: Monograph, kit: Kit, job: Job, chosen: Sequence[Cut] = (), *, glossary: bool = True,
    most_key_points: int = MOST_KEY_POINTS,
) -> Assembled:  # fmt: skip
    """The leaflet of a job and its ledger, without what was chosen to be left out."""
    variant, packet = kit.variant(job.variant), packet_rules(kit.project) if job.left else None
    out = {**shared_rules(job.left), **left_out(chosen, job.pages)}
    made = []
    for side in job.sides:
        order = Order(side.locale, job.edition, job.paper, build_identity(kit, job), job.label)
        wording = kit.wording(side.locale, Path(job.source))
        reviews = kit.reviews(side.locale.split("-")[0], Path(job.source))
        moved = [
            moved_text(chosen, variant, wording.interface),
            said_once(job.left, packet.in_language(wording.interface), side.locale) if packet else "",
        ]
        made.append(
            make_leaflet(
                monograph, variant, kit.units, order, wording, reviews, out, " ".join(filter(None, moved)),
                # Words of one language explained have no counterpart in another.
                glossary and not job.bilingual, most_key_points,
            )
        )  # fmt: skip
    return side_by_side(*made) if job.bilingual else made[0]


def composed(source: Source, monograph: Monograph, kit: Kit, job: Job) -> Assembled:
    """The leaflet of a job as it prints: cut to the pages that the job allows, which takes the engine.

    Raises ContentError where that would cost too much, TemplateError and PdfError.
    """
    made = assemble(monograph, kit, job)
    if made.leaflet is None or not job.pages:
        return made
    return _fitted(source, monograph, made, kit, job, ())[2]


def drawn(job: Job, kit: Kit) -> bytes:
    """The finished file of a job with what the kit says, which may be another than its project's; nothing is written.

    Raises LeafletsError, also where the source stops the leaflet.
    """
    source, monograph = read_checked(Path(job.source), job.source, kit.project)
    made = assemble(monograph, kit, job)
    if made.leaflet is None:
        raise ContentError(*made.problems)
    return _fitted(source, monograph, made, kit, job, ())[0]


def _html(leaflet: Leaflet, kit: Kit, job: Job) -> Html:
    words = [kit.interface(side.locale) for side in job.sides]
    return render_html(
        leaflet, kit.site, kit.templates, kit.styles, interface=words[0], beside=words[1] if job.bilingual else None
    )


def _fitted(
    source: Source, monograph: Monograph, made: Assembled, kit: Kit, job: Job, problems: tuple[Problem, ...]
) -> tuple[bytes, int, Assembled]:
    """The finished file and its leaflet, cut to the pages that the job allows.

    Raises ContentError where that would cost too much.
    """
    chosen: list[Cut] = []
    options: list[Cut] | None = None
    glossary, points, loose = True, MOST_KEY_POINTS, 0
    while True:
        assert made.leaflet is not None
        ledger, entry = made.ledger, _entry(made, kit, job, source, problems)
        shown = (*ledger, *(made.beside.ledger if made.beside else ()))
        html = _html(loosened(made.leaflet, loose), kit, job)
        try:
            data, count = finished_pdf(
                html, shown, job, [*_said(made, kit), *pieces(made.leaflet, loose)],
                lambda pages, ledger=ledger, entry=entry: make_passport(source, ledger, {**entry, "pages": pages}),  # type: ignore[misc]
            )  # fmt: skip
            return data, count, made
        except TooWideError as error:
            if loose == MOST:
                raise PdfError(*(_too_wide(number, text, job) for number, text in error.wide)) from None
            loose += 1
        except TooManyPagesError as error:
            if options is None:
                options = list(cuts(made.routed, kit.variant(job.variant), kit.units))
            if not glossary and not options:
                if not points:
                    raise _too_long(error, job) from None
                # Each of them is said again below: better a sheet without the box than none.
                points = FEWEST_KEY_POINTS if points > FEWEST_KEY_POINTS else 0
            # Our own explanations go before anything of the source's.
            wanted = 0.0 if glossary and _glossary_of(made.leaflet) else error.over * 1.05 + 20
            glossary = False
            while wanted > 0 and options:
                chosen.append(options.pop(0))
                wanted -= chosen[-1].size
            made = assemble(monograph, kit, job, chosen, glossary=False, most_key_points=points)


def _said(made: Assembled, kit: Kit) -> list[str]:
    """Every text that may stand on the pages."""
    if made.leaflet is None:
        return []
    leaflet, site = made.leaflet, kit.site
    notices = [text for notice in leaflet.notices for text in (notice.heading, notice.text, *notice.quotes)]
    return [
        *(entry.shown_text or "" for entry in made.ledger), *(entry.block.text for entry in made.ledger), *notices,
        leaflet.title, leaflet.gap_text, leaflet.moved_text, site.name, site.address, site.phone,
        leaflet.strip.source, leaflet.strip.build,  # digests: “19975059cc” reads like a dose
        *_glossary_of(leaflet), *(_said(made.beside, kit) if made.beside else ()),
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
        "build": build_identity(kit, job), "reading_grade": made.grade.neutral if made.grade else None,
        "draft": made.leaflet is None or made.leaflet.strip.draft,
        "review": made.review.to_json() if made.review else None,
        "problems": [problem.to_json() for problem in problems], **({"label": True} if job.label else {}),
        **({"bilingual": job.bilingual} if job.bilingual else {}),
    }  # fmt: skip


def build_identity(kit: Kit, job: Job) -> str:
    """Ten digits that change when program, rules, templates, fonts or engine change for such leaflets."""
    return _identity(kit, job.variant, job.edition, job.paper, job.locale, job.bilingual)


@lru_cache(maxsize=256)
def _identity(kit: Kit, variant: str, edition: str, paper: str, tag: str, beside: str) -> str:
    shaped = kit.digest(variant, edition, paper, tag, beside) + engine_identity(kit.fonts_rules)
    return hashlib.sha256(shaped.encode()).hexdigest()[:10]


def finished_pdf(
    html: Html, ledger: Ledger, job: Job, said: Sequence[str],
    attachments: Callable[[int], tuple[Attachment, ...]] | None = None,
) -> tuple[bytes, int]:  # fmt: skip
    """Render, then prove on the finished file that structure and text are whole.

    Raises PdfError, and TooManyPagesError and TooWideError before anything is written.
    """
    kit = load_kit(Path(job.project))
    pdf = render_pdf(
        html,
        identity=build_identity(kit, job),
        fonts_rules=kit.fonts_rules,
        attachments=attachments,
        most_pages=job.pages,
        in_place=True,
    )
    page, logical = extract_text(pdf.data), logical_text(pdf.data) if html.rtl else ""
    problems = [*check_structure(pdf.data), *missing_text(page, ledger, job.source, logical)]
    problems += added_quantities(logical or page, said, kit.units, job.source)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise PdfError(*errors)
    return pdf.data, pdf.pages


def _too_wide(page: int, text: str, job: Job) -> Problem:
    return Problem(
        "too-wide",
        f"“{text[:60]}” on page {page} is wider than its place and would be drawn over what stands beside it",
        Severity.ERROR, job.source, hint="write a shorter word or a table with fewer columns, or change its style",
    )  # fmt: skip


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def page_budget(kit: Kit, variant: str, edition: str, asked: int | None, *, whole: bool = False) -> int:
    """The most pages of a leaflet, 0 for as many as it takes; ``asked`` is None where nobody asks.

    ``whole``: it is for those who work on it, and nothing is left out.
    """
    # A complete variant leaves nothing out, and large print takes the pages that it takes, unless somebody asks.
    if kit.variant(variant).complete:
        return 0
    if asked is not None:
        return asked
    if whole:
        return 0
    return kit.variant(variant).composing.pages if edition == "standard" else 0


def output_path(job: Job) -> str:
    """Where a leaflet lies below the output folder."""
    if job.name:
        return job.name
    edition = "" if job.edition == "standard" else f".{job.edition}"
    label = ".label" if job.label else ""
    beside = f".bilingual-{job.bilingual}" if job.bilingual else ""
    return f"{job.locale}/{job.variant}/{job.slug}{edition}{beside}{label}.{job.format}"
