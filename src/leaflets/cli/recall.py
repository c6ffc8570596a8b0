"""``leaflets recall``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from leaflets.cli import main
from leaflets.cli.sources import find_sources, project_folder, slug_of
from leaflets.errors import ContentError, Problem


@main.command(
    epilog="""
    \b
    Example:
      leaflets recall metformin --manifest output/ --manifest archive/2026-10/manifest.jsonl
"""
)
@click.argument("slug")
@click.option(
    "--manifest", "manifests", multiple=True, help="File, or folder to look through.  [default: output and copies]"
)
@click.option("--source", "sources", multiple=True, help="Monographs of today.  [default: content/monographs]")
@click.option("--version", help="Only those of this version of the source: its digest, or how it begins.")
@click.option("--all", "all_of_them", is_flag=True, help="Those that still hold, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each on stdout.")
def recall(
    slug: str, manifests: tuple[str, ...], sources: tuple[str, ...], version: str | None, all_of_them: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """List the printed leaflets of a monograph that hold an old or withdrawn version, by their codes.

    SLUG: the monograph's file name without .md.
    """
    from leaflets.recall import find_printed, standing

    project = project_folder()
    today = {slug_of(source): source for source in find_sources(sources, project)}
    files = manifest_files(manifests or default_manifests())
    known = shown = 0
    for printed in find_printed(slug, files, (version or "").lower()):
        known += 1
        it = standing(printed, today, project)
        # Who asks for one version wants all of it back.
        if it.state == "current" and not all_of_them and not version:
            continue
        shown += 1
        if as_json:
            click.echo(json.dumps(it.to_json(), ensure_ascii=False))
        else:
            where = Path(printed.manifest).parent / printed.path
            click.echo(f"{printed.code}  {it.state:<10} {where}{'  ' + it.reason if it.reason else ''}")
    click.echo(f"{shown} of {known} printed leaflets of {slug} in {len(files)} manifests", err=True)
    if not known and slug not in today:
        hint = "the slug is the monograph's file name without .md"
        raise ContentError(Problem("slug-unknown", f"no manifest and no source knows {slug[:80]!r}", hint=hint))


def default_manifests() -> tuple[str, ...]:
    """The folders that `build` and `copies` write into, those that are there."""
    there = tuple(name for name in ("output", "copies") if Path(name).is_dir())
    return there or ("output",)


def manifest_files(named: Sequence[str]) -> list[Path]:
    """The manifests that a user named, folders looked through. Raises ContentError for what is not there."""
    out: list[Path] = []
    problems = []
    for name in named:
        path = Path(name)
        found = sorted(path.rglob("manifest.jsonl")) if path.is_dir() else [path] if path.exists() else []
        # What a build keeps for itself is nothing that was handed out.
        found = [file for file in found if ".leaflets" not in file.parts]
        if not found:
            message = "holds no manifest.jsonl" if path.is_dir() else "there is no such file or folder"
            hint = "leaflets build and copies write manifests; --manifest says where they lie"
            problems.append(Problem("no-manifest", f"{message}, so no code can be looked up", file=name, hint=hint))
        out += found
    if problems:
        raise ContentError(*problems)
    return out
