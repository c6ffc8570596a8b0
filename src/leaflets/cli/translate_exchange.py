"""``leaflets translate extract | update | pseudo``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import check_slugs, find_sources, project_folder
from leaflets.cli.translate import translate
from leaflets.errors import ExitCode, LeafletsError, Problem, Severity

if TYPE_CHECKING:
    from leaflets.exchange.extract import Extracted
    from leaflets.exchange.memory import Memory
    from leaflets.kit import Kit

SOURCES = click.argument("sources", metavar="[SOURCE]...", nargs=-1)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate extract content/monographs/metformin.md --locale de --locale es-US
      leaflets translate extract --locale de --shared
"""
)
@SOURCES
@click.option("--locale", "tags", multiple=True, required=True, help="BCP 47 tag; repeatable. en is plain English.")
@click.option("--shared", is_flag=True, help="First list anew the texts that 3 monographs and more have in common.")
@JSON
@click.pass_context
def extract(
    context: click.Context, sources: tuple[str, ...], tags: tuple[str, ...], shared: bool, as_json: bool
) -> None:
    """Write what there is to translate into content/locale/<locale>/<slug>.po.

    A catalogue that is there already keeps all its translations; where a source has changed, the old translation stands
    as fuzzy below the old text.
    """
    from leaflets.kit import load_kit

    project = project_folder()
    kit = load_kit(project)
    named = [tag_of(tag) for tag in tags]
    found = find_sources(sources, project)
    check_slugs(found)
    if shared:
        _list_shared(find_sources((), project), kit)
    context.exit(_update(found, lambda _: named, kit, as_json=as_json, missing=True))


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate update
      leaflets translate update content/monographs/metformin.md --check
"""
)
@SOURCES
@click.option("--locale", "tags", multiple=True, help="Only these.  [default: all that there are]")
@click.option("--check", is_flag=True, help="Write nothing; exit code 4 when something would change.")
@JSON
@click.pass_context
def update(context: click.Context, sources: tuple[str, ...], tags: tuple[str, ...], check: bool, as_json: bool) -> None:
    """Bring the catalogues that there are up to their sources.

    What a translator wrote is never lost: a changed text keeps the old pair beside it, a deleted one becomes obsolete.
    """
    from leaflets.assets import locale_folder
    from leaflets.kit import load_kit

    project = project_folder()
    kit = load_kit(project)
    named = [tag_of(tag) for tag in tags]
    found = find_sources(sources, project)
    check_slugs(found)

    def locales(source: Path) -> list[str]:
        return list(named) or _locales(locale_folder(source, project))

    context.exit(_update(found, locales, kit, as_json=as_json, missing=False, dry=check))


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate pseudo content/monographs --output output/pseudo
      leaflets translate pseudo content/monographs/metformin.md --pages
"""
)
@SOURCES
@click.option("--locale", "tags", multiple=True, type=click.Choice(["en-XA", "ar-XB"]), help="[default: both]")
@click.option("--output", default="output/pseudo", show_default=True, help="Folder for <locale>/<slug>.po.")
@click.option("--pages", is_flag=True, help="Also draw the leaflets: <locale>/<variant>/<slug>.pdf.")
def pseudo(sources: tuple[str, ...], tags: tuple[str, ...], output: str, pages: bool) -> None:
    """Write pseudo-translations: accented, longer and bracketed (en-XA), or from right to left (ar-XB).

    What stands on a page without brackets cannot be translated; a bracket that is missing was cut off.
    """
    from dataclasses import replace

    from leaflets.exchange.extract import SOURCE_LOCALE, extract_source, write_catalogue
    from leaflets.exchange.pseudo import LETTERS, pseudo_po
    from leaflets.exchange.pseudo_pages import pseudo_pages
    from leaflets.exchange.update import update_po
    from leaflets.files import write_whole
    from leaflets.kit import load_kit
    from leaflets.pofile import Po

    project = project_folder()
    kit = load_kit(project)
    found = find_sources(sources, project)
    check_slugs(found)
    for source in found:
        extracted = extract_source(source, kit)
        for tag in tags or tuple(LETTERS):
            path = Path(output) / tag / f"{extracted.slug}.po"
            po, _ = update_po(Po(str(path)), extracted.segments, {})
            said = {"Content-Type": "text/plain; charset=UTF-8", "X-Source-Language": SOURCE_LOCALE.split("-")[0]}
            po = replace(po, metadata={**said, "X-Monograph": extracted.slug})
            po = pseudo_po(po, tag, extracted.names, kit.units)
            write_catalogue(path, po)
            click.echo(str(path))
            for variant, data in (pseudo_pages(extracted, po, tag, kit) if pages else {}).items():
                page = path.parent / variant / f"{extracted.slug}.pdf"
                write_whole(page, data)
                click.echo(str(page))


