"""Text -> reading grade by formula: how hard the words and sentences are, not whether anybody understands them.

Flesch-Kincaid: Kincaid et al., Derivation of New Readability Formulas for Navy Enlisted Personnel, 1975.
SMOG: McLaughlin, SMOG Grading - a New Readability Formula, Journal of Reading 12 (1969) 639-646.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.errors import ContentError, Problem
from leaflets.sentences import sentences

FEWEST_WORDS = 25
"""Below this a grade says nothing."""
SMOG_SENTENCES = 30
"""The number that the SMOG formula was made for."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STEM = re.compile(
    r"(?:azole|cillin|mycin|micin|floxacin|cycline|oxacin|pril|prilat|sartan|olol|dipine|statin|gliptin|gliflozin|"
    r"glutide|glitazone|prazole|tidine|setron|triptan|caine|barbital|azepam|zolam|azine|triptyline|oxetine|"
    r"parin|gatran|xaban|mab|tinib|ciclib|platin|rubicin|taxel|vir|vudine|vastatin|fibrate|olone|onide|asone|"
    r"olone|terol|tropium|lukast|phylline|amide|thiazide|semide|lactone|profen|coxib|oxicam|fenac|bufen|"
    r"dronate|dronic|tretinoin|calcitol|calciferol|cobalamin|mustine|poetin|grastim|stim|kinra|cept)s?$"
)


@dataclass(frozen=True, slots=True)
class Syllables:
    """Counts syllables of English words: a rule, and the words that it gets wrong."""

    exceptions: Mapping[str, int]

    def count(self, word: str) -> int:
        """Syllables of one word, at least one."""
        folded = word.casefold().replace("’", "'").removesuffix("'s")
        return max(1, self.exceptions.get(folded) or _by_rule(folded))


@dataclass(frozen=True, slots=True)
class Grade:
    """US school grades, estimated by formula."""

    words: int
    sentences: int
    raw: float
    """Flesch-Kincaid of the text as it stands."""
    neutral: float
    """Flesch-Kincaid with each drug's name taken as one syllable: its reader knows that name from the box."""
    smog: float | None
    """None below 30 sentences, for which the formula was not made."""


def load_syllables(path: Path) -> Syllables:
    """Read the words that the rule miscounts: a line ``[3]`` before all words of three. Raises ContentError."""
    out: dict[str, int] = {}
    count = -1
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := re.fullmatch(r"\[(\d+)\]", line.strip()):
            count = int(match.group(1))
        elif line.strip() and not line.startswith("#"):
            if count < 0:
                hint = "write the number of syllables in brackets on a line above the words"
                raise ContentError(Problem("syllables", "words before a count", file=str(path), line=number, hint=hint))
            out.update(dict.fromkeys(line.split(), count))
    return Syllables(out)


def grade(texts: Sequence[str], names: Collection[str], syllables: Syllables) -> Grade | None:
    """The grade of English texts, each of them a paragraph, item or heading of its own; None where they are too short.

    ``names`` are words, in small letters, that are names of medicines; words with a usual ending of one count as well.
    """
    words = ends = total = neutral = hard = 0
    for text in texts:
        for sentence in sentences(text):
            found = _WORD.findall(sentence)
            if not found:
                continue
            ends += 1
            for word in found:
                count = syllables.count(word)
                words += 1
                total += count
                named = word.casefold() in names or (count > 2 and _STEM.search(word.casefold()) is not None)
                neutral += 1 if named else count
                hard += count >= 3 and not named
    if words < FEWEST_WORDS:
        return None
    smog = round(1.0430 * (hard * 30 / ends) ** 0.5 + 3.1291, 1) if ends >= SMOG_SENTENCES else None
    return Grade(words, ends, _kincaid(words, ends, total), _kincaid(words, ends, neutral), smog)


def _kincaid(words: int, sentences: int, syllables: int) -> float:
    return round(0.39 * words / sentences + 11.8 * syllables / words - 15.59, 1)


_GROUPS = re.compile(r"[aeiouy]+")
_PARTED = re.compile(r"i[ao](?!u)|[eiy]um|io$|ia$|(?<!q)ua|uou|eo(?!u)|ius|iet|ier$|ying|[aeiou]ing")
_JOINED = re.compile(r"tion|sion|cia[ln]|tia[ln]|cious|tious|gion|gious|cean|geo|sual|tual(?!i)")
_SILENT = (
    re.compile(r"[^aeiouyl]e$|[aeiouy]le$"), re.compile(r"[^aeiouytd]ed$"), re.compile(r"[^aeiouysxzcgh]es$"),
    re.compile(r"[aeiouy][^aeiouy]+e(?:ly|ment|ful|less|ness)"),
)  # fmt: skip


@lru_cache(maxsize=50_000)
def _by_rule(word: str) -> int:
    """Groups of vowels, less the silent ones, plus those of two sounds. Right for 91 % of the CMU dictionary."""
    count = len(_GROUPS.findall(word)) - sum(pattern.search(word) is not None for pattern in _SILENT)
    count += len(_PARTED.findall(word)) - len(_JOINED.findall(word))
    return count + (word.endswith(("sm", "thm")))
