"""Whether there is a translation at all, and whether it has the shape of one: length, sentences, signs, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from leaflets.checking.model import Both, Finding, Weight
from leaflets.checking.words import LETTER, WORD
from leaflets.locales import script_of

_NO_WORDS = re.compile(r"\{\{?[^{}\n]{0,40}\}?\}|%\(\w+\)[sd]|</?[A-Za-z][^<>]*>|\]\([^)\s]+\)|https?://[^\s)>\]]+")
"""Placeholders, tags and addresses: they stay as they are."""
_WORD = re.compile(WORD)
_LATIN = re.compile("[A-Za-z]{3}")
"""No English word of the list is shorter."""
_ENGLISH = frozenset(
    """once twice daily every hours weeks months tablets take taken taking mouth without before after the your should
    bedtime meals with which when unless until avoid doctor medicine medicines store below above keep swallow chew
    crush drink drinking eat eating skin blood headache vomiting rash dizziness tired sleepy children women
    pregnant pregnancy breastfeeding breast milk heart kidney liver stomach bladder throat nostril ears eyes feet
    ankles hands swelling swollen breathing breath weakness cough tell ask using used days years older younger
    pressure more least missed forget forgot remember skip warnings effects uncommon serious
    allergic spoon needle pharmacist nurse away moisture fridge freeze refrigerator through
    between during while because other others been would could might did where this that these those there they
    them their from into apply wash shake inject given give gives low higher lower increase decrease
    reduce risk""".split()  # noqa: SIM905  # words, read as such
)
"""Words that no other language of Latin letters has, or not in this sense."""
_COMMON = _ENGLISH | frozenset(
    [
        "do",
        "not",
        "and",
        "or",
        "of",
        "for",
        "to",
        "is",
        "are",
        "if",
        "this",
        "that",
        "day",
        "days",
        "times",
        "you",
        "not",
        "in",
        "on",
        "at",
        "by",
        "be",
        "may",
        "can",
    ]
)
_ALLOWED = {
    "es": {"once", "doctor"}, "ht": {"take"},
    "fil": {"doctor", "tablets", "nurse", "kidney", "allergic", "rash", "risk", "refrigerator", "serious"},
}  # fmt: skip
_DENSE = {"Hans": (0.10, 1.6), "Hant": (0.10, 1.6), "Jpan": (0.15, 2.2), "Kore": (0.2, 2.2), "Thai": (0.3, 3.0)}
_PAIRS = (
    ("(", ")"),
    ("[", "]"),
    ("（", "）"),
    ("「", "」"),
    ("『", "』"),
    ("“", "”"),
    ("«", "»"),
    ("【", "】"),
    ("《", "》"),
)
_BRACKET = re.compile(f"[{re.escape(''.join(opens + closes for opens, closes in _PAIRS))}]")
_TWICE = re.compile(rf"(?<!{LETTER})({LETTER}{{2,}}) \1(?!{LETTER})")
_TWICE_IS_RIGHT = frozenset(
    ["nous", "vous", "sie", "die", "das", "der", "что", "had", "that", "muy", "poco", "baby", "bye", "se", "si", "ha"]
)
_REDUPLICATES = frozenset(
    ["hi", "mr", "bn", "ta", "te", "gu", "ur", "pa", "th", "fil", "ht", "vi", "zh", "ja", "id", "ko", "ar", "fa", "am"]
)
_QUESTION = re.compile(r"[?？؟;]\W*$")
_ABBREVIATED = re.compile(
    rf"\b(?:e\.g|i\.e|etc|vs|approx|Dr|Mr|Mrs|No|p\.m|a\.m|[A-Z])\.|(?<!{LETTER})(?:[\u0900-\u0dff]{{1,6}}\.){{2,}}",
    re.IGNORECASE,
)
"""Among them India's: मि.ग्रा."""
_MAYBE_ABBREVIATED = re.compile(
    r"\.(?:(?<=\b[A-Z].)|(?<=vs.|Dr.|Mr.|No.)|(?<=etc.|Mrs.)|(?<=approx.)|(?<=[\u0900-\u0dff].))", re.IGNORECASE
)
"""Looks at full stops only: most texts hold no such word."""


