"""SOURCE arguments -> the monographs that they mean."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from leaflets.errors import ContentError, Problem

DEFAULT = "content/monographs"


def project_folder() -> Path:
    """The project that the current folder belongs to."""
    from leaflets.assets import find_project

    return find_project(Path.cwd())


def find_sources(named: Sequence[str], project: Path) -> tuple[str, ...]:
    """The files that a user named, folders opened. Raises ContentError for what is not there.

    Args:
        named: files or folders; nothing means the project's own monographs.
        project: the project's folder.
    """
    if not named:
        named = (str(default_sources(project)),)
    found: list[str] = []
    problems: list[Problem] = []
    for name in named:
        if not name.strip():
            problems.append(Problem("no-name", "an empty name names no source"))
            continue
        path = Path(name)
        try:
            if path.is_dir():
                # README.md is about the folder, not about a medicine.
                inside = sorted(str(p) for p in _files_below(path) if _is_monograph(p))
                found += inside
                if not inside:
                    problems.append(
                        Problem("no-monographs", "holds no monograph", file=name, hint="monographs end in .md")
                    )
                continue
        except OSError as error:
            problems.append(Problem("not-readable", f"cannot be read: {error.strerror}", file=name))
            continue
        found.append(name)
    if problems:
        raise ContentError(*problems)
    return tuple(dict.fromkeys(found))


def _files_below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):  # rglob holds several hundred bytes for each file
        yield from (Path(place, name) for name in names)


def _is_monograph(path: Path) -> bool:
    return path.suffix.casefold() == ".md" and path.name.casefold() != "readme.md" and not path.is_dir()


def default_sources(project: Path) -> Path:
    """The project's own monographs, or those that came with us."""
    own = Path(DEFAULT) if project == Path.cwd() else project / DEFAULT
    if own.is_dir():
        return own
    from leaflets.assets import asset_folders

    return next((f / "monographs" for f in asset_folders("content", project) if (f / "monographs").is_dir()), own)


def slug_of(source: str) -> str:
    """The file's name without ``.md``."""
    name = Path(source).name
    return name[:-3] if name.casefold().endswith(".md") else name


def check_slugs(sources: Sequence[str]) -> None:
    """Two sources with one slug would write one file: an error that names both."""
    seen: dict[str, str] = {}
    problems = []
    for source in sources:
        slug = slug_of(source)
        if slug in seen and Path(seen[slug]).resolve() != Path(source).resolve():
            problems.append(
                Problem(
                    "slug-twice", f"{seen[slug]} and {source} have the same name {slug!r}", file=source,
                    hint="rename one of them, or build them into different folders",
                )
            )  # fmt: skip
        seen.setdefault(slug, source)
    if problems:
        raise ContentError(*problems)


def pages_asked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """A number of pages, 0 for all of them, None for the variant's own."""
    if value is None:
        return None
    if value == "full":
        return 0
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 99:
        raise click.BadParameter("a number from 1 to 99, or full")
    return int(value)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
