"""Glyphs of one face and direction -> a `Piece`: how they are shown in a PDF, and how they tell their text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from leaflets.pdf.faces import Face
from leaflets.pdf.glyphs import Glyph
from leaflets.pdf.objects import text_string

_REORDERED = frozenset(
    ("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Mymr", "Khmr")
)
"""Scripts of South and South-East Asia: signs are drawn in another order than they are written in."""

Cluster = tuple[Glyph, ...]
"""Glyphs that stand for some characters together; the first of them has the text."""


class Stretch(NamedTuple):
    """Glyphs that stand on one height. In em, from the start of those that are shown together."""

    x: float
    y: float
    steps: tuple[tuple[int, tuple[int, ...]], ...]
    """Glyphs that stand where the widths of those before them say, each time behind a move back by so many
    thousandths of an em."""


class Piece(NamedTuple):
    """Glyphs of one face and one direction, from left to right."""

    run: int
    """Which run of the paragraph it belongs to."""
    face: Face
    rtl: bool
    glyphs: tuple[Glyph, ...]
    advance: float
    told: bytes
    """What all of them say, as a PDF's string, where they cannot tell it one by one."""
    letters: tuple[tuple[int, str], ...]
    """The glyphs that are shown as text, each with what it says; nothing where it is told, or said by its neighbor."""
    says: Mapping[int, str] | None
    """The same by glyph; None where one glyph says this here and that there."""
    ids: frozenset[int]
    """The glyphs that are shown."""
    shown: tuple[Glyph, ...]
    stretches: tuple[Stretch, ...]


def set_piece(run: int, face: Face, script: str, glyphs: tuple[Glyph, ...], *, rtl: bool) -> Piece:
    """A piece of a line."""
    told, shown = b"", glyphs
    if rtl:
        pairs = [pair for cluster in clusters(glyphs) for pair in _letters(cluster)]
        shown = tuple([glyph for glyph, _ in pairs])
        letters = [(glyph.id, said) for glyph, said in pairs]
    else:
        texts = [glyph.text for glyph in glyphs]
        if script in _REORDERED or "" in texts:
            # As one text for all of them: PDFium loses blanks between two. Right-to-left text is never told: readers
            # turn it around glyph by glyph, and what is told with it.
            told = text_string("".join(texts))
            letters = [(glyph.id, "") for glyph in glyphs]
        else:
            letters = [glyph.letter for glyph in glyphs]
    single = {pair for pair in letters if pair[1]} if rtl or told else set(letters)
    says = dict(single)
    return Piece(
        run, face, rtl, glyphs, sum([glyph.advance for glyph in glyphs]), told, tuple(letters),
        says if len(says) == len(single) else None, frozenset([glyph.id for glyph in shown]), shown, stretches(shown),
    )  # fmt: skip


def clusters(glyphs: Sequence[Glyph]) -> Iterator[Cluster]:
    """The clusters of a piece from left to right."""
    cluster: list[Glyph] = []
    for glyph in glyphs:
        if glyph.text and cluster:
            yield tuple(cluster)
            cluster = []
        cluster.append(glyph)
    if cluster:
        yield tuple(cluster)


def bases(cluster: Cluster) -> Cluster:
    """The letters of a right-to-left cluster, without the marks on them."""
    return tuple([glyph for glyph in cluster if glyph.advance]) or cluster


def _letters(cluster: Cluster) -> Iterator[tuple[Glyph, str]]:
    said = cluster[0].letter[1]
    for glyph in bases(cluster):
        yield glyph, said
        said = ""


def stretches(glyphs: Sequence[Glyph]) -> tuple[Stretch, ...]:
    """How glyphs are set by a PDF's operators, which know only their widths."""
    out: list[tuple[float, float, list[tuple[int, list[int]]]]] = []
    ids: list[int] = []
    x = lag = 0.0  # where the glyph stands that is next, and how far behind it the widths of those before it end
    height: float | None = None
    for glyph in glyphs:
        if glyph.y != height:
            height, ids = glyph.y, []
            out.append((x + glyph.x, height, [(0, ids)]))
            lag = -glyph.x
        elif (behind := lag + glyph.x) and (move := -round(behind * 1000)):
            ids = []
            out[-1][2].append((move, ids))
            lag += move / 1000
        ids.append(glyph.id)
        lag += glyph.slack
        x += glyph.advance
    return tuple([Stretch(x, y, tuple([(move, tuple(ids)) for move, ids in steps])) for x, y, steps in out])
