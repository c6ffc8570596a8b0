"""LabelLayout -> a content stream, the elements that own its marked content, and the fonts that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from leaflets.pdf.faces import Face
from leaflets.pdf.glyphs import Glyph
from leaflets.pdf.label import StampText
from leaflets.pdf.label_flow import Block, LabelLayout, Placed, Rect
from leaflets.pdf.objects import Packed, number, text_string
from leaflets.pdf.pieces import Piece, Stretch, bases, clusters, stretches
from leaflets.pdf.shaping import Run
from leaflets.pdf.stamp_code import draw_code
from leaflets.pdf.stamp_font import Subset, cut

_INK, _SOFT, _RULE = b"0.07 g", b"0.24 g", b"0.54 G 0.6 w"


@dataclass(slots=True)
class Element:
    """A structure element of a label."""

    role: bytes
    kids: list[Element | int] = field(default_factory=list)
    """Elements, and numbers of marked content."""
    lang: str = ""
    alt: str = ""
    actual: str = ""
    attributes: bytes = b""

    def parts(self) -> bytes:
        """What stands in its dictionary besides kids and parent."""
        out = b"/Lang%s" % text_string(self.lang) if self.lang else b""
        if self.alt:
            out += b"/Alt" + text_string(self.alt)
        if self.actual:
            out += b"/ActualText" + text_string(self.actual)
        return out + (b"/A<<%s>>" % self.attributes if self.attributes else b"")


@dataclass(frozen=True, slots=True)
class CopyFont:
    """A face as one copy uses it."""

    resource: bytes
    face: Face
    subset: Subset
    texts: dict[int, str]
    """Glyph of the face -> what it says wherever it stands alone."""


_Key = tuple[Face, int]
_Part = tuple[_Key, float, tuple[Stretch, ...]]
"""Glyphs of a piece that one font draws: which, where they start in the piece, and how they are set."""
_Plan = dict[int, tuple[_Part, ...]]
"""By the identity of each piece."""


@dataclass(frozen=True, slots=True)
class Content:
    """A painted label."""

    stream: bytes
    code: Packed | None
    """The picture of the code; the rest of the stream."""
    elements: tuple[Element, ...]
    fonts: tuple[CopyFont, ...]


def paint(layout: LabelLayout, label: StampText, lang: str, first: int) -> Content:
    """Paint a label; ``lang`` is the leaflet's, ``first`` the number of the first free marked content of the page."""
    fonts, plan = _fonts(layout)
    figure = code = None
    if label.code is not None and layout.code_box is not None:
        # Its mark is the same on every copy, and so is its drawing.
        figure, code = _figure(label.code.alt, layout.code_box, first), draw_code(label.code, layout.code_box, first)
        first += 1
    painter = _Painter(fonts, plan, lang, first)
    elements = [painter.field(block) for block in layout.fields]
    if layout.grid is not None:
        captions, doses = layout.grid
        painter.parts.append(_rules(layout.rules))
        elements.append(Element(b"Table", [painter.row(captions, b"TH"), painter.row(doses, b"TD")]))
    elements.append(figure)
    if layout.code_text is not None:
        elements.append(painter.field(layout.code_text))
    said = tuple([element for element in elements if element is not None])
    return Content(b"\n".join(painter.parts), code, said, tuple(fonts.values()))


def _fonts(layout: LabelLayout) -> tuple[dict[_Key, CopyFont], _Plan]:
    """The fonts of a copy, and which one draws what. A face comes twice when one glyph stands for two characters."""
    used: dict[_Key, tuple[set[int], dict[int, str]]] = {}
    plan: _Plan = {}
    for piece in _pieces(layout):
        key = piece.face, 0
        glyphs, texts = used.setdefault(key, (set(), {}))
        if piece.says is not None and True not in [texts.setdefault(g, said) != said for g, said in piece.says.items()]:
            glyphs.update(piece.ids)
            plan[id(piece)] = ((key, 0.0, piece.stretches),)
        else:
            plan[id(piece)] = tuple(_parted(piece, used))
    fonts = {
        key: CopyFont(b"XXL%d" % place, key[0], cut(key[0], frozenset(glyphs)), texts)
        for place, (key, (glyphs, texts)) in enumerate(used.items())
    }
    return fonts, plan


def _parted(piece: Piece, used: dict[_Key, tuple[set[int], dict[int, str]]]) -> Iterator[_Part]:
    """A piece with glyphs that say something else elsewhere: these are drawn by another font of the same face."""
    groups: list[tuple[_Key, list[Glyph]]] = []
    for glyph, (shape, said) in zip(piece.shown, piece.letters, strict=True):
        place = 0
        while said and used.setdefault((piece.face, place), (set(), {}))[1].setdefault(shape, said) != said:
            place += 1
        key = piece.face, place
        used[key][0].add(shape)
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        groups[-1][1].append(glyph)
    x = 0.0
    for key, glyphs in groups:
        yield key, x, stretches(glyphs)
        x += sum([glyph.advance for glyph in glyphs])


