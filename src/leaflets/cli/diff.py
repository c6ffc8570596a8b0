"""``leaflets diff``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from leaflets.cli import main
from leaflets.cli.sources import project_folder, slug_of
from leaflets.errors import ContentError, Problem


@main.command(
    epilog="""
    \b
    Example:
      leaflets diff old/paracetamol.md content/monographs/paracetamol.md
"""
)
@click.argument("old")
@click.argument("new")
@click.option("--variant", default="patient", show_default=True, help="Which reader; a PDF knows its own.")
@click.option("--locale", default="en-US", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON on stdout.")
def diff(old: str, new: str, variant: str, locale: str, as_json: bool) -> None:
    """Say what a reader would see changed between two sources, or two PDFs of ours: doses first."""
    from leaflets.differences import differences
    from leaflets.kit import load_kit

    project = project_folder()
    before, told = _blocks(old, variant, locale, project)
    after, told_new = _blocks(new, told or variant, locale, project)
    if told and told_new and told != told_new:
        raise ContentError(
            Problem("variants-differ", f"{old} is a {told} leaflet and {new} is a {told_new} leaflet", file=new)
        )
    found = differences(before, after, load_kit(project).units)
    if as_json:
        click.echo(json.dumps([difference.to_json() for difference in found], ensure_ascii=False))
        return
    for difference in found:
        numbers = f"  ({', '.join(difference.numbers)})" if difference.numbers else ""
        click.echo(f"{difference.kind} in {difference.section}{numbers}")
        if difference.kind == "moved":
            click.echo(f"    {difference.new}")
            continue
        for mark, text in (("-", difference.old), ("+", difference.new)):
            if text:
                click.echo(f"  {mark} " + text.replace("\n", "\n    "))
    doses = sum(difference.kind == "dose" for difference in found)
    click.echo(f"{len(found)} differences, {doses} of them in doses" if found else "no difference for this reader")


def _blocks(name: str, variant: str, locale: str, project: Path) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The ledger of a source or a PDF, and the variant that a PDF knows."""
    from leaflets.build import read_checked
    from leaflets.fitting import assemble
    from leaflets.jobs import Job
    from leaflets.kit import load_kit
    from leaflets.locales import default_paper, parse_locale
    from leaflets.passport import read_passport

    path = Path(name)
    try:
        head = path.open("rb").read(5) if path.is_file() else b""
        if head == b"%PDF-" or name.lower().endswith(".pdf"):
            passport = read_passport(path.read_bytes(), name)
            return passport.blocks, str(passport.entry["variant"])
    except OSError as error:
        raise ContentError(Problem("not-readable", f"cannot be read: {error.strerror}", file=name)) from error
    parse_locale(locale)
    kit = load_kit(project)
    kit.variant(variant)
    job = Job(name, slug_of(name), variant, locale, "standard", default_paper(locale), "", str(project))
    made = assemble(read_checked(path, name, project)[1], kit, job)
    return [entry.to_json() for entry in made.ledger], ""
