"""The fonts that a leaflet may be drawn with, and nothing but them.

``content/rules/fonts.toml`` names them. `shut_out_other_fonts` builds a folder that holds links to exactly those
files and points fontconfig at it, before the engine is imported: what is not in that folder does not exist for it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from leaflets.errors import PdfError, Problem

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>{first}</family></prefer></alias>
  <alias binding="same"><family>serif</family><prefer><family>{first}</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>{first}</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Font:
    """One family of ``fonts.toml``."""

    family: str
    scripts: tuple[str, ...]
    """ISO 15924 codes."""
    files: tuple[str, ...]
    install: str
    """Which of the ways in ``[install]`` brings it."""
    needed: bool = False
    letters: tuple[str, ...] = ()
    """How Unicode's names of its letters begin."""


@dataclass(frozen=True, slots=True)
class FontRules:
    """What ``fonts.toml`` says."""

    stack: str
    folders: tuple[Path, ...]
    fonts: tuple[Font, ...]
    install: dict[str, dict[str, str]]

    def hint(self, *ways: str) -> str:
        """The command for this machine first, then the others."""
        here = _system()
        names = sorted(("debian", "fedora", "macos"), key=lambda name: name != here)
        titles = {"debian": "Debian/Ubuntu", "fedora": "Fedora", "macos": "macOS"}
        return "; ".join(
            f"{titles[name]}: " + " && ".join(self.install[way][name] for way in ways if way in self.install)
            for name in names
        )


