"""Leaflet -> Html: the only door to Jinja."""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from leaflets.direction import crossing_runs, has_rtl, holds_rtl, isolated, mapped, touches_point
from leaflets.errors import Problem, TemplateError
from leaflets.interface import ENGLISH, SOURCE_LANGUAGE, Interface
from leaflets.leaflet import Leaflet, Line, Node, Span
from leaflets.locales import parse_locale, script_of, text_direction
from leaflets.sides import rows_of

if TYPE_CHECKING:
    from leaflets.site import Site

_WITHOUT_BLANKS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
"""Thai and its neighbors, Chinese, Japanese: their lines may end without a blank, and where they might end anywhere,
so might they within numbers and names."""
_ENDLESS = re.compile(rf"[^\s&;{_WITHOUT_BLANKS}]{{31,}}")
_HANGUL = re.compile("[\uac00-\ud7a3]\\S*|\\S+[\uac00-\ud7a3]\\S*")
_MARKED = f"[{SOURCE_LANGUAGE}] "
"""How a message begins that the locale has no text for (`leaflets.interface`)."""
_CELL = "\x1e"
"""Stands between the cells of one side of a bilingual leaflet."""
BILINGUAL = "bilingual"
"""Folder of the templates that draw two locales side by side."""
_PATIENT = "patient"
"""A variant without a style sheet of its own is drawn like this one."""


@dataclass(frozen=True, slots=True)
class Html:
    """A finished page source for the engine."""

    text: str
    styles: tuple[Path, ...]
    """Style sheets, in order. They are parsed once per process and style set."""
    folders: tuple[Path, ...]
    """The only folders that the engine may read from while rendering."""
    lang: str
    title: str

    @property
    def rtl(self) -> bool:
        """Whether something in it runs from right to left."""
        return text_direction(self.lang) == "rtl" or holds_rtl(self.text)


def render_html(
    leaflet: Leaflet,
    site: Site,
    template_folders: Sequence[Path],
    style_folders: Sequence[Path],
    template: str = "leaflet.html",
    interface: Interface | None = None,
    beside: Interface | None = None,
    more: Mapping[str, object] | None = None,
) -> Html:
    """Draw a leaflet, or a bilingual one. Raises TemplateError when a template or a style is missing or wrong.

    Args:
        leaflet: What to draw.
        site: Whose leaflet it is: name, address, phone, logo, colour. All of it may be empty.
        template_folders: Where templates are looked up, the user's own first.
        style_folders: The same for style sheets.
        template: File in ``<template folder>/<variant>/``.
        interface: What templates say by themselves, in the leaflet's locale; nothing but English where it is left out.
        beside: The same in the locale of what stands beside it.
        more: What else the template may use, by name.
    """
    folders = [site.logo.parent] if site.logo else []
    places, interface = tuple(template_folders), interface or _bare(leaflet.locale)
    name, values = f"{leaflet.variant}/{template}", _values(leaflet, site) | dict(more or {})
    other = leaflet.beside
    if other is not None:
        name = f"{BILINGUAL}/leaflet.html"
        values |= _cells(leaflet, other, places, interface, beside or _bare(other.locale))
    return Html(
        text=_rendered(name, places, interface, values),
        styles=style_files(
            leaflet.variant,
            leaflet.edition,
            leaflet.paper,
            leaflet.locale,
            style_folders,
            other.locale if other is not None else "",
        ),
        folders=tuple(dict.fromkeys(folder.resolve() for folder in (*style_folders, *template_folders, *folders))),
        lang=leaflet.locale,
        title=leaflet.title,
    )


def draw_page(name: str, folders: Sequence[Path], values: Mapping[str, object]) -> str:
    """A page of another kind than a leaflet, in English. Raises TemplateError."""
    return _rendered(name, tuple(folders), ENGLISH, values)


def draw_cells(name: str, folders: Sequence[Path], tag: str, values: Mapping[str, object]) -> list[Markup]:
    """Texts for such a page, each drawn with the filters of a locale. Raises TemplateError."""
    return _parted(_rendered(name, tuple(folders), _bare(tag), values))


def _parted(text: str) -> list[Markup]:
    return [Markup(cell.strip()) for cell in text.split(_CELL)[:-1]]


def _values(leaflet: Leaflet, site: Site) -> dict[str, object]:
    logo = site.logo.resolve().as_uri() if site.logo else ""
    return {"leaflet": leaflet, "site": site, "words": dict(leaflet.words), "logo": logo}


