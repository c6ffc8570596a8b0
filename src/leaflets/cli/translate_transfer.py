"""``leaflets translate export | import``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import check_slugs, find_sources, project_folder
from leaflets.cli.translate import translate
from leaflets.cli.translate_exchange import JSON, SOURCES, say_rows, tag_of
from leaflets.errors import LeafletsError, Problem, Severity, TranslationError

if TYPE_CHECKING:
    from leaflets.approvals import Approvals
    from leaflets.exchange.accept import Taken
    from leaflets.exchange.xliff import Returned
    from leaflets.kit import Kit
    from leaflets.pofile import Po

_EXPORT = "leaflets translate export"


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate export content/monographs/metformin.md --locale de --output for-translator
"""
)
@SOURCES
@click.option("--locale", "tags", multiple=True, required=True, help="BCP 47 tag; repeatable.")
@click.option("--format", "kind", type=click.Choice(["xliff-1.2", "xliff-2.0", "xliff-2.1", "po"]),
              default="xliff-1.2", show_default=True)  # fmt: skip
@click.option("--output", default="output/translate", show_default=True, help="Folder for the files.")
def export(sources: tuple[str, ...], tags: tuple[str, ...], kind: str, output: str) -> None:
    """Write catalogues for a CAT tool: <slug>.<locale>.xlf. _shared goes with them where there is one."""
    from leaflets.approvals import approvals_path, gathered, read_approvals
    from leaflets.catalogue import SHARED, tidied
    from leaflets.exchange.extract import catalogue_path, load_po
    from leaflets.exchange.xliff_write import write_xliff
    from leaflets.files import write_whole
    from leaflets.kit import load_kit
    from leaflets.pofile import PoEntry, write_po

    project = project_folder()
    kit = load_kit(project)
    found = find_sources(sources, project)
    check_slugs(found)
    out: list[tuple[Path, bytes]] = []
    for tag in map(tag_of, tags):
        paths = [catalogue_path(Path(source), tag, kit) for source in found]
        paths += sorted({path for s in found if (path := catalogue_path(Path(s), tag, kit, SHARED)).is_file()})
        for path in paths:
            _needed(path)
            po = load_po(path)
            known = gathered(read_approvals(approvals_path(path.parent.parent, tag, path.stem)))

            def approved(entry: PoEntry, tag: str = tag, known: Approvals = known) -> bool:
                return not entry.fuzzy and known.approves(tag, entry.context, entry.source, tidied(entry.target))

            data = write_po(po) if kind == "po" else write_xliff(po, tag, approved, kind.removeprefix("xliff-"))
            suffix = "po" if kind == "po" else "xlf"
            out.append((Path(output) / f"{path.stem}.{tag}.{suffix}", data))
    for path, data in out:
        write_whole(path, data)
        click.echo(str(path))


