"""``leaflets copies``."""

from __future__ import annotations

import json
from collections import Counter
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
    from leaflets.copies import CopyOutcome
    from leaflets.worklist import Row, RowProblems


_NOTES = 20
"""So many rows of one kind are told one by one: a hundred thousand lines would hide the one that matters."""


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
@click.option("--separators", is_flag=True, help="A sheet before each copy of the print file, without personal data.")
@click.option("--variant", default="patient", show_default=True, help="For rows that name none.")
@click.option("--locale", default="en-US", show_default=True, help="For rows that name none.")
@click.option("--packet", "packets", is_flag=True, help="All medicines of a patient as one handout.")
@click.option("--codes", metavar="FILE", help="The site's own codes.csv: system,code,slug; for FHIR.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option("--draft/--strict", default=True, help="Print unreviewed text marked as a draft, or not at all.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on stdout.")
@click.pass_context
def copies(
    context: click.Context, worklist: str, sources: tuple[str, ...], output: str, merged: str | None,
    separators: bool, variant: str, locale: str, packets: bool, codes: str | None, jobs: int | None, draft: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Print personalised copies from a worklist: one PDF for each row, the patient's label on it.

    WORKLIST: CSV, or FHIR JSON or NDJSON (src/leaflets/worklist/README.md has the columns). Rows that cannot be printed
    are listed with their line, the others are printed: exit code 7. What lies there already is not written again.

    Rows with the same word in the column “packet” become one file, with a first page of all medicines. --packet does so
    for a FHIR file's rows with the same patient reference, and asks a CSV file for that column.
    """
    from leaflets.assets import interface_tags, rules_file
    from leaflets.copies import Shop, build_bases
    from leaflets.files import held, sweep
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.manifest import Manifest
    from leaflets.packets import forget_bases, make_unit, unit_jobs
    from leaflets.print_run import print_run
    from leaflets.records import FOLDER
    from leaflets.workers import local_crew
    from leaflets.worklist import Defaults, load_name_rules, read_codes, read_titles, read_worklist, survey, units

    if separators and merged is None:
        raise click.UsageError("--separators go into the print file: add --merge FILE")
    project = project_folder()
    found = find_sources(sources, project)
    check_slugs(found)
    by_slug = {slug_of(source): source for source in found}
    titles = read_titles(
        ((slug, Path(source)) for slug, source in by_slug.items()), load_name_rules(rules_file("names.toml", project))
    )
    folder = Path(output)
    shop = Shop(folder, project, by_slug, {entry.slug: entry for entry in titles.entries}, not draft, locale)
    spoken = (SOURCE_LANGUAGE, *interface_tags(project))
    defaults = Defaults(variant, locale, variants=shop.kit.variant_names(), locales=spoken, packets=packets)
    table = [read_codes(Path(codes), titles)] if codes else []

    def rows() -> Iterator[Row | RowProblems]:
        return read_worklist(Path(worklist), titles, defaults, *table)

    known = survey(_said(rows()))
    count, notes = known.rows, _Notes()
    tally = {"built": 0, "cached": 0, "failed": known.failed}
    with ExitStack() as stack:
        stack.enter_context(held(folder / FOLDER, lambda: click.echo("waiting for another run", err=True)))
        manifest = stack.enter_context(Manifest(folder, count))
        sweep(folder)
        crew = local_crew(jobs or cores())
        needed = (job for unit in units(rows(), known, worklist) for job in unit_jobs(unit, shop))
        bases = dict(followed(build_bases(needed, shop, crew), count, "Leaflets"))
        forget_bases(shop, bases)
        manifest.write()

        def made() -> Iterator[CopyOutcome]:
            for unit in units(rows(), known, worklist):
                said: set[Problem] = set()
                for outcome in make_unit(unit, bases, shop):
                    manifest.add(outcome.number - 1, outcome.to_json())
                    tally[outcome.status] += 1
                    if outcome.status == "failed":
                        _say_errors(outcome, worklist, said)
                    notes.say(outcome, worklist)
                    yield outcome
                manifest.write_sometimes()

        try:
            outcomes = followed(made(), count, "Copies")
            if merged is None:
                for _ in outcomes:
                    pass
            elif not print_run(outcomes, Path(merged), shop, known.files, separators=separators):
                click.echo(f"there is no copy to print: {merged} is not written", err=True)
        finally:
            manifest.write()
            notes.say_rest()
    if as_json:
        click.echo(json.dumps({**tally, "manifest": str(manifest.path), "merged": merged}))
    else:
        click.echo(
            f"{tally['built']} written, {tally['cached']} there already, {tally['failed']} failed; {manifest.path}"
        )
    whole = tally["failed"] == 0
    context.exit(ExitCode.OK if whole else ExitCode.SOME_FAILED if count + known.failed > 1 else ExitCode.CONTENT)


class _Notes:
    """What is unsure in rows that are printed: of each rule some in full, of the others how many there are."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def say(self, outcome: CopyOutcome, worklist: str) -> None:
        for note in outcome.notes:
            self._count[note.rule] += 1
            if self._count[note.rule] <= _NOTES:
                place = Problem(note.rule, note.message, note.severity, worklist, outcome.line, note.hint)
                click.echo(str(place), err=True)

    def say_rest(self) -> None:
        for rule, count in self._count.items():
            if count > _NOTES:
                click.echo(f"{rule}: {count - _NOTES} more rows; the manifest has them all", err=True)


def _said(items: Iterator[Row | RowProblems]) -> Iterator[Row | RowProblems]:
    """The same, with every problem said on the way."""
    from leaflets.worklist import RowProblems

    for item in items:
        if isinstance(item, RowProblems):
            for problem in item.problems:
                click.echo(str(problem), err=True)
        yield item


def _say_errors(outcome: CopyOutcome, worklist: str, said: set[Problem]) -> None:
    """What is wrong, at the row's line; what is wrong with a packet, once."""
    for problem in outcome.problems:
        if problem.severity is Severity.ERROR and problem not in said:
            said.add(problem)
            place = Problem(problem.rule, problem.message, problem.severity, worklist, outcome.line, problem.hint)
            click.echo(str(place), err=True)
