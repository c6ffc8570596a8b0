"""Leaflet -> Html: the only door to Jinja."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from leaflets.errors import Problem, TemplateError
from leaflets.leaflet import Leaflet, Line, Node

if TYPE_CHECKING:
    from leaflets.site import Site

_ENDLESS = re.compile(r"[^\s&;]{31,}")
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


def render_html(
    leaflet: Leaflet,
    site: Site,
    template_folders: Sequence[Path],
    style_folders: Sequence[Path],
    template: str = "leaflet.html",
    more: Mapping[str, object] | None = None,
) -> Html:
    """Draw a leaflet. Raises TemplateError when a template or a style is missing or wrong.

    Args:
        leaflet: What to draw.
        site: Whose leaflet it is: name, address, phone, logo, colour. All of it may be empty.
        template_folders: Where templates are looked up, the user's own first.
        style_folders: The same for style sheets.
        template: File in ``<template folder>/<variant>/``.
        more: What else the template may use, by name.
    """
    folders = [site.logo.parent] if site.logo else []
    return Html(
        text=_draw(leaflet, site, tuple(template_folders), f"{leaflet.variant}/{template}", more or {}),
        styles=style_files(leaflet.variant, leaflet.edition, leaflet.paper, style_folders),
        folders=tuple(dict.fromkeys(folder.resolve() for folder in (*style_folders, *template_folders, *folders))),
        lang=leaflet.locale,
        title=leaflet.title,
    )


def _draw(leaflet: Leaflet, site: Site, folders: tuple[Path, ...], name: str, more: Mapping[str, object]) -> str:
    try:
        return (
            _environment(folders)
            .get_template(name)
            .render(
                leaflet=leaflet,
                site=site,
                words=dict(leaflet.words),
                **more,
                logo=site.logo.resolve().as_uri() if site.logo else "",
            )
        )
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
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(step=_step, plain=_plain, shape=_shape, breakable=_breakable)
    return environment


def _breakable(text: str) -> str:
    """Text whose endless words may break anywhere. The engine's ``overflow-wrap`` would break short ones, too."""
    if not _ENDLESS.search(text):
        return text
    return Markup(_ENDLESS.sub(r'<span class="endless">\g<0></span>', str(escape(text))))


def _step(text: str, *limits: int) -> int:
    """How many of the lengths a text exceeds: style sheets make long titles smaller by it."""
    return sum(len(text) > limit for limit in limits)


def _plain(lines: Sequence[Line]) -> str:
    """Lines without their styles."""
    return " ".join("".join(span.text for span in line) for line in lines)


def _shape(node: Node, short: int) -> str:
    """``short`` for a list with items that can stand side by side: two or more of at most so many signs."""
    lengths = [len(_plain(item.lines)) for item in node.children]
    flat = not any(item.children or len(item.lines) > 1 for item in node.children)
    return "short" if flat and sum(n <= short for n in lengths) >= max(2, len(lengths) / 3) else "long"


def style_files(variant: str, edition: str, paper: str, folders: Sequence[Path]) -> tuple[Path, ...]:
    """The style sheets of a leaflet: the general ones, the variant's, the paper's, the edition's.

    Raises TemplateError naming those that are nowhere.
    """
    own = _find(f"{variant}.css", folders) or _find(f"{_PATIENT}.css", folders)
    names = ["tokens.css", "base.css", own, f"paper-{paper}.css"]
    if edition != "standard":
        names.append(f"{edition}.css")
    found = [name if isinstance(name, Path) else _find(name, folders) or name for name in names if name]
    if missing := [name for name in found if isinstance(name, str)]:
        looked = f"Looked in: {', '.join(str(folder) for folder in folders)}."
        raise TemplateError(
            *(Problem("style-missing", f"There is no style sheet {name}.", hint=looked) for name in missing)
        )
    return tuple(path for path in found if isinstance(path, Path))


def _find(name: str, folders: Sequence[Path]) -> Path | None:
    return next((path for folder in folders if (path := folder / name).is_file()), None)
