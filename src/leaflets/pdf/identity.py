"""Which engine draws here: two machines with one identity draw the same bytes from the same source."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from leaflets.pdf.fonts import find_fonts
from leaflets.pdf.native import library_versions

_PACKAGES = (
    "babel",  # numbers, dates and lists of a locale
    "jinja2",
    "markdown-it-py",
    "python-frontmatter",
    "pyyaml",
    "weasyprint",
    "pydyf",
    "tinyhtml5",
    "tinycss2",
    "cssselect2",
    "fonttools",
    "pyphen",  # where words may be hyphenated
    "pillow",
)


@cache
def engine_identity(fonts_rules: Path) -> str:
    """12 hexadecimal digits over the versions of everything that draws and the content of every allowed font."""
    lines = [f"{package} {version(package)}" for package in _PACKAGES]
    lines += [f"{name} {number}" for name, number in library_versions().items()]
    lines += [f"{path.name} {_sha256(path)}" for path in find_fonts(fonts_rules)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
