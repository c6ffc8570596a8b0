"""``leaflets explain``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from leaflets.cli import main
from leaflets.cli.sources import pages_asked, project_folder, slug_of


@main.command(
    epilog="""
    \b
    Example:
      leaflets explain content/monographs/paracetamol.md --variant patient
"""
)
@click.argument("source")
@click.option("--variant", default="patient", show_default=True)
@click.option("--locale", default="en-US", show_default=True)
@click.option(
    "--pages", callback=pages_asked, help="At most N pages, or full.  [default: what prints; for patients: 2]"
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="[default: what the locale's territory uses]")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON on stdout.")
def explain(source: str, variant: str, locale: str, pages: int | None, paper: str | None, as_json: bool) -> None:
    """Say what became of every block of a monograph in a leaflet: shown, rewritten, merged or omitted, and why.

    It is the ledger that rides inside the PDF: what does not fit on the pages is said too. The ledger of a leaflet that
    is stopped says where its blocks would stand.
    """
    from leaflets.build import composed, read_checked
    from leaflets.jobs import Job
    from leaflets.kit import load_kit
    from leaflets.locales import default_paper, parse_locale

    project = project_folder()
    kit = load_kit(project)
    kit.variant(variant)
    parse_locale(locale)
    read, monograph = read_checked(Path(source), source, project)
    budget = kit.page_budget(variant, "standard", pages)
    job = Job(
        source, slug_of(source), variant, locale, "standard", paper or default_paper(locale), "", str(project),
        pages=budget,
    )  # fmt: skip
    made = composed(read, monograph, kit, job)
    for problem in made.problems:
        click.echo(str(problem), err=True)
    if as_json:
        blocks = [entry.to_json() for entry in made.ledger]
        account = {"source": source, "source_sha256": read.sha256, "variant": variant, "blocks": blocks}
        click.echo(json.dumps(account, ensure_ascii=False))
        return
    for entry in made.ledger:
        place = entry.section or "–"
        why = f"{entry.rule}: {entry.reason}" if entry.reason else entry.rule
        text = " ".join(entry.block.text.split())
        short = text if len(text) <= 60 else text[:59] + "…"
        click.echo(f"{entry.block.line:>5} {entry.fate:<9} {place:<14} {short}")
        click.echo(f"{'':>31}{why}")
