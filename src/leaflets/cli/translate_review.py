"""``leaflets translate approve``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import project_folder
from leaflets.cli.translate import translate
from leaflets.errors import Problem, TranslationError

if TYPE_CHECKING:
    from leaflets.catalogue import Catalogue, Written
    from leaflets.checking.model import Finding
    from leaflets.kit import Kit


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate approve content/monographs/metformin.md --locale de --variant patient --all \\
        --who "R. Example" --role "translator and pharmacist"
      leaflets translate approve --interface --locale de --all --who "R. Example" --role translator
"""
)
@click.argument("source", required=False)
@click.option("--locale", "tag", required=True, help="BCP 47 tag of the catalogue.")
@click.option("--variant", "variants", multiple=True, help="Only pairs of this variant; repeatable.")
@click.option("--line", "lines", type=int, multiple=True, help="Only the pair whose msgid stands there; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Every pair that is translated and not fuzzy.")
@click.option("--shared", is_flag=True, help="Pairs of _shared.po instead of the monograph's own.")
@click.option("--interface", is_flag=True, help="The program's own words: headings, strip, labels. Without a SOURCE.")
@click.option("--who", required=True, help="Who decides: a name that can be asked.")
@click.option("--role", required=True, help="As what: translator, pharmacist, physician…")
@click.option("--reject", is_flag=True, help="Record that the pairs were not approved.")
@click.option("--note", default="", help="Why, in one line.")
def approve(
    source: str | None, tag: str, variants: tuple[str, ...], lines: tuple[int, ...], everything: bool, shared: bool,
    interface: bool, who: str, role: str, reject: bool, note: str,
) -> None:  # fmt: skip
    """Record that a person has read pairs of source and translation and approves them (or, with --reject, does not).

    Exactly these pairs, in this locale and variant: whoever edits either text has another pair, which is not approved.
    While one of them has a critical finding that nobody has waived, none is approved (exit code 4).
    """
    from leaflets.assets import translation_folders
    from leaflets.catalogue import SHARED, read_catalogue
    from leaflets.exchange.extract import catalogue_path, shown_path, spoken_for
    from leaflets.kit import load_kit
    from leaflets.locales import canonical_tag

    if everything == bool(lines):
        raise click.UsageError("say which pairs: --all, or --line N")
    project = project_folder()
    kit = load_kit(project)
    tag, lines = canonical_tag(tag), tuple(dict.fromkeys(lines))
    word = _Word("rejected" if reject else "approved", who.strip(), role.strip(), note.strip())
    if interface:
        if source or variants or shared:
            raise click.UsageError("--interface goes without a SOURCE, --variant and --shared")
        _approve_interface(tag, kit, lines, word)
        return
    if source is None:
        raise click.UsageError("say which monograph, or --interface")
    for name in variants:
        kit.variant(name)
    path = catalogue_path(Path(source), tag, kit, SHARED if shared else "")
    if not path.is_file():
        wider = spoken_for(Path(source), tag, kit)
        hint = f"{tag} takes its texts from {wider}: --locale {wider}" if wider else None
        raise TranslationError(Problem("catalogue-missing", f"there is no catalogue {shown_path(path)}", hint=hint))
    chosen = _chosen(read_catalogue(path, kit.units, tag, translation_folders(project)), variants, lines)
    if not reject:
        _refuse_faulty(path, tag, kit, chosen)
    _record(path.parent.parent, tag, path.stem, [(one.context, one.source, one.target) for one in chosen], word)


@dataclass(frozen=True, slots=True)
class _Word:
    """What a person says of some pairs."""

    decision: str
    who: str
    role: str
    note: str


