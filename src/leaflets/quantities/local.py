"""Text that a translator wrote -> its quantities, which stand there as the locale writes them and stay so."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from leaflets.locales import (
    DOTTED,
    canonical_tag,
    group_sizes,
    number_signs,
    range_words,
    reads_dots_as_groups,
    with_latin_digits,
)
from leaflets.quantities.printing import JOINER, NO_BREAK, Printed
from leaflets.quantities.recognize import read_quantities
from leaflets.quantities.units import Units

_OTHER_LETTER = r"(?:(?![A-Za-z\u00aa-\u024f\u0370-\u03ff])[^\W\d_])"
"""A letter that is not Latin or Greek: those lead up to digits only in names, as in CYP3A4."""
_UNPARTED = ("zh", "ja", "ko", "th", "km", "lo", "my")
"""Languages that write no space between words, or (Korean) put particles behind a unit."""


def local_quantities(text: str, units: Units, tag: str) -> tuple[Printed, ...]:
    """The quantities of a text in the locale's own form; they print as written, with spaces that do not break.

    Whether they are the source's quantities is another question: `leaflets.quantities.parity` answers it.
    """
    tag = canonical_tag(tag)
    english = _Aligned(with_latin_digits(text))
    _part_words(english, units, tag.split("-")[0])
    decimal, group, _ = number_signs(tag)
    english.replace(JOINER, lambda _: "")
    english.replace(f"[{NO_BREAK}\u202f](?![0-9]{{3}})", lambda _: " ")
    english.replace(r"(?<=[0-9])٬(?=[0-9]{3}(?![0-9]))", lambda _: "")
    if reads_dots_as_groups(tag):
        english.replace(DOTTED.pattern, lambda match: match[0].replace(".", ""))
    if group != ",":
        english.replace(rf"(?<=[0-9]){re.escape(group)}(?=[0-9]{{3}}(?![0-9]))", lambda _: "")
    english.replace(NO_BREAK, lambda _: " ")
    if group_sizes(tag)[1] == 2:
        lakh = r"(?<![0-9,.])[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9,])"
        english.replace(lakh, lambda match: match.group().replace(",", ""))
    if decimal != ".":
        english.replace(rf"(?<=[0-9]){re.escape(decimal)}(?=[0-9])", lambda _: ".")
    english.replace(r"(?<=[0-9])٫(?=[0-9])", lambda _: ".")
    dash = range_words(tag).replace(JOINER, "").replace(NO_BREAK, " ")
    if dash not in ("-", "–"):
        # Behind a unit the word stays a word: "6 kg से 8 kg" is two quantities, and may break between them.
        english.replace(rf"(?<=[0-9½¼¾⅓⅔]){re.escape(dash)}(?=[-−<>≤≥±~]?[0-9.½¼¾⅓⅔])", lambda _: "–")
    out = []
    for quantity in read_quantities(english.text, units, tag):
        start, end = english.at[quantity.start], english.at[quantity.end - 1] + 1
        source = text[start:end]
        out.append(Printed(source, source.replace(" ", NO_BREAK), start, end))
    return tuple(out)


def parted(text: str, units: Units, tag: str) -> str:
    """The text with a space wherever a number, or a unit behind it, touches a word of a script without spaces.

    ``每日5毫克口服`` -> ``每日 5毫克 口服``: only so do `read_quantities` and `parity` see a dose there.
    """
    aligned = _Aligned(text)
    _part_words(aligned, units, tag.split("-")[0])
    return aligned.text


def _part_words(text: _Aligned, units: Units, language: str) -> None:
    if text.text.isascii():
        return
    text.replace(rf"(?<={_OTHER_LETTER})(?=[0-9½¼¾⅓⅔])", lambda _: " ")
    if (pattern := _units_before_words(units, language)) is not None:
        text.replace(pattern, lambda _: " ")


@lru_cache(maxsize=32)
def _units_before_words(units: Units, language: str) -> str | None:
    """Where a unit behind a number ends and a word goes on; None for a language that parts its words."""
    if language not in _UNPARTED:
        return None
    forms = {*units.key_of}
    for key in units.kind_of:
        for name, form in [*units.plain[key].items(), *units.below[key].items()]:
            forms |= {form.strip()} if re.split(r"[-.]", name)[0] == language else set()
    # Python looks back over a fixed length only: one alternative for each length.
    by_length: dict[int, list[str]] = {}
    for form in forms - {""}:
        by_length.setdefault(len(form), []).append(re.escape(form))
    ends = "|".join(
        rf"(?<=[0-9½¼¾][ \u00a0]{{{space}}}(?:{'|'.join(sorted(by_length[size]))}))"
        for size in sorted(by_length, reverse=True)
        for space in (0, 1)
    )
    longer = "|".join(sorted((re.escape(form) for form in forms), key=len, reverse=True))
    return rf"(?:{ends})(?={_OTHER_LETTER})(?!(?<=[0-9])(?:{longer}))"


class _Aligned:
    """A text that is changed, and for each of its characters its place in the text as it was."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = list(range(len(text)))

    def replace(self, pattern: str, new: Callable[[re.Match[str]], str]) -> None:
        """Replace every match. What replaces it must not be longer, but for a space where there was nothing."""
        parts: list[str] = []
        at: list[int] = []
        end = 0
        for match in re.finditer(pattern, self.text):
            said = new(match)
            parts += [self.text[end : match.start()], said]
            # Where characters fall away, a match still begins where it began and ends where it ended.
            kept = self.at[match.start() : match.end()]
            inner = [*kept[: len(said) - 1], *kept[-1:]] or self.at[match.start() : match.start() + 1]
            at += [*self.at[end : match.start()], *(inner if said else [])]
            end = match.end()
        self.text = "".join([*parts, self.text[end:]])
        self.at = [*at, *self.at[end:]]
