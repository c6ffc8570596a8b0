"""Names of medicines, enzymes and brands: kept as they are, in the locale's own form, or not at all in doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from leaflets.checking.model import Both, Finding, Weight
from leaflets.checking.rules import Names
from leaflets.checking.words import folded
from leaflets.locales import script_of, tag_chain

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*")
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e g s i i c l m n o p r s t u f c c c s s . i . e iu ia".replace(".", "").split(" "),
        strict=True,
    )
)
_SOUNDS = (
    ("ph", "f"), ("th", "t"), ("rh", "r"), ("ch", "c"), ("qu", "c"), ("x", "cs"), ("ks", "cs"), ("k", "c"), ("y", "i"),
    ("j", "i"), ("w", "v"), ("z", "s"), ("h", ""), ("ae", "e"), ("oe", "e"),
)  # fmt: skip
_ENDINGS = {
    "de": ("s", "es"), "ru": ("ом", "а", "у", "е", "ов", "ами"), "pl": ("u", "em", "owi", "y", "ę", "ą"), "fr": ("s",),
    "es": ("s",), "it": (), "pt": ("s",), "ht": (), "vi": (), "fil": (),
}  # fmt: skip


def medicines(both: Both) -> Iterator[Finding]:
    """A medicine's name stands in the translation: as it is, in the locale's spelling, or under its other name."""
    wanted = _named(both)
    if not wanted:
        return
    tag = both.target.tag
    script = script_of(tag)
    latin = [match[0].casefold() for match in _LATIN.finditer(both.target.raw)]
    for name in wanted:
        forms = both.names.same.get(name, frozenset([name])) | {name}
        if any(_stands(form, both.target.text) for form in forms):
            continue
        local = _local(both.names, tag, forms)
        if any(form in both.target.text for form in local):
            continue
        if script == "Latn" or script == "Cyrl":
            words = [w.casefold() for w in _WORD.findall(both.target.raw)]
            if any(_alike(form, word, tag) for form in forms for word in words):
                continue
            near = next((word for word in words for form in forms if _near(form, word)), "")
        else:
            near = next((word for word in latin for form in forms if _distance(form, word, 2) <= 2), "")
            near = near or next((form for form in local if _almost(form, both.target.text)), "")
            if not near and not local:
                continue  # a spelling in another script that is in no list: nobody here can tell
            if not near and script not in ("Hans", "Hant", "Jpan"):
                yield _finding(both, f"the name {name} is not found", (name,), Weight.MAJOR)
                continue
        if near:
            yield _finding(both, f"the name {name} seems to be altered: “{near}”", (name, near))
        else:
            yield _finding(both, f"the name {name} is missing", (name,))


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
    words = {match[0].casefold() for match in _LATIN.finditer(both.pair.source)}
    for match in _LATIN.finditer(both.pair.target):
        word = match[0].casefold()
        if len(word) < 5 or word in words or any(word in known for known in words):
            continue
        near = next((w for w in words if len(w) > 4 and _distance(w, word, 2) <= (1 if len(w) < 8 else 2)), "")
        if near:
            yield _finding(both, f"the name {near} seems to be altered: “{match[0]}”", (near, match[0]))


def _finding(both: Both, message: str, marks: tuple[str, ...], weight: Weight = Weight.CRITICAL) -> Finding:
    return Finding("name", weight, message, "keep a medicine's name, or use its official local form", both.pair, marks)


def _named(both: Both) -> list[str]:
    """The names in a source, folded."""
    out = []
    for match in _WORD.finditer(both.pair.source):
        word = match[0].casefold()
        parts = [word] if word in both.known else word.split("-")
        out += [part for part in parts if _is_name(part, both)]
    return list(dict.fromkeys(out))


def _is_name(word: str, both: Both) -> bool:
    if word in both.known:
        return True
    return _looks_like_one(word, both.names)


@lru_cache(maxsize=8192)
def _looks_like_one(word: str, names: Names) -> bool:
    if len(word) < 6 or word in names.not_names:
        return word in names.same
    if word in names.same or any(word in table for table in names.local.values()):
        return True
    return word.endswith(names.stems) or (len(word) > 8 and word.startswith(names.begins))


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", text) is not None


def _local(names: Names, tag: str, forms: frozenset[str]) -> tuple[str, ...]:
    for folder in (*tag_chain(tag), "zh-Hans" if tag.startswith("zh") and script_of(tag) == "Hans" else tag):
        if folder in names.local:
            return tuple(local for form in forms for local in names.local[folder].get(form, ()))
    return ()


def _alike(name: str, word: str, tag: str) -> bool:
    """Whether a word is a name in a language's own spelling, with or without an ending of its grammar."""
    want, have = _sounds(name), _sounds(word)
    if want == have:
        return True
    if have.startswith(want) and len(want) > 4:
        return have[len(want) :] in {_sounds(end, stem=False) for end in _ENDINGS.get(tag.split("-")[0], ())} | {""}
    return False


@lru_cache(maxsize=16384)
def _sounds(word: str, *, stem: bool = True) -> str:
    """A name as it sounds in most languages: metformina, Metformin and метформин are one."""
    text = "".join(_CYRILLIC.get(char, char) for char in word.replace("гидро", "hidro").replace("кс", "cs"))
    text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    for old, new in _SOUNDS:
        text = text.replace(old, new)
    text = re.sub(r"(.)\1+", r"\1", text)
    if stem:
        text = re.sub(r"(?:ium|um|us)$", "", text)
        text = re.sub(r"[aeiou]+$", "", text)
    return text


def _near(name: str, word: str) -> bool:
    if len(word) < 5 or abs(len(name) - len(word)) > 3:
        return False
    limit = 1 if len(name) < 7 else 2 if len(name) < 12 else 3
    return _distance(_sounds(name), _sounds(word), limit) <= limit


def _almost(form: str, text: str) -> bool:
    """Whether a text holds a form with one character exchanged or lost."""
    size = len(form)
    if size < 3:
        return False
    windows = (text[at : at + n] for n in (size, size - 1) for at in range(len(text) - n + 1))
    return any(_distance(form, window, 1) == 1 for window in windows)


def _distance(one: str, other: str, limit: int) -> int:
    """Edits between two words (Levenshtein, with neighbors that change places as one); more than ``limit``: any."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > limit:
            return limit + 1
        before, row = row, new
    return row[-1]


def known_names(titles: list[str]) -> frozenset[str]:
    """The words of titles that name medicines, folded."""
    words = (word.casefold() for title in titles for word in _WORD.findall(title))
    return frozenset(word for word in words if len(word) > 4 and folded(word) not in _PLAIN)


_PLAIN = frozenset(
    """sodium potassium calcium hydrochloride tablet tablets solution injection acid extended release cream chloride
    phosphate sulfate acetate maleate tartrate citrate vitamin capsule capsules topical ointment""".split()  # noqa: SIM905  # words, read as such
)
"""Words of titles that are no names."""
