"""``leaflets translate proof``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import check_slugs, find_sources, project_folder, slug_of
from leaflets.cli.translate import translate
from leaflets.errors import ExitCode, LeafletsError, Problem, TranslationError

if TYPE_CHECKING:
    from leaflets.exchange.extract import Extracted
    from leaflets.exchange.proofing import File, Sheet
    from leaflets.html import Html
    from leaflets.kit import Kit

STYLES = ("tokens.css", "scripts.css", "proof.css")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the user asked for, the same for each source."""

    tag: str
    variants: tuple[str, ...]
    kind: str
    paper: str
    output: Path


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
@click.option("--json", "as_json", is_flag=True, help="Print what was written and counted as JSON on stdout.")
@click.pass_context
def proof(
    context: click.Context, sources: tuple[str, ...], tag: str, variants: tuple[str, ...], kind: str, paper: str | None,
    output: str, as_json: bool,
) -> None:  # fmt: skip
    """Write source and translation side by side for a reviewer: what changed, findings, tick boxes, a signature.

    <locale>/<slug>.proof.pdf, and beside it each leaflet as it would print now, in <locale>/<variant>/. Exit code 4
    when a catalogue cannot be read, 7 when only some of several, or only the proof and not its leaflet, were written.
    """
    from leaflets.kit import load_kit
    from leaflets.locales import canonical_tag, default_paper

    project = project_folder()
    kit = load_kit(project)
    tag = canonical_tag(tag)
    names = tuple(dict.fromkeys(variants or kit.variant_names()))
    for name in names:
        kit.variant(name)
    wanted = _Wanted(tag, names, kind, paper or default_paper(tag), Path(output))
    found = find_sources(sources, project)
    check_slugs(found)
    codes: list[ExitCode] = []
    accounts: list[dict[str, object]] = []
    for source in found:
        try:
            account, problems = _proved(source, wanted, kit)
            codes.append(ExitCode.SOME_FAILED if problems else ExitCode.OK)
            accounts.append(account)
        except LeafletsError as error:
            problems = error.problems
            codes.append(error.exit_code)
        for problem in problems:
            click.echo(str(problem), err=True)
    if as_json:
        click.echo(json.dumps({"proofs": accounts}, ensure_ascii=False))
    else:
        for account in accounts:
            paths = account["paths"]
            assert isinstance(paths, list)
            click.echo("\n".join(paths))
    context.exit(codes[0] if len(codes) == 1 else ExitCode.SOME_FAILED if any(codes) else ExitCode.OK)


def _proved(source: str, wanted: _Wanted, kit: Kit) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """Write one proof and its leaflets. Gives the account for ``--json`` and why a leaflet cannot print."""
    from leaflets.exchange.extract import extract_source
    from leaflets.files import write_whole

    extracted = extract_source(source, kit)
    made = _sheets(source, extracted, wanted, kit)
    printed: list[str] = []
    stops: list[Problem] = []
    for sheet in made[0]:
        path, problems = _leaflet(source, sheet.variant, wanted, kit)
        printed += [path] if path else []
        stops += problems
    html = _page(source, extracted, made, stops, wanted, kit)
    target = wanted.output / wanted.tag / f"{extracted.slug}.proof.{wanted.kind}"
    write_whole(target, _standing_alone(html).encode() if wanted.kind == "html" else _pdf(source, html, made[0], kit))
    account: dict[str, object] = {
        "slug": extracted.slug, "locale": wanted.tag, "paths": [str(target), *printed],
        "variants": {
            sheet.variant: {
                "texts": len(sheet.rows), **{state.replace(" ", "_"): count for state, count in sheet.counts.items()},
                "critical": sheet.findings("critical"), "waived": sheet.waived(),
                "blocking": dict(sheet.blocking()),
            }
            for sheet in made[0]
        },
    }  # fmt: skip
    return account, tuple(dict.fromkeys(stops))


def _sheets(source: str, extracted: Extracted, wanted: _Wanted, kit: Kit) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """What each variant says, and what no program has compared."""
    from leaflets.approvals import approvals_of, gathered, read_approvals
    from leaflets.catalogue import SHARED
    from leaflets.exchange.extract import catalogue_path, shown_path, spoken_for
    from leaflets.exchange.proofing import sheet_of
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.locales import language_of

    paths = [catalogue_path(Path(source), wanted.tag, kit, name) for name in ("", SHARED)]
    if not paths[0].is_file():
        wider = spoken_for(Path(source), wanted.tag, kit)
        hint = f"leaflets translate extract {source} --locale {wanted.tag}"
        hint = f"{wanted.tag} takes its texts from {wider}: --locale {wider}" if wider else hint
        said = f"there is no catalogue {shown_path(paths[0])}"
        raise TranslationError(Problem("catalogue-missing", said, file=source, hint=hint))
    files = [_file(path, wanted.tag, kit) for path in paths]
    records = gathered(record for path in paths for record in read_approvals(approvals_of(path)))
    segments = extracted.for_locale(wanted.tag, kit).segments
    sheets: list[Sheet] = []
    for name in wanted.variants:
        own = [segment for segment in segments if segment.variant == name]
        if own:
            headings = [section.heading for section in kit.variant(name).sections]
            first = 1 + sum(len(sheet.rows) for sheet in sheets)
            optional = language_of(wanted.tag) == SOURCE_LANGUAGE
            sheets.append(
                sheet_of(name, own, headings, files, records, kit.units, wanted.tag, first=first, optional=optional)
            )
    if not sheets:
        said = f"there is nothing to read for {', '.join(wanted.variants)} in {wanted.tag}"
        raise TranslationError(Problem("nothing-to-prove", said, file=source))
    return tuple(sheets), files[0].checked.not_checked


