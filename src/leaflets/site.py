"""``leaflets.toml`` -> Site: the name, address and colour that a pharmacy puts on its leaflets."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, Problem, Severity

LARGEST_LOGO = 500_000
LEAST_CONTRAST = 7.0
"""Of the site's colour on white, as WCAG 2.2 measures it (success criterion 1.4.6)."""
LONGEST = {"name": 80, "address": 160, "phone": 40}
"""Characters that the head of a leaflet has room for."""
KEYS = ("name", "address", "phone", "logo", "color")


@dataclass(frozen=True, slots=True)
class Site:
    """Who hands the leaflets out. Everything may be empty."""

    name: str = ""
    address: str = ""
    phone: str = ""
    logo: Path | None = None
    color: str | None = None
    """``#rrggbb``, dark enough to be read on white."""


def read_site(project: Path) -> tuple[Site, tuple[Problem, ...]]:
    """Read a project's config.

    Returns:
        The site and warnings. Without a config, an empty site.

    Raises:
        ContentError: with everything that is wrong.
    """
    path = project / "leaflets.toml"
    if not path.is_file():
        return Site(), ()
    data, text = _read_toml(path)
    table = data.get("site", {})
    if not isinstance(table, dict):
        message, line = "site must be a table: write [site]", _line(text, "site")
        raise ContentError(Problem("site-config", message, file=str(path), line=line))
    problems = _key_problems(data, table, path, text)
    values = {key: value for key, value in table.items() if key in KEYS and isinstance(value, str)}
    color = logo = None
    if values.get("color"):
        color, found = _read_color(values["color"], path, text)
        problems += found
    if values.get("logo"):
        logo, found = _read_logo(values["logo"], project, path, text)
        problems += found
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(*problems)
    site = Site(values.get("name", ""), values.get("address", ""), values.get("phone", ""), logo, color)
    return site, tuple(problems)


def contrast_on_white(color: str) -> float:
    """Contrast ratio of ``#rrggbb`` on white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _read_toml(path: Path) -> tuple[dict[str, Any], str]:
    line = None
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")  # Windows editors put a mark before the text
        return tomllib.loads(text.replace("\r\n", "\n")), text
    except UnicodeDecodeError as error:
        line, message = data[: error.start].count(b"\n") + 1, "is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else None
        message = f"is not TOML: {str(error)[: place.start()] if place else error}"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    raise ContentError(Problem("site-config", message, file=str(path), line=line))


def _line(text: str, key: str) -> int | None:
    """Where a key is given a value, or a table has its head."""
    word = rf"[\"']?{re.escape(key)}[\"']?\s*"
    given = re.compile(rf"\s*(\[+\s*{word}\]|(.*[{{,.]\s*)?{word}[=.])")
    return next((n for n, line in enumerate(text.split("\n"), 1) if given.match(line)), None)


def _key_problems(data: dict[str, Any], table: dict[str, Any], path: Path, text: str) -> list[Problem]:
    problems = []
    for where, keys, known in (("", data, ("site",)), ("[site] ", table, KEYS)):
        for key, value in keys.items():
            line = _line(text, key)
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
                problems.append(
                    Problem("site-key", f"{where}unknown key {key!r}", Severity.WARNING, str(path), line, hint)
                )
            elif where and isinstance(value, str) and (fault := _text_fault(key, value)):
                problems.append(Problem("site-text", f"{where}{key} {fault}", Severity.ERROR, str(path), line))
            elif where and not isinstance(value, str):
                problems.append(Problem("site-type", f"{where}{key} must be a text", Severity.ERROR, str(path), line))
    return problems


def _text_fault(key: str, value: str) -> str:
    """What keeps a text from standing on a leaflet's head; nothing when it can."""
    if not all(char.isprintable() for char in value) or any(unicodedata.category(char) == "Cf" for char in value):
        return "holds characters that cannot be seen"
    if len(value) > LONGEST.get(key, 200):
        return f"is longer than {LONGEST.get(key, 200)} characters"
    if any(len(word) > 40 for word in value.split()) and key != "logo":
        return "holds a word of more than 40 characters"
    return ""


def _read_color(color: str, path: Path, text: str) -> tuple[str | None, list[Problem]]:
    """``#rrggbb``, or what is wrong."""

    def wrong(rule: str, message: str, hint: str) -> tuple[None, list[Problem]]:
        return None, [Problem(rule, message, Severity.ERROR, str(path), _line(text, "color"), hint)]

    if re.fullmatch(r"#[0-9a-fA-F]{3}", color):
        color = "#" + "".join(digit * 2 for digit in color[1:])
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return wrong("site-color", f"color {color[:20]!r} is no hex colour", "write it like #1a4f6e")
    ratio = contrast_on_white(color)
    if ratio < LEAST_CONTRAST:
        measured = math.floor(ratio * 100) / 100  # 6.999 must not read as 7
        message = f"color {color} has a contrast of {measured:.2f}:1 on white"
        return wrong("site-contrast", message, f"choose a darker one: at least {LEAST_CONTRAST:.0f}:1")
    return color, []


def _read_logo(name: str, project: Path, path: Path, text: str) -> tuple[Path | None, list[Problem]]:
    """The logo's file, or what is wrong."""

    def wrong(message: str) -> tuple[None, list[Problem]]:
        hint = f"an .svg or .png of at most {LARGEST_LOGO // 1000} kB, inside the project's folder"
        return None, [Problem("site-logo", message, Severity.ERROR, str(path), _line(text, "logo"), hint)]

    shown = repr(name if len(name) <= 60 else f"{name[:60]}…")
    try:
        logo = (project / name).resolve()
        if not logo.is_relative_to(project.resolve()):
            return wrong(f"logo {shown} lies outside the project")
        if logo.suffix.lower() not in (".svg", ".png"):
            return wrong(f"logo {shown} is neither .svg nor .png")
        if not logo.is_file():
            return wrong(f"there is no logo {shown}")
        if logo.stat().st_size > LARGEST_LOGO:
            return wrong(f"logo {shown} has more than {LARGEST_LOGO // 1000} kB")
    except (OSError, RuntimeError, ValueError):  # no right to look, a loop of links, a NUL in the name
        return wrong(f"logo {shown} cannot be read")
    return logo, []
