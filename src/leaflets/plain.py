"""Runs of a block -> the same in plain words: only wording changes, never a number, a sign, a name or a negation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from leaflets.lexicon import NEGATIONS, Entry, Lexicon, words_of
from leaflets.monograph import Block, Monograph, Run
from leaflets.quantities import Units, find_quantities, parity

_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"])
_DEGREES = re.compile(r"\b(?:mild|moderate)(?: to | or |-to-| and )(?=moderate\b|severe\b)", re.IGNORECASE)
_SIGNS = re.compile(r"[<>≤≥=±×÷%°]")
_VOWEL = re.compile(
    # An acronym is read letter by letter: "an HIV drug".
    r"(?!u[ns]e|uni|us[eu]|eu|one\b|once\b|ur[ai])[aeiou]|hour|honest|heir|(?-i:[AEFHILMNORSX](?![a-z]))",
    re.IGNORECASE,
)
_PROPERTIES = re.compile(r"(?:\s*[,/(]|\s+and\b)[\w\s,()/-]{0,100}?\b(?:properties|activity|activities|actions?)\b")
_THERE = re.compile(r"\b([Tt]here) is((?: (?:an?|any|no|some|[a-z]+))? )$")
_ARTICLE = re.compile(r"\b([Aa])n?(\s+)$")
_AGREES = {
    "is": "are", "was": "were", "has": "have", "does": "do", "requires": "require", "occurs": "occur",
    "increases": "increase", "reduces": "reduce", "needs": "need", "leads": "lead", "causes": "cause",
    "develops": "develop", "affects": "affect", "worsens": "worsen", "persists": "persist", "improves": "improve",
    "raises": "raise", "cuts": "cut", "lowers": "lower", "weakens": "weaken", "boosts": "boost", "calls": "call",
    "goes": "go", "lasts": "last", "gets": "get", "makes": "make", "gives": "give", "blocks": "block",
}  # fmt: skip
_PREPOSITIONS = frozenset(
    "of in with for to by from on at about during after before without under over into through and or".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Change:
    """A term of the source and what stands for it."""

    term: str
    plain: str


@dataclass(frozen=True, slots=True)
class Names:
    """What is never worded anew: the medicine's name, its ingredients, its brands."""

    words: frozenset[tuple[str, ...]]
    longest: int


def names_of(monograph: Monograph) -> Names:
    """The names that a monograph itself gives: its title, the parts of the title, its section of names."""
    found: set[tuple[str, ...]] = set()
    for name in (monograph.title, *monograph.components):
        found.add(_key(name))
    for block in monograph.blocks:
        if block.section == "names":
            said = block.text.partition(":")[2] or block.text
            found |= {_key(part) for part in re.split(r"[,;()\n]|\band\b", said) if len(part.split()) <= 5}
    found -= {()}
    return Names(frozenset(found), max((len(name) for name in found), default=0))


def _key(text: str) -> tuple[str, ...]:
    return tuple(match.group().casefold() for match in words_of(text))


def plain_runs(
    runs: Sequence[Run], lexicon: Lexicon, names: Names, units: Units
) -> tuple[tuple[Run, ...], tuple[Change, ...]]:
    """Runs in plain words, each in its own style, and what was changed.

    Longest terms first, whole words only; never across a number, a quantity, a style or a line, never inside a name.
    """
    changes: list[Change] = []
    out = []
    before = ""
    for run in runs:
        text = run.text
        if not run.position and text.strip():
            text = _plain_text(text, before, lexicon, names, units, changes)
        before = (before + run.text)[-80:]
        out.append(replace(run, text=text) if text != run.text else run)
    return tuple(out), tuple(changes)


def _plain_text(text: str, before: str, lexicon: Lexicon, names: Names, units: Units, changes: list[Change]) -> str:
    text = _spelled(text, lexicon, units, changes)
    words = list(words_of(text))
    keys = [match.group().casefold().replace("‐", "-") for match in words]
    kept = [(quantity.start, quantity.end) for quantity in find_quantities(text, units)]
    free = [_is_free(text, match, kept) for match in words]
    for start, end in _named(keys, names):
        free[start:end] = [False] * (end - start)
    out: list[str] = []
    at = index = 0
    plural_at = -1  # where a verb must agree with a plural that has just taken a singular's place
    while index < len(words):
        so_far = before + text[: words[index].start()]
        opens = _opens_sentence(so_far) or _opens_behind_dash(so_far, words[index].group())
        found = _longest(text, words, keys, free, index, lexicon, opens=opens or so_far.rstrip().endswith(";"))
        if found is None:
            word = words[index]
            if index == plural_at and word.group() in _AGREES:
                out += [text[at : word.start()], _AGREES[word.group()]]
                at = word.end()
            index += 1
            continue
        entry, count = found
        end = words[index + count - 1].end()
        first, last = words[index], words[index + count - 1]
        if (
            entry.kind in ("glossary", "stays")
            or _explained(entry, text, first.start(), end)
            or _is_property(entry, text, end)
        ):
            index += count
            continue
        source = text[first.start() : last.end()]
        lead = text[at : first.start()]
        wording = _cased(entry.plain, source, opens=opens)
        if index == plural_at:
            head, space, rest = wording.partition(" ")
            wording = _AGREES.get(head, head) + space + rest
        index += count
        if wording == source:
            continue
        lead = _with_article(lead, entry, wording)
        if entry.kind == "mass" and _is_subject("".join(out) + lead) and re.match(r"\s+[a-z]", text[last.end() :]):
            plural_at = index
        changes.append(Change(source, entry.plain))
        out += [lead, wording]
        at = last.end()
    out.append(text[at:])
    return "".join(out)