@translate.command(
    "import",
    epilog="""
    \b
    Example:
      leaflets translate import from-translator/metformin.de.xlf
""",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--folder", default="", help="Where the catalogues lie.  [default: content/locale of the project]")
@click.option("--replace-approved", is_flag=True, help="Take new texts for approved ones too; these lose the approval.")
@JSON
def take(files: tuple[str, ...], folder: str, replace_approved: bool, as_json: bool) -> None:
    """Take what came back from translators: XLIFF 1.2 or 2.x, or PO.

    Everything is checked first; one fault, and nothing is written. An import approves nothing, whatever a file says.
    """
    from leaflets.approvals import approvals_path, gathered, read_approvals
    from leaflets.assets import translation_folders
    from leaflets.checking.waivers import read_waivers, waivers_path
    from leaflets.exchange.accept import accept
    from leaflets.exchange.extract import catalogue_bytes, load_po, shown_path, write_catalogue
    from leaflets.kit import load_kit

    project = project_folder()
    kit = load_kit(project)
    base = Path(folder) if folder else project / "content" / "locale"
    done: list[tuple[Path, Taken]] = []
    faults: list[Problem] = []
    for file in files:
        try:
            back = _returned(Path(file))
            back, path = _placed(back, base)
            _needed(path, file)
            if any(path == other for other, _ in done):
                raise TranslationError(Problem("exchange-twice", "two files bring the same catalogue", file=file))
            approvals = gathered(read_approvals(approvals_path(base, back.locale, back.slug)))
            before = load_po(path)
            taken = accept(
                before, back.units, file, back.locale, approvals, kit.units, replace_approved=replace_approved,
                rules=translation_folders(project), waivers=read_waivers(waivers_path(path)),
            )  # fmt: skip
            catalogue_bytes(path, taken.po)
            taken = replace(taken, problems=(*taken.problems, *_findings(before, taken, path, file, kit)))
            done.append((path, taken))
        except LeafletsError as error:
            faults += error.problems
    if faults:
        raise TranslationError(*faults)
    rows = []
    for path, taken in done:
        write_catalogue(path, taken.po)
        for problem in taken.problems:
            click.echo(str(problem), err=True)
        rows.append({"catalogue": shown_path(path), **taken.to_json()})
    say_rows(rows, as_json=as_json)


def _findings(before: Po, taken: Taken, path: Path, file: str, kit: Kit) -> list[Problem]:
    """A warning where what was taken has findings for which nobody would approve it."""
    from leaflets.checking.model import Weight
    from leaflets.exchange.extract import shown_path
    from leaflets.exchange.findings import check_catalogue, is_open

    new = {entry.key for entry, old in zip(taken.po.entries, before.entries, strict=True) if entry != old}
    if not new:
        return []
    found = check_catalogue(taken.po, path, path.parent.name, kit).findings
    count = sum(any(is_open(one, Weight.CRITICAL) for one in of) for key, of in found.items() if key in new)
    said, hint = f"{count} of the texts taken have critical findings", f"leaflets translate check {shown_path(path)}"
    return [Problem("exchange-findings", said, Severity.WARNING, file, None, hint)] if count else []


def _returned(path: Path) -> Returned:
    """What a file brings, whatever its kind."""
    from leaflets.catalogue import MONOGRAPH_HEADER
    from leaflets.checking.run import bcp47
    from leaflets.exchange.guarded_xml import MAX_SIZE
    from leaflets.exchange.xliff import Returned, read_xliff, units_of
    from leaflets.pofile import read_po

    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise TranslationError(Problem("not-readable", f"cannot be read: {error.strerror}", file=str(path))) from error
    if path.suffix.casefold() == ".po":
        po = read_po(data, str(path))
        said = bcp47(po.metadata.get("Language", ""))
        back = Returned(str(path), po.metadata.get(MONOGRAPH_HEADER, ""), said, units_of(po))
    else:
        back = read_xliff(data, str(path))
    if not back.slug or Path(back.slug).name != back.slug or back.slug.startswith("."):
        hint = "it must come from leaflets translate export"
        raise TranslationError(
            Problem("exchange-other", "does not say which monograph it is of", file=str(path), hint=hint)
        )
    if not back.locale:
        raise TranslationError(Problem("exchange-other", "does not say which language it is in", file=str(path)))
    try:
        return Returned(back.file, back.slug, tag_of(back.locale), back.units)
    except TranslationError as error:  # the place is the file's, not the command's
        raise TranslationError(*(replace(problem, file=str(path)) for problem in error.problems)) from None


def _placed(back: Returned, base: Path) -> tuple[Returned, Path]:
    """The catalogue that a file belongs to: editors write ``de_DE`` into what lies in ``de``."""
    from leaflets.locales import tag_chain

    tags = dict.fromkeys((back.locale, *tag_chain(back.locale)))
    places = {tag: (base / tag / f"{back.slug}.po").resolve() for tag in tags}
    tag = next((tag for tag, path in places.items() if path.is_file()), back.locale)
    return replace(back, locale=tag), places[tag]


def _needed(path: Path, file: str | None = None) -> None:
    from leaflets.exchange.extract import shown_path

    if not path.is_file():
        hint = f"leaflets translate extract … --locale {path.parent.name}"
        said = f"there is no catalogue {shown_path(path)}"
        raise TranslationError(Problem("catalogue-missing", said, file=file, hint=hint))
