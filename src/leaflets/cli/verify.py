"""``leaflets verify``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from leaflets.cli import main
from leaflets.cli.sources import find_sources, project_folder, slug_of
from leaflets.errors import ContentError, ExitCode, Problem


@main.command(
    epilog="""
    \b
    Example:
      leaflets verify output/ --source content/monographs
"""
)
@click.argument("pdfs", metavar="PDF...", nargs=-1, required=True)
@click.option("--source", "sources", multiple=True, help="Monographs of today.  [default: content/monographs]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout.")
@click.pass_context
def verify(context: click.Context, pdfs: tuple[str, ...], sources: tuple[str, ...], as_json: bool) -> None:
    """Say what PDFs were made from, and whether they are still current.

    PDF: files, or folders with PDFs. Each is current, stale (its source, rules, lexicon or review changed), withdrawn,
    altered, not-ours, or unknown (its source is not here). Exit code 0: all current; 3: stale, withdrawn or unknown;
    6: altered or not ours; 7: several, and not all of them current.
    """
    from leaflets.verify import verify as verify_one

    project = project_folder()
    today = {slug_of(source): source for source in find_sources(sources, project)}
    verdicts = []
    for path in _files(pdfs):
        verdict = verify_one(path, today, project)
        verdicts.append(verdict)
        if as_json:
            click.echo(json.dumps(verdict.to_json(), ensure_ascii=False))
        else:
            reason = f"  {verdict.reason}" if verdict.reason else ""
            click.echo(f"{verdict.state:<10} {verdict.path}{reason}")
    states = Counter(verdict.state for verdict in verdicts)
    if len(verdicts) > 1:
        click.echo(", ".join(f"{count} {state}" for state, count in states.most_common()), err=True)
    wrong = [verdict for verdict in verdicts if verdict.state != "current"]
    if not wrong:
        context.exit(ExitCode.OK)
    context.exit(wrong[0].code if len(verdicts) == 1 else ExitCode.SOME_FAILED)


def _files(named: tuple[str, ...]) -> list[Path]:
    out: list[Path] = []
    problems = []
    for name in named:
        path = Path(name)
        if path.is_dir():
            out += sorted(path.rglob("*.pdf"))
        elif path.exists():
            out.append(path)
        else:
            problems.append(Problem("not-found", "there is no such file", file=name))
    if problems or not out:
        raise ContentError(*(problems or [Problem("no-pdfs", "holds no PDF", file=", ".join(named))]))
    return out
