"""``leaflets quantity``."""

from __future__ import annotations

import json

import click

from leaflets.cli import main
from leaflets.cli.sources import project_folder


@main.command(
    context_settings={"ignore_unknown_options": True},  # "-20 °C" is a text
    epilog="""
    \b
    Example:
      leaflets quantity "25-50mg once daily, at most 1000 mg" --locale en-GB
""",
)
@click.argument("text")
@click.option("--locale", "tag", default="en-US", show_default=True, help="BCP 47 tag.")
@click.option("--variant", default="patient", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON on stdout.")
def quantity(text: str, tag: str, variant: str, as_json: bool) -> None:
    """Show which quantities are seen in TEXT and how each will print in a locale."""
    from leaflets.kit import load_kit
    from leaflets.locales import parse_locale
    from leaflets.quantities import localized, print_quantities

    kit = load_kit(project_folder())
    plain = kit.variant(variant).plain
    parse_locale(tag)
    whole = localized(text, kit.units, tag, plain=plain)
    found = print_quantities(text, kit.units, tag, plain=plain)
    if as_json:
        quantities = [{"source": q.source, "printed": q.printed, "start": q.start, "end": q.end} for q in found]
        click.echo(json.dumps({"text": whole, "quantities": quantities}, ensure_ascii=False))
        return
    click.echo(whole)
    for q in found:
        click.echo(f"  {q.start}-{q.end}  {q.source} -> {q.printed}")
