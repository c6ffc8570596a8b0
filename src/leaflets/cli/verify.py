"""``leaflets verify``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.recall import default_manifests, manifest_files
from leaflets.cli.sources import cores, find_sources, project_folder, slug_of
from leaflets.codes import codes_on, read_code
from leaflets.errors import ContentError, ExitCode, PdfError, Problem

if TYPE_CHECKING:
    from leaflets.verify import Verdict


MANY, PARCEL = 400, 40
"""So many files are worth the start of processes; and so many of them one process gets at a time."""


@main.command(
    epilog="""
    \b
    Example:
      leaflets verify output/ --source content/monographs
"""
)
@click.argument("pdfs", metavar="PDF...", nargs=-1, required=True)
@click.option("--source", "sources", multiple=True, help="Monographs of today.  [default: content/monographs]")
@click.option("--manifest", "manifests", multiple=True, help="Where codes are looked up.  [default: output and copies]")
@click.option("--jobs", type=click.IntRange(1), help="Processes for many files.  [default: one a core]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout.")
@click.pass_context
def verify(
    context: click.Context,
    pdfs: tuple[str, ...],
    sources: tuple[str, ...],
    manifests: tuple[str, ...],
    jobs: int | None,
    as_json: bool,
) -> None:
    """Say what PDFs were made from, and whether they are still current.

    PDF: files, folders with PDFs, or codes as a copy carries them (LF-…): current, superseded, withdrawn or unknown. A
    PDF is current, stale (its source, rules, lexicon or review changed), withdrawn,
    altered, not-ours, or unknown (its source is not here). A print file has no seal: the codes on its pages are looked
    up. Exit code 0: all current; 3: stale, superseded, withdrawn or unknown; 6: altered or not ours; 7: several, and
    not all of them current.
    """
    project = project_folder()
    today = {slug_of(source): source for source in find_sources(sources, project)}
    verdicts = []
    codes = [code for name in pdfs if not Path(name).exists() and (code := read_code(name))]
    files = _files([name for name in pdfs if Path(name).exists() or not read_code(name)])
    for verdict in chain(
        _verdicts(files, today, project, jobs or cores()), _of_codes(codes, manifests, today, project) if codes else ()
    ):
        if verdict.state == "not-ours":
            verdict = _by_its_codes(verdict, manifests, today, project)
        verdicts.append(verdict)
        if as_json:
            click.echo(json.dumps(verdict.to_json(), ensure_ascii=False))
        else:
            reason = f"  {verdict.reason}" if verdict.reason else ""
            click.echo(f"{verdict.state:<10} {verdict.path}{reason}")
            for leaflet in verdict.leaflets:
                why = f"  {leaflet.reason}" if leaflet.reason else ""
                click.echo(f"  {leaflet.state:<10} {leaflet.path} {leaflet.entry.get('slug')}{why}")
    states = Counter(verdict.state for verdict in verdicts)
    if len(verdicts) > 1:
        click.echo(", ".join(f"{count} {state}" for state, count in states.most_common()), err=True)
    wrong = [verdict for verdict in verdicts if verdict.state != "current"]
    if not wrong:
        context.exit(ExitCode.OK)
    context.exit(wrong[0].code if len(verdicts) == 1 else ExitCode.SOME_FAILED)


def _verdicts(files: Sequence[Path], today: Mapping[str, str], project: Path, jobs: int) -> Iterator[Verdict]:
    """Verdicts in the order of the files; many files are shared out among processes."""
    from leaflets.verify import Parcel, verify, verify_parcel
    from leaflets.workers import Lost, local_crew, run

    if len(files) <= MANY or jobs == 1:
        yield from (verify(path, today, project) for path in files)
        return
    parcels = (
        Parcel(first, tuple(map(str, files[first : first + PARCEL])), tuple(today.items()), str(project))
        for first in range(0, len(files), PARCEL)
    )
    waiting: dict[int, tuple[Verdict, ...]] = {}
    following = 0
    for done in run(parcels, verify_parcel, local_crew(jobs)):
        if isinstance(done, Lost):  # a file that ends its process: each of them alone tells which
            done = (done.job.first, tuple(verify(Path(path), today, project) for path in done.job.paths))
        waiting[done[0]] = done[1]
        while following in waiting:
            verdicts = waiting.pop(following)
            yield from verdicts
            following += len(verdicts)


def _of_codes(
    codes: Sequence[str], manifests: tuple[str, ...], today: Mapping[str, str], project: Path
) -> tuple[Verdict, ...]:
    from leaflets.recall import find_codes, standing
    from leaflets.verify import Verdict

    found = find_codes(frozenset(codes), manifest_files(manifests or default_manifests()))
    out = []
    for code in codes:
        if code in found:
            it = standing(found[code], today, project)
            out.append(Verdict(code, it.state, it.reason, found[code].line))
        else:
            out.append(Verdict(code, "unknown", "no manifest here holds it", {}))
    return tuple(out)


def _by_its_codes(verdict: Verdict, manifests: tuple[str, ...], today: Mapping[str, str], project: Path) -> Verdict:
    """A file without a seal of ours by the codes on its pages, if it carries any: a print file, a printout."""
    from leaflets.pdf import extract_text
    from leaflets.verify import MAX_BYTES, worst

    path = Path(verdict.path)
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
        codes = codes_on(extract_text(data)) if data.startswith(b"%PDF-") else ()
    except (OSError, PdfError):
        return verdict
    if not codes:
        return verdict
    leaflets = _of_codes(codes, manifests, today, project)
    said = f"no seal, only codes: {len(codes)} looked up, its text not compared"
    return replace(verdict, state=worst(leaflets), reason=said, leaflets=leaflets)


def _files(named: Sequence[str]) -> list[Path]:
    out: list[Path] = []
    problems = []
    for name in named:
        path = Path(name)
        if path.is_dir():
            out += sorted(
                file
                for file in path.rglob("*")
                if file.suffix.casefold() == ".pdf" and ".leaflets" not in file.parts and file.is_file()
            )
        elif path.is_file():
            out.append(path)
        elif path.exists():
            problems.append(Problem("not-a-file", "is no regular file", file=name))
        else:
            problems.append(Problem("not-found", "there is no such file", file=name))
    if problems or (named and not out):
        raise ContentError(*(problems or [Problem("no-pdfs", "holds no PDF", file=", ".join(named))]))
    return out
