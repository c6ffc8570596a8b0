"""``leaflets build``."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.sources import check_slugs, find_sources, project_folder, slug_of
from leaflets.errors import ExitCode, Problem, Severity, TranslationError

if TYPE_CHECKING:
    from leaflets.build import Job, Outcome

EXAMPLE = """
    \b
    Example:
      leaflets build monographs/ --variant patient --locale en-GB --output leaflets
"""


def _pages(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """A number of pages, 0 for all of them, None for the variant's own."""
    if value is None:
        return None
    if value == "full":
        return 0
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 99:
        raise click.BadParameter("a number from 1 to 99, or full")
    return int(value)


@main.command(epilog=EXAMPLE)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--variant", "variants", multiple=True, help="Who it is for; repeatable.  [default: patient, clinician]")
@click.option("--locale", "locales", multiple=True, help="BCP 47 tag; repeatable.  [default: en-US]")
@click.option("--edition", type=click.Choice(["standard", "large-print"]), default="standard", show_default=True)
@click.option(
    "--pages", callback=_pages, help="At most N pages, or full.  [default: what the variant says; patient: 2]"
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="[default: what the locale's territory uses]")
@click.option("--output", default="output", show_default=True, help="Folder for the leaflets.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option("--format", "kind", type=click.Choice(["pdf", "html"]), default="pdf", show_default=True)
@click.option("--draft", is_flag=True, help="Print what is not translated in English, boxed and marked, on all pages.")
@click.option("--strict", is_flag=True, help="Print nothing that nobody has reviewed.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on stdout.")
@click.pass_context
def build(
    context: click.Context, sources: tuple[str, ...], variants: tuple[str, ...], locales: tuple[str, ...],
    edition: str, pages: int | None, paper: str | None, output: str, jobs: int | None, kind: str, draft: bool,
    strict: bool, as_json: bool,
) -> None:  # fmt: skip
    """Build leaflets from monographs.

    SOURCE: files or folders; by default content/monographs. Exit code 0: all built; 3 to 6: the one source failed;
    7: some failed, the rest is written.
    """
    from leaflets.batch import build_all, write_manifest
    from leaflets.kit import load_kit

    if draft and strict:
        raise click.UsageError("--draft and --strict ask for opposite things")
    started = time.monotonic()
    project = project_folder()
    kit = load_kit(project)
    for name in variants:
        kit.variant(name)
    tags = tuple(dict.fromkeys(_known_locale(tag, project) for tag in locales or ("en-US",)))
    found = find_sources(sources, project)
    check_slugs(found)
    wanted = _jobs(
        found,
        tuple(dict.fromkeys(variants)),
        tags,
        edition,
        paper,
        output,
        project,
        kind,
        pages,
        strict=strict,
        draft=draft,
    )
    workers = jobs or os.cpu_count() or 1
    outcomes = _followed(build_all(wanted, workers), len(wanted))
    manifest = write_manifest(Path(output), outcomes)
    _say_problems(outcomes)
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    built = len(outcomes) - len(failed)
    seconds = round(time.monotonic() - started, 2)
    if as_json:
        summary = {"built": built, "cached": 0, "failed": len(failed), "seconds": seconds, "manifest": str(manifest)}
        click.echo(json.dumps(summary))
    else:
        click.echo(f"{built} built, {len(failed)} failed in {seconds} s; {manifest}")
        for outcome in sorted(outcomes, key=lambda o: o.path or ""):
            if outcome.path is not None and len(outcomes) <= 20:
                click.echo(f"  {Path(output) / outcome.path}")
    context.exit(_exit_code(failed, found))


def _followed(outcomes: Iterator[Outcome], count: int) -> list[Outcome]:
    """All outcomes, with a bar on stderr while a person waits for many."""
    if count == 1 or not sys.stderr.isatty():
        return list(outcomes)
    with click.progressbar(outcomes, length=count, label="Building", file=sys.stderr) as bar:
        return list(bar)


def _exit_code(failed: Sequence[Outcome], sources: Sequence[str]) -> ExitCode:
    if not failed:
        return ExitCode.OK
    return failed[0].code if len(sources) == 1 else ExitCode.SOME_FAILED


def _jobs(
    sources: Sequence[str], variants: Sequence[str], tags: Sequence[str], edition: str, paper: str | None, output: str,
    project: Path, kind: str, pages: int | None, *, strict: bool, draft: bool,
) -> list[Job]:  # fmt: skip
    from leaflets.build import Job
    from leaflets.kit import load_kit
    from leaflets.locales import default_paper

    kit = load_kit(project)

    def budget(variant: str, tag: str) -> int:
        # A complete variant leaves nothing out, and large print takes the pages that it takes, unless somebody asks.
        if kit.variant(variant).complete:
            return 0
        if pages is not None:
            return pages
        if draft and not kit.interface(tag).is_source:
            return 0  # it is for those who work on it: nothing is left out
        return kit.variant(variant).composing.pages if edition == "standard" else 0

    return [
        Job(
            source, slug_of(source), variant, tag, edition, paper or default_paper(tag), output, str(project), kind,
            strict, budget(variant, tag), draft,
        )
        for source in sources
        for tag in tags
        for variant in variants or ("patient", "clinician")
    ]  # fmt: skip


def _known_locale(tag: str, project: Path) -> str:
    from leaflets.assets import interface_tags
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.locales import parse_locale, tag_chain

    locale = parse_locale(tag)
    known = "-".join(part for part in (locale.language, locale.script, locale.territory) if part)
    there = interface_tags(project)
    if locale.language != SOURCE_LANGUAGE and not set(tag_chain(known)).intersection(there):
        raise TranslationError(
            Problem(
                "no-catalogue", f"there is no text for {tag}",
                hint=f"there is text for {', '.join((SOURCE_LANGUAGE, *there))}; a leaflet never mixes languages",
            )
        )  # fmt: skip
    return known


def _say_problems(outcomes: Sequence[Outcome]) -> None:
    """Errors, each once; warnings are counted and left to ``check`` and the manifest."""
    problems = dict.fromkeys(p for o in sorted(outcomes, key=lambda o: o.job.slug) for p in o.problems)
    stopping = dict.fromkeys(p for o in outcomes if o.status == "failed" for p in o.problems)
    for problem in problems:
        if problem.severity is Severity.ERROR and problem in stopping:
            click.echo(str(problem), err=True)
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    if warnings:
        click.echo(f"{warnings} warnings; see them with: leaflets check", err=True)