def _file(path: Path, tag: str, kit: Kit) -> File:
    from leaflets.exchange.extract import load_po
    from leaflets.exchange.findings import check_catalogue
    from leaflets.exchange.proofing import File
    from leaflets.exchange.reassemble import catalogue_of

    po = load_po(path)
    return File(f"{path.parent.name}/{path.name}", po, catalogue_of(po, tag), check_catalogue(po, path, tag, kit))


def _leaflet(source: str, variant: str, wanted: _Wanted, kit: Kit) -> tuple[str, tuple[Problem, ...]]:
    """The leaflet as it prints now, whole: its path, or why there is none."""
    from leaflets.build import build_one
    from leaflets.errors import Severity
    from leaflets.jobs import Job

    job = Job(
        source, slug_of(source), variant, wanted.tag, "standard", wanted.paper, str(wanted.output), str(kit.project),
        wanted.kind, draft=True,
    )  # fmt: skip
    outcome = build_one(job)
    if outcome.path is not None:
        return str(wanted.output / outcome.path), ()
    return "", tuple(problem for problem in outcome.problems if problem.severity is Severity.ERROR)


def _page(
    source: str, extracted: Extracted, made: tuple[tuple[Sheet, ...], tuple[str, ...]], stops: Sequence[Problem],
    wanted: _Wanted, kit: Kit,
) -> Html:  # fmt: skip
    from leaflets.assets import find_asset
    from leaflets.html import Html, draw_cells, draw_page
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.locales import parse_locale, text_direction

    assert extracted.monograph is not None
    sheets, unchecked = made
    rows = [row for sheet in sheets for row in sheet.rows]
    cells = [
        draw_cells("proof/cells.html", kit.templates, tag, {"texts": texts})
        for tag, texts in (
            (SOURCE_LANGUAGE, [row.source for row in rows]),
            (wanted.tag, [row.target for row in rows]),
        )
    ]
    heading = f"{extracted.monograph.title}: proof of the translation, {wanted.tag}"
    words = kit.interface(wanted.tag)
    open_words = 0 if words.is_source else len(words.unapproved)
    text = draw_page(
        "proof/proof.html", kit.templates, {
            "heading": heading, "tag": wanted.tag, "language": parse_locale(wanted.tag).english_name,
            "slug": extracted.slug, "sha256": extracted.monograph.sha256, "sheets": sheets, "cells": cells,
            "source": source, "unchecked": unchecked, "direction": text_direction(wanted.tag), "paper": wanted.paper,
            "stops": [problem.message for problem in stops], "words": {"open": open_words, "all": len(words.said)},
            "blocked": any(sheet.blocking() for sheet in sheets),
        },
    )  # fmt: skip
    styles = tuple(find_asset("styles", name, kit.project) for name in STYLES)
    folders = tuple(folder.resolve() for folder in (*kit.styles, *kit.templates))
    return Html(text, styles, folders, "en", heading)


def _pdf(source: str, html: Html, sheets: Sequence[Sheet], kit: Kit) -> bytes:
    """The finished file, with every text of the table in it. Raises PdfError."""
    from leaflets.errors import PdfError, Severity
    from leaflets.exchange.proofing import drawn_text
    from leaflets.pdf import check_structure, extract_text, logical_text, render_pdf
    from leaflets.proof import missing_words

    data = render_pdf(html, identity="proof", fonts_rules=kit.fonts_rules).data
    # The sheet lies on its side: a leaflet never does.
    found = [problem for problem in check_structure(data) if problem.rule != "pdf-size"]
    page, logical = extract_text(data), logical_text(data) if html.rtl else ""
    said: list[tuple[str, str, int | None]] = [
        (drawn_text(pieces), row.segment.source, None)
        for sheet in sheets
        for row in sheet.rows
        for pieces in (row.source, row.target)
    ]
    found += missing_words(page, said, source, logical)
    if errors := [problem for problem in found if problem.severity is Severity.ERROR]:
        raise PdfError(*errors)
    return data


def _standing_alone(html: Html) -> str:
    """A page that needs no other file."""
    styles = "\n".join(path.read_text(encoding="utf-8") for path in html.styles)
    return replace(html, text=html.text.replace("</head>", f"<style>{styles}</style></head>", 1)).text