def _cells(
    leaflet: Leaflet, other: Leaflet, folders: tuple[Path, ...], interface: Interface, beside: Interface
) -> dict[str, object]:
    """The rows of a bilingual leaflet and their cells, each side drawn with the filters and words of its locale."""
    rows = rows_of(leaflet, other)
    cells = []
    for side, words in enumerate((interface, beside)):
        text = _rendered(f"{BILINGUAL}/side.html", folders, words, {"rows": rows, "side": side})
        cells.append(_parted(text))
    return {"rows": rows, "cells": cells}


def _rendered(name: str, folders: tuple[Path, ...], interface: Interface, values: Mapping[str, object]) -> str:
    try:
        return _environment(folders, interface).get_template(name).render(**values)
    except jinja2.TemplateSyntaxError as error:
        problem = Problem(
            "template-syntax",
            error.message or "Jinja does not understand this.",
            file=error.filename or error.name,
            line=error.lineno,
            hint="Jinja's notation: https://jinja.palletsprojects.com/templates/",
        )
    except jinja2.TemplateNotFound as error:
        wanted = ", ".join(str(missing) for missing in error.templates)
        file, line = _place(error, folders) or (None, None)
        problem = Problem(
            "template-missing",
            f"There is no template {wanted}.",
            file=file,
            line=line,
            hint=f"Looked in: {', '.join(str(folder) for folder in folders)}.",
        )
    except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # UndefinedError is a TemplateError; the others are what an expression of a template can come to.
        place = _place(error, folders)
        if place is None and not isinstance(error, jinja2.TemplateError):
            raise
        file, line = place or (name, None)
        problem = Problem(
            "template-undefined" if isinstance(error, jinja2.UndefinedError) else "template-failed",
            str(error) or type(error).__name__,
            file=file,
            line=line,
            hint="What a template can use stands in templates/README.md.",
        )
    raise TemplateError(problem)


def _place(error: Exception, folders: Sequence[Path]) -> tuple[str, int | None] | None:
    """The innermost line of a template that an error passed through. Jinja writes it into the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
            return frame.filename, frame.lineno
    return None


@cache
def _bare(tag: str) -> Interface:
    """A locale without any text of its own."""
    return Interface(tag)


@lru_cache(maxsize=64)
def _environment(folders: tuple[Path, ...], interface: Interface) -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Added by the extension, which no type stub knows of.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        interface.gettext, interface.ngettext, newstyle=False, pgettext=interface.pgettext,
        npgettext=interface.npgettext,
    )  # fmt: skip
    rtl = text_direction(interface.tag) == "rtl"
    breakable = _breakable_rtl if rtl else _breakable_words if script_of(interface.tag) == "Kore" else _breakable
    environment.filters.update(
        scripted=scripted, step=_step, plain=_plain, shape=_shape, breakable=breakable,
        held=isolated if rtl else str, runs=_runs, together=_together_rtl if rtl else _apart,
    )  # fmt: skip
    environment.globals.update(locale=interface.tag, direction="rtl" if rtl else "ltr")
    return environment


def _breakable(text: str, lang: str = "") -> str:
    """Text whose endless words may break anywhere. The engine's ``overflow-wrap`` would break short ones, too."""
    if text.startswith(_MARKED):
        return Markup('<span lang="{}" dir="ltr">{}</span>').format(SOURCE_LANGUAGE, text)
    if not _ENDLESS.search(text):
        return text
    return Markup(_ENDLESS.sub(r'<span class="endless">\g<0></span>', str(escape(text))))


def _breakable_rtl(text: str, lang: str = "") -> str:
    """The same in lines from right to left: what runs from left to right stands in a span that holds it together."""
    if lang or text.startswith(_MARKED):
        return _breakable(text)
    return Markup(mapped(text, lambda run: f'<span dir="ltr">{escape(_breakable(run))}</span>', lambda s: escape(s)))


def _breakable_words(text: str, lang: str = "") -> str:
    """The same in Korean, whose words the engine would break between any two syllables."""
    if lang or text.startswith(_MARKED):
        return _breakable(text)
    return Markup(_HANGUL.sub(r'<span class="word">\g<0></span>', str(escape(text))))


_BROAD = re.compile("[\u0b80-\u0dff\u1200-\u139f]")
"""Tamil, Telugu and their neighbors, Ethiopic: letters wider than Latin ones."""
_ALEF = "\N{ARABIC LETTER ALEF}"


@dataclass(frozen=True, slots=True)
class _Together:
    """Spans of a line that one element holds together, or a single one."""

    spans: Line
    ltr: bool = False
    gap: bool = False
    """A space behind keeps a full stop away from the number that stands there, on the left."""


def _apart(line: Line) -> tuple[_Together, ...]:
    return (_Together(line),)