def _spelled(text: str, lexicon: Lexicon, units: Units, changes: list[Change]) -> str:
    """A text with prescribers' abbreviations written out, save where that would change a quantity."""
    for rule in lexicon.doses:
        found = list(rule.pattern.finditer(text))
        if not found:
            continue
        said = rule.pattern.sub(rule.plain, text)
        if not parity(text, said, units, "en-US"):
            if text[:1].isupper():
                said = said[:1].upper() + said[1:]
            changes += [Change(match.group().strip(), match.expand(rule.plain).strip()) for match in found]
            text = said
    return text


def _is_property(entry: Entry, text: str, end: int) -> bool:
    """Whether a noun stands as an adjective in a list: "sedative, hypnotic, and muscle relaxant properties"."""
    return entry.kind == "noun" and _PROPERTIES.match(text, end) is not None


def _explained(entry: Entry, text: str, start: int, end: int) -> bool:
    """Whether the source itself says the plain wording, in brackets behind the term or before a term in brackets."""
    if behind := re.match(r"\s*\((?!(?:especially|including|particularly|such as|e\.g\.))([^()]*)\)", text[end:]):
        said = behind.group(1).casefold()
        return _says(said, entry.plain) or (len(said) > 3 and said in entry.plain.casefold())
    if text[end : end + 1] == ")" and text[:start].endswith("("):
        words = text[: start - 1].casefold().split()
        return _says(" ".join(words[-len(entry.plain.split()) :]), entry.plain)
    return False


def _says(said: str, plain: str) -> bool:
    """Whether words hold the plain wording, or the stems of two words and half of it: "high calcium levels"."""
    if plain.casefold() in said:
        return True
    stems, there = ({word[:4] for word in re.findall(r"[^\W\d_]{3,}", part.casefold())} for part in (plain, said))
    return len(stems & there) >= max(2, len(stems) / 2)


def _is_free(text: str, match: re.Match[str], kept: Iterable[tuple[int, int]]) -> bool:
    """Whether a word stands alone: neither part of a name with digits or signs, nor of a quantity."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if before.isdigit() or after.isdigit() or "_" in (before, after) or after in ("®", "™"):
        return False
    if (before == "-" or after == "-") and any(c.isdigit() for c in text[max(0, match.start() - 2) : match.end() + 2]):
        return False
    return not any(match.start() < end and start < match.end() for start, end in kept)


def _named(keys: Sequence[str], names: Names) -> Iterable[tuple[int, int]]:
    for start in range(len(keys)):
        for count in range(min(names.longest, len(keys) - start), 0, -1):
            if tuple(keys[start : start + count]) in names.words:
                yield start, start + count
                break


def _longest(
    text: str,
    words: Sequence[re.Match[str]],
    keys: Sequence[str],
    free: Sequence[bool],
    index: int,
    lexicon: Lexicon,
    *,
    opens: bool,
) -> tuple[Entry, int] | None:
    # Right behind a number a word may be its unit, or make room for one: "2 consecutive weeks".
    if text[: words[index].start()].rstrip()[-1:].isdigit():
        return None
    count = 0
    for at in range(index, min(len(words), index + lexicon.longest)):
        if not free[at] or (at > index and text[words[at - 1].end() : words[at].start()] not in (" ", "\u00a0")):
            break
        count += 1
    for size in range(count, 0, -1):
        key = tuple(keys[index : index + size])
        entry = (lexicon.openings.get(key) if opens else None) or lexicon.glossary.get(key) or lexicon.terms.get(key)
        if entry is not None:
            # A short word in capitals is an acronym or a name, not the word.
            if size == 1 and words[index].group().isupper() and len(words[index].group()) < 5:
                return None
            return entry, size
    return None


def _opens_sentence(before: str) -> bool:
    tail = before.rstrip(' \u00a0"“(*')
    return not tail or (tail[-1] in ".!?:\n•" and not tail.endswith(("e.g.", "i.e.", "vs.", "approx.")))


def _opens_behind_dash(before: str, word: str) -> bool:
    """Whether a capital behind a label's dash opens a sentence: "Older People – Start low"."""
    return word[0].isupper() and before.endswith(("– ", "— "))


