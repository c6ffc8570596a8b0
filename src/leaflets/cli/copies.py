"""``leaflets copies``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.progress import followed
from leaflets.cli.sources import check_slugs, cores, find_sources, project_folder, slug_of
from leaflets.errors import ExitCode, Problem, Severity

if TYPE_CHECKING:
    from leaflets.copies import CopyOutcome, Shop
    from leaflets.worklist import Row, RowProblems


@main.command(
    epilog="""
    \b
    Example:
      leaflets copies today.csv --output copies --merge today.pdf
"""
)
@click.argument("worklist")
@click.option("--source", "sources", multiple=True, help="Monographs.  [default: content/monographs]")
@click.option("--output", default="copies", show_default=True, help="Folder for the copies.")
@click.option("--merge", "merged", metavar="FILE", help="All of them in one file for the printer, in their order.")
@click.option("--variant", default="patient", show_default=True, help="For rows that name none.")
@click.option("--locale", default="en-US", show_default=True, help="For rows that name none.")
@click.option("--codes", metavar="FILE", help="The site's own codes.csv: system,code,slug; for FHIR.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option("--draft/--strict", default=True, help="Print unreviewed text marked as a draft, or not at all.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on stdout.")
@click.pass_context
def copies(
    context: click.Context, worklist: str, sources: tuple[str, ...], output: str, merged: str | None, variant: str,
    locale: str, codes: str | None, jobs: int | None, draft: bool, as_json: bool,
) -> None:  # fmt: skip
    """Print personalised copies from a worklist: one PDF for each row, the patient's label on it.

    WORKLIST: CSV, or FHIR JSON or NDJSON (src/leaflets/worklist/README.md has the columns). Rows that cannot be printed
    are listed with their line, the others are printed: exit code 7. What lies there already is not written again.
    """
    from leaflets.assets import interface_tags, rules_file
    from leaflets.copies import Shop, build_bases, make_copy
    from leaflets.files import held, sweep
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.manifest import Manifest
    from leaflets.records import FOLDER
    from leaflets.workers import local_crew
    from leaflets.worklist import Defaults, Row, load_name_rules, read_codes, read_titles, read_worklist

    project = project_folder()
    found = find_sources(sources, project)
    check_slugs(found)
    by_slug = {slug_of(source): source for source in found}
    titles = read_titles(
        ((slug, Path(source)) for slug, source in by_slug.items()), load_name_rules(rules_file("names.toml", project))
    )
    folder = Path(output)
    names = {entry.slug: entry.title for entry in titles.entries}
    shop = Shop(folder, project, by_slug, names, strict=not draft)
    defaults = Defaults(
        variant, locale, variants=shop.kit.variant_names(), locales=(SOURCE_LANGUAGE, *interface_tags(project))
    )
    known = [read_codes(Path(codes), titles)] if codes else []

    def rows() -> Iterator[Row | RowProblems]:
        return read_worklist(Path(worklist), titles, defaults, *known)

    count = sum(isinstance(item, Row) for item in rows())
    faults = 0
    for item in rows():
        if not isinstance(item, Row):
            faults += item.failed
            for problem in item.problems:
                click.echo(str(problem), err=True)
    tally = {"built": 0, "cached": 0, "failed": faults}
    with ExitStack() as stack:
        stack.enter_context(held(folder / FOLDER, lambda: click.echo("waiting for another run", err=True)))
        manifest = stack.enter_context(Manifest(folder, count))
        sweep(folder)
        crew = local_crew(jobs or cores())
        bases = dict(
            followed(build_bases((row for row in rows() if isinstance(row, Row)), shop, crew), count, "Leaflets")
        )
        manifest.write()

        def made() -> Iterator[CopyOutcome]:
            wanted = (row for row in rows() if isinstance(row, Row))
            for number, row in enumerate(wanted, 1):
                outcome = make_copy(number, row, bases, shop)
                manifest.add(number - 1, outcome.to_json())
                manifest.write_sometimes()
                tally[outcome.status] += 1
                if outcome.status == "failed":
                    for problem in outcome.problems:
                        if problem.severity is Severity.ERROR:
                            place = Problem(
                                problem.rule, problem.message, problem.severity, worklist, row.line, problem.hint
                            )
                            click.echo(str(place), err=True)
                yield outcome

        try:
            _write(followed(made(), count, "Copies"), merged, shop)
        finally:
            manifest.write()
    if as_json:
        click.echo(json.dumps({**tally, "manifest": str(manifest.path), "merged": merged}))
    else:
        click.echo(
            f"{tally['built']} written, {tally['cached']} there already, {tally['failed']} failed; {manifest.path}"
        )
    whole = tally["failed"] == 0
    context.exit(ExitCode.OK if whole else ExitCode.SOME_FAILED if count + faults > 1 else ExitCode.CONTENT)


def _write(outcomes: Iterator[CopyOutcome], merged: str | None, shop: Shop) -> None:
    """Make all of them, and the print file with a bookmark for each if one is wanted."""
    if merged is None:
        for _ in outcomes:
            pass
        return
    from leaflets.pdf.merge import merge

    # The merge asks for a copy and then for its title; no title says whose it is.
    titles: list[str] = []

    def paths() -> Iterator[Path]:
        for outcome in outcomes:
            if outcome.path is not None:
                titles.append(f"{outcome.number}. {shop.titles.get(outcome.slug, outcome.slug)}")
                yield shop.output / outcome.path

    def named() -> Iterator[str]:
        at = 0
        while at < len(titles):
            yield titles[at]
            at += 1

    merge(paths(), Path(merged), titles=named())
