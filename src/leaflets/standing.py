"""Review, findings, language -> what a leaflet says of itself: the strip of every page, the boxes that stand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leaflets.approvals import Approval
from leaflets.errors import Severity
from leaflets.interface import ENGLISH, SOURCE_LANGUAGE, Interface, Key
from leaflets.leaflet import Notice, Strip
from leaflets.locales import SOURCE_ABROAD, date_text
from leaflets.monograph import Block, Finding, Monograph
from leaflets.phrases import DANGER, NOT_TRANSLATED, ONE_PART, PARTS, UNSURE, finding_in_language
from leaflets.readability import Grade
from leaflets.reviews import Review
from leaflets.variant import Variant

OWN_KEYS: tuple[Key, ...] = (("", NOT_TRANSLATED), ("", ONE_PART), ("", UNSURE))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of how far a text may be trusted."""

    variant: Variant
    """With its words in the source's language."""
    interface: Interface
    review: Review | Approval | None
    """The last word: on the text, or in another language on its translation."""
    unsure: bool
    """Something of it is not in the reader's language, or nobody has approved that it says the same there."""
    sample: bool
    tag: str

    @property
    def draft(self) -> bool:
        return self.unsure or self.review is None or self.review.decision != "approved"

    def said(self, interface: Interface) -> str:
        """The state in words."""
        words = self.variant.words
        if self.review is not None and self.review.decision != "approved":
            state = interface.gettext(words["rejected"])
        elif self.draft:
            state = interface.gettext(words["draft"] if self.interface.is_source else NOT_TRANSLATED)
        else:
            assert self.review is not None
            state = interface.gettext(words["reviewed"])
            values = (("who", self.review.who), ("role", self.review.role), ("date", self.date(interface)))
            for name, value in values:
                state = state.replace(f"{{{name}}}", value)
        return interface.gettext(words["sample"]).replace("{state}", state) if self.sample else state

    def date(self, interface: Interface) -> str:
        assert self.review is not None
        return date_text(self.review.when, self.tag if interface is self.interface else SOURCE_ABROAD)


def make_strip(monograph: Monograph, variant: Variant, build: str, graded: Grade | None, state: Standing) -> Strip:
    slug = monograph.slug if len(monograph.slug) <= 48 else monograph.slug[:47] + "…"
    told = variant.words["grade"].replace("{grade}", str(graded.neutral)) if graded and variant.plain else ""
    return Strip(
        state.said(state.interface), f"{slug}, {monograph.sha256[:12]}", build, told, draft=state.draft,
        state_source="" if state.interface.is_source else state.said(ENGLISH),
    )  # fmt: skip


def page_words(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return before, between, after


def untranslated_text(blocks: Sequence[Block], interface: Interface) -> str:
    said = interface.ngettext(ONE_PART, PARTS, len(blocks)) if blocks else ""
    return said.replace("{count}", str(len(blocks)))


def unsure_text(*, marked: bool, interface: Interface) -> str:
    """What the dotted line means, where something of the leaflet has one."""
    return interface.gettext(UNSURE) if marked else ""


def _danger(monograph: Monograph) -> list[Finding]:
    return [finding for finding in monograph.findings if finding.severity is Severity.ERROR]


def danger_keys(monograph: Monograph) -> list[Key]:
    """The words of the boxes that stand first."""
    texts = [text for finding in _danger(monograph) for text in (finding.heading, finding.template or finding.message)]
    return [(DANGER, text) for text in texts]


def notices_of(monograph: Monograph, interface: Interface) -> tuple[Notice, ...]:
    """One box a rule, with the source's own words, none of them twice."""
    out: list[Notice] = []
    lang = "" if interface.is_source else SOURCE_LANGUAGE
    for finding in _danger(monograph):
        if finding.quote and any(finding.quote in notice.quotes for notice in out):
            continue
        index = next((i for i, notice in enumerate(out) if notice.rule == finding.rule), None)
        quotes = (finding.quote,) if finding.quote else ()
        if index is None:
            out.append(Notice(finding.rule, *finding_in_language(finding, interface), quotes, lang))
        elif len(out[index].quotes) < 3:
            known = out[index].quotes
            out[index] = replace(out[index], quotes=known + tuple(q for q in quotes if q not in known))
    return tuple(out)
