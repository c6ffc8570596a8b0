"""Blocks -> findings: signs that a leaflet from this source could do harm, read from its text, not from its flags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leaflets.errors import Severity
from leaflets.interface import P_
from leaflets.monograph import Block, Finding, Kind, State
from leaflets.rules import Rules, StatusRule
from leaflets.sentences import sentences
from leaflets.source import Source

_ENDS_WELL = re.compile(r"[.!?:;)\]”\"’'%]\s*$")


def is_residue(text: str, rules: Rules) -> bool:
    """Whether every sentence of a text talks about its sources and none about the medicine."""
    said = sentences(text)
    patterns = [rule.pattern for rule in rules.statuses if rule.residue]
    return bool(said) and all(any(p.search(s) for p in patterns) and not re.search(r"\d", s) for s in said)


def find_signs(
    source: Source, blocks: Sequence[Block], title: str, components: Sequence[str], rules: Rules
) -> tuple[Finding, ...]:
    """All signs in one monograph, in the order of the text."""
    found: list[Finding] = []
    if source.meta.is_banned:
        line = dict(source.meta.lines).get("is_banned", 1)
        found.append(
            Finding(
                "banned-flag", line, Severity.ERROR, True, P_("danger", "Banned product"),
                P_("danger", "The source's front matter says that this product is banned."), "",
            )
        )  # fmt: skip
    found.extend(_denied(source, title, components, rules))
    everything = frozenset(block.id for block in blocks)
    preamble = frozenset(block.id for block in blocks if block.section == "notice")
    searched = {"any": everything, "notice": _notice_ids(blocks), "preamble": preamble}
    for rule in rules.statuses:
        for block in blocks:
            if block.id in searched[rule.where]:
                found.extend(_matches(rule, block))
    found.extend(_of_the_whole(source, blocks, components))
    # What only says that a person must read a notice gives way to what says why.
    explained = {finding.line for finding in found if finding.stops and finding.rule != "preamble"}
    found = [finding for finding in found if finding.rule != "preamble" or finding.line not in explained]
    found.sort(key=lambda finding: (finding.line, finding.rule))
    # "(Historical)" on every heading is one finding, at its first place.
    first: dict[tuple[str, str], Finding] = {}
    for finding in found:
        first.setdefault((finding.rule, finding.quote), finding)
    return tuple(first.values())


def _denied(source: Source, title: str, components: Sequence[str], rules: Rules) -> list[Finding]:
    """What the site itself does not hand out."""
    line = dict(source.meta.lines).get("title", 1)
    names = {name.casefold() for name in (source.slug, title, *components)}
    return [
        Finding(
            "site-denied", line, Severity.ERROR, True, P_("danger", "Not handed out here"),
            *_filled(
                P_("danger", "{reason} ({source}, {date})"), reason=denial.reason, source=denial.source,
                date=denial.date.isoformat(),
            ),
        )
        for denial in rules.denials
        if denial.medicine in names
    ]  # fmt: skip


def _notice_ids(blocks: Sequence[Block]) -> frozenset[str]:
    """Blocks that speak of the product as a whole: before the first heading, tails of headings, first words."""
    ids: set[str] = set()
    for part in {block.part for block in blocks}:
        of_part = [block for block in blocks if block.part == part]
        ids.update(b.id for b in of_part if b.section in ("notice", "other") or b.state is State.LABEL)
        ids.update([b.id for b in of_part if b.section == "indications"][:2])
        ids.update([b.id for b in of_part if b.section == "dosage"])
        ids.update(b.id for b in of_part if b.section == "summary" and b.label is None)
    return frozenset(ids)


def _matches(rule: StatusRule, block: Block) -> list[Finding]:
    for sentence in sentences(block.text):
        if rule.pattern.search(sentence):
            quote = sentence if len(sentence) <= 240 else sentence[:239].rsplit(" ", 1)[0] + " …"
            return [Finding(rule.id, block.line, rule.severity, rule.stops, rule.heading, rule.message, quote)]
    return []


def _of_the_whole(source: Source, blocks: Sequence[Block], components: Sequence[str]) -> list[Finding]:
    found: list[Finding] = []

    def say(rule: str, line: int, heading: str, message: str, quote: str = "") -> None:
        found.append(Finding(rule, line, Severity.ERROR, True, heading, message, quote))

    second = next((block for block in blocks if block.part == 2), None)
    if second is not None:
        say(
            "two-monographs", second.line, P_("danger", "Two monographs in one file"),
            P_(
                "danger",
                "The source holds more than one monograph; the doses of one must not be read as the other's.",
            ),
            second.text[:120],
        )  # fmt: skip
    stated = [b for b in blocks if b.state in (State.STATED, State.LABEL) and b.kind is not Kind.HEADING]
    if not any(b.state is State.STATED for b in stated):
        line = blocks[0].line if blocks else 1
        said = P_("danger", "The source says nothing about the medicine.")
        say("no-content", line, P_("danger", "No content"), said)
        return found
    last = blocks[-1]
    if not any(b.section == "faqs" for b in blocks) and not _ENDS_WELL.search(last.text) and len(blocks) > 20:
        said = P_("danger", "The source seems to break off here.")
        say("truncated", last.line, P_("danger", "Text breaks off"), said, last.text[-120:])
    text = source.body.casefold()
    missing = [name for name in components if not _named(name, text)]
    if source.meta.title and missing and len(missing) == len(components):
        told = _filled(P_("danger", "The title's “{names}” is nowhere in the text."), names=", ".join(missing))
        found.append(
            Finding(
                "title-not-in-text", source.body_line, Severity.ERROR, True, P_("danger", "Text about another product"),
                *told,
            )
        )  # fmt: skip
    return found


def _filled(template: str, **values: str) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """The last fields of a finding: its message, no quote, and what the message was made from."""
    return template.format(**values), "", template, tuple(values.items())


def _named(component: str, text: str) -> bool:
    words = [word for word in re.findall(r"\w+", component.casefold()) if len(word) > 2]
    return not words or any(word[:6] in text for word in words)
