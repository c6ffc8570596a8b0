"""Leaflet -> Html: the only door to Jinja."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from leaflets import filters
from leaflets.direction import holds_rtl, isolated
from leaflets.errors import Problem, TemplateError
from leaflets.interface import ENGLISH, SOURCE_LANGUAGE, Interface
from leaflets.leaflet import Leaflet
from leaflets.locales import parse_locale, script_of, text_direction
from leaflets.sides import rows_of

if TYPE_CHECKING:
    from leaflets.site import Site

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
    words = filters.breakable_words if script_of(interface.tag) == "Kore" else filters.breakable
    environment.filters.update(
        scripted=filters.scripted, step=filters.step, plain=filters.plain, shape=filters.shape,
        breakable=filters.breakable_rtl if rtl else words, held=isolated if rtl else str, runs=filters.runs,
        together=filters.together_rtl if rtl else filters.apart,
    )  # fmt: skip
    environment.globals.update(locale=interface.tag, direction="rtl" if rtl else "ltr")
    return environment


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
