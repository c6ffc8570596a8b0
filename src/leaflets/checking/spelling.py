"""How names of medicines are spelled: whether a word is one, in another language's letters, or nearly one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from leaflets.checking.rules import Names

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
_SOUND = re.compile(r"ph|th|ch|ck|sh|gh|rh|qu|[a-z]")
_CONSONANT = re.compile(r"ph|th|ch|ck|sh|gh|rh|qu|[bcdfghjklmnpqrstvwxz]")
_VOWELS = re.compile(r"[aeiou]*$")
_ENDINGS = {
    "de": ("s", "es", "e", "en"), "ru": ("ом", "а", "у", "е", "ов", "ами"), "pl": ("u", "em", "owi", "y", "ę", "ą"),
    "fr": ("s",), "es": ("s",), "it": (), "pt": ("s",), "ht": (), "vi": (), "fil": (),
}  # fmt: skip


def alike(name: str, word: str, tag: str, names: Names) -> bool:
    """Whether a word is a name in a language's own spelling, with or without an ending of its grammar."""
    language = tag.split("-")[0]
    bare = [word, *(word[: -len(end)] for end in _ENDINGS.get(language, ()) if word.endswith(end) and len(word) > 5)]
    if language in ("es", "pt") and re.match(r"s[^aeiou]", name):
        bare += [form[1:] for form in bare if form.startswith("es")]  # espironolactona
    kind = names.sounds.get(language, "")
    want = {_sounds(name, kind, single=kind == "single"), *([_sounds(name, kind, single=True)] if not kind else [])}
    if any(_sounds(form, kind) in want and _ends_well(name, form, language, names) for form in bare):
        return True
    # German writes a name and what it is about as one word: Amlodipinspiegel.
    if language != "de" or len(word) < len(name) + 3:
        return False
    stem = _sounds(name, kind)
    return word.startswith(name) or (len(stem) > 5 and _sounds(word, kind).startswith(stem))


def _ends_well(name: str, word: str, language: str, names: Names) -> bool:
    table = names.endings.get(language)
    if table is None:
        return True
    plain = _letters(word)
    end = next((end for end in sorted(table, key=len, reverse=True) if name.endswith(end)), "")
    if end and plain.endswith((*table[end], end)):
        return True
    return not end and _VOWELS.search(plain)[0] == _VOWELS.search(_letters(name))[0]  # type: ignore[index]


@lru_cache(maxsize=4096)
def _letters(word: str) -> str:
    """A word in small letters of English, without accents; Cyrillic ones by their sound."""
    text = "".join(_CYRILLIC.get(char, char) for char in word)
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def _consonants(name: str) -> tuple[str, ...]:
    """A name's consonants as English writes them: metformin -> m t f r m n."""
    text = re.sub(r"(.)\1", r"\1", unicodedata.normalize("NFD", name))
    return tuple(_CONSONANT.findall(text))


@lru_cache(maxsize=4096)
def _pattern(name: str, script: str, letters: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    table = dict(letters)
    between, barrier = table["between"], table.get("barrier", "")
    parts = [table.get("prefix", "")]
    vowels = ""
    for match in _SOUND.finditer(re.sub(r"([^aeiou])\1", r"\1", name)):
        sound = match[0]
        if sound[0] in "aeiouy" and "a" in table:
            vowels += table.get(sound, "")
        elif sound in table:
            parts.append(f"[{vowels}{barrier}]{{0,4}}" if vowels or barrier else "")
            parts.append(f"(?:{table[sound]})" if "a" in table else f"[{between}]{{0,4}}(?:{table[sound]})")
            vowels = ""
    if "a" not in table:
        return re.compile("".join(parts))
    parts.append(f"[{vowels}{barrier}]{{0,4}}" if vowels or barrier else "")
    return re.compile(rf"(?<![^\W\d_]){''.join(parts)}(?![^\W\d_])")


def spelled(name: str, script: str, letters: Mapping[str, str]) -> re.Pattern[str]:
    """What a name may look like in another script: its consonants in their order, vowels between them at will."""
    return _pattern(name, script, tuple(letters.items()))


def misspelled(name: str, text: str, script: str, letters: Mapping[str, str]) -> str:
    """A word that has nearly all consonants of a name: one is lost, exchanged, or changed its place."""
    sounds = [sound for sound in _consonants(name) if sound in letters and sound != "h"]
    if len(sounds) < 3:
        return ""
    between = letters["between"]
    for run in re.findall("[ァ-ヴー]+" if script == "Jpan" else rf"(?:[^\W\d_]|[{between}])+", text):
        kept = [char for char in run if char not in between]
        if len(kept) < len(sounds) - 1 or (script != "Thai" and len(kept) > len(sounds) + 4):
            continue
        limit = 1 if len(sounds) < 5 else 2
        if _best(sounds, kept, letters) <= limit:
            return run if len(run) < 40 else name
    return ""


def _best(sounds: list[str], kept: list[str], letters: Mapping[str, str]) -> int:
    """Fewest edits between a name's consonants and any stretch of a word's (Sellers' search)."""
    row = [0] * (len(kept) + 1)
    for at, sound in enumerate(sounds, 1):
        fits = _sound(letters[sound])
        new = [at]
        for place, char in enumerate(kept, 1):
            new.append(min(row[place] + 1, new[place - 1] + 1, row[place - 1] + (fits.match(char) is None)))
        row = new
    return min(row)


@lru_cache(maxsize=512)
def _sound(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@lru_cache(maxsize=16384)
def _sounds(word: str, kind: str = "", *, single: bool = False) -> str:
    """A name as it sounds in most languages: metformina, Metformin and метформин are one."""
    text = _letters(word.replace("гидро", "hidro").replace("кс", "cs"))
    for old, new in _SOUNDS if kind not in ("all", "k") else (("z", "c"),) if kind == "k" else ():
        text = text.replace(old, new)
    text = re.sub("k(?![eiy])", "c", text) if kind == "k" else text
    text = re.sub(r"([^aeiou])\1+", r"\1", text) if single else text
    return re.sub(r"[aeiou]+$", "", re.sub(r"(?:ium|um|us)$", "", text))


def nearly(name: str, word: str) -> bool:
    if len(word) < 5 or abs(len(name) - len(word)) > 3:
        return False
    limit = 1 if len(name) < 7 else 2 if len(name) < 12 else 3
    if distance(_sounds(name), _sounds(word), limit) <= limit:
        return True
    plain = _letters(word)  # one x is two sounds
    return plain[0] == name[0] and distance(name, plain, limit) <= limit


def begins(name: str, word: str, tag: str) -> bool:
    """Whether a German compound begins with what is nearly the name: Metforninhydrochlorid."""
    if not tag.startswith("de") or len(name) < 6 or len(word) < len(name) + 4:
        return False
    return any(distance(name, word[: len(name) + more], 2) <= 2 for more in (-1, 0, 1))


def distance(one: str, other: str, limit: int) -> int:
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
