"""The only door to Babel: locale tags, directions, paper, lists, and the signs that numbers are written with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

from leaflets.errors import Problem, TranslationError

LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
"""Territories that print on US Letter; all others use A4 (CLDR supplemental data, paperSize)."""

OTHER_CALENDARS = frozenset(["am", "fa", "ne", "ps", "th", "ti"])
"""Languages whose readers count years by the Solar Hijri, Buddhist, Ethiopian or Bikram Sambat calendar."""
QUOTES = {
    "de": ("„", "“"), "es": ("«", "»"), "es-US": ("“", "”"), "fr": ("«\u00a0", "\u00a0»"), "it": ("«", "»"),
    "pl": ("„", "”"), "ru": ("«", "»"), "fa": ("«", "»"), "ar": ("”", "“"), "he": ("”", "”"),
    "ht": ("«\u00a0", "\u00a0»"),
    "ja": ("「", "」"), "zh-Hant": ("「", "」"), "ko": ("‘", "’"), "ur": ("“", "”"), "am": ("«", "»"),
}  # fmt: skip
"""Quotation marks that are not English; of CLDR's ``delimiters``, first level."""

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")
"""Language, script, territory: the parts of BCP 47 that a leaflet depends on."""

NARROW_SPACE = "\u202f"
SOURCE_ABROAD = "en-001"
"""English for any country: how an English text prints inside a leaflet in another language. Its thousands are parted by
a narrow space, for a comma there is a decimal sign in half of the languages."""
MINIMUM_GROUPING = {"es": 2, "es_419": 1, "it": 2, "pl": 2, "pt_PT": 2}
"""CLDR minimumGroupingDigits where it is not 1, or not the parent's; Babel does not read it."""


@lru_cache(maxsize=64)
def parse_locale(tag: str) -> Locale:
    """The locale of a BCP 47 tag. Raises TranslationError for a tag that is none."""
    try:
        if _TAG.fullmatch(tag):
            return Locale.parse(tag, sep="-")
        raise ValueError(tag)
    except (UnknownLocaleError, ValueError):
        raise TranslationError(
            Problem("locale-unknown", f"there is no locale {tag[:40]!r}", hint="write a tag such as en-US or en-GB")
        ) from None


@lru_cache(maxsize=64)
def canonical_tag(tag: str) -> str:
    """A tag in the usual capitals: ``en-us`` -> ``en-US``."""
    return str(parse_locale(tag)).replace("_", "-")


@lru_cache(maxsize=64)
def catalogue_tags(tag: str) -> tuple[str, ...]:
    """The locales whose text may stand in a leaflet of this one, nearest first: ``de-AT`` takes that of ``de``.

    A wider locale counts only where it is of the same script and writes numbers alike: ``es`` has a decimal comma, and
    its text must not stand in ``es-US``.
    """
    return tuple(name for name in tag_chain(tag) if number_signs(name) == number_signs(tag))


def language_of(tag: str) -> str:
    """The language alone: ``zh`` of ``zh-Hant-TW``."""
    return parse_locale(tag).language or ""


def script_of(tag: str) -> str:
    """The ISO 15924 code of the script: the tag's own, or the one that its language is written in there."""
    return _subtags(tag)[1]


@lru_cache(maxsize=64)
def tag_chain(tag: str) -> tuple[str, ...]:
    """Folders of ``content/locale`` that speak for a locale, the most particular first.

    ``es-US`` -> es-Latn-US, es-US, es-Latn, es. A language that is written in two scripts never takes the other's:
    ``zh-Hant-TW`` does not end in ``zh``, which is Hans.
    """
    language, script, territory = _subtags(tag)
    names = [f"{language}-{script}-{territory}"]
    if (_likely(f"{language}_{territory}")[1] or _likely(language)[1]) in (script, ""):
        names.append(f"{language}-{territory}")
    names.append(f"{language}-{script}")
    if _likely(language)[1] in (script, ""):
        names.append(language)
    return tuple(names)


@lru_cache(maxsize=64)
def _subtags(tag: str) -> tuple[str, str, str]:
    """Language, script and territory, the missing ones filled in as CLDR thinks likely."""
    locale = parse_locale(tag)
    language = locale.language or ""
    script, territory = locale.script or "", locale.territory or ""
    if territory and not script:
        script = _likely(f"{language}_{territory}")[1]
    wanted = f"{language}_{script}" if script else language
    _, likely_script, likely_territory = _likely(wanted) if _likely(wanted)[1] else _likely(language)
    return language, script or likely_script, territory or likely_territory


def _likely(key: str) -> tuple[str, str, str]:
    """CLDR's likely language, script and territory for a part of a tag; three times nothing where it is silent."""
    parts = get_global("likely_subtags").get(key, "").split("_")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")


