"""``leaflets translate check | waive``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli.sources import project_folder
from leaflets.cli.translate import translate
from leaflets.errors import ExitCode, LeafletsError, Problem, TranslationError

if TYPE_CHECKING:
    from leaflets.checking.model import Finding, Pair
    from leaflets.checking.run import Checker
    from leaflets.pofile import Po

_COLORS = {"critical": "red", "major": "yellow", "quality": "cyan"}
_ORDER = ("critical", "major", "quality")


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate check content/locale/de/metformin.po
      leaflets translate check content/locale/*/*.po --strict --json
"""
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Fuzzy and unapproved pairs are critical findings, as in a strict build.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON on stdout.")
@click.pass_context
def check(context: click.Context, files: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Compare translations with their sources: numbers, units, negations, names, marks, and whether all is there.

    FILE: any PO file; its header Language says what it is in, X-Source-Language what its sources are in (en). Exit code
    4 when a finding is critical and nobody has waived it.
    """
    from leaflets.checking.run import Checked, check_pairs, pairs_of, strict_findings, unchecked
    from leaflets.checking.waivers import read_waivers, waived, waivers_path

    findings: list[Finding] = []
    count = 0
    notes: dict[str, None] = {}
    broken: list[Problem] = []
    for name in files:
        path = Path(name)
        try:
            po, faults, checker = _opened(path, name)
            broken += _out_of_place(po, faults, path)
            pairs = pairs_of(po)
            if strict:
                pairs = tuple(_with_approvals(pairs, path, checker.tag))
            found = [*check_pairs(pairs, checker), *_of_entries(faults, pairs)]
            found += strict_findings(pairs) if strict else []
            waivers = read_waivers(waivers_path(path))
        except LeafletsError as error:
            broken += error.problems
            continue
        findings += waived(found, checker.tag, waivers)
        count += len(pairs)
        notes.update(dict.fromkeys(unchecked(checker)))
    findings.sort(key=lambda finding: (finding.pair.file, finding.pair.line))
    _say(Checked(count, tuple(findings), tuple(notes)), broken, as_json=as_json)
    critical = any(finding.weight.value == "critical" and not finding.waived for finding in findings)
    context.exit(ExitCode.TRANSLATION if critical or broken else ExitCode.OK)


@translate.command(
    epilog="""
    \b
    Example:
      leaflets translate waive content/locale/de/metformin.po --line 44 --rule length \\
        --who "R. Example" --role translator --reason "German says it in one word"
"""
)
@click.argument("file")
@click.option("--line", type=int, required=True, help="Of the pair's msgid.")
@click.option("--rule", required=True, help="Of the finding, as translate check names it.")
@click.option("--who", required=True, help="Who decides: a name that can be asked.")
@click.option("--role", required=True, help="As what: translator, pharmacist, physician…")
@click.option("--reason", required=True, help="Why it is no fault, in one line.")
def waive(file: str, line: int, rule: str, who: str, role: str, reason: str) -> None:
    """Record that a finding about one pair is no fault. It holds for exactly these two texts.

    The record is added to FILE's .waivers.jsonl; an edit of either text voids it.
    """
    from leaflets.chain import now, pair_sha256
    from leaflets.checking.run import check_pairs, pairs_of
    from leaflets.checking.waivers import NOT_WAIVED, Waiver, append_waivers, waivers_path

    path = Path(file)
    po, _, checker = _opened(path, file)
    found = [f for f in check_pairs(pairs_of(po), checker) if f.pair.line == line and f.rule == rule]
    if rule in NOT_WAIVED:
        raise TranslationError(Problem("waiver", f"{rule!r} cannot be waived", file=file, line=line))
    if not found:
        hint = "leaflets translate check lists findings with their lines and rules"
        raise TranslationError(Problem("waiver", f"there is no finding {rule!r} here", file=file, line=line, hint=hint))
    pair = found[0].pair
    known = pair_sha256(checker.tag, pair.context, pair.source, pair.target)
    record = Waiver(
        checker.tag, rule, known, pair.source, pair.target, who.strip(), role.strip(), now(), reason.strip()
    )
    append_waivers(waivers_path(path), [record])
    click.echo(f"{file}:{line}: {rule} waived by {record.who}, {record.role}; {waivers_path(path)}")


def _opened(path: Path, name: str) -> tuple[Po, list[Problem], Checker]:
    from leaflets.assets import translation_folders
    from leaflets.checking.run import TERMS, make_checker, read_lenient, target_of
    from leaflets.pofile import MAX_SIZE

    try:
        if path.stat().st_size > MAX_SIZE:
            raise TranslationError(Problem("catalogue-size", "the catalogue is larger than 4 MB", file=name))
        if not path.is_file():
            raise TranslationError(Problem("catalogue-syntax", "is no file", file=name))
        data = path.read_bytes()
    except OSError as error:
        raise TranslationError(Problem("catalogue-syntax", f"cannot be read: {error.strerror}", file=name)) from error
    po, faults = read_lenient(data, name)
    tag, source_tag = target_of(po)
    folders = translation_folders(project_folder())
    titles = [entry.source for entry in po.live if entry.context.endswith("/title")]
    titles += [po.metadata.get("X-Monograph", "").replace("-", " ")]
    return po, faults, make_checker(tag, folders, titles, path.parent / TERMS, source_tag)


def _out_of_place(po: Po, faults: Sequence[Problem], path: Path) -> list[Problem]:
    """Why no build takes a catalogue where it lies: it is another's, or has plurals."""
    from leaflets.catalogue import MONOGRAPH_HEADER, wrong_file

    if path.absolute().parent.parent.name != "locale" or MONOGRAPH_HEADER not in po.metadata:
        return []
    return [*wrong_file(po, path.absolute()), *(fault for fault in faults if fault.rule == "catalogue-plural")]


def _of_entries(faults: Sequence[Problem], pairs: Sequence[Pair]) -> Iterator[Finding]:
    """What is wrong with an entry as such: it stands twice, or holds what no text may hold."""
    from leaflets.checking.markup import hidden_signs_in
    from leaflets.checking.model import Finding, Weight

    at = {pair.line: pair for pair in pairs}
    for fault in faults:
        pair = at.get(fault.line or 0)
        if pair is None or fault.rule == "catalogue-plural":
            continue
        if fault.rule == "catalogue-text":
            if hidden_signs_in(pair.target):
                continue  # said of the pair itself
            harmless = set(re.findall(r"U\+([0-9A-F]{4})", fault.message)) <= {"200E", "200F", "061C"}
            if "U+" in fault.message and harmless:
                hint = "pages isolate what needs it"
                yield Finding("direction-mark", Weight.QUALITY, fault.message, hint, pair)
                continue
        rule = "duplicate" if fault.rule == "catalogue-twice" else "text"
        yield Finding(rule, Weight.CRITICAL, fault.message, fault.hint or "", pair)


def _with_approvals(pairs: Sequence[Pair], path: Path, tag: str) -> Iterator[Pair]:
    from leaflets.approvals import approvals_of, gathered, read_approvals
    from leaflets.catalogue import tidied

    records = gathered(read_approvals(approvals_of(path)))
    for pair in pairs:
        known = records.approves(path.parent.name, pair.context, pair.source, tidied(pair.target))
        known = known or records.approves(tag, pair.context, pair.source, tidied(pair.target))
        yield replace(pair, approved=known)


def _say(checked: object, broken: Sequence[Problem], *, as_json: bool) -> None:
    from leaflets.checking.run import Checked

    assert isinstance(checked, Checked)
    for problem in broken:
        click.echo(str(problem), err=True)
    if as_json:
        open_findings = [finding.to_json() for finding in checked.findings if not finding.waived]
        account: dict[str, object] = {"checked": checked.count, "findings": open_findings}
        account["waived"] = [finding.to_json() for finding in checked.findings if finding.waived]
        account["not_checked"] = list(checked.not_checked)
        account["problems"] = [problem.to_json() for problem in broken]
        click.echo(json.dumps(account, ensure_ascii=False))
        return
    for finding in checked.findings:
        _say_finding(finding)
    for note in checked.not_checked:
        click.echo(f"not checked: {note}", err=True)
    counts = {name: sum(f.weight.value == name and not f.waived for f in checked.findings) for name in _ORDER}
    left = sum(bool(finding.waived) for finding in checked.findings)
    click.echo(
        f"{checked.count} pairs: " + ", ".join(f"{counts[name]} {name}" for name in _ORDER)
        + (f", {left} waived" if left else "")
    )  # fmt: skip


def _say_finding(finding: Finding) -> None:
    pair = finding.pair
    weight = "waived" if finding.waived else finding.weight.value
    head = click.style(weight, fg=_COLORS.get(weight, "green"), bold=True)
    click.echo(f"{pair.file}:{pair.line}: {head}: {finding.message} [{finding.rule}]")
    click.echo(f"  source: {_marked(pair.source, finding.marks)}")
    click.echo(f"  target: {_marked(pair.target, finding.marks)}")
    click.echo(f"  {'waived by ' + finding.waived if finding.waived else 'hint: ' + finding.hint}")


def _marked(text: str, marks: Sequence[str]) -> str:
    """A text with what differs between brackets, which a terminal without colors shows too."""
    shown = "".join(char if char.isprintable() or char == "\n" else f"<U+{ord(char):04X}>" for char in text)
    for mark in marks:
        if mark:
            pattern = re.compile(re.escape(mark), re.IGNORECASE)
            shown = pattern.sub(lambda match: click.style(f"⟦{match[0]}⟧", bold=True), shown, count=1)
    return shown.replace("\n", " ⏎ ")