def empty(both: Both) -> Iterator[Finding]:
    """There is a text, but in plain wording: where nobody wrote one, the source's own words stand."""
    if not both.pair.target.strip() and both.target.tag.split("-")[0] != both.source.tag.split("-")[0]:
        yield Finding("empty", Weight.CRITICAL, "there is no translation", "translate it", both.pair)


def untranslated(both: Both) -> Iterator[Finding]:
    """The text is not the source's own, and holds no English words that were left behind."""
    source, target = (_NO_WORDS.sub(" ", text.strip()) for text in (both.pair.source, both.pair.target))
    if not target.strip() or both.target.tag.split("-")[0] == both.source.tag.split("-")[0]:
        return
    if source != target and not _LATIN.search(target):
        return
    words = [word.casefold() for word in _WORD.findall(target)]
    if source == target:
        english = [word for word in words if word in _COMMON]
        latin = script_of(both.target.tag) == "Latn"
        plain = [word for word in words if len(word) > 3 and word not in both.known and word not in both.names.same]
        small = [word for word in plain if re.search(rf"(?<![^\W\d_]){word}(?![^\W\d_])", target)]
        if (len(words) > 1 and english) or any(word in _ENGLISH for word in plain) or (small and not latin):
            yield Finding("untranslated", Weight.CRITICAL, "it is the source's own text", "translate it", both.pair)
        elif (plain and not latin) or len(plain) > 2:
            yield Finding(
                "untranslated", Weight.MAJOR, "it is the source's own text", "is it meant to stay?", both.pair
            )
        return
    allowed = _ALLOWED.get(both.target.tag.split("-")[0], set())
    words = [word for word in words if word in _ENGLISH and word not in allowed]
    if not words:
        return
    here = {word.casefold() for word in _WORD.findall(source)}
    quoted = " ".join(re.findall(r"[“\"«(（]([^”\"»)）]*)[”\"»)）]", target)).casefold().split()
    left = [word for word in words if word in here and word not in quoted]
    if left:
        said = f"English is left in it: {', '.join(dict.fromkeys(left))}"
        yield Finding(
            "english-left", Weight.CRITICAL, said, "translate all of it", both.pair, tuple(dict.fromkeys(left))
        )


def length(both: Both) -> Iterator[Finding]:
    """A text far shorter or longer than its source lost or won something."""
    source, target = both.pair.source.strip(), both.pair.target.strip()
    if len(source) < 25 or not target:
        return
    low, high = _DENSE.get(script_of(both.target.tag), (0.4, 2.8))
    ratio = len(target) / len(source)
    if not low <= ratio <= high:
        said = f"it has {len(target)} characters, its source {len(source)}"
        yield Finding("length", Weight.MAJOR, said, "is something missing, or added?", both.pair)