def _pieces(layout: LabelLayout) -> Iterator[Piece]:
    cells = [block for row in layout.grid or () for block in row]
    code = [layout.code_text] if layout.code_text is not None else []
    for block in (*layout.fields, *cells, *code):
        for placed in block.lines:
            yield from placed.line.pieces


class _Painter:
    def __init__(self, fonts: dict[_Key, CopyFont], plan: _Plan, lang: str, first: int) -> None:
        self._fonts = fonts
        self._plan = plan
        self.mark = first
        self.parts: list[bytes] = []
        self._lang = lang

    def field(self, block: Block) -> Element | None:
        """A P: its marked content, in a Span of its own where the language is another one."""
        if not block.lines:
            return None
        element = Element(b"P")
        runs = block.paragraph.runs
        if {run.lang for run in runs} == {self._lang}:
            self._text(element, block, range(len(runs)), block.paragraph.text)
            return element
        for lang, group in groupby(enumerate(runs), key=lambda item: item[1].lang):
            numbers = [place for place, _ in group]
            whole = len(numbers) == len(runs)
            part = element if whole or lang == self._lang else Element(b"Span")
            if part is not element:
                element.kids.append(part)
            if lang != self._lang:
                part.lang = lang
            self._text(part, block, numbers, "".join([runs[place].text for place in numbers]))
        return element

    def row(self, blocks: tuple[Block, ...], role: bytes) -> Element:
        row = Element(b"TR")
        for block in blocks:
            cell = Element(role, attributes=b"/O/Table/Scope/Column" if role == b"TH" else b"")
            if block.lines:
                self._text(cell, block, range(len(block.paragraph.runs)), block.paragraph.text)
            row.kids.append(cell)
        return row

    def _text(self, element: Element, block: Block, runs: Iterable[int], text: str) -> None:
        """The marked content of some runs of a paragraph, over all of its lines."""
        out = [b"/%s<</MCID %d>>BDC\nBT" % (element.role, self.mark)]
        marks: list[bytes] = []
        rtl = False
        for placed in block.lines:
            x = placed.x
            for piece in placed.line.pieces:
                if piece.run in runs:
                    self._piece(out, piece, x, placed, block.paragraph.runs[piece.run])
                    if piece.rtl:
                        marks += _drawn_marks(piece, x, placed)
                        rtl = True
                x += piece.advance * placed.size
        self.parts += (*out, b"ET", *marks, b"EMC")
        element.kids.append(self.mark)
        self.mark += 1
        if rtl:
            # The glyphs stand from left to right; who follows the tags gets the text as it is read.
            element.actual += text

    def _piece(self, out: list[bytes], piece: Piece, x: float, placed: Placed, run: Run) -> None:
        color, size = _SOFT if run.soft else _INK, placed.size
        if piece.told:
            out.append(b"/Span<</ActualText%s>>BDC" % piece.told)
        for key, start, parts in self._plan[id(piece)]:
            font = self._fonts[key]
            out.append(b"/%s %s Tf %s" % (font.resource, number(size), color))
            codes = font.subset.codes
            for part in parts:
                moved = [
                    (b">%d<" % move if move else b"") + b"".join([codes[glyph] for glyph in glyphs])
                    for move, glyphs in part.steps
                ]
                place = number(x + (start + part.x) * size), number(placed.y + part.y * size)
                out.append(b"1 0 0 1 %s %s Tm[<%s>]TJ" % (*place, b"".join(moved)))
        if piece.told:
            out.append(b"EMC")


def _figure(alt: str, box: Rect, mark: int) -> Element:
    place = b" ".join(map(number, box))
    return Element(b"Figure", [mark], alt=alt, attributes=b"/O/Layout/Placement/Block/BBox[%s]" % place)


@lru_cache(maxsize=64)
def _rules(rules: tuple[Rect, ...]) -> bytes:
    """The lines of a grid."""
    lines = b"\n".join(b"%s %s m %s %s l" % tuple(map(number, rule)) for rule in rules)
    return b"/Artifact<</Type/Layout>>BDC\nq\n%s\n%s\nS\nQ\nEMC" % (_RULE, lines)


def _drawn_marks(piece: Piece, x: float, placed: Placed) -> Iterator[bytes]:
    """Vowel marks of right-to-left text as drawings; their letters say them.

    As text, readers would sort them by their place on the paper, and lose which letter they belong to.
    """
    for cluster in clusters(piece.glyphs):
        shown = bases(cluster)
        for glyph in cluster:
            if glyph not in shown:
                left, base = x + glyph.x * placed.size, placed.y + glyph.y * placed.size
                for kind, points in piece.face.outline(glyph.id):
                    ends = [value for a, b in points for value in (left + a * placed.size, base + b * placed.size)]
                    yield b" ".join([*map(number, ends), kind.encode()])
                yield b"f"
            x += glyph.advance * placed.size
