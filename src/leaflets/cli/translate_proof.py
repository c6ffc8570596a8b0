"""``leaflets translate proof``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import check_slugs, find_sources, project_folder, slug_of
from leaflets.cli.translate import translate
from leaflets.errors import ExitCode, LeafletsError, Problem, TranslationError

if TYPE_CHECKING:
    from leaflets.exchange.proofing import Sheet
    from leaflets.html import Html
    from leaflets.kit import Kit

STATES = ("approved", "not approved", "rejected", "stale", "missing")


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate proof content/monographs/metformin.md --locale de --output proofs
"""
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--locale", "tag", required=True, help="BCP 47 tag of the catalogue.")
@click.option("--variant", "variants", multiple=True, help="Repeatable.  [default: all]")
@click.option("--format", "kind", type=click.Choice(["pdf", "html"]), default="pdf", show_default=True)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="[default: what the locale's territory uses]")
@click.option("--output", default="output/proof", show_default=True, help="Folder for the proofs.")
@click.pass_context
def proof(
    context: click.Context, sources: tuple[str, ...], tag: str, variants: tuple[str, ...], kind: str, paper: str | None,
    output: str,
) -> None:  # fmt: skip
    """Write source and translation side by side for a reviewer: what changed, findings, tick boxes, a signature.

    <locale>/<slug>.proof.pdf, and beside it each leaflet as it would print now. Exit code 4 when a catalogue cannot be
    read.
    """
    from leaflets.kit import load_kit
    from leaflets.locales import canonical_tag

    project = project_folder()
    kit = load_kit(project)
    tag = canonical_tag(tag)
    names = variants or kit.variant_names()
    for name in names:
        kit.variant(name)
    found = find_sources(sources, project)
    check_slugs(found)
    failed: list[LeafletsError] = []
    for source in found:
        try:
            for path in _proved(source, tag, names, kit, kind, paper, Path(output)):
                click.echo(str(path))
        except LeafletsError as error:
            failed.append(error)
            for problem in error.problems:
                click.echo(str(problem), err=True)
    if failed:
        context.exit(failed[0].exit_code if len(found) == 1 else ExitCode.SOME_FAILED)


def _proved(
    source: str, tag: str, variants: tuple[str, ...], kit: Kit, kind: str, paper: str | None, output: Path
) -> list[Path]:
    from leaflets.approvals import approvals_of, gathered, read_approvals
    from leaflets.assets import translation_folders
    from leaflets.build import Job, build_one
    from leaflets.catalogue import SHARED
    from leaflets.checking.run import TERMS, make_checker, unchecked
    from leaflets.exchange.extract import catalogue_path, extract_source, load_po, shown_path
    from leaflets.exchange.proofing import sheets
    from leaflets.exchange.reassemble import catalogue_of
    from leaflets.files import write_whole
    from leaflets.locales import default_paper

    paths = [catalogue_path(Path(source), tag, kit, name) for name in ("", SHARED)]
    if not paths[0].is_file():
        hint = f"leaflets translate extract {source} --locale {tag}"
        said = f"there is no catalogue {shown_path(paths[0])}"
        raise TranslationError(Problem("catalogue-missing", said, file=source, hint=hint))
    extracted = extract_source(source, kit)
    segments = [s for s in extracted.for_locale(tag, kit).segments if s.variant in variants]
    catalogues = [catalogue_of(load_po(path), tag) for path in paths]
    records = gathered(record for path in paths for record in read_approvals(approvals_of(path)))
    titles = [segment.source for segment in segments if segment.role == "title"]
    checker = make_checker(tag, translation_folders(kit.project), titles, paths[0].parent / TERMS)
    made = sheets(segments, catalogues, records, checker)
    paper = paper or default_paper(tag)
    html = _page(source, tag, kit, made, paper, unchecked(checker))
    target = output / tag / f"{extracted.slug}.proof.{kind}"
    write_whole(target, _standing_alone(html).encode() if kind == "html" else _pdf(html, kit))
    written = [target]
    for name in variants:
        job = Job(
            source, slug_of(source), name, tag, "standard", paper, str(output), str(kit.project), kind, draft=True
        )
        outcome = build_one(job)
        if outcome.path is None:
            raise TranslationError(*outcome.problems)
        written.append(output / outcome.path)
    return written


def _page(source: str, tag: str, kit: Kit, made: tuple[Sheet, ...], paper: str, unchecked: tuple[str, ...]) -> Html:
    from leaflets.build import read_checked
    from leaflets.html import Html, draw_page, script_styles
    from leaflets.locales import parse_locale, text_direction

    read, monograph = read_checked(Path(source), source, kit.project)
    weights = {
        sheet.variant: [finding.weight.value for row in sheet.rows for finding in row.findings] for sheet in made
    }
    critical = {name: own.count("critical") for name, own in weights.items()}
    text = draw_page(
        "proof/proof.html", kit.templates, tag, {
            "title": monograph.title, "tag": tag, "language": parse_locale(tag).english_name, "slug": monograph.slug,
            "sha256": read.sha256, "sheets": made, "states": STATES, "critical": critical, "source": source,
            "other": {name: len(own) - critical[name] for name, own in weights.items()}, "unchecked": unchecked,
            "direction": text_direction(tag),
        },
    )  # fmt: skip
    styles = [_style("tokens.css", kit), *script_styles(tag, kit.styles), _style("proof.css", kit)]
    if paper == "letter":
        text = text.replace("<body ", '<body style="page: letter" ', 1)
    folders = tuple(folder.resolve() for folder in (*kit.styles, *kit.templates))
    return Html(text, tuple(styles), folders, "en", f"{monograph.title}: proof, {tag}")


def _style(name: str, kit: Kit) -> Path:
    from leaflets.assets import find_asset

    return find_asset("styles", name, kit.project)


def _pdf(html: Html, kit: Kit) -> bytes:
    from leaflets.errors import PdfError, Severity
    from leaflets.pdf import check_structure, render_pdf

    data = render_pdf(html, identity="proof", fonts_rules=kit.fonts_rules).data
    # The sheet lies on its side: a leaflet never does.
    found = [problem for problem in check_structure(data) if problem.rule != "pdf-size"]
    if errors := [problem for problem in found if problem.severity is Severity.ERROR]:
        raise PdfError(*errors)
    return data


def _standing_alone(html: Html) -> str:
    """A page that needs no other file."""
    styles = "\n".join(path.read_text(encoding="utf-8") for path in html.styles)
    screen = "body { max-width: 80rem; margin: 1rem auto; padding: 0 1rem }"
    return replace(html, text=html.text.replace("</head>", f"<style>{styles}{screen}</style></head>", 1)).text
