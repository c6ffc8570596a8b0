"""``leaflets check``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from leaflets.cli import main
from leaflets.cli.sources import check_slugs, find_sources, project_folder
from leaflets.errors import ContentError, ExitCode, Problem, Severity


@main.command(
    epilog="""
    \b
    Example:
      leaflets check monographs/ --json
"""
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON on stdout.")
@click.pass_context
def check(context: click.Context, sources: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Say what is wrong in monographs: file, line, rule, severity, hint.

    Reads each source, proves that nothing was lost in reading, looks for signs of danger, and finds the blocks that a
    variant has no rule for. Exit code 3 when there is an error.
    """
    from leaflets.build import read_checked
    from leaflets.kit import load_kit, variants_of
    from leaflets.routing import route_blocks

    project = project_folder()
    kit = load_kit(project)
    variants = [kit.variant(name) for name in variants_of(project)]
    problems: list[Problem] = list(kit.problems)
    found = find_sources(sources, project)
    try:
        check_slugs(found)
    except ContentError as error:
        problems += error.problems
    for name in found:
        try:
            _, monograph = read_checked(Path(name), name, project)
        except ContentError as error:
            problems += error.problems
            continue
        problems += monograph.problems
        for variant in variants:
            problems += route_blocks(monograph, variant)[1]
    problems = list(dict.fromkeys(problems))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        click.echo(json.dumps({"checked": len(found), "problems": [p.to_json() for p in problems]}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(found)} checked: {errors} errors, {len(problems) - errors} warnings")
    context.exit(ExitCode.CONTENT if errors or (strict and problems) else ExitCode.OK)
