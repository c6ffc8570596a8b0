"""Where templates, styles and content lie: the user's project first, file by file, then what the package carries."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from leaflets.errors import ContentError, Problem, TemplateError

Kind = Literal["templates", "styles", "content"]
CONFIG = "leaflets.toml"
INTERFACE = "LC_MESSAGES/leaflets.po"


def find_project(start: Path) -> Path:
    """The nearest folder, from ``start`` upwards, that holds ``leaflets.toml``; else ``start``."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / CONFIG).is_file()), start)


@cache
def package_folder() -> Path:
    """What the package carries: inside a wheel, or the checkout of an editable installation."""
    inside = Path(__file__).parent / "_project"
    if inside.is_dir():
        return inside
    checkout = Path(__file__).parents[2]
    try:
        named = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        named = ""
    if named == "leaflets":
        return checkout
    raise TemplateError(
        Problem("assets-missing", "the package holds no templates", hint="install leaflets again, from its wheel")
    )


def asset_folders(kind: Kind, project: Path | None) -> tuple[Path, ...]:
    """The folders of a kind, the project's own first."""
    own = [] if project is None else [project / kind]
    found = [folder.resolve() for folder in (*own, package_folder() / kind) if folder.is_dir()]
    return tuple(dict.fromkeys(found))


def find_asset(kind: Kind, relative: str, project: Path | None) -> Path:
    """A file by its name within a kind. Raises TemplateError (ContentError for content) when it is nowhere."""
    for folder in asset_folders(kind, project):
        if (folder / relative).is_file():
            return folder / relative
    error = ContentError if kind == "content" else TemplateError
    looked = ", ".join(str(folder) for folder in asset_folders(kind, project)) or "nowhere"
    raise error(Problem("asset-missing", f"there is no {kind}/{relative}", hint=f"looked in {looked}"))


def rules_file(name: str, project: Path | None) -> Path:
    """A file of ``content/rules``."""
    return find_asset("content", f"rules/{name}", project)


def lexicon_files(language: str, project: Path | None) -> tuple[tuple[Path, ...], Path | None]:
    """The lexicon of a language: its files, a project's own in place of ours of the same name, and its syllables."""
    found: dict[str, Path] = {}
    for folder in asset_folders("content", project):
        for path in sorted((folder / "lexicon").glob(f"{language}.*")):
            found.setdefault(path.name, path)
    tables = tuple(path for name, path in found.items() if name.endswith(".toml"))
    return tables, found.get(f"{language}.syllables.txt")


def translation_folders(project: Path | None) -> tuple[Path, ...]:
    """Where the rules of translation checks lie, a project's own before ours."""
    return tuple(folder / "rules" / "translation" for folder in asset_folders("content", project))


def interface_files(tags: Sequence[str], project: Path | None) -> tuple[Path, ...]:
    """What the program says in a locale: the most general file first, a project's own after ours.

    ``tags``: the locale's folders, the most particular first (`leaflets.locales.tag_chain`).
    """
    folders = reversed(asset_folders("content", project))
    found = [folder / "locale" / tag / INTERFACE for folder in folders for tag in reversed(tags)]
    return tuple(path for path in found if path.is_file())


def interface_tags(project: Path | None) -> tuple[str, ...]:
    """The folders of ``content/locale`` that hold the program's own words."""
    found = [path for folder in asset_folders("content", project) for path in folder.glob(f"locale/*/{INTERFACE}")]
    return tuple(sorted({path.parents[1].name for path in found}))


def locale_folder(source: Path, project: Path) -> Path:
    """Where catalogues and reviews of a source lie: beside its ``monographs``, or else in the project.

    What people wrote speaks for the monographs of their own project; ours never speaks for one of a user's.
    """
    folder = source.resolve().parent
    return folder.parent / "locale" if folder.name == "monographs" else project / "content" / "locale"


def list_variants(project: Path | None) -> tuple[str, ...]:
    """Names of the folders below ``templates`` that hold a ``variant.toml``."""
    return tuple(
        sorted({f.parent.name for folder in asset_folders("templates", project) for f in folder.glob("*/variant.toml")})
    )