def _record(folder: Path, tag: str, name: str, pairs: Sequence[tuple[str, str, str]], word: _Word) -> None:
    """Write down a decision about pairs of context, source and target, and say so."""
    from leaflets.approvals import Approval, append_approvals, approvals_path, gathered, read_approvals
    from leaflets.chain import now
    from leaflets.exchange.extract import shown_path

    records = approvals_path(folder, tag, name)
    known = gathered(read_approvals(records)).last
    moment = now()
    new = [Approval(tag, name, *pair, word.decision, word.who, word.role, moment, word.note) for pair in pairs]
    new = [one for one in new if (last := known.get(one.pair)) is None or last.decision != word.decision]
    append_approvals(records, new)
    already = len(pairs) - len(new)
    click.echo(
        f"{name}, {tag}: {len(new)} pairs {word.decision} by {word.who}, {word.role}"
        + (f"; {already} were so already" if already else "")
        + f"; {shown_path(records)}"
    )


def _approve_interface(tag: str, kit: Kit, lines: Sequence[int], word: _Word) -> None:
    """The same for the program's own words, in a locale and in what it takes from wider ones."""
    from leaflets.approvals import INTERFACE_RECORDS
    from leaflets.assets import interface_files
    from leaflets.exchange.findings import check_interface
    from leaflets.interface import read_messages
    from leaflets.locales import tag_chain

    files = interface_files(tag_chain(tag), kit.project)
    if not files:
        raise TranslationError(Problem("no-catalogue", f"the program has no words in {tag}"))
    if lines and len(files) > 1:
        hint = f"use --all, or one of {', '.join(dict.fromkeys(path.parents[1].name for path in files))}"
        raise TranslationError(Problem("no-pair", f"{tag} takes its words from {len(files)} files", hint=hint))
    chosen_of = []
    for path in files:
        found = read_messages(path)
        at = {message.line for message in found}
        said = "no msgid of a message that has a text stands here"
        if faults := [Problem("no-pair", said, file=str(path), line=line) for line in lines if line not in at]:
            raise TranslationError(*faults)
        chosen = [message for message in found if not lines or message.line in lines]
        if word.decision == "approved":
            lines_of = frozenset(message.line for message in chosen)
            _refuse(path, [one for one in check_interface(path, kit) if one.pair.line in lines_of])
        chosen_of.append((path, [(*message.key, message.target) for message in chosen]))
    for path, pairs in chosen_of:
        _record(kit.project / "content" / "locale", path.parents[1].name, INTERFACE_RECORDS, pairs, word)


def _chosen(catalogue: Catalogue, variants: Sequence[str], lines: Sequence[int]) -> list[Written]:
    pairs = [one for one in catalogue.texts.values() if not variants or one.context.split("/")[0] in variants]
    if not lines:
        return pairs
    at = {one.line: one for one in pairs}
    faults = [
        Problem(
            "no-pair", "no msgid of a pair that is translated, not fuzzy, stands here", file=catalogue.file, line=line
        )
        for line in lines
        if line not in at
    ]
    if faults:
        raise TranslationError(*faults)
    return [at[line] for line in dict.fromkeys(lines)]


def _refuse_faulty(path: Path, tag: str, kit: Kit, chosen: Sequence[Written]) -> None:
    """Nobody approves "take it with alcohol" in passing, among a hundred pairs. Raises TranslationError."""
    from leaflets.exchange.extract import load_po
    from leaflets.exchange.findings import check_catalogue

    found = check_catalogue(load_po(path), path, tag, kit).findings
    _refuse(path, [finding for one in chosen for finding in found.get((one.context, one.source), ())])


def _refuse(path: Path, findings: Sequence[Finding]) -> None:
    """Raises TranslationError where one of them is critical and nobody has waived it."""
    from leaflets.checking.model import Weight
    from leaflets.exchange.extract import shown_path
    from leaflets.exchange.findings import is_open
    from leaflets.pofile import MAX_REPORTED

    hint = f"correct it, or leaflets translate waive {shown_path(path)} --line"
    faults = [
        Problem(
            one.rule, f"“{one.pair.source[:50]}”: {one.message}", file=one.pair.file, line=one.pair.line,
            hint=f"{hint} {one.pair.line} --rule {one.rule}",
        )
        for one in findings
        if is_open(one, Weight.CRITICAL)
    ]  # fmt: skip
    if faults:
        raise TranslationError(*faults[:MAX_REPORTED])
