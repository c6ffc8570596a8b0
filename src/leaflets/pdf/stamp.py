"""Base + StampText -> a copy: the base, byte for byte, and behind it an update that holds the personal part.

The base is opened once (`open_base`); a copy costs no layout engine and no PDF library. What the update replaces: the
stream and the tag of the empty slot, the page's list of fonts, and the page's array in the parent tree. What it adds:
the label's tags, and fonts with the glyphs of this copy. Same base and same label give the same bytes.

Always from the pristine base: an update keeps what was before it, so a second stamp would carry the first patient.
"""

from __future__ import annotations

from collections.abc import Iterable

from leaflets.errors import PdfError, Problem
from leaflets.pdf.base import Base, open_base
from leaflets.pdf.copy_seal import copy_mark, seal_copy
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.pdf.label_flow import DoesNotFit, LabelLayout
from leaflets.pdf.label_layout import lay_out, measure_label
from leaflets.pdf.objects import Body, close_update, stream, write_objects
from leaflets.pdf.shaping import MissingGlyphs
from leaflets.pdf.stamp_content import Content, Element, paint
from leaflets.pdf.stamp_font import FONT_OBJECTS, font_objects

__all__ = ["Base", "Code", "DayGrid", "Line", "StampText", "open_base", "stamp"]

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Explicit directions of UAX #9. Its marks (U+200E, U+200F) turn nothing over and may stay."""


def stamp(base: Base, label: StampText) -> bytes:
    """A copy of ``base`` with a label.

    Raises PdfError, which tells nothing of what the label says: ``missing-glyph`` and ``direction-sign`` name fields
    and code points, ``does-not-fit`` names fields; ``empty-label``.
    """
    _refuse_overrides(label)
    content = paint(_laid_out(base, label), label, base.lang, base.first)
    if not content.elements:
        raise PdfError(Problem("empty-label", "The label says nothing.", hint="a copy without a label is the leaflet"))
    streams: dict[int, bytes] = {base.stream: stream(content.stream, then=content.code)}
    others: dict[int, bytes] = {}
    free = base.size
    fonts = []
    for font in content.fonts:
        fonts.append(b"/%s %d 0 R" % (font.resource, free))
        own, rest = font_objects(font.face, font.subset, font.texts, free)
        streams |= own
        others |= rest
        free += FONT_OBJECTS
    tags = _Tags(base, free)
    others |= tags.write(content)
    others[base.page] = base.page_head + b"".join(fonts) + b">>>>>>"
    return _finished(base, write_objects(len(base.data), tags.free, streams, others))


def _refuse_overrides(label: StampText) -> None:
    """Nobody sees these signs, and one of them makes 05 look like 50."""
    said = [(line.name or line.caption, line.caption + line.text) for line in label.lines]
    said += [("day grid", "".join((*label.grid.captions, *label.grid.texts)))] if label.grid else []
    said += [("code", label.code.text)] if label.code else []
    found = {name: held for name, text in said if not text.isascii() and (held := _OVERRIDES.intersection(text))}
    if found:
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(set().union(*found.values())))
        hint = "take them out: the label sets its directions itself"
        message = f"{_quoted(found)}: The label has invisible signs of direction: {signs}."
        raise PdfError(Problem("direction-sign", message, hint=hint))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _laid_out(base: Base, label: StampText) -> LabelLayout:
    try:
        measured = measure_label(label, base.faces, base.lang, rtl=base.rtl)
        return lay_out(label, measured, base.rect, base.sizes, rtl=base.rtl)
    except MissingGlyphs as error:
        signs = ", ".join(f"U+{code:04X}" for code in sorted(map(ord, error.characters)))
        hint = f"write it without them, or add a font that has them to {base.faces.rules_file.name}"
        where = f"{_quoted(error.fields)}: " if error.fields else ""
        raise PdfError(Problem("missing-glyph", f"{where}No font has these characters: {signs}.", hint=hint)) from None
    except DoesNotFit as error:
        area = f"{(base.rect[2] - base.rect[0]) / 72 * 25.4:.0f} × {(base.rect[3] - base.rect[1]) / 72 * 25.4:.0f} mm"
        message = f"The label does not fit {area} at {base.sizes[1]:g} pt: no room for “{error}”."
        longest = max(label.lines, key=lambda line: len(line.text), default=None)
        hint = "say less on the label"
        if longest is not None and longest.name:
            hint += f": its longest text, {len(longest.text)} characters, is “{longest.name}”"
        raise PdfError(Problem("does-not-fit", message, hint=hint)) from None


class _Tags:
    """Elements -> objects of the tag tree."""

    def __init__(self, base: Base, free: int) -> None:
        self.free = free
        self._base = base
        self._objects: dict[int, bytes] = {}
        self._owners: list[tuple[int, int]] = []

    def write(self, content: Content) -> dict[int, bytes]:
        base = self._base
        kids = self._kids(content.elements, base.element)
        owners = b" ".join(b"%d 0 R" % owner for _, owner in sorted(self._owners))
        return {
            base.element: base.element_head + kids + b">>",
            base.owners: b"[%s %s]" % (base.owners_head, owners),
            **self._objects,
        }

    def _kids(self, kids: Iterable[Element | int], owner: int) -> bytes:
        out = []
        for kid in kids:
            if isinstance(kid, int):
                self._owners.append((kid, owner))
                out.append(b"%d" % kid)
            else:
                out.append(b"%d 0 R" % self._element(kid, owner))
        return b"[%s]" % b" ".join(out)

    def _element(self, element: Element, parent: int) -> int:
        number = self.free
        self.free += 1
        kids = self._kids(element.kids, number)
        self._objects[number] = b"<</Type/StructElem/S/%s/P %d 0 R/Pg %d 0 R%s/K%s>>" % (
            element.role, parent, self._base.page, element.parts(), kids,
        )  # fmt: skip
        return number


def _finished(base: Base, body: Body) -> bytes:
    digest = base.digest.copy()
    digest.update(body.data)
    own = digest.hexdigest()[:32].encode()
    trailer = base.trailer + b"/ID[<%s><%s>]" % (base.identifier, own) + copy_mark(len(base.data))
    return seal_copy(base.data, body.data, close_update(body, base.previous, trailer), digest)
