"""``leaflets.toml`` -> Site: the name, address and colour that a pharmacy puts on its leaflets."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, Problem, Severity

LARGEST_LOGO = 500_000
LEAST_CONTRAST = 7.0
"""Of the site's colour on white, as WCAG 2.2 measures it (success criterion 1.4.6)."""
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
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Problem("site-config", f"cannot be read: {error}", file=str(path))) from None
    table = data.get("site", {})
    problems = _key_problems(data, table, path, text)
    if not isinstance(table, dict):
        raise ContentError(Problem("site-config", "site must be a table: write [site]", file=str(path)))
    values = {key: value for key, value in table.items() if key in KEYS and isinstance(value, str)}
    color = values.get("color")
    if color is not None:
        problems += _color_problems(color, path, text)
    logo = None
    if "logo" in values:
        logo = (project / values["logo"]).resolve()
        problems += _logo_problems(logo, project, path, text)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(*problems)
    site = Site(values.get("name", ""), values.get("address", ""), values.get("phone", ""), logo, color)
    return site, tuple(problems)


def contrast_on_white(color: str) -> float:
    """Contrast ratio of ``#rrggbb`` on white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _line(text: str, key: str) -> int | None:
    return next((n for n, line in enumerate(text.split("\n"), 1) if line.strip().startswith(key)), None)


def _key_problems(data: dict[str, Any], table: Any, path: Path, text: str) -> list[Problem]:
    problems = []
    for where, keys, known in (("", data, ("site",)), ("[site] ", table if isinstance(table, dict) else {}, KEYS)):
        for key, value in keys.items():
            line = _line(text, key)
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
                problems.append(
                    Problem("site-key", f"{where}unknown key {key!r}", Severity.WARNING, str(path), line, hint)
                )
            elif where and not isinstance(value, str):
                problems.append(Problem("site-type", f"{where}{key} must be a text", Severity.ERROR, str(path), line))
    return problems


def _color_problems(color: str, path: Path, text: str) -> list[Problem]:
    line = _line(text, "color")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return [Problem("site-color", f"color {color[:20]!r} is not like #1a4f6e", Severity.ERROR, str(path), line)]
    ratio = contrast_on_white(color)
    if ratio < LEAST_CONTRAST:
        return [
            Problem(
                "site-contrast", f"color {color} has a contrast of {ratio:.1f}:1 on white", Severity.ERROR, str(path),
                line, f"choose a darker one: at least {LEAST_CONTRAST:.0f}:1",
            )
        ]  # fmt: skip
    return []


def _logo_problems(logo: Path, project: Path, path: Path, text: str) -> list[Problem]:
    line = _line(text, "logo")

    def wrong(message: str) -> list[Problem]:
        return [Problem("site-logo", message, Severity.ERROR, str(path), line)]

    if not logo.is_relative_to(project.resolve()):
        return wrong("the logo lies outside the project")
    if logo.suffix not in (".svg", ".png"):
        return wrong("the logo must be an .svg or a .png")
    if not logo.is_file():
        return wrong(f"there is no {logo.name}")
    if logo.stat().st_size > LARGEST_LOGO:
        return wrong(f"the logo has more than {LARGEST_LOGO} bytes")
    return []
