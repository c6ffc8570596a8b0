"""``leaflets review``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.sources import find_sources, project_folder, slug_of
from leaflets.errors import ContentError, ExitCode, Problem

if TYPE_CHECKING:
    from leaflets.assemble import Assembled
    from leaflets.source import Source


@main.group(
    epilog="""
    \b
    Example:
      leaflets review status content/monographs
"""
)
def review() -> None:
    """Say who approved which text; see what is approved.

    Records are appended to content/locale/<language>/<slug>.reviews.jsonl and belong into version control. Whatever
    changes the words of a leaflet voids its approval, and only its own.
    """


@review.command(
    epilog="""
    \b
    Example:
      leaflets review approve content/monographs/paracetamol.md --variant patient \\
        --who "R. Example" --role pharmacist
"""
)
@click.argument("source")
@click.option("--variant", "variants", multiple=True, required=True, help="Which leaflet was read; repeatable.")
@click.option("--locale", default="en-US", show_default=True)
@click.option("--who", required=True, help="Who decides: a name that can be asked.")
@click.option("--role", required=True, help="As what: pharmacist, physician, editor…")
@click.option("--reject", is_flag=True, help="Record that the text was not approved.")
@click.option("--note", default="", help="Why, in one line.")
def approve(source: str, variants: tuple[str, ...], locale: str, who: str, role: str, reject: bool, note: str) -> None:
    """Record that a person has read a leaflet's text and approves it (or, with --reject, does not)."""
    from leaflets.assets import locale_folder
    from leaflets.reviews import Review, append_review, now, reviews_path

    language = locale.split("-")[0]
    path = reviews_path(locale_folder(Path(source), project_folder()), language, slug_of(source))
    for variant in variants:
        read, made = _assembled(source, variant, locale)
        if made.leaflet is None:
            raise ContentError(*made.problems)
        decision = "rejected" if reject else "approved"
        record = Review(
            slug_of(source), variant, language, decision, read.sha256, made.text_sha256, who.strip(), role.strip(),
            now(), note.strip(),
        )  # fmt: skip
        append_review(path, record)
        click.echo(f"{slug_of(source)}, {variant}, {language}: {decision} by {who.strip()}, {role.strip()}; {path}")


@review.command(
    epilog="""
    \b
    Example:
      leaflets review status content/monographs
"""
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--locale", default="en-US", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the states as JSON on stdout.")
@click.pass_context
def status(context: click.Context, sources: tuple[str, ...], locale: str, as_json: bool) -> None:
    """Say of each leaflet whether its text is approved, rejected, changed since, or was never read.

    Exit code 3 when a record or a source cannot be read.
    """
    from leaflets.kit import load_kit, variants_of

    project = project_folder()
    rows = []
    problems: list[Problem] = []
    for source in find_sources(sources, project):
        for variant in variants_of(project):
            try:
                _, made = _assembled(source, variant, locale)
                spoken = [
                    r for r in load_kit(project).reviews(locale.split("-")[0], Path(source)) if r.variant == variant
                ]
            except ContentError as error:
                problems += error.problems
                continue
            word = made.review or (spoken[-1] if spoken else None)
            state = made.review.decision if made.review else "changed since" if spoken else "not reviewed"
            if made.leaflet is None:
                state = "stopped"
            rows.append(
                {
                    "source": source, "variant": variant, "language": locale.split("-")[0], "state": state,
                    "who": word.who if word else None, "role": word.role if word else None,
                    "when": word.when if word else None,
                }
            )  # fmt: skip
    for problem in dict.fromkeys(problems):
        click.echo(str(problem), err=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            by = f"  {row['who']}, {row['role']}, {row['when']}" if row["who"] else ""
            click.echo(f"{row['state']:<14} {row['variant']:<10} {row['source']}{by}")
    context.exit(ExitCode.CONTENT if problems else ExitCode.OK)


@review.command(
    epilog="""
    \b
    Example:
      leaflets review show content/monographs/paracetamol.md
"""
)
@click.argument("source")
@click.option("--locale", default="en-US", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON on stdout.")
def show(source: str, locale: str, as_json: bool) -> None:
    """Show every record of a monograph, oldest first."""
    from leaflets.kit import load_kit

    records = load_kit(project_folder()).reviews(locale.split("-")[0], Path(source))
    if as_json:
        click.echo(json.dumps([record.to_json() for record in records], ensure_ascii=False))
        return
    if not records:
        click.echo(f"nobody has reviewed {source} in {locale.split('-')[0]}")
    for record in records:
        note = f"  {record.note}" if record.note else ""
        click.echo(f"{record.when}  {record.decision:<8} {record.variant:<10} {record.who}, {record.role}{note}")


def _assembled(source: str, variant: str, locale: str) -> tuple[Source, Assembled]:
    """A leaflet as it would print now."""
    from leaflets.build import read_checked
    from leaflets.fitting import assemble
    from leaflets.jobs import Job
    from leaflets.kit import load_kit
    from leaflets.locales import default_paper, parse_locale

    parse_locale(locale)
    project = project_folder()
    kit = load_kit(project)
    kit.variant(variant)
    read, monograph = read_checked(Path(source), source, project)
    job = Job(source, slug_of(source), variant, locale, "standard", default_paper(locale), "", str(project))
    return read, assemble(monograph, kit, job)
