"""``leaflets watch``."""

from __future__ import annotations

import html
import threading
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.sources import pages_asked, project_folder, slug_of
from leaflets.errors import ContentError, LeafletsError, Problem, ServiceError

if TYPE_CHECKING:
    from leaflets.preview import Preview

POLL = 0.3
"""Seconds between two looks at the files."""
SCREEN = (
    "body{max-width:46rem;margin:1rem auto;padding:0 1rem}.flow{columns:1!important}.strip{position:static!important}"
)
"""On a screen: one column, and the strip where it stands."""


@main.command(
    epilog="""
    \b
    Example:
      leaflets watch content/monographs/paracetamol.md
"""
)
@click.argument("source")
@click.option("--locale", default="en-US", show_default=True)
@click.option(
    "--pages", callback=pages_asked, help="At most N pages, or full.  [default: what prints; for patients: 2]"
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 for any free one.")
@click.option("--open/--no-open", "opens", default=True, show_default=True, help="Open the browser.")
def watch(source: str, locale: str, pages: int | None, port: int, opens: bool) -> None:
    """Show the leaflets of a source in the browser, anew at every save, with its problems beside them. Ctrl-C ends it.

    The page holds what the print holds, in one column; how it falls into pages, only the PDF shows.
    """
    from leaflets.assets import find_asset
    from leaflets.locales import parse_locale
    from leaflets.preview import PreviewServer

    parse_locale(locale)
    if not Path(source).is_file():
        raise ContentError(Problem("not-found", "there is no such file", file=source))
    project = project_folder()
    first = _drawn(0, source, locale, pages, project)
    try:
        server = PreviewServer(port, source, find_asset("templates", "preview.html", project).read_text("utf-8"), first)
    except OSError as error:
        hint = "choose another with --port, or 0 for any free one"
        raise ServiceError(Problem("port-taken", f"port {port}: {error.strerror}", hint=hint)) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"{source} at {server.address}  (Ctrl-C ends)")
    _say(first)
    if opens:
        webbrowser.open(server.address)
    seen = _stamp(source, project)
    while True:
        time.sleep(POLL)
        now = _stamp(source, project)
        if now != seen:
            seen = now
            server.show(lambda version: _drawn(version, source, locale, pages, project))
            _say(server.preview)


def _say(preview: Preview) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {preview.said}", err=True)


def _stamp(source: str, project: Path) -> tuple[tuple[str, int], ...]:
    """Changes when a file does that shapes the preview."""
    folders = [project / name for name in ("templates", "styles", "content/rules", "content/lexicon", "content/locale")]
    files = [Path(source), project / "leaflets.toml", *(p for f in folders if f.is_dir() for p in sorted(f.rglob("*")))]
    out = []
    for path in files:
        try:
            out.append((str(path), path.stat().st_mtime_ns))
        except OSError:
            out.append((str(path), 0))  # gone, for the moment at least: the next look will tell
    return tuple(out)


def _drawn(version: int, source: str, locale: str, asked: int | None, project: Path) -> Preview:
    from leaflets.build import composed, read_checked
    from leaflets.fitting import assemble
    from leaflets.html import render_html
    from leaflets.jobs import Job
    from leaflets.kit import forget_kits, load_kit
    from leaflets.locales import default_paper
    from leaflets.preview import Preview

    forget_kits()
    problems: list[Problem] = []
    pages: dict[str, str] = {}
    try:
        kit = load_kit(project)
        names = sorted(kit.variant_names(), key=lambda name: name != "patient")
        read, monograph = read_checked(Path(source), source, project)
        problems += monograph.problems
        for name in names:
            job = Job(
                source, slug_of(source), name, locale, "standard", default_paper(locale), "", str(project),
                pages=kit.page_budget(name, "standard", asked),
            )  # fmt: skip
            try:
                made = composed(read, monograph, kit, job)
            except LeafletsError as error:  # too long, say: all of it is shown, and the problem beside it
                problems += error.problems
                made = assemble(monograph, kit, job)
            problems += made.problems
            if made.leaflet is None:
                pages[name] = _instead("This leaflet is not made.", made.problems)
                continue
            drawn = render_html(made.leaflet, kit.site, kit.templates, kit.styles, interface=kit.interface(locale))
            styles = "\n".join(path.read_text(encoding="utf-8") for path in drawn.styles)
            pages[name] = drawn.text.replace("</head>", f"<style>{styles}{SCREEN}</style></head>", 1)
    except LeafletsError as error:
        problems += error.problems
        pages = {"patient": _instead("The source cannot be read as it is.", error.problems)}
    problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.severity)
    errors = sum(problem.severity == "error" for problem in problems)
    said = f"{errors} errors, {len(problems) - errors} warnings"
    return Preview(version, said, pages, tuple(problems))


def _instead(message: str, problems: tuple[Problem, ...]) -> str:
    items = "".join(f"<li>{html.escape(str(problem))}</li>" for problem in problems)
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>leaflets</title>'
    return f"{head}<h1>{message}</h1><ul>{items}</ul>"