# -- what they share ----------------------------------------------------------------------------------------------


def _update(
    sources: Sequence[str], locales: Callable[[Path], list[str]], kit: Kit, *, as_json: bool, missing: bool,
    dry: bool = False,
) -> ExitCode:  # fmt: skip
    """Bring catalogues up to date; a file that cannot be is told and left as it is, the others are written."""
    from leaflets.catalogue import SHARED
    from leaflets.exchange.extract import (
        catalogue_path,
        extract_shared,
        extract_source,
        load_memory,
        load_po,
        shown_path,
        spoken_for,
        updated,
        variants_of,
        write_catalogue,
    )
    from leaflets.pofile import write_po

    memories: dict[Path, Memory] = {}
    rows: list[dict[str, object]] = []
    faults: list[Problem] = []
    code = ExitCode.OK
    shared_done: set[Path] = set()

    def bring(path: Path, tag: str, extracted: Extracted) -> None:
        if not missing and not path.is_file():
            return
        if path.parent not in memories:  # all catalogues of the locale are read for it, once
            memories[path.parent] = load_memory(path.parent)
        memory = memories[path.parent]
        po, changes = updated(load_po(path), path, extracted, kit, tag, memory)
        data = write_po(po)
        changed = not path.is_file() or path.read_bytes() != data
        if not dry:
            write_catalogue(path, po)
        rows.append(
            {"catalogue": shown_path(path), "written": changed and not dry, "changed": changed, **changes.to_json()}
        )

    for source in sources:
        try:
            tags = locales(Path(source))
            if not tags:
                continue
            extracted = extract_source(source, kit)
            left_out = [name for name in extracted.skipped if name not in variants_of(extracted.segments)]
            if left_out:
                said = f"no text for {', '.join(left_out)}: that leaflet is not made from this source"
                click.echo(str(Problem("not-extracted", said, Severity.WARNING, source)), err=True)
            for tag in tags:
                shared = catalogue_path(Path(source), tag, kit, SHARED)
                path = catalogue_path(Path(source), tag, kit)
                if missing and not path.is_file() and (wider := spoken_for(Path(source), tag, kit)):
                    said = f"from now on {tag} takes nothing from {wider}: what is not translated here is missing"
                    click.echo(str(Problem("catalogue-own", said, Severity.WARNING, shown_path(path))), err=True)
                bring(path, tag, extracted)
                if shared not in shared_done:
                    shared_done.add(shared)
                    common = extract_shared(shared.parent.parent)
                    if common.segments:
                        bring(shared, tag, common)
        except LeafletsError as error:
            faults += error.problems
            code = error.exit_code
    for problem in dict.fromkeys(faults):
        click.echo(str(problem), err=True)
    say_rows(rows, as_json=as_json)
    if faults:
        return ExitCode.SOME_FAILED if rows else code
    return ExitCode.TRANSLATION if dry and any(row["changed"] for row in rows) else ExitCode.OK


def _list_shared(sources: Sequence[str], kit: Kit) -> None:
    from leaflets.assets import locale_folder
    from leaflets.exchange.extract import extract_source, shown_path
    from leaflets.exchange.shared import FILE, recurring, write_shared
    from leaflets.files import write_whole

    found = [extract_source(source, kit) for source in sources]
    texts = recurring((one.segments, one.names) for one in found)
    path = locale_folder(Path(sources[0]), kit.project) / FILE
    write_whole(path, write_shared(texts))
    click.echo(f"{shown_path(path)}: {sum(map(len, texts.values()))} texts of {len(sources)} monographs", err=True)


def _locales(folder: Path) -> list[str]:
    """The locales that have catalogues."""
    return sorted({path.parent.name for path in folder.glob("*/*.po")})


def tag_of(tag: str) -> str:
    """A locale as its folder is called. Raises TranslationError for one that does not exist."""
    from leaflets.locales import canonical_tag

    return canonical_tag(tag)


def say_rows(rows: Sequence[dict[str, object]], *, as_json: bool) -> None:
    """One line a catalogue: what was done, by count."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        counts = ", ".join(
            f"{v} {k.replace('_', ' ')}" for k, v in row.items() if isinstance(v, int) and v is not True and v
        )
        click.echo(f"{row['catalogue']}: {counts or 'nothing'}")
