"""PDF bytes -> Measures: sizes, pitch, margins and contrast as they stand on the finished page, not as styled."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import Any

from leaflets.errors import PdfError, Problem

Color = tuple[int, ...]  # red, green, blue, 0 to 255
POINT = 25.4 / 72  # mm
_SCALE = 2  # pixels to a point, when the ground below the text is looked at


@dataclass(frozen=True, slots=True)
class TypeSize:
    """A size of type, and where it was seen."""

    points: float
    sample: str
    page: int
    running: bool
    """In the running head or foot."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """The contrast of some text with what lies below it, by WCAG 2.2."""

    ratio: float
    text: Color
    ground: Color
    sample: str
    page: int


@dataclass(frozen=True, slots=True)
class Margins:
    """From the paper's edge to the nearest text that is no running head or foot, in mm; smallest of all pages."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What a finished PDF measures."""

    pages: int
    paper_mm: tuple[float, float]  # width and height of page 1
    body_pt: float
    """The size of most letters."""
    smallest: TypeSize
    running_pt: float | None  # the smallest in the running head or foot; None where none is marked as one
    x_height_mm: float | None
    """None in a script that has no letter x."""
    line_pitch_mm: float | None
    """The most common distance of two lines of body text; None where no two lines follow each other."""
    margins: Margins
    running_known: bool
    """The file is tagged, so that a running head or foot can be told from the text."""
    contrast: Contrast | None
    """The lowest of text below 18 pt, or 14 pt bold."""
    contrast_large: Contrast | None
    """The lowest of larger text."""
    contrast_unknown: int
    """Letters that are filled with a pattern: their color is not known."""
    italic_percent: float
    """Share of letters in an italic or oblique font."""


@dataclass(frozen=True, slots=True)
class _Style:
    """What all letters of one text object share."""

    size: float
    level: bool
    bold: bool
    italic: bool
    running: bool
    fill: tuple[int, ...] | None


@dataclass(slots=True)
class _Run:
    """Letters of one text object on one line."""

    style: _Style
    page: int
    baseline: float
    text: str
    letters: int  # without spaces
    left: float
    bottom: float
    right: float
    top: float

    def sample(self) -> str:
        words = " ".join(self.text.split())
        return words if len(words) <= 30 else words[:29] + "…"


