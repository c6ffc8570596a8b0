"""Variant or finding + Interface -> the same in the reader's language: headings, topics, the leaflet's own words.

The contexts here are those of the catalogue: `leaflets.extraction` takes the messages out of the same places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from leaflets.interface import N_, NP_, Interface, Key
from leaflets.monograph import Finding
from leaflets.variant import SectionSpec, Variant

HEADING, KEY, TOPIC, LEFT_OUT, DANGER, LABEL = "heading", "key", "topic", "left out", "danger", "label"
"""Contexts: a section's heading; one of the most important points; a topic within a sentence; what was left out, within
a sentence; a warning about the product; a caption on the pharmacy's label."""
OWN_WORDS = frozenset(["reason", "source"])
"""What a site wrote into deny.toml; other values of a finding are names and days."""
NOT_TRANSLATED = N_("Draft – translation not reviewed")
ONE_PART, PARTS = NP_(
    "One part of this leaflet is not translated yet. It stands in English.",
    "{count} parts of this leaflet are not translated yet. They stand in English.",
)
UNSURE = N_("A dotted line at the side: nobody has reviewed this part yet.")
_PLACE = re.compile(r"\{([a-z]+)\}")


def in_language(variant: Variant, interface: Interface) -> Variant:
    """A variant with its words in the reader's language. Rules stay as they are: they read the source."""
    if interface.is_source:
        return variant
    return replace(
        variant,
        kicker=interface.gettext(variant.kicker),
        sections=tuple(_section(spec, interface) for spec in variant.sections),
        keys=tuple(replace(spec, heading=interface.pgettext(KEY, spec.heading)) for spec in variant.keys),
        gaps=tuple(replace(spec, words=interface.pgettext(TOPIC, spec.words)) for spec in variant.gaps),
        words={key: interface.gettext(text) for key, text in variant.words.items()},
    )


def finding_in_language(finding: Finding, interface: Interface) -> tuple[str, str]:
    """Heading and message of a finding, as the reader is told them."""
    values = {name: interface.pgettext(DANGER, value) if name in OWN_WORDS else value for name, value in finding.values}
    message = interface.pgettext(DANGER, finding.template or finding.message)
    told = _PLACE.sub(lambda match: values.get(match[1], match[0]), message)
    return interface.pgettext(DANGER, finding.heading), told


def messages_of(variant: Variant) -> tuple[Key, ...]:
    """Everything that a variant may print."""
    return tuple(dict.fromkeys(_messages(variant)))


def _messages(variant: Variant) -> Iterator[Key]:
    yield "", variant.kicker
    for section in variant.sections:
        yield from _headings(section)
    yield from ((KEY, spec.heading) for spec in variant.keys)
    yield from ((TOPIC, spec.words) for spec in variant.gaps)
    yield from ((LEFT_OUT, spec.words) for spec in variant.composing.drops)
    yield from (("", text) for text in variant.words.values() if text)


def _headings(spec: SectionSpec) -> Iterator[Key]:
    yield HEADING, spec.heading
    for child in spec.children:
        yield from _headings(child)


def _section(spec: SectionSpec, interface: Interface) -> SectionSpec:
    return replace(
        spec,
        heading=interface.pgettext(HEADING, spec.heading),
        children=tuple(_section(child, interface) for child in spec.children),
    )
