"""LabelLayout -> a content stream, the elements that own its marked content, and the fonts that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from leaflets.pdf.faces import Face
from leaflets.pdf.label import StampText
from leaflets.pdf.label_flow import Block, LabelLayout, Placed, Rect
from leaflets.pdf.objects import number, text_string
from leaflets.pdf.shaping import Glyph, Piece, Run
from leaflets.pdf.stamp_font import Subset, cut

_INK, _SOFT, _RULE = b"0.07 g", b"0.24 g", b"0.54 G 0.6 w"
_REORDERED = frozenset(
    ("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Mymr", "Khmr")
)
"""Scripts of South and South-East Asia: signs are drawn in another order than they are written in."""


Cluster = tuple[Glyph, ...]
"""Glyphs that stand for some characters together; the first of them has the text."""


@dataclass(slots=True)
class Element:
    """A structure element of a label."""

    role: str
    kids: list[Element | int] = field(default_factory=list)
    """Elements, and numbers of marked content."""
    lang: str = ""
    alt: str = ""
    actual: str = ""
    attributes: bytes = b""

    def parts(self) -> bytes:
        """What stands in its dictionary besides kids and parent."""
        texts = ((b"Lang", self.lang), (b"Alt", self.alt), (b"ActualText", self.actual))
        out = b"".join(b"/%s%s" % (key, text_string(text)) for key, text in texts if text)
        return out + (b"/A<<%s>>" % self.attributes if self.attributes else b"")


@dataclass(frozen=True, slots=True)
class CopyFont:
    """A face as one copy uses it."""

    resource: bytes
    face: Face
    subset: Subset
    texts: dict[int, str]
    """Glyph of the face -> what it says wherever it stands alone."""


_Plan = dict[int, list[tuple[CopyFont, list[Glyph]]]]
"""The identity of each piece, and which glyphs of it which font draws, in order."""


@dataclass(frozen=True, slots=True)
class Content:
    """A painted label."""

    stream: bytes
    elements: tuple[Element, ...]
    marks: int
    fonts: tuple[CopyFont, ...]


def paint(layout: LabelLayout, label: StampText, lang: str, first: int) -> Content:
    """Paint a label; ``lang`` is the leaflet's, ``first`` the number of the first free marked content of the page."""
    fonts, plan = _fonts(layout)
    painter = _Painter(plan, lang, first)
    elements = [element for block in layout.fields if (element := painter.field(block)) is not None]
    if layout.grid is not None:
        painter.rules(layout)
        elements.append(Element("Table", [painter.row(row, role) for row, role in zip(layout.grid, ("TH", "TD"))]))  # noqa: B905
    if label.code is not None and layout.code_box is not None:
        elements.append(painter.figure(layout, label.code.alt))
    if layout.code_text is not None and (element := painter.field(layout.code_text)) is not None:
        elements.append(element)
    stream = b"\n".join(painter.parts)
    return Content(stream, tuple(elements), painter.mark - first, fonts)


def _fonts(layout: LabelLayout) -> tuple[tuple[CopyFont, ...], _Plan]:
    """The fonts of a copy, and which one draws what. A face comes twice when one glyph stands for two characters."""
    used: dict[tuple[Face, int], tuple[set[int], dict[int, str]]] = {}
    wanted: dict[int, list[tuple[tuple[Face, int], list[Glyph]]]] = {}
    for piece in _pieces(layout):
        groups = wanted[id(piece)] = []
        for glyph, said in _letters(piece):
            key = piece.face, 0
            glyphs, texts = used.setdefault(key, (set(), {}))
            while said and texts.setdefault(glyph.id, said) != said:
                key = piece.face, key[1] + 1
                glyphs, texts = used.setdefault(key, (set(), {}))
            glyphs.add(glyph.id)
            if not groups or groups[-1][0] != key:
                groups.append((key, []))
            groups[-1][1].append(glyph)
    fonts = {
        key: CopyFont(b"XXL%d" % place, key[0], cut(key[0], glyphs), texts)
        for place, (key, (glyphs, texts)) in enumerate(used.items())
    }
    plan = {piece: [(fonts[key], glyphs) for key, glyphs in groups] for piece, groups in wanted.items()}
    return tuple(fonts.values()), plan


