"""LabelLayout -> a content stream, the elements that own its marked content, and the fonts that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from leaflets.pdf.faces import Face
from leaflets.pdf.label import StampText
from leaflets.pdf.label_layout import Block, LabelLayout, Placed
from leaflets.pdf.objects import number, text_string
from leaflets.pdf.shaping import Glyph, Piece, Run
from leaflets.pdf.stamp_font import Subset, cut

_INK, _SOFT, _RULE = b"0.07 g", b"0.24 g", b"0.54 G 0.6 w"
_REORDERED = re.compile("[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts of South and South-East Asia: signs are drawn in another order than they are written in."""


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


@dataclass(frozen=True, slots=True)
class Content:
    """A painted label."""

    stream: bytes
    elements: tuple[Element, ...]
    marks: int
    fonts: tuple[CopyFont, ...]


def paint(layout: LabelLayout, label: StampText, lang: str, first: int) -> Content:
    """Paint a label; ``lang`` is the leaflet's, ``first`` the number of the first free marked content of the page."""
    painter = _Painter(_fonts(layout), lang, first)
    elements = [element for block in layout.fields if (element := painter.field(block)) is not None]
    if layout.grid is not None:
        painter.rules(layout)
        elements.append(Element("Table", [painter.row(row, role) for row, role in zip(layout.grid, ("TH", "TD"))]))  # noqa: B905
    if label.code is not None and layout.code_box is not None:
        elements.append(painter.figure(layout, label.code.alt))
    if layout.code_text is not None and (element := painter.field(layout.code_text)) is not None:
        elements.append(element)
    stream = b"\n".join(painter.parts)
    return Content(stream, tuple(elements), painter.mark - first, tuple(painter.fonts.values()))


def _fonts(layout: LabelLayout) -> dict[Face, CopyFont]:
    used: dict[Face, tuple[set[int], dict[int, str]]] = {}
    for piece in _pieces(layout):
        glyphs, texts = used.setdefault(piece.face, (set(), {}))
        glyphs.update(glyph.id for glyph in piece.glyphs)
        for cluster in _clusters(piece):
            if len(cluster) == 1 and not _is_reordered(piece):
                texts.setdefault(cluster[0].id, _said(cluster))
    return {
        face: CopyFont(b"XXL%d" % place, face, cut(face, glyphs), texts)
        for place, (face, (glyphs, texts)) in enumerate(used.items())
    }


def _pieces(layout: LabelLayout) -> Iterator[Piece]:
    cells = [block for row in layout.grid or () for block in row]
    code = [layout.code_text] if layout.code_text is not None else []
    for block in (*layout.fields, *cells, *code):
        for placed in block.lines:
            yield from placed.line.pieces


def _clusters(piece: Piece) -> Iterator[tuple[Glyph, ...]]:
    cluster: list[Glyph] = []
    for glyph in piece.glyphs:
        if glyph.text and cluster:
            yield tuple(cluster)
            cluster = []
        cluster.append(glyph)
    if cluster:
        yield tuple(cluster)


def _said(cluster: tuple[Glyph, ...]) -> str:
    text = cluster[0].text
    return " " if text.isspace() else text


def _is_reordered(piece: Piece) -> bool:
    return any(_REORDERED.search(glyph.text) for glyph in piece.glyphs)


class _Painter:
    def __init__(self, fonts: dict[Face, CopyFont], lang: str, first: int) -> None:
        self.fonts = fonts
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
        bars = b"\n".join(b" ".join(map(number, bar)) + b" re" for bar in layout.modules)
        box = b" ".join(map(number, layout.code_box or ()))
        figure = Element("Figure", alt=alt, attributes=b"/O/Layout/Placement/Block/BBox[%s]" % box)
        self._marked(figure, b"0 g\n%s\nf" % bars)
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
        rtl = False
        for placed in block.lines:
            for piece, x in _starts(placed):
                if piece.run in runs:
                    out += self._piece(piece, x, placed, block.paragraph.runs[piece.run])
                    rtl = rtl or piece.rtl
        self._marked(element, b"\n".join([*out, b"ET"]))
        if rtl:
            # The glyphs stand from left to right; who follows the tags gets the text as it is read.
            element.actual += text

    def _piece(self, piece: Piece, x: float, placed: Placed, run: Run) -> Iterator[bytes]:
        font = self.fonts[piece.face]
        size = placed.size
        yield b"/%s %s Tf %s" % (font.resource, number(size), _SOFT if run.soft else _INK)
        for said, glyphs in _spans(piece, font):
            if said:
                yield b"/Span<</ActualText%s>>BDC" % text_string(said)
            yield from _shown(font, glyphs, x, placed.y, size)
            if said:
                yield b"EMC"
            x += sum(glyph.advance for glyph in glyphs) * size


def _starts(placed: Placed) -> Iterator[tuple[Piece, float]]:
    x = placed.x
    for piece in placed.line.pieces:
        yield piece, x
        x += sum(glyph.advance for glyph in piece.glyphs) * placed.size


def _spans(piece: Piece, font: CopyFont) -> Iterator[tuple[str, list[Glyph]]]:
    """Glyphs with the text that must be told for them, or with none where each tells its own."""
    whole_words = _is_reordered(piece)
    said, glyphs, told = "", list[Glyph](), False
    for cluster in _clusters(piece):
        text = _said(cluster)
        tells = not text.isspace() if whole_words else len(cluster) > 1 or font.texts[cluster[0].id] != text
        if glyphs and (tells != told or (tells and not whole_words)):
            yield (said if told else ""), glyphs
            said, glyphs = "", []
        said, told = said + text, tells
        glyphs = [*glyphs, *cluster]
    if glyphs:
        yield (said if told else ""), glyphs


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
