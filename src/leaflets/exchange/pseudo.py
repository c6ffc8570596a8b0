"""Text -> pseudo-translation: readable, longer, and seen at once where it is missing or breaks the layout.

- ``en-XA``: accents on every letter, 40 % longer, in brackets. A text without brackets is one that nobody can
  translate; a bracket that is missing on the page is a text that was cut.
- ``ar-XB``: Arabic letters for Latin ones, in brackets, so that the text runs from right to left without any hidden
  character (overrides are what a catalogue must not hold).

Quantities, numbers, names of medicines, codes and marks stay as they are. `restored` undoes it, sign for sign.
"""

from __future__ import annotations

import re
from dataclasses import replace

from leaflets.errors import Problem, TranslationError
from leaflets.exchange.kept import kept_spans
from leaflets.inline import CELL_MARK, cells_of, marked, marked_row, plain_text, runs_of
from leaflets.monograph import Run
from leaflets.plain import Names
from leaflets.pofile import Po, PoEntry
from leaflets.quantities import Units

_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "ȧƀĉđěƒĝĥĩĵķļṁňőṗɋŕşţųṽŵẋŷżȦɃĈĐĚƑĜĤĨĴĶĻṀŇŐṖɊŔŞŢŲṼŴẊŶŻ"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوىيءآأؤإئةپچژکگڤڭڨےٹڈڑۇېۋڼ"
LETTERS = {"en-XA": _ACCENTED, "ar-XB": _ARABIC}
LONGER = 0.4
_PADDING = re.compile(r"(?: _+)*\]$")


def pseudo_po(po: Po, tag: str, names: Names, units: Units) -> Po:
    """A catalogue with a pseudo-translation for every live entry. Raises TranslationError for another locale."""
    if tag not in LETTERS:
        hint = f"there are {' and '.join(LETTERS)}"
        raise TranslationError(Problem("locale-unknown", f"{tag[:40]!r} is no pseudo-locale", hint=hint))
    entries = tuple(
        replace(entry, target=pseudo_text(entry, tag, names, units), fuzzy=False, previous=None) for entry in po.live
    )
    return replace(po, entries=entries, metadata={**po.metadata, "Language": tag.replace("-", "_")})


def pseudo_text(entry: PoEntry, tag: str, names: Names, units: Units) -> str:
    """The pseudo-translation of one message, with its marks; a label's colon stays last in its bold."""
    if entry.context.endswith("/row"):
        return marked_row([_pseudo(cell, tag, names, units) for cell in cells_of(entry.source)])
    return marked(_pseudo(runs_of(entry.source), tag, names, units))


def restored(text: str, tag: str) -> str:
    """The source's text of a pseudo-translation (its reader's text, without marks)."""
    back = {ord(there): here for here, there in zip(_LATIN, LETTERS[tag], strict=True)}
    return CELL_MARK.join(_unwrapped(cell).translate(back) for cell in text.split(CELL_MARK))


def _pseudo(runs: tuple[Run, ...], tag: str, names: Names, units: Units) -> tuple[Run, ...]:
    if not runs:
        return runs
    text = "".join(run.text for run in runs)
    table = str.maketrans(_LATIN, LETTERS[tag])
    said, at = [], 0
    for start, end in kept_spans(plain_text(runs), names, units):
        said += [text[at:start].translate(table), text[start:end]]
        at = end
    said.append(text[at:].translate(table))
    whole = "".join(said)
    out, at = [], 0
    for run in runs:
        out.append(replace(run, text=whole[at : at + len(run.text)]))
        at += len(run.text)
    wanted = round(len(text) * LONGER)
    padding = "".join(" " + "_" * min(7, wanted - done) for done in range(0, wanted, 8))
    # The brackets take the style of what they stand beside, so that a label keeps its bold lead.
    return (replace(out[0], text="[" + out[0].text), *out[1:], Run(padding + "]"))


def _unwrapped(cell: str) -> str:
    return _PADDING.sub("", cell[1:]) if cell.startswith("[") else cell