def _pieces(layout: LabelLayout) -> Iterator[Piece]:
    cells = [block for row in layout.grid or () for block in row]
    code = [layout.code_text] if layout.code_text is not None else []
    for block in (*layout.fields, *cells, *code):
        for placed in block.lines:
            yield from placed.line.pieces


def _letters(piece: Piece) -> Iterator[tuple[Glyph, str]]:
    """The glyphs that are shown as text, each with what it says; nothing where it is told, or said by its neighbor."""
    if _is_told(piece):
        yield from ((glyph, "") for glyph in piece.glyphs)
    elif piece.rtl:
        for cluster in _clusters(piece):
            said = cluster[0].text
            for glyph in _bases(cluster):
                yield glyph, " " if said.isspace() else said
                said = ""
    else:
        yield from ((glyph, " " if glyph.text.isspace() else glyph.text) for glyph in piece.glyphs)


def _is_told(piece: Piece) -> bool:
    """Whether a text must be told for the glyphs of a piece, since they cannot tell it one by one.

    As one text for all of them: PDFium loses blanks between two. Right-to-left text is never told: readers turn it
    around glyph by glyph, and what is told with it.
    """
    return not piece.rtl and (piece.script in _REORDERED or not all(glyph.text for glyph in piece.glyphs))


def _clusters(piece: Piece) -> Iterator[Cluster]:
    cluster: list[Glyph] = []
    for glyph in piece.glyphs:
        if glyph.text and cluster:
            yield tuple(cluster)
            cluster = []
        cluster.append(glyph)
    if cluster:
        yield tuple(cluster)


class _Painter:
    def __init__(self, plan: _Plan, lang: str, first: int) -> None:
        self._plan = plan
        self.mark = first
        self.parts: list[bytes] = []
        self._lang = lang

    def field(self, block: Block) -> Element | None:
        """A P: its marked content, in a Span of its own where the language is another one."""
        if not block.lines:
            return None
        element = Element("P")
        runs = list(enumerate(block.paragraph.runs))
        for lang, group in groupby(runs, key=lambda item: item[1].lang):
            numbers = [place for place, _ in group]
            whole = len(numbers) == len(runs)
            part = element if whole or lang == self._lang else Element("Span")
            if part is not element:
                element.kids.append(part)
            if lang != self._lang:
                part.lang = lang
            texts = [block.paragraph.runs[place].text for place in numbers]
            self._text(part, block, set(numbers), "".join(texts))
        return element

    def row(self, blocks: tuple[Block, ...], role: str) -> Element:
        row = Element("TR")
        for block in blocks:
            cell = Element(role, attributes=b"/O/Table/Scope/Column" if role == "TH" else b"")
            if block.lines:
                self._text(cell, block, set(range(len(block.paragraph.runs))), block.paragraph.text)
            row.kids.append(cell)
        return row

    def figure(self, layout: LabelLayout, alt: str) -> Element:
        box = b" ".join(map(number, layout.code_box or ()))
        figure = Element("Figure", alt=alt, attributes=b"/O/Layout/Placement/Block/BBox[%s]" % box)
        self._marked(figure, _painted(layout.modules))
        return figure

    def rules(self, layout: LabelLayout) -> None:
        lines = b"\n".join(
            b"%s %s m %s %s l" % (number(a), number(b), number(c), number(d)) for a, b, c, d in layout.rules
        )
        self.parts.append(b"/Artifact<</Type/Layout>>BDC\nq\n%s\n%s\nS\nQ\nEMC" % (_RULE, lines))

    def _marked(self, element: Element, content: bytes) -> None:
        self.parts.append(b"/%s<</MCID %d>>BDC\n%s\nEMC" % (element.role.encode(), self.mark, content))
        element.kids.append(self.mark)
        self.mark += 1

    def _text(self, element: Element, block: Block, runs: set[int], text: str) -> None:
        """The marked content of some runs of a paragraph, over all of its lines."""
        out = [b"BT"]
        marks: list[bytes] = []
        rtl = False
        for placed in block.lines:
            for piece, x in _starts(placed):
                if piece.run in runs:
                    out += self._piece(piece, x, placed, block.paragraph.runs[piece.run])
                    marks += _drawn_marks(piece, x, placed)
                    rtl = rtl or piece.rtl
        self._marked(element, b"\n".join([*out, b"ET", *marks]))
        if rtl:
            # The glyphs stand from left to right; who follows the tags gets the text as it is read.
            element.actual += text

    def _piece(self, piece: Piece, x: float, placed: Placed, run: Run) -> Iterator[bytes]:
        color, size = _SOFT if run.soft else _INK, placed.size
        told = _is_told(piece)
        if told:
            yield b"/Span<</ActualText%s>>BDC" % text_string("".join([glyph.text for glyph in piece.glyphs]))
        for font, glyphs in self._plan[id(piece)]:
            yield b"/%s %s Tf %s" % (font.resource, number(size), color)
            yield from _shown(font, glyphs, x, placed.y, size)
            x += sum([glyph.advance for glyph in glyphs]) * size
        if told:
            yield b"EMC"