def measure(data: bytes) -> Measures:
    """Measure a PDF. Raises PdfError for what cannot be read, holds no text, or has a page that is turned."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            return _measure(document, pypdfium2.raw)
    except pypdfium2.PdfiumError as error:
        raise PdfError(Problem("pdf-unreadable", f"The file cannot be read as a PDF: {error}.")) from error


def _measure(document: Any, raw: Any) -> Measures:
    pages: list[list[_Run]] = []
    tallness: Counter[tuple[float, float]] = Counter()
    edges: list[tuple[float, float, float, float]] = []
    contrasts: list[tuple[bool, Contrast]] = []
    for number, page in enumerate(document, 1):
        if page.get_rotation():
            raise PdfError(Problem("pdf-turned", f"Page {number} is turned; only upright pages are measured."))
        runs = _runs(raw, page, number, tallness)
        pages.append(runs)
        left, bottom, right, top = page.get_cropbox()
        if content := [run for run in runs if not run.style.running]:
            edges.append((
                top - max(run.top for run in content), right - max(run.right for run in content),
                min(run.bottom for run in content) - bottom, min(run.left for run in content) - left,
            ))  # fmt: skip
        contrasts += _contrasts(page, runs, left, top)
    every = [run for runs in pages for run in runs]
    if not edges:
        raise PdfError(Problem("pdf-no-text", "The file holds no text that can be measured."))
    least = min(every, key=lambda run: run.style.size)
    sizes: Counter[float] = Counter()
    for run in every:
        sizes[run.style.size] += 0 if run.style.running else run.letters
    body = max(sizes, key=lambda size: (sizes[size], -size))
    tall = max(((n, height) for (size, height), n in tallness.items() if size == body and height), default=None)
    return Measures(
        pages=len(document),
        paper_mm=(document[0].get_width() * POINT, document[0].get_height() * POINT),
        body_pt=body,
        smallest=TypeSize(least.style.size, least.sample(), least.page, least.style.running),
        running_pt=min((run.style.size for run in every if run.style.running), default=None),
        x_height_mm=tall[1] * body * POINT if tall else None,
        line_pitch_mm=_pitch(pages, body),
        margins=Margins(*(min(side) * POINT for side in zip(*edges, strict=True))),
        running_known=raw.FPDFCatalog_IsTagged(document.raw) == 1,
        contrast=min((c for large, c in contrasts if not large), key=lambda c: c.ratio, default=None),
        contrast_large=min((c for large, c in contrasts if large), key=lambda c: c.ratio, default=None),
        contrast_unknown=sum(run.letters for run in every if run.style.fill is None),
        italic_percent=100 * sum(r.letters for r in every if r.style.italic) / sum(r.letters for r in every),
    )


def _runs(raw: Any, page: Any, number: int, tallness: Counter[tuple[float, float]]) -> list[_Run]:
    """The visible text of a page. It is hidden on the way, so that the ground below it can be looked at."""
    text = page.get_textpage()
    styles: dict[int, _Style | None] = {}
    runs: dict[tuple[int, float], _Run] = {}
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    for index in range(raw.FPDFText_CountChars(text.raw)):
        if raw.FPDFText_IsGenerated(text.raw, index) == 1:
            continue  # a space or a line end that PDFium infers
        letter = chr(raw.FPDFText_GetUnicode(text.raw, index))
        item = raw.FPDFText_GetTextObject(text.raw, index)
        key = ctypes.addressof(item.contents)
        if key not in styles:
            styles[key] = _style(raw, text.raw, index, item)
            raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        if (style := styles[key]) is None:
            continue
        raw.FPDFText_GetCharOrigin(text.raw, index, x, y)
        line = (key, round(y.value, 1) if style.level else 0.0)
        run = runs.get(line)
        raw.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
        if letter.isspace() or right.value <= left.value or top.value <= bottom.value:
            if run is not None:
                run.text += letter
            continue
        if letter == "x":
            tallness[style.size, _x_height(raw, item)] += 1
        if run is None:
            runs[line] = run = _Run(style, number, y.value, "", 0, math.inf, math.inf, -math.inf, -math.inf)
        run.text += letter
        run.letters += 1
        run.left, run.bottom = min(run.left, left.value), min(run.bottom, bottom.value)
        run.right, run.top = max(run.right, right.value), max(run.top, top.value)
    return list(runs.values())


def _x_height(raw: Any, item: Any) -> float:
    """In parts of the type size, from the font's outline: PDFium's box of a letter is hinted, and larger."""
    path = raw.FPDFFont_GetGlyphPath(raw.FPDFTextObj_GetFont(item), ord("x"), 1)
    x, y, heights = ctypes.c_float(), ctypes.c_float(), [0.0]
    for number in range(raw.FPDFGlyphPath_CountGlyphSegments(path)):
        raw.FPDFPathSegment_GetPoint(raw.FPDFGlyphPath_GetGlyphPathSegment(path, number), x, y)
        heights.append(y.value)
    return max(heights)


def _style(raw: Any, text: Any, index: int, item: Any) -> _Style | None:
    """None for text that is not drawn, such as the words behind a scan."""
    if raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return None
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    name = ctypes.create_string_buffer(256)
    raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(item), name, 256)
    face = name.value.decode("utf-8", "replace").casefold()
    fill = [ctypes.c_uint() for _ in range(4)]
    known = raw.FPDFText_GetFillColor(text, index, *fill)
    return _Style(
        size=round(size, 2),
        level=abs(matrix.b) < 1e-3 * abs(matrix.a),
        bold=any(word in face for word in ("bold", "black", "heavy")),
        italic="italic" in face or "oblique" in face,
        running=_is_artifact(raw, item),
        fill=tuple(part.value for part in fill) if known else None,
    )


def _is_artifact(raw: Any, item: Any) -> bool:
    name, length = (ctypes.c_ushort * 64)(), ctypes.c_ulong()
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        raw.FPDFPageObjMark_GetName(raw.FPDFPageObj_GetMark(item, number), name, 128, length)
        if bytes(name)[: length.value].decode("utf-16-le").rstrip("\0") == "Artifact":
            return True
    return False


def _contrasts(page: Any, runs: Iterable[_Run], left: float, top: float) -> Iterator[tuple[bool, Contrast]]:
    """The contrast of each run, and whether its text is large. The text of the page is already hidden."""
    bitmap = page.render(scale=_SCALE)
    for run in runs:
        if run.style.fill is None:
            continue
        *colors, alpha = run.style.fill
        found = []
        for ground in _grounds(bitmap, run, left, top):
            # Text that lets its ground shine through has the color of both.
            pairs = zip(colors, ground, strict=True)
            ink = tuple(round((part * alpha + below * (255 - alpha)) / 255) for part, below in pairs)
            found.append((contrast_ratio(ink, ground), ink, ground))
        if found:
            large = run.style.size >= 18 or (run.style.bold and run.style.size >= 14)
            yield large, Contrast(*min(found), run.sample(), run.page)


def _grounds(bitmap: Any, run: _Run, left: float, top: float) -> list[Color]:
    """Colors below a run: those of at least a fifth of the points looked at, so that a line or an edge is none."""
    seen: Counter[Color] = Counter()
    for i, j in product(range(9), range(3)):
        x = int((run.left + (run.right - run.left) * (i + 0.5) / 9 - left) * _SCALE)
        y = int((top - run.bottom - (run.top - run.bottom) * (j + 0.5) / 3) * _SCALE)
        if 0 <= x < bitmap.width and 0 <= y < bitmap.height:
            at = y * bitmap.stride + x * bitmap.n_channels
            seen[tuple(reversed(bitmap.buffer[at : at + 3]))] += 1  # PDFium stores blue first
    return [color for color, count in seen.items() if count * 5 >= seen.total()]


def contrast_ratio(first: Color, second: Color) -> float:
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    parts = (part / 255 for part in color)
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _pitch(pages: Sequence[Sequence[_Run]], body: float) -> float | None:
    """The most common distance, in mm, from a line of body text to the next one below it in its column."""
    distances: Counter[float] = Counter()
    for page in pages:
        runs = [run for run in page if run.style.size == body and run.style.level and not run.style.running]
        for run in runs:
            below = [
                run.baseline - other.baseline
                for other in runs
                if other.baseline < run.baseline - 1 and other.left < run.right and other.right > run.left
            ]
            if below:
                distances[round(min(below), 2)] += run.letters
    # Positions in the file are rounded, so that equal distances differ by some hundredths.
    near = {d: sum(n for other, n in distances.items() if abs(other - d) <= 0.06) for d in distances}
    return max(near, key=lambda d: (near[d], distances[d], -d)) * POINT if near else None
