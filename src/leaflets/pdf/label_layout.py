"""StampText + area -> every line of type, rule and QR module in its place; or which field does not fit.

From top to bottom: the fields, each on as few lines as it needs, and the day grid. The code stands in the upper corner
at the far end; fields beside it are narrower. Sizes are tried from the largest to the smallest, first with whole words
and with numbers beside their units, then, where that never fits, with breaks wherever a line may end. Sizes that are
surely too large (`label_needs`) are passed over; all others are tried, since a smaller size is no promise: lines that
stand beside the code in it may need more room than wider ones below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from leaflets.direction import ltr_runs, points_apart
from leaflets.pdf.bidi import starts_rtl
from leaflets.pdf.faces import Faces
from leaflets.pdf.label import DayGrid, Line, StampText
from leaflets.pdf.label_flow import DoesNotFit, Flow, LabelLayout, Measured, Rect
from leaflets.pdf.label_needs import Needs, least_needs
from leaflets.pdf.shaping import MissingGlyphs, Paragraph, Run, measure

_STEP = 0.5
"""Between two sizes of type, in points."""


def measure_label(label: StampText, faces: Faces, lang: str, *, rtl: bool) -> Measured:
    """Shape every text of a label. Raises MissingGlyphs with all characters that no font has."""
    missing: dict[str, set[str]] = {}

    def tried(name: str, *runs: Run, rtl: bool = rtl, common: bool = False) -> Paragraph:
        try:
            return _measure_common(runs, faces, rtl) if common else measure(runs, faces, rtl=rtl)
        except MissingGlyphs as error:
            missing.setdefault(name, set()).update(error.characters)
            return measure((), faces, rtl=rtl)

    fields = []
    for number, line in enumerate(label.lines, 1):
        name = line.name or line.caption.strip(" \u00a0:：") or f"line {number}"
        fields += [(name, tried(name, *part, rtl=own, common=line.common)) for own, part in _runs(line, lang, rtl=rtl)]
    captions: tuple[Paragraph, ...] = ()
    doses: tuple[Paragraph, ...] = ()
    if label.grid is not None:
        try:
            captions, doses = _measure_grid(label.grid, lang, faces, rtl)
        except MissingGlyphs as error:
            missing.setdefault("day grid", set()).update(error.characters)
    code = (tried("code", Run(label.code.text, lang), common=True),) if label.code else ()
    if missing:
        raise MissingGlyphs(set().union(*missing.values()), tuple(missing))
    return Measured(tuple(fields), captions, doses, code)


# What comes again on other copies, and is nobody's, is measured once: the words of a grid, the code, the pharmacy.


@lru_cache(maxsize=1024)
def _measure_common(runs: tuple[Run, ...], faces: Faces, rtl: bool) -> Paragraph:
    return measure(runs, faces, rtl=rtl)


@lru_cache(maxsize=256)
def _measure_grid(
    grid: DayGrid, lang: str, faces: Faces, rtl: bool
) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """Captions and doses. Raises MissingGlyphs with all characters that no font has."""
    missing: set[str] = set()

    def tried(run: Run) -> Paragraph:
        try:
            return _measure_common((run,), faces, rtl)
        except MissingGlyphs as error:
            missing.update(error.characters)
            return measure((), faces, rtl=rtl)

    captions = tuple([tried(Run(text, lang, soft=True)) for text in grid.captions])
    doses = tuple([tried(Run(text, lang, bold=True)) for text in grid.texts])
    if missing:
        raise MissingGlyphs(missing)
    return captions, doses


def lay_out(label: StampText, measured: Measured, rect: Rect, sizes: tuple[float, float], *, rtl: bool) -> LabelLayout:
    """Place everything in the largest type that fits. Raises DoesNotFit."""
    needs: Needs | None = None
    failure = DoesNotFit("")
    for strict in (True, False):
        for size in _sizes(*sizes):
            flow = Flow(rect, size, sizes[1], strict=strict, rtl=rtl)
            try:
                room = flow.place_code(label, measured)
                # The last try says what has no room.
                if needs is not None and (strict or size > sizes[1]) and needs.exceed(room, size):
                    continue
                return flow.place(label, measured)
            except DoesNotFit as error:
                failure = error
                # Most labels fit at once: what they need is asked of the others only.
                needs = needs or least_needs(measured)
    raise failure


def _sizes(largest: float, smallest: float) -> Iterator[float]:
    size = largest
    while size > smallest:
        yield size
        size -= _STEP
    yield smallest


def _runs(line: Line, lang: str, *, rtl: bool) -> Iterator[tuple[bool, tuple[Run, ...]]]:
    """The lines of a field, each with its direction."""
    own = line.lang or lang
    for number, text in enumerate(line.text.splitlines() or [""]):
        if not line.caption:
            # Each line has a direction of its own, and figures alone run to the right in any script: “1 - 0 - 2” does.
            turned = starts_rtl(text, otherwise=False)
            yield turned, tuple(_held(text, own, bold=line.bold)) if turned else (Run(text, own, line.bold),)
            continue
        caption = Run(line.caption + " ", lang, soft=True) if line.caption and not number else Run("", lang)
        yield rtl, (caption, Run(text, own, line.bold, own_order=True))


def _held(text: str, lang: str, *, bold: bool) -> Iterator[Run]:
    """A line from right to left: “500 mg” and “1-0-2” in it run to the right, as they do in the leaflet."""
    text, at = points_apart(text), 0
    for start, end in ltr_runs(text):
        yield Run(text[at:start], lang, bold)
        yield Run(text[start:end], lang, bold, own_order=True)
        at = end
    yield Run(text[at:], lang, bold)