def default_paper(tag: str) -> str:
    """``letter`` or ``a4``, by the tag's territory, or the language's likely one."""
    locale = parse_locale(tag)
    territory = locale.territory
    if not territory:
        subtags = get_global("likely_subtags")
        likely = subtags.get(f"{locale.language}_{locale.script}") or subtags.get(locale.language, "")
        territory = likely.split("_")[-1]
    return "letter" if territory in LETTER else "a4"


def text_direction(tag: str) -> str:
    """``ltr`` or ``rtl``."""
    return str(parse_locale(tag).text_direction)


def likely_script(tag: str) -> str:
    """The script that a tag is written in, named or likely (CLDR likelySubtags): ``zh-TW`` -> ``Hant``."""
    locale = parse_locale(tag)
    if locale.script:
        return str(locale.script)
    subtags = get_global("likely_subtags")
    likely = subtags.get(f"{locale.language}_{locale.territory}") or subtags.get(locale.language, "")
    return likely.split("_")[1] if likely.count("_") else ""


def list_text(items: Sequence[str], tag: str, style: str = "and") -> str:
    """Items as a list in words: ``a, b, and c``, or with ``or``."""
    return str(format_list(list(items), "or" if style == "or" else "standard", parse_locale(tag)))


def date_text(moment: str, tag: str) -> str:
    """The day of a moment such as ``2026-11-23T10:15:00Z``, as the locale writes it out.

    All dates are of the Gregorian calendar. Where people count by another one, the day is told in figures as well.
    """
    day = datetime.strptime(moment[:10], "%Y-%m-%d").date()
    text = format_date(day, "long", locale=parse_locale(tag))
    locale = parse_locale(tag)
    other = locale.language in OTHER_CALENDARS or (locale.language == "ar" and locale.territory == "SA")
    return f"{text} ({day.isoformat()})" if other else text


def quotation_marks(tag: str) -> tuple[str, str]:
    """What stands before and after quoted words (CLDR delimiters, which Babel does not read)."""
    return next((QUOTES[name] for name in tag_chain(tag) if name in QUOTES), ("“", "”"))


def number_signs(tag: str) -> tuple[str, str, int]:
    """Decimal sign, group sign, and the fewest digits before the first group sign.

    Where the decimal sign is a comma, groups are parted by a narrow no-break space and never by a dot, so that
    ``1.000 mg`` cannot be read as one (ISO 80000-1, 7.3.1).
    """
    locale = parse_locale(tag)
    decimal = str(get_decimal_symbol(locale))
    group = NARROW_SPACE if decimal == "," or tag == SOURCE_ABROAD else str(get_group_symbol(locale))
    # es-MX and es-US take after es-419, not after es: Spanish America groups four digits, Spain does not.
    parent = get_global("parent_exceptions").get(str(locale), locale.language)
    return decimal, group, MINIMUM_GROUPING.get(str(locale), MINIMUM_GROUPING.get(parent, 1))


DOTTED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?![0-9]|[.,][0-9]{3})")
"""1.000 where a dot parts thousands."""


@lru_cache(maxsize=64)
def reads_dots_as_groups(tag: str) -> bool:
    """Whether a reader there takes ``1.000`` for a thousand (CLDR group symbol); we never print it, others do."""
    return str(get_group_symbol(parse_locale(tag))) == "."


def with_latin_digits(text: str) -> str:
    """A text with the digits 0 to 9 for those of any script. Every character stays where it is."""
    if text.isascii():
        return text
    digits = {ord(char): str(unicodedata.decimal(char)) for char in set(text) if char.isdecimal()}
    return text.translate(digits)


@lru_cache(maxsize=64)
def group_sizes(tag: str) -> tuple[int, int]:
    """Digits of the last group of a whole number, and of those before it (CLDR decimal pattern)."""
    first, others = parse_locale(tag).decimal_formats[None].grouping
    return int(first), int(others)


def plural_category(number: Decimal, tag: str) -> str:
    """CLDR plural category of a number: ``one``, ``few``, ``many``, ``other`` …"""
    return str(parse_locale(tag).plural_form(number))


@lru_cache(maxsize=64)
def range_words(tag: str) -> str:
    """What stands between the ends of a range: a dash that keeps its line, or a word (CLDR miscPatterns)."""
    language = parse_locale(tag).language
    words = {"hi": " से ", "ar": " إلى ", "fa": " تا ", "he": " עד ", "ur": " سے "}
    dash = {"es": "-", "zh": "～", "th": "-", "ja": "～"}.get(language, "–")
    return words.get(language, f"\u2060{dash}\u2060")


@lru_cache(maxsize=64)
def percent_space(tag: str) -> str:
    """What stands between a number and ``%``: nothing, or a no-break space."""
    pattern = str(parse_locale(tag).percent_formats[None].pattern)
    return "\u00a0" if "\u00a0%" in pattern or "\u202f%" in pattern else ""
