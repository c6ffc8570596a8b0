"""``leaflets translate status``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import check_slugs, find_sources, project_folder
from leaflets.cli.translate import translate
from leaflets.errors import ExitCode, LeafletsError, Problem, Severity, TranslationError

if TYPE_CHECKING:
    from leaflets.exchange.extract import Extracted
    from leaflets.exchange.progress import Interface, Progress
    from leaflets.kit import Kit


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate status --locale de
      leaflets translate status --html output/status.html
"""
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--locale", "tags", multiple=True, help="Only these.  [default: all that have catalogues]")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON on stdout.")
@click.option("--html", "html_page", default="", metavar="PAGE", help="Also write them as an HTML page.")
@click.pass_context
def status(
    context: click.Context, sources: tuple[str, ...], tags: tuple[str, ...], as_json: bool, html_page: str
) -> None:
    """Say of each locale and monograph how many texts are translated, stale, missing, approved, and what checks found.

    Exit code 4 when a catalogue or its approvals cannot be read.
    """
    from leaflets.assets import locale_folder
    from leaflets.exchange.extract import catalogue_path, extract_source, spoken_for
    from leaflets.exchange.progress import page
    from leaflets.files import write_whole
    from leaflets.kit import load_kit
    from leaflets.locales import canonical_tag

    project = project_folder()
    kit = load_kit(project)
    found = find_sources(sources, project)
    check_slugs(found)
    named = [canonical_tag(tag) for tag in tags]
    rows: list[Progress] = []
    problems: list[Problem] = []
    for source in found:
        folder = locale_folder(Path(source), project)
        there = [tag for tag in named or _locales(folder) if catalogue_path(Path(source), tag, kit).is_file()]
        if not (there := named or there):
            continue
        try:
            extracted = extract_source(source, kit)
        except LeafletsError as error:
            problems += error.problems
            continue
        for tag in there:
            if not catalogue_path(Path(source), tag, kit).is_file() and (wider := spoken_for(Path(source), tag, kit)):
                told = Problem("catalogue-wider", f"{tag} takes its texts from {wider}", Severity.WARNING, source)
                click.echo(str(told), err=True)
            try:
                rows.append(_progress(extracted, source, tag, kit))
            except LeafletsError as error:
                problems += error.problems
    rows.sort(key=lambda row: (row.locale, row.slug))
    interface = _interface(named, project, problems)
    for problem in dict.fromkeys(problems):
        click.echo(str(problem), err=True)
    if html_page:
        write_whole(Path(html_page), page(rows, interface, problems).encode())
    if as_json:
        account = {
            "monographs": [r.to_json() for r in rows], "interface": [i.to_json() for i in interface],
            "problems": [problem.to_json() for problem in dict.fromkeys(problems)],
        }  # fmt: skip
        click.echo(json.dumps(account, ensure_ascii=False))
    else:
        _print(rows, interface, empty=not problems)
    context.exit(ExitCode.TRANSLATION if problems else ExitCode.OK)


def _progress(extracted: Extracted, source: str, tag: str, kit: Kit) -> Progress:
    from leaflets.approvals import approvals_path, gathered, read_approvals
    from leaflets.assets import translation_folders
    from leaflets.catalogue import SHARED
    from leaflets.checking.run import TERMS, check_pairs, make_checker, pairs_of
    from leaflets.checking.waivers import read_waivers, waived, waivers_path
    from leaflets.exchange.extract import catalogue_path, load_po
    from leaflets.exchange.progress import progress
    from leaflets.exchange.reassemble import catalogue_of

    paths = [catalogue_path(Path(source), tag, kit, name) for name in ("", SHARED)]
    files = [load_po(path) for path in paths]
    records = [r for path in paths for r in read_approvals(approvals_path(path.parent.parent, tag, path.stem))]
    known = frozenset(entry.key for po in files for entry in po.live)
    obsolete = sum(entry.obsolete for entry in files[0].entries)
    own = extracted.for_locale(tag, kit).segments
    titles = [segment.source for segment in own if segment.role == "title"]
    checker = make_checker(tag, translation_folders(kit.project), titles, paths[0].parent / TERMS)
    used = {key for segment in own for key in segment.keys}  # of what many share, what this one says
    pairs = [*pairs_of(files[0]), *(pair for pair in pairs_of(files[1]) if (pair.context, pair.source) in used)]
    written = [pair for pair in pairs if pair.target.strip() and not pair.fuzzy]
    waivers = [waiver for path in paths for waiver in read_waivers(waivers_path(path))]
    findings = waived(check_pairs(written, checker), tag, waivers)
    return progress(
        tag, extracted.slug, own, [catalogue_of(po, tag) for po in files], gathered(records), known, obsolete, findings
    )


def _interface(named: Sequence[str], project: Path, problems: list[Problem]) -> list[Interface]:
    """How far the program's own words are: in each locale that has some, or in those that are asked for."""
    from leaflets.assets import find_asset, interface_tags
    from leaflets.exchange.progress import Interface
    from leaflets.interface import read_keys
    from leaflets.kit import load_kit

    wanted = frozenset(read_keys(find_asset("content", "locale/leaflets.pot", project)))
    out = []
    for tag in named or interface_tags(project):
        try:
            words = load_kit(project).interface(tag)
            if words.is_source:
                continue  # they are written in it
            there = wanted.intersection(words.said)
            out.append(Interface(tag, len(wanted), len(there), len(there - words.unapproved)))
        except TranslationError as error:
            problems += error.problems
    return out


def _locales(folder: Path) -> list[str]:
    return sorted({path.parent.name for path in folder.glob("*/*.po")})


def _print(rows: Sequence[Progress], interface: Sequence[Interface], *, empty: bool) -> None:
    from leaflets.exchange.progress import FIELDS

    for one in interface:
        said = f"{one.translated} of {one.messages}, {one.approved} approved"
        click.echo(f"{one.locale:<8} the program's own words: {said}")
    if not rows:
        if empty:  # else, what could not be read has been said
            click.echo("no catalogues yet: leaflets translate extract SOURCE --locale TAG")
        return
    wide = max(len(row.slug) for row in rows)
    click.echo(f"{'locale':<8} {'monograph':<{wide}} " + " ".join(f"{name.replace('_', ' '):>13}" for name in FIELDS))
    for row in rows:
        click.echo(f"{row.locale:<8} {row.slug:<{wide}} " + " ".join(f"{getattr(row, name):>13}" for name in FIELDS))