def _cased(plain: str, source: str, *, opens: bool) -> str:
    """The plain wording with the capitals of what it stands for."""
    if source.isupper() and len(source) > 4:
        return plain.upper()
    words = [word for word in re.findall(r"[^\W\d_]+", source) if word.casefold() not in _SMALL]
    if any(_is_acronym(word) for word in words):
        # An acronym's capitals say nothing about its neighbors'.
        words = [word for word in words if not _is_acronym(word)]
        if not words or not words[0][0].isupper():
            return plain[:1].upper() + plain[1:] if opens else plain
    titled = bool(words) and all(word[0].isupper() for word in words)
    if titled and (len(words) > 1 or not opens):
        return " ".join(w if w in _SMALL and i else w[:1].upper() + w[1:] for i, w in enumerate(plain.split(" ")))
    return plain[:1].upper() + plain[1:] if source[:1].isupper() else plain


def _is_acronym(word: str) -> bool:
    return any(char.isupper() for char in word[1:])


def _with_article(lead: str, entry: Entry, wording: str) -> str:
    if entry.kind == "mass":
        lead = _THERE.sub(r"\1 are\2", lead)
    match = _ARTICLE.search(lead)
    if match is None:
        return lead
    if entry.kind == "mass":
        return lead[: match.start()]
    return lead[: match.start()] + match.group(1) + ("n" if _VOWEL.match(wording) else "") + match.group(2)


def _is_subject(before: str) -> bool:
    """Whether what comes now opens its clause, with at most two words before it that can stand before a subject."""
    ends = r"[.;:!?,\n]|\b(?:unless|if|when|that|because|while|although|though|where)\b"
    clause = _DEGREES.sub("", re.split(ends, before)[-1]).split()
    return len(clause) <= 2 and not any(word.casefold() in _PREPOSITIONS for word in clause)


@dataclass(slots=True)
class Acronyms:
    """Spells out each acronym of the lexicon where it stands first, in the order in which runs are handed over."""

    lexicon: Lexicon
    names: Names
    seen: set[str] = field(default_factory=set)

    def expand(self, runs: Sequence[Run]) -> tuple[tuple[Run, ...], tuple[Change, ...]]:
        """The runs with first uses spelled out, and what was changed."""
        changes: list[Change] = []
        out = []
        for run in runs:
            text = run.text if run.position else self._expanded(run.text, changes)
            out.append(replace(run, text=text) if text != run.text else run)
        return tuple(out), tuple(changes)

    def _expanded(self, text: str, changes: list[Change]) -> str:
        out: list[str] = []
        at = 0
        for match in words_of(text):
            word = match.group()
            plain = self.lexicon.acronyms.get(word)
            if plain is None or word in self.seen or not _is_free(text, match, ()):
                continue
            if (word.casefold(),) in self.names.words:
                continue
            self.seen.add(word)
            self.seen.add(word + "s" if not word.endswith("s") else word[:-1])
            if text[match.start() - 1 : match.start()] == "(" and text[match.end() : match.end() + 1] == ")":
                continue  # the source has just spelled it out
            after = text[match.end() :]
            if re.match(r"\s*\(", after) and not _SIGNS.search(after[:40]):
                continue  # the source spells it out behind it
            lead = text[at : match.start()]
            wording = plain
            if _opens_sentence("".join(out) + lead):
                wording = plain[:1].upper() + plain[1:]
            if article := _ARTICLE.search(lead):
                vowel = "n" if _VOWEL.match(wording) else ""
                lead = lead[: article.start()] + article.group(1) + vowel + article.group(2)
            inner = "[{}]" if text[: match.start()].count("(") > text[: match.start()].count(")") else "({})"
            out += [lead, f"{wording} {inner.format(word)}"]
            at = match.end()
            changes.append(Change(word, plain))
        out.append(text[at:])
        return "".join(out)


def plain_block(
    block: Block, runs: Sequence[Run], lexicon: Lexicon, names: Names, units: Units
) -> tuple[Block, tuple[Change, ...]]:
    """A block with its runs and cells in plain words."""
    worded, changes = plain_runs(runs, lexicon, names, units)
    cells = tuple(plain_runs(cell, lexicon, names, units)[0] for cell in block.cells)
    return replace(block, runs=worded, cells=cells), changes


def meaning_kept(source: str, plain: str) -> tuple[str, ...]:
    """What differs in negations and signs between a text and its plain wording, in words; nothing when none does.

    Numbers and units are compared by `leaflets.quantities.parity`.
    """
    differences = []
    for what, read in (("", _negations), ("sign ", _signs)):
        want, have = read(source), read(plain)
        differences += [f"{what}“{item}” is missing" for item in sorted((want - have).elements())]
        differences += [f"{what}“{item}” was added" for item in sorted((have - want).elements())]
    return tuple(differences)


def _negations(text: str) -> Counter[str]:
    folded = text.casefold().replace("’", "'")
    found = Counter(word for word in re.findall(r"[^\W\d_]+", folded.replace("n't", " not")) if word in NEGATIONS)
    found["not"] += found.pop("cannot", 0)
    return +found


def _signs(text: str) -> Counter[str]:
    return Counter(_SIGNS.findall(text.replace(">=", "≥").replace("<=", "≤")))