def sentences(both: Both) -> Iterator[Finding]:
    """About as many sentences as the source."""
    language = both.target.language
    if not both.pair.target.strip() or language is None or not language.ends:
        return
    want, have = _sentences(both.pair.source, ".!?"), _sentences(both.pair.target, language.ends)
    clauses = both.pair.source.count(";")  # some languages end a sentence there
    if not -max(1, want // 4) <= have - want <= max(1, want // 4) + clauses:
        said = f"{want} sentences became {have}"
        yield Finding("sentences", Weight.MAJOR, said, "is a sentence missing, or added?", both.pair)


def brackets(both: Both) -> Iterator[Finding]:
    """Brackets and quotation marks come in pairs."""
    source, target = both.pair.source, both.pair.target
    for opens, closes in _PAIRS if _BRACKET.search(target) else ():
        if target.count(opens) != target.count(closes) and source.count(opens) == source.count(closes):
            if opens == "“" and "„" in target:
                continue
            if opens == "(" and (target.count("(") + target.count("（") == target.count(")") + target.count("）")):
                continue
            if opens == "（" and (target.count("(") + target.count("（") == target.count(")") + target.count("）")):
                continue
            if re.search(r"(?:^|\s)\w{1,2}\)", target):
                continue  # a) b) 1)
            said = f"{opens} and {closes} are no pairs"
            yield Finding("brackets", Weight.MAJOR, said, "close what is opened", both.pair, (opens, closes))


def ending(both: Both) -> Iterator[Finding]:
    """A question ends as a question, a lead to a list with its colon."""
    source, target = both.pair.source.rstrip("* "), both.pair.target.rstrip("* ")
    if not target or (both.target.language is not None and not both.target.language.ends):
        return
    asks, answers = source.endswith("?"), bool(_QUESTION.search(target)) or target.endswith(("か。", "吗。", "か"))
    if asks != answers and (asks or target[-1] in "?？؟"):
        said = "the question mark at the end " + ("is missing" if asks else "was added")
        yield Finding("ending", Weight.MAJOR, said, "end it as the source ends", both.pair)
    elif source.endswith(":") and not target.endswith((":", "：", "︰", "፦", "፡")):
        yield Finding("ending", Weight.MAJOR, "the colon at the end is missing", "end it as the source ends", both.pair)
    elif source.endswith(".") and target[-1] not in ".。।۔.!?։။…)）”»\"'" and len(source.split()) > 3:
        yield Finding(
            "ending", Weight.QUALITY, "the full stop at the end is missing", "end it as the source ends", both.pair
        )


def repeated(both: Both) -> Iterator[Finding]:
    """No word twice in a row that the source has once."""
    if both.target.tag.split("-")[0] in _REDUPLICATES:
        return
    words = both.target.text.split(" ")
    if not any(other[:2] in one and one[-2:] in other for one, other in pairwise(words)):
        return  # this is far faster than the expression
    for match in _TWICE.finditer(both.target.text):
        if match[1] not in _TWICE_IS_RIGHT and not _TWICE.search(both.source.text):
            yield Finding("repeated", Weight.MAJOR, f"“{match[1]}” stands twice", "delete one", both.pair, (match[0],))
            return


def blanks(both: Both) -> Iterator[Finding]:
    """No blanks that nobody wants."""
    source, target = both.pair.source, both.pair.target
    if "  " in target and "  " not in source:
        yield Finding("blanks", Weight.QUALITY, "two blanks in a row", "delete one", both.pair)
    if target.strip() and (
        target[:1].isspace() != source[:1].isspace() or target[-1:].isspace() != source[-1:].isspace()
    ):
        yield Finding(
            "blanks", Weight.QUALITY, "a blank at its beginning or end", "begin and end as the source", both.pair
        )


def terms(both: Both) -> Iterator[Finding]:
    """Terms of the locale's own list stand as the list says."""
    for term, allowed in both.terms.items():
        stands = re.search(rf"(?<!{LETTER}){re.escape(term)}(?!{LETTER})", both.source.text)
        if stands and not any(form in both.target.text for form in allowed):
            said = f"“{term}” is “{'” or “'.join(allowed)}” in the term base"
            yield Finding("term", Weight.MAJOR, said, "use the term, or correct the term base", both.pair, (term,))


def _sentences(text: str, ends: str) -> int:
    """Ends of sentences: behind a word (or a mark that ends it, such as Tamil's), before a capital or a letter that has
    none, or at the end of all."""
    text = _NO_WORDS.sub("xx", text).replace("*", "")
    text = _ABBREVIATED.sub(" ", text) if _MAYBE_ABBREVIATED.search(text) else text
    run_on, rest = _ends(ends)
    found = len(run_on.findall(text)) if run_on else 0
    return found + (sum(_begins(match[1]) for match in rest.finditer(text)) if rest else 0)


@lru_cache(maxsize=64)
def _ends(ends: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What finds the ends that need no blank behind them, and the others."""
    run_on = "".join(sign for sign in ends if sign in "。！？।")
    rest = "".join(sign for sign in ends if sign not in run_on)
    signs = re.escape(rest)
    # What stands before them is looked at last: it would be looked at everywhere.
    word = rf"(?<=\w.|{LETTER}.)"
    behind = rf"[)\]”\"{signs}]{word}(?:(?<=[{signs}])[{signs}]*|[{signs}]+)[)”\"»]?(?=\s+(\S)|\s*$)"
    return re.compile(rf"[{run_on}]+") if run_on else None, re.compile(behind) if rest else None


def _begins(sign: str | None) -> bool:
    return sign is None or not sign.islower()
