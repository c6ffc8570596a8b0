"""Names of medicines, enzymes and brands: kept as they are, in the locale's own form, or not at all in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leaflets.checking.folding import folded
from leaflets.checking.model import Both, Finding, Weight
from leaflets.checking.rules import Names
from leaflets.checking.spelling import alike, begins, distance, misspelled, nearly, spelled
from leaflets.checking.words import LETTER
from leaflets.locales import script_of, tag_chain

_PARTED = ("Arab", "Deva", "Hebr", "Beng", "Gujr", "Guru")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*")


def medicines(both: Both) -> Iterator[Finding]:
    """A medicine's name stands in the translation: as it is, in the locale's spelling, or under its other name."""
    wanted = _named(both)
    if not wanted:
        return
    tag = both.target.tag
    script = script_of(tag)
    for name in wanted:
        forms = both.names.same.get(name, frozenset([name])) | {name}
        stands = sum(_stands(form, both.target.text) for form in forms)
        if stands >= _times(name, both.source.text) or (stands and script not in ("Latn", "Cyrl")):
            continue
        local = _local(both.names, tag, forms)
        if any(_holds(form, both.target.text, script) for form in local):
            if twin := _twin(local, both.target.text, both.names, tag):
                yield _finding(both, f"the name {name} seems to be altered: “{twin}”", (name, twin))
            continue
        near, sure = "", bool(local)
        if script in ("Latn", "Cyrl"):
            words = [w.casefold() for w in _WORD.findall(both.target.raw)]
            right = max(stands, sum(any(alike(form, word, tag, both.names) for form in forms) for word in words))
            if right >= _times(name, both.source.text):
                continue
            own = [w for w in words if not any(alike(other, w, tag, both.names) for other in wanted)]
            near = next((word for word in own for form in forms if nearly(form, word) or begins(form, word, tag)), "")
            if right and not near:
                continue
            sure = True
        else:
            letters = both.names.letters.get(script, {})
            text = _plain(both.target.text, script, both.names)
            if local and any(_holds(_plain(form, script, both.names), text, script) for form in local):
                continue
            # What has listed spellings must have one of them; others are known by their consonants.
            if letters and not local:
                if any(spelled(form, script, letters).search(both.target.text) for form in forms):
                    continue
                near = next(
                    (word for form in forms if (word := misspelled(form, both.target.text, script, letters))), ""
                )
            latin = [word.casefold() for word in _LATIN.findall(both.target.raw)]
            near = near or next((word for word in latin for form in forms if distance(form, word, 2) <= 2), "")
            near = near or _nearly(local, both.target.text, script, both.names)
            if not near and letters:
                near = next((w for form in forms if (w := misspelled(form, both.target.text, script, letters))), "")
        if near:
            yield _finding(both, f"the name {name} seems to be altered: “{near}”", (name, near))
        elif sure:
            yield _finding(both, f"the name {name} is missing", (name,))
        else:
            said = f"nobody here knows how {name} is written in {tag}"
            yield _finding(both, said, (name,), Weight.QUALITY)


@lru_cache(maxsize=4096)
def _plain(text: str, script: str, names: Names) -> str:
    """A text without what writers of a script do as they like in names."""
    for old, new in names.alike.get(script, ()):
        text = text.replace(folded(old) or old, new)
    return text


def _nearly(local: tuple[str, ...], text: str, script: str, names: Names) -> str:
    """A listed form that the text nearly holds."""
    plain = _plain(text, script, names)
    for form in local:
        bare = _plain(form, script, names)
        limit = 1 if len(bare) < 6 else 2
        if len(bare) > 2 and _stretch(bare, plain) <= limit:
            return form
    return ""


def _stretch(form: str, text: str) -> int:
    """Fewest edits between a form and any stretch of a text (Sellers' search)."""
    row = [0] * (len(text) + 1)
    for at, letter in enumerate(form, 1):
        new = [at]
        for place, char in enumerate(text, 1):
            new.append(min(row[place] + 1, new[place - 1] + 1, row[place - 1] + (letter != char)))
        row = new
    return min(row)


def _holds(form: str, text: str, script: str) -> bool:
    """Whether a form stands in a text: as a word, where words are parted by blanks."""
    if form not in text:
        return False
    if script not in _PARTED:
        return True
    return _as_word(form, script).search(text) is not None


@lru_cache(maxsize=4096)
def _as_word(form: str, script: str) -> re.Pattern[str]:
    before = r"(?<![^\W\d_])[وفبلك]?(?:ال|لل)?" if script == "Arab" else rf"(?<!{LETTER})"
    return re.compile(rf"{before}{re.escape(form)}(?!{LETTER})")


def _times(name: str, text: str) -> int:
    return max(1, len(_word(name).findall(text)))


@lru_cache(maxsize=4096)
def _word(name: str) -> re.Pattern[str]:
    word = re.escape(name)
    return re.compile(rf"{word}(?<![^\W\d_]{word})(?![^\W\d_])")


@lru_cache(maxsize=64)
def _all_forms(names: Names, tag: str) -> frozenset[str]:
    return frozenset(form for forms in names.local.get(tag, {}).values() for form in forms)


def _twin(local: tuple[str, ...], text: str, names: Names, tag: str) -> str:
    """A form with one character exchanged or lost, beside a right one: 利巴平 or 利平 beside 利福平."""
    known = _all_forms(names, tag)
    for form in (form for form in local if len(form) > 2):
        rest = text.replace(form, " " * len(form))
        letters = set(form)
        for at in range(len(rest) - len(form) + 1 if len(form) < 8 else 0):
            if rest[at] not in letters and rest[at + 1] not in letters:
                continue  # more than one character differs
            window = rest[at : at + len(form)]
            if " " in window or window in known:
                continue
            same = sum(a == b for a, b in zip(form, window, strict=True))
            close = same == len(form) - 1 or (same < len(form) and sorted(form) == sorted(window))
            if close and not any(window in other or other in window for other in known if len(other) > 2):
                return window
        for short in (form[:at] + form[at + 1 :] for at in range(1, len(form) - 1)):
            if short in rest and not any(short in other for other in known if other != form and other in rest):
                return short
    return ""


def codes(both: Both) -> Iterator[Finding]:
    """Enzymes, transporters and genes (CYP3A4, HLA-B*5701) are never translated."""
    for found in dict.fromkeys(both.names.codes.findall(both.pair.source)):
        if found.casefold() not in both.target.text:
            yield Finding(
                "code", Weight.CRITICAL, f"{found} is missing or altered", "keep it as it is", both.pair, (found,)
            )


def foreign_names(both: Both) -> Iterator[Finding]:
    """In a text of another script, a word in Latin letters that is almost one of the source's is altered."""
    if script_of(both.target.tag) == "Latn":
        return
    found = [word for word in _LATIN.findall(both.pair.target) if len(word.casefold()) > 4]
    words = {word.casefold() for word in _LATIN.findall(both.pair.source)} if found else set()
    for here in found:
        word = here.casefold()
        same = both.names.same.get(word, frozenset())
        if word in words or words & same or any(word in known for known in words):
            continue
        near = next((w for w in words if len(w) > 4 and distance(w, word, 2) <= (1 if len(w) < 8 else 2)), "")
        if near:
            yield _finding(both, f"the name {near} seems to be altered: “{here}”", (near, here))


def _finding(both: Both, message: str, marks: tuple[str, ...], weight: Weight = Weight.CRITICAL) -> Finding:
    return Finding("name", weight, message, "keep a medicine's name, or use its official local form", both.pair, marks)


def _named(both: Both) -> list[str]:
    """The names in a source, folded."""
    words = [word.casefold() for word in _WORD.findall(both.pair.source)]
    if "-" in both.pair.source:
        words = [part for word in words for part in ([word] if word in both.known else word.split("-"))]
    return list(dict.fromkeys(word for word in words if word in both.known or _looks_like_one(word, both.names)))


@lru_cache(maxsize=8192)
def _looks_like_one(word: str, names: Names) -> bool:
    if len(word) < 6 or word in names.not_names:
        return word in names.same
    if word in names.same or any(word in table for table in names.local.values()):
        return True
    return word.endswith(names.stems) or (len(word) > 8 and word.startswith(names.begins))


def _stands(name: str, text: str) -> int:
    """How often a name stands in a text."""
    return len(_alone(name).findall(text)) if name in text else 0


@lru_cache(maxsize=4096)
def _alone(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])")


def _local(names: Names, tag: str, forms: frozenset[str]) -> tuple[str, ...]:
    for folder in (*tag_chain(tag), "zh-Hans" if tag.startswith("zh") and script_of(tag) == "Hans" else tag):
        if folder in names.local:
            return tuple(local for form in forms for local in names.local[folder].get(form, ()))
    return ()


def known_names(titles: list[str]) -> frozenset[str]:
    """The words of titles that name medicines, folded."""
    words = (word.casefold() for title in titles for word in _WORD.findall(title))
    return frozenset(word for word in words if len(word) > 4 and folded(word) not in _PLAIN)


_PLAIN = frozenset(
    """sodium potassium calcium hydrochloride tablet tablets solution injection acid extended release cream chloride
    phosphate sulfate acetate maleate tartrate citrate vitamin capsule capsules topical ointment""".split()  # noqa: SIM905  # words, read as such
)
"""Words of titles that are no names."""
