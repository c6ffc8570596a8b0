"""``leaflets doctor``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from leaflets.cli import main
from leaflets.cli.sources import DEFAULT, project_folder
from leaflets.errors import ExitCode, LeafletsError, Problem, Severity


@main.command(
    epilog="""
    \b
    Example:
      leaflets doctor
"""
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON on stdout.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what is missing on this machine or wrong in this project, and how to mend it.

    Exit code 0 when leaflets can be built; else that of the first thing that is missing.
    """
    project = project_folder()
    rows: list[tuple[str, str, Problem | None]] = []
    code = ExitCode.OK
    for name, look in _checks(project):
        try:
            rows.append((name, look(), None))
        except LeafletsError as error:
            rows += [(name, problem.message, problem) for problem in error.problems]
            needed = any(problem.severity is Severity.ERROR for problem in error.problems)
            code = error.exit_code if needed and code is ExitCode.OK else code
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"what": what, "found": said, "problem": problem.to_json() if problem else None}
                    for what, said, problem in rows
                ],
                ensure_ascii=False,
            )
        )
        context.exit(code)
    for what, said, problem in rows:
        mark = "ok     " if problem is None else "missing" if problem.severity is Severity.ERROR else "note   "
        color = {"ok     ": "green", "missing": "red"}.get(mark, "yellow")
        click.echo(f"{click.style(mark, fg=color)}  {what}: {said}")
        if problem is not None and problem.hint:
            click.echo(f"         hint: {problem.hint}")
    context.exit(code)


def _checks(project: Path) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("Python", lambda: sys.version.split()[0]),
        ("project", lambda: _project(project)),
        ("libraries", lambda: _libraries(project)),
        ("fonts", lambda: _fonts(project)),
        ("engine", _engine),
        ("monographs", lambda: _monographs(project)),
        ("output", lambda: _writable(Path("output"))),
        ("Java", _java),
    ]


def _project(project: Path) -> str:
    from leaflets.kit import load_kit

    kit = load_kit(project)
    for name in kit.variant_names():
        kit.variant(name)
    kit.wording("en-US", project / DEFAULT / "none.md")
    own = "its leaflets.toml" if (project / "leaflets.toml").is_file() else "no leaflets.toml, so nothing of its own"
    return f"{project} ({own}; variants {', '.join(kit.variant_names())})"


def _libraries(project: Path) -> str:
    from leaflets.kit import load_kit
    from leaflets.pdf.native import library_versions, require_libraries

    require_libraries(load_kit(project).fonts_rules)
    return ", ".join(f"{name} {number}" for name, number in library_versions().items())


def _fonts(project: Path) -> str:
    from leaflets.kit import load_kit
    from leaflets.pdf.fonts import absent_fonts, find_fonts

    rules = load_kit(project).fonts_rules
    absent = ", ".join(f"{font.family} ({', '.join(font.scripts)})" for font in absent_fonts(rules))
    return f"{len(find_fonts(rules))} files of those in fonts.toml" + (f"; not here: {absent}" if absent else "")


def _engine() -> str:
    from importlib.metadata import version

    return f"WeasyPrint {version('weasyprint')}"


def _monographs(project: Path) -> str:
    folder = project / DEFAULT
    count = len(list(folder.rglob("*.md"))) if folder.is_dir() else 0
    if not count:
        hint = "name files or folders when you build, or start a project with: leaflets init DIR"
        raise LeafletsError(Problem("no-monographs", f"none in {folder}", Severity.WARNING, hint=hint))
    return f"{count} in {folder}"


def _writable(folder: Path) -> str:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        hint = "choose another with --output"
        raise LeafletsError(Problem("not-writable", f"{folder} cannot be written", Severity.WARNING, hint=hint))
    return f"{folder.absolute()} can be written"


def _java() -> str:
    found = shutil.which("java")
    if found is None:
        raise LeafletsError(
            Problem(
                "no-java", "not there; only the tests use it, for veraPDF", Severity.WARNING,
                hint="Debian/Ubuntu: apt-get install default-jre-headless; "
                "Fedora: dnf install java-latest-openjdk-headless; macOS: brew install openjdk",
            )
        )  # fmt: skip
    return found