def default_rules() -> Path:
    """``fonts.toml`` of the wheel, or of the checkout that this file lies in."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_project" / "content" / "rules" / "fonts.toml"
    return inside if inside.exists() else package.parents[1] / "content" / "rules" / "fonts.toml"


@cache
def read_rules(path: Path) -> FontRules:
    """Read and check ``fonts.toml``, once per process."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return FontRules(
            stack=data["stack"],
            folders=tuple(Path(folder).expanduser() for folder in data["folders"]),
            fonts=tuple(
                Font(
                    family=font["family"],
                    scripts=tuple(font["scripts"]),
                    files=tuple(font["files"]),
                    install=font["install"],
                    needed=font.get("needed", False),
                    letters=tuple(font.get("letters", ())),
                )
                for font in data["font"]
            ),
            install=data["install"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        problem = Problem("font-rules", f"The list of fonts cannot be read: {what}.", file=str(path))
        raise PdfError(problem) from error


@cache
def find_fonts(rules_file: Path) -> tuple[Path, ...]:
    """The allowed font files of this machine, in the order of the rules."""
    rules = read_rules(rules_file)
    wanted = {name for font in rules.fonts for name in font.files}
    found: dict[str, Path] = {}
    for folder in rules.folders:
        for path in _walk(folder):
            if path.name in wanted:
                found.setdefault(path.name, path)
    missing = [font for font in rules.fonts if font.needed and not all(name in found for name in font.files)]
    if missing:
        raise PdfError(
            Problem(
                "font-missing",
                "Fonts that every leaflet needs are not on this machine: "
                + ", ".join(name for font in missing for name in font.files if name not in found)
                + ".",
                hint=rules.hint(*dict.fromkeys(font.install for font in missing)),
            )
        )
    # A family that is only half there would be drawn in one weight on this machine and in two on another.
    whole = [font for font in rules.fonts if all(name in found for name in font.files)]
    return tuple(dict.fromkeys(found[name] for font in whole for name in font.files))


def absent_fonts(rules_file: Path, scripts: Iterable[str] | None = None) -> tuple[Font, ...]:
    """The families that are not on this machine, or not whole: of these scripts, or all."""
    rules = read_rules(rules_file)
    here = {path.name for path in find_fonts(rules_file)}
    wanted = None if scripts is None else set(scripts)
    absent = (font for font in rules.fonts if not here.issuperset(font.files))
    return tuple(font for font in absent if wanted is None or wanted & set(font.scripts))


def require_fonts(rules_file: Path, scripts: Iterable[str]) -> None:
    """Refuse to draw these scripts with another font than theirs: in forms that their readers do not write."""
    if absent := absent_fonts(rules_file, scripts):
        names = ", ".join(font.family for font in absent)
        raise PdfError(
            Problem(
                "font-missing",
                f"Letters of this leaflet are drawn with {names}, which is not on this machine.",
                hint=read_rules(rules_file).hint(*dict.fromkeys(font.install for font in absent)),
            )
        )


def missing_glyph_hint(rules_file: Path, characters: Iterable[str]) -> str:
    """What to do about characters that no font has."""
    rules = read_rules(rules_file)
    here = {path.name for path in find_fonts(rules_file)}
    asked = {unicodedata.name(character[0], "").split(" ")[0] for character in characters}
    absent = [font for font in rules.fonts if not here.issuperset(font.files) and asked & set(font.letters)]
    if absent:
        return f"They are in {', '.join(font.family for font in absent)}, which is not on this machine. " + rules.hint(
            *dict.fromkeys(font.install for font in absent)
        )
    return f"No font in {rules_file.name} has {' '.join(characters)}: add one that does, or write it another way."


def shut_out_other_fonts(rules_file: Path) -> Path:
    """Point fontconfig at a private folder that holds the allowed fonts only; returns its configuration file.

    To be called before Pango is loaded, which reads the variable once.
    """
    files = find_fonts(rules_file)
    first = read_rules(rules_file).fonts[0].family
    folder = _private_folder(files, first)
    configuration = folder / "fonts.conf"
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    os.environ.pop("FONTCONFIG_SYSROOT", None)
    # Among fonts that have a sign, fontconfig prefers those for the language of who runs the program: from FC_LANG, or
    # else from LC_ALL, LC_CTYPE or LANG. The same leaflet has to come out on everybody's machine.
    os.environ["FC_LANG"] = "en"
    return configuration


def _private_folder(files: tuple[Path, ...], first: str) -> Path:
    key = hashlib.sha256(_CONFIGURATION.encode())
    for path in files:
        facts = path.stat()
        key.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    name = f"fontconfig-{key.hexdigest()[:16]}"
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "leaflets"
    with suppress(OSError):
        return _build_folder(cache_home, name, files, first)
    # No home that can be written (a service, a container): a folder of this process alone. Its name cannot be
    # guessed, so that nobody else can put a font there first.
    return _build_folder(Path(tempfile.mkdtemp(prefix="leaflets-")), name, files, first)


def _build_folder(parent: Path, name: str, files: tuple[Path, ...], first: str) -> Path:
    folder = parent / name
    if _is_intact(folder, files):
        return folder
    if folder.exists():
        # Somebody changed it. It may be in use, so it is left alone and a new one is built beside it.
        parent = Path(tempfile.mkdtemp(prefix="leaflets-"))
        folder = parent / name
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))
    (draft / "fonts").mkdir()
    (draft / "cache").mkdir()
    for path in files:
        (draft / "fonts" / path.name).symlink_to(path)
    text = _CONFIGURATION.format(folder=escape(str(folder)), first=escape(first))
    (draft / "fonts.conf").write_text(text, encoding="utf-8")
    try:
        draft.rename(folder)
    except OSError:
        # Another process was faster and its folder says the same.
        for path in sorted(draft.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        draft.rmdir()
        if not _is_intact(folder, files):
            raise
    return folder


def _is_intact(folder: Path, files: tuple[Path, ...]) -> bool:
    try:
        here = {path.name: path.readlink() for path in (folder / "fonts").iterdir()}
        return here == {path.name: path for path in files} and (folder / "fonts.conf").is_file()
    except OSError:
        return False


def _walk(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below.sort()
        for name in sorted(names):
            yield Path(place, name)


def _system() -> str:
    if platform.system() == "Darwin":
        return "macos"
    with suppress(OSError):
        facts = platform.freedesktop_os_release()
        if "fedora" in f"{facts.get('ID')} {facts.get('ID_LIKE')}":
            return "fedora"
    return "debian"