def _together_rtl(line: Line) -> tuple[_Together, ...]:
    """A line's spans; those that run from left to right as one, cut where that begins and ends."""
    if any(span.lang for span in line):
        return _apart(line)
    # A dose in Arabic words ends a run, and so does a label.
    own = [span.quantity and has_rtl(span.text) for span in line]
    texts = [_ALEF * len(span.text) if rtl else span.text for span, rtl in zip(line, own, strict=True)]
    styles = "".join("b" * len(span.text) if span.bold else "-" * len(span.text) for span in line)
    runs = [run for run in crossing_runs(texts) if len({*styles[slice(*run)]}) == 1]
    out: list[_Together] = []
    held: list[Span] = []
    at = 0
    for span, behind in zip(line, [*(span.text for span in line[1:]), ""], strict=True):
        cuts = sorted(
            {at, at + len(span.text), *(cut for run in runs for cut in run if at < cut < at + len(span.text))}
        )
        for start, end in pairwise(cuts):
            piece = replace(span, text=span.text[start - at : end - at])
            run = next((run for run in runs if run[0] <= start < run[1]), None)
            if run is None:
                gap = span.quantity and not has_rtl(span.text) and touches_point(span.text, behind)
                out.append(_Together((piece,), gap=gap))
                continue
            held.append(piece)
            if end == run[1]:
                rest = span.text[end - at :] or behind
                out.append(_Together(tuple(held), ltr=True, gap=touches_point(held[0].text, rest)))
                held = []
        at += len(span.text)
    return tuple(out)


def _runs(text: str) -> str:
    """The direction of a quantity: that of its unit's letters."""
    return "rtl" if has_rtl(text) else "ltr"


def _step(text: str, *limits: int) -> int:
    """How many of the lengths a text exceeds: style sheets make long titles smaller by it."""
    return sum(_length(text) > limit for limit in limits)


def _length(text: str) -> float:
    """How long a text is in Latin letters: a Han sign is as wide as two, a vowel sign above a letter takes nothing."""
    return sum(map(_width, text))


@cache
def _width(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.8
    return 1.35 if _BROAD.match(char) else 1


def _kind(char: str) -> str:
    kind = unicodedata.category(char)
    return kind if kind in ("Mn", "Me", "Cf") else unicodedata.east_asian_width(char)


def _plain(lines: Sequence[Line]) -> str:
    """Lines without their styles."""
    return " ".join("".join(span.text for span in line) for line in lines)


def _shape(node: Node, short: int) -> str:
    """``short`` for a list with items that can stand side by side: two or more of at most so many signs."""
    lengths = [len(_plain(item.lines)) for item in node.children]
    flat = not any(item.children or len(item.lines) > 1 for item in node.children)
    return "short" if flat and sum(n <= short for n in lengths) >= max(2, len(lengths) / 3) else "long"


def scripted(tag: str) -> str:
    """The classes of what is in another locale than its page: ``in-Arab in-ur``; `styles/scripts.css` knows them."""
    return f"in-{script_of(tag)} in-{parse_locale(tag).language}"


def style_files(
    variant: str, edition: str, paper: str, tag: str, folders: Sequence[Path], beside: str = ""
) -> tuple[Path, ...]:
    """The style sheets of a leaflet: the general ones, the variant's, the paper's, the edition's, the script's.

    ``beside``: the second locale of a bilingual leaflet.

    Raises TemplateError naming those that are nowhere.
    """
    own = _find(f"{variant}.css", folders) or _find(f"{_PATIENT}.css", folders)
    names = ["tokens.css", "base.css", own, f"paper-{paper}.css"]
    if edition != "standard":
        names.append(f"{edition}.css")
    # What only some locales need: each where there is one.
    tongue = parse_locale(tag).language
    special = [f"script-{script_of(tag)}.css", f"language-{tongue}.css"]
    if any(parse_locale(one).language != SOURCE_LANGUAGE for one in (tag, beside) if one):
        special.insert(0, "abroad.css")
    if text_direction(tag) == "rtl":
        special.append("rtl.css")
    names += [path for name in special if (path := _find(name, folders))]
    names += ["scripts.css", "bilingual.css"] if beside else []
    found = [name if isinstance(name, Path) else _find(name, folders) or name for name in names if name]
    if missing := [name for name in found if isinstance(name, str)]:
        looked = f"Looked in: {', '.join(str(folder) for folder in folders)}."
        raise TemplateError(
            *(Problem("style-missing", f"There is no style sheet {name}.", hint=looked) for name in missing)
        )
    return tuple(path for path in found if isinstance(path, Path))


def _find(name: str, folders: Sequence[Path]) -> Path | None:
    return next((path for folder in folders if (path := folder / name).is_file()), None)