@lru_cache(maxsize=64)
def _painted(bars: tuple[Rect, ...]) -> bytes:
    # A code stands for a leaflet, not for a person: all copies of a base may have one.
    return b"0 g\n%s\nf" % b"\n".join(b" ".join(map(number, bar)) + b" re" for bar in bars)


def _starts(placed: Placed) -> Iterator[tuple[Piece, float]]:
    x = placed.x
    for piece in placed.line.pieces:
        yield piece, x
        x += sum([glyph.advance for glyph in piece.glyphs]) * placed.size


def _bases(cluster: Cluster) -> Cluster:
    """The letters of a right-to-left cluster, without the marks on them."""
    return tuple(glyph for glyph in cluster if glyph.advance) or cluster


def _drawn_marks(piece: Piece, x: float, placed: Placed) -> Iterator[bytes]:
    """Vowel marks of right-to-left text as drawings; their letters say them.

    As text, readers would sort them by their place on the paper, and lose which letter they belong to.
    """
    for cluster in _clusters(piece) if piece.rtl else ():
        shown = _bases(cluster)
        for glyph in cluster:
            if glyph not in shown:
                left, base = x + glyph.x * placed.size, placed.y + glyph.y * placed.size
                for kind, points in piece.face.outline(glyph.id):
                    ends = [value for a, b in points for value in (left + a * placed.size, base + b * placed.size)]
                    yield b" ".join([*map(number, ends), kind.encode()])
                yield b"f"
            x += glyph.advance * placed.size


def _shown(font: CopyFont, glyphs: list[Glyph], x: float, y: float, size: float) -> Iterator[bytes]:
    """Operators that show glyphs from ``x`` on; those above or below the line are set one by one."""
    for height, group in groupby(glyphs, key=lambda glyph: glyph.y):
        parts: list[bytes] = []
        start: float | None = None
        pen = 0.0
        for glyph in group:
            place = x + glyph.x * size
            if start is None:
                start = pen = place
            # A reader moves by the widths that the font tells: thousandths of an em, rounded.
            if move := round((pen - place) * 1000 / size):
                parts.append(b"%d" % move)
                pen -= move * size / 1000
            parts.append(b"<%04x>" % font.subset.numbers[glyph.id])
            pen += font.subset.widths[glyph.id] * size / 1000
            x += glyph.advance * size
        shown = b"".join(parts).replace(b"><", b"")
        yield b"1 0 0 1 %s %s Tm[%s]TJ" % (number(start or 0), number(y + height * size), shown)
