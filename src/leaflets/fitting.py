"""Monograph + Job -> the leaflet as it prints: cut to the pages that the job allows, proved on the finished file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from leaflets.assemble import Assembled, Order, make_leaflet, side_by_side
from leaflets.compose import Cut, cuts, left_out, moved_text
from leaflets.errors import ContentError, PdfError, Problem, Severity
from leaflets.html import Html, render_html
from leaflets.jobs import Job
from leaflets.keypoints import FEWEST_KEY_POINTS, MOST_KEY_POINTS
from leaflets.keys import build_identity
from leaflets.kit import Kit, load_kit
from leaflets.leaflet import Leaflet
from leaflets.ledger import Ledger
from leaflets.loosen import MOST, loosened, pieces
from leaflets.monograph import Monograph
from leaflets.packet_rules import packet_rules
from leaflets.passport import make_passport
from leaflets.pdf import (
    Attachment,
    TooManyPagesError,
    TooWideError,
    check_structure,
    extract_text,
    logical_text,
    render_pdf,
)
from leaflets.proof import added_quantities, missing_text
from leaflets.shared import said_once, shared_rules
from leaflets.source import Source


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


def html_of(leaflet: Leaflet, kit: Kit, job: Job) -> Html:
    """The pages of a job's leaflet, before they are laid out. Raises TemplateError."""
    words = [kit.interface(side.locale) for side in job.sides]
    return render_html(
        leaflet, kit.site, kit.templates, kit.styles, interface=words[0], beside=words[1] if job.bilingual else None
    )


def fitted(
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
        html = html_of(loosened(made.leaflet, loose), kit, job)
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
