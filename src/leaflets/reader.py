"""Source + Rules -> Monograph: names every block's section, label, question and state, and finds signs of danger."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from leaflets.endings import with_titles, with_trailers, with_unanswered
from leaflets.errors import Problem, Severity
from leaflets.headings import Heading, classify_heading
from leaflets.labels import lead_label, plain_label
from leaflets.markup import RawBlock, parse_body
from leaflets.monograph import Block, GivenWay, Kind, Monograph, Run, State
from leaflets.rules import Rules
from leaflets.runs import slice_runs, trim_runs
from leaflets.source import Source
from leaflets.status import find_signs, is_residue

_QUESTION_LEAD = re.compile(r"Q\s*(?:\d+\s*[.:)]|[.:)](?=\s))\s*")
_ANSWER_LEAD = re.compile(r"A\s*:\s*")
_ANSWER_LINE = re.compile(r"\n\s*A\s*:")


def read_monograph(source: Source, rules: Rules) -> Monograph:
    """Read a source. Never raises for content: what is wrong stands in ``problems``."""
    builder = _Builder(source, rules)
    raw = parse_body(source.body)
    for block in raw:
        builder.take(block)
    blocks = builder.finished()
    title = source.meta.title or _title_of(source, raw)
    blocks = with_titles(blocks, title)
    components = tuple(part.strip() for part in re.split(r"\s\+\s", title) if part.strip())
    findings = find_signs(source, blocks, title, components, rules)
    problems = [*source.problems, *builder.problems]
    problems += [
        Problem(f.rule, f"{f.message} “{f.quote}”" if f.quote else f.message, f.severity, source.file, f.line)
        for f in findings
    ]
    sample = dict(source.meta.fields).get("sample", "").lower() == "true"
    problems.sort(key=lambda problem: problem.line or 0)
    return Monograph(
        source.slug, source.file, source.sha256, title, components, blocks, tuple(builder.given_way), findings,
        tuple(problems), sample,
    )  # fmt: skip


def _title_of(source: Source, raw: Sequence[RawBlock]) -> str:
    first = next((block.text for block in raw if block.kind == "heading" and block.level == 1), None)
    return first or source.slug.replace("-", " ").capitalize()


@dataclass
class _Builder:
    """Walks the raw blocks once, top to bottom, and remembers where it is."""

    source: Source
    rules: Rules
    blocks: list[Block] = field(default_factory=list)
    given_way: list[GivenWay] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    section: str = "notice"
    levels: dict[int, str] = field(default_factory=dict)
    """Section of the innermost heading of each level that is open."""
    heading: str | None = None
    qualifier: str | None = None
    part: int = 1
    seen_usage: bool = False
    pending: Block | None = None
    """An unknown heading that may turn out to open a second monograph."""
    labelled: list[tuple[int, str]] = field(default_factory=list)
    """Sections that labels opened, with the depth below which they hold."""
    in_question: bool = False
    groups: int = 0
    group_of: dict[tuple[int, int], int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    question_group: int = 0

    def take(self, raw: RawBlock) -> None:
        line = raw.line + self.source.body_line - 1
        if raw.kind == "heading":
            self.take_heading(raw, line)
        elif raw.kind == "row":
            self.add(Kind.ROW, line, raw.runs, raw, cells=raw.cells, head=raw.head)
        elif self.section == "faqs" and self.take_faq(raw, line):
            pass
        else:
            self.take_text(raw, line)

    # -- headings -----------------------------------------------------------------------------------------------

    def take_heading(self, raw: RawBlock, line: int) -> None:
        if self.section == "faqs" and raw.level >= 3 and self.question(raw.runs, line, heading=True):
            return
        parent = next((self.levels[level] for level in sorted(self.levels, reverse=True) if level < raw.level), "")
        known = classify_heading(raw.runs, parent, self.rules)
        self.labelled, self.in_question, self.qualifier = [], False, None
        self.levels = {level: section for level, section in self.levels.items() if level < raw.level}
        if known.section is None:
            self.unknown_heading(raw, line, parent)
            return
        if known.section == "indications" and raw.level <= 2:
            self.open_part()
        self.levels[raw.level] = self.section = known.section
        self.heading = None
        self.pending = None
        if known.keep:
            self.heading = "".join(run.text for run in raw.runs)
        self.heading_content(known, raw, line)

    def heading_content(self, known: Heading, raw: RawBlock, line: int) -> None:
        if known.keep:
            # The words say more than the section's name: they stay, content and all.
            self.add(Kind.HEADING, line, raw.runs, raw, state=State.LABEL)
            return
        self.given_way.append(GivenWay(line, known.given_way))
        if known.qualifier:
            at = raw.text.find(known.qualifier)
            runs = slice_runs(raw.runs, at, at + len(known.qualifier)) if at >= 0 else (Run(known.qualifier),)
            if self.is_placeholder(known.qualifier):
                self.add(Kind.HEADING, line, runs, raw, state=State.PLACEHOLDER)
            else:
                self.qualifier = known.qualifier.strip("() ")
                self.add(Kind.HEADING, line, runs, raw, state=State.LABEL)
        if known.content:
            self.add(Kind.HEADING, line, known.content, raw)

    def unknown_heading(self, raw: RawBlock, line: int, parent: str) -> None:
        self.heading = raw.text.strip().rstrip(":")
        if raw.level == 1:
            self.add(Kind.HEADING, line, raw.runs, raw)
            return
        if raw.level == 2:
            self.section = "other"
            self.problems.append(
                Problem(
                    "unknown-heading", f"heading “{raw.text[:60]}” is not of the known vocabulary",
                    Severity.WARNING, self.source.file, line, "its text stands under “Other information”",
                )
            )  # fmt: skip
        else:
            self.section = parent or self.section
        self.levels[raw.level] = self.section
        self.add(Kind.HEADING, line, raw.runs, raw, state=State.LABEL)
        if raw.level == 2:
            self.pending = self.blocks[-1]

    def open_part(self) -> None:
        """A second “Usage” opens a second monograph; the unknown heading just before it is that one's name."""
        if self.seen_usage:
            self.part += 1
            if self.pending is not None and self.blocks and self.blocks[-1].id == self.pending.id:
                self.blocks[-1] = replace(self.blocks[-1], part=self.part)
        self.seen_usage = True

    # -- questions ----------------------------------------------------------------------------------------------

    def take_faq(self, raw: RawBlock, line: int) -> bool:
        """Read a paragraph or item of the FAQ section as question or answer, if it is one."""
        text = "".join(run.text for run in raw.runs)
        answer = _ANSWER_LINE.search(text)
        if _QUESTION_LEAD.match(text) and answer:
            self.question(trim_runs(slice_runs(raw.runs, 0, answer.start())), line, heading=False)
            self.answer(trim_runs(slice_runs(raw.runs, answer.start())), line + 1, raw)
            return True
        bold_end = len(raw.runs[0].text) if raw.runs and raw.runs[0].bold else 0
        if bold_end and raw.runs[0].text.rstrip().endswith("?") and len(raw.runs) > 1:
            self.question(trim_runs(raw.runs[:1]), line, heading=True)
            self.answer(trim_runs(raw.runs[1:]), line, raw)
            return True
        whole_bold = all(run.bold or not run.text.strip() for run in raw.runs)
        if self.question(raw.runs, line, heading=whole_bold):
            return True
        if self.in_question:
            self.answer(raw.runs, line, raw)
            return True
        return False

    def question(self, runs: tuple[Run, ...], line: int, *, heading: bool) -> bool:
        text = "".join(run.text for run in runs)
        lead = _QUESTION_LEAD.match(text)
        if lead is None and not (heading and text.rstrip().endswith("?")):
            return False
        if lead is not None and not heading and "?" not in text and ":" not in lead.group():
            return False  # "Q8. hourly" is a dose
        if lead is not None:
            self.given_way.append(GivenWay(line, lead.group().strip()))
            runs = trim_runs(slice_runs(runs, lead.end()))
        asked = "".join(run.text for run in runs).casefold()
        self.topics = tuple(topic.id for topic in self.rules.topics if topic.pattern.search(asked))
        self.groups += 1
        self.question_group = self.groups
        self.in_question = True
        plain = tuple(replace(run, bold=False) for run in runs)
        self.add(Kind.QUESTION, line, plain, None, topics=self.topics, group=self.question_group)
        return True

    def answer(self, runs: tuple[Run, ...], line: int, raw: RawBlock) -> None:
        lead = _ANSWER_LEAD.match("".join(run.text for run in runs))
        if lead is not None:
            self.given_way.append(GivenWay(line, lead.group().strip()))
            runs = trim_runs(slice_runs(runs, lead.end()))
        if runs:
            kind = Kind.ITEM if raw.kind == "item" and lead is None else Kind.ANSWER
            self.add(kind, line, runs, raw, topics=self.topics, group=self.question_group)

    # -- text ---------------------------------------------------------------------------------------------------

    def take_text(self, raw: RawBlock, line: int) -> None:
        label, only = lead_label(raw.runs)
        depth = raw.depth
        if raw.kind == "paragraph" and depth == 0 and (label is not None or not self.runs_on()):
            self.labelled = []
        self.labelled = [(at, section) for at, section in self.labelled if depth > at or at < 0]
        section = self.labelled[-1][1] if self.labelled else self.section
        match = label if label is not None else plain_label(raw.runs)
        if match is not None and (named := self.label_section(match)) is not None:
            section = named
            if raw.kind == "paragraph" and depth == 0:
                self.labelled = [(-1, named)]
            else:
                self.labelled.append((depth, named))
        kind = Kind.ITEM if raw.kind == "item" else Kind.PARAGRAPH
        self.add(kind, line, raw.runs, raw, section=section, label=label, state=State.LABEL if only else State.STATED)

    def runs_on(self) -> bool:
        """Whether the last block is a label that heads what comes now."""
        return bool(self.blocks) and self.blocks[-1].state is State.LABEL

    def label_section(self, label: str) -> str | None:
        folded = " ".join(label.casefold().split())
        for rule in self.rules.labels:
            if (self.section + ".").startswith(rule.within + ".") and rule.pattern.fullmatch(folded):
                return rule.id
        return None

    def is_placeholder(self, text: str) -> bool:
        bare = text.casefold().strip(" \n.:;()[]*_-–")
        return bool(bare) and self.rules.placeholder.fullmatch(bare) is not None

    def add(
        self, kind: Kind, line: int, runs: tuple[Run, ...], raw: RawBlock | None, *, section: str | None = None,
        label: str | None = None, state: State = State.STATED, topics: tuple[str, ...] = (), group: int | None = None,
        cells: tuple[tuple[Run, ...], ...] = (), head: bool = False,
    ) -> None:  # fmt: skip
        block = Block(
            id=f"b{len(self.blocks) + 1:03d}", line=line, kind=kind, section=section or self.section,
            runs=trim_runs(runs), part=self.part, label=label, qualifier=self.qualifier, heading=self.heading,
            depth=raw.depth if raw else 0, group=self.group_for(raw) if group is None else group,
            ordinal=raw.ordinal if raw else None, cells=cells, head=head, topics=topics, state=state,
        )  # fmt: skip
        if state is State.STATED:
            said = block.text[len(label) + 1 :] if label else block.text
            if self.is_placeholder(said):
                block = replace(block, state=State.PLACEHOLDER)
            elif is_residue(block.text, self.rules):
                block = replace(block, state=State.RESIDUE)
        self.blocks.append(block)

    def group_for(self, raw: RawBlock | None) -> int:
        if raw is None or not raw.group:
            return 0
        key = (0, raw.group)
        if key not in self.group_of:
            self.groups += 1
            self.group_of[key] = self.groups
        return self.group_of[key]

    # -- the end ------------------------------------------------------------------------------------------------

    def finished(self) -> tuple[Block, ...]:
        blocks = self.blocks
        if not self.levels and not any(block.kind is Kind.HEADING for block in blocks):
            # Nothing says what the text is about: it is not a notice before the text, it is the text.
            blocks = [replace(block, section="other") for block in blocks]
        blocks = with_trailers(blocks, self.part, self.rules.trailer)
        if not any(block.kind is Kind.QUESTION for block in blocks):
            blocks = [*blocks, *self.from_front_matter(len(blocks))]
        marked, problems = with_unanswered(blocks, self.source.file)
        self.problems += problems
        return marked

    def from_front_matter(self, count: int) -> list[Block]:
        """The front matter's copy of the questions, only because the body has none."""
        out: list[Block] = []
        for copy in self.source.meta.faqs:
            topics = tuple(t.id for t in self.rules.topics if t.pattern.search(copy.question.casefold()))
            self.groups += 1
            for kind, text in ((Kind.QUESTION, copy.question), (Kind.ANSWER, copy.answer)):
                for raw in parse_body(text):
                    number = f"b{count + len(out) + 1:03d}"
                    ordinal = raw.ordinal if kind is Kind.ANSWER else None
                    said = kind if ordinal is None else Kind.ITEM
                    out.append(
                        Block(
                            number, copy.line, said, "faqs", raw.runs, part=1, topics=topics, group=self.groups,
                            ordinal=ordinal,
                        )
                    )  # fmt: skip
        return out
