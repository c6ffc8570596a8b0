"""``leaflets build``."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.build_summary import MOST_NAMED, Summary
from leaflets.cli.progress import followed
from leaflets.cli.sources import check_slugs, cores, default_sources, find_sources, pages_asked, project_folder, slug_of
from leaflets.errors import ExitCode, Problem, TranslationError

if TYPE_CHECKING:
    from leaflets.jobs import Job
    from leaflets.kit import Kit

EXAMPLE = """
    \b
    Example:
      leaflets build monographs/ --variant patient --locale en-GB --output leaflets
"""


@main.command(epilog=EXAMPLE)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--variant", "variants", multiple=True, help="Who it is for; repeatable.  [default: patient, clinician]")
@click.option("--locale", "locales", multiple=True, help="BCP 47 tag; repeatable.  [default: en-US]")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    type=click.Choice(["standard", "large-print"]),
    help="Repeatable.  [default: standard]",
)
@click.option(
    "--pages", callback=pages_asked, help="At most N pages, or full.  [default: what the variant says; patient: 2]"
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="[default: what the locale's territory uses]")
@click.option("--output", default="output", show_default=True, help="Folder for the leaflets.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option("--timeout", type=click.FloatRange(1), help="Seconds for one leaflet.  [default: no limit]")
@click.option("--cluster", metavar="ADDRESS", help="Build on the workers of this Dask scheduler, as tcp://host:8786.")
@click.option("--prune", is_flag=True, help="Remove leaflets whose source is gone.")
@click.option(
    "--layout", type=click.Choice(["own", "openemr"]), default="own", show_default=True,
    help="File names: our own, or those of OpenEMR's education folder.",
)  # fmt: skip
@click.option("--codes", metavar="FILE", help="For --layout openemr, the site's codes.csv: system,code,slug.")
@click.option("--publish", "url", metavar="URL", help="Then bring what has changed there: s3://, sftp://, file://…")
@click.option("--format", "kind", type=click.Choice(["pdf", "html"]), default="pdf", show_default=True)
@click.option("--bilingual", "beside", metavar="TAG", help="Beside each line the same in this locale.")
@click.option("--draft", is_flag=True, help="Print what is not translated in English, boxed and marked, on all pages.")
@click.option("--strict", is_flag=True, help="Print nothing that nobody has reviewed.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on stdout.")
@click.pass_context
def build(
    context: click.Context, sources: tuple[str, ...], variants: tuple[str, ...], locales: tuple[str, ...],
    editions: tuple[str, ...], pages: int | None, paper: str | None, output: str, jobs: int | None,
    timeout: float | None, cluster: str | None, prune: bool, layout: str, codes: str | None, url: str | None, kind: str,
    beside: str | None, draft: bool, strict: bool, as_json: bool,
) -> None:  # fmt: skip
    """Build leaflets from monographs; what is up to date is not built again.

    SOURCE: files or folders; by default content/monographs. Exit code 0: all built; 3 to 6: the one source failed;
    7: some failed, the rest is written; 8: the cluster does not answer. A build that was stopped goes on where it was
    when the same command is given again.
    """
    from leaflets.batch import build_all, orphans, remember_again
    from leaflets.batch import prune as remove
    from leaflets.files import held, sweep
    from leaflets.kit import load_kit
    from leaflets.manifest import Manifest
    from leaflets.records import FOLDER
    from leaflets.workers import local_crew

    if draft and strict:
        raise click.UsageError("--draft and --strict ask for opposite things")
    started = time.monotonic()
    project = project_folder()
    kit = load_kit(project)
    for name in variants:
        kit.variant(name)
    tags = tuple(dict.fromkeys(_known_locale(tag, project) for tag in locales or ("en-US",)))
    bilingual = _known_locale(beside, project) if beside else ""
    if bilingual in tags:
        raise click.UsageError(f"--bilingual {bilingual} asks for a locale beside itself")
    found = find_sources(sources, project)
    check_slugs(found)
    folders = [Path(name) for name in sources or (default_sources(project),) if Path(name).is_dir()]
    names = None
    if (layout == "openemr") != (codes is not None):
        raise click.UsageError("--layout openemr and --codes FILE go together")
    if codes is not None:
        from leaflets.layouts import check_order, read_code_names

        variants, editions = variants or ("patient",), editions or ("standard",)
        if why := check_order(dict.fromkeys(variants), tags, dict.fromkeys(editions)) or (
            "OpenEMR opens PDF files" if kind != "pdf" else ""
        ):
            raise click.UsageError(f"--layout openemr: {why}")
        names = read_code_names(Path(codes), {slug_of(source) for source in found}, all_of_them=bool(folders))
    wanted = _jobs(
        found, tuple(dict.fromkeys(variants)), tags, tuple(dict.fromkeys(editions)), paper, output, project, kind,
        pages, bilingual, strict=strict, draft=draft,
    )  # fmt: skip
    if names is not None:
        wanted = [named for job in wanted for named in names.named(job)]
    if cluster:
        from leaflets.cluster import cluster_crew

        crew = cluster_crew(cluster, timeout or 0.0)
    else:
        crew = local_crew(jobs or cores(), timeout or 0.0)
    if url is not None:
        from leaflets.publish import open_store

        open_store(url)  # what is missing for it is said before the work, not after it
    summary = Summary()
    folder = Path(output)
    published: dict[str, object] = {}
    with held(folder / FOLDER, _say_waiting), Manifest(folder, len(wanted)) as manifest:
        sweep(folder)
        remember_again(folder)
        for outcome in followed(build_all(wanted, crew, manifest, elsewhere=bool(cluster)), len(wanted), "Building"):
            summary.add(outcome)
        gone = orphans(folder, folders, names.misnamed) if names is not None else orphans(folder, folders)
        if prune:
            remove(folder, gone)
        if url is not None:
            published = _publish(folder, url, prune=prune)
    summary.say_problems()
    _say_orphans(gone, pruned=prune)
    bare = sorted({job.slug for job in wanted if not job.name}) if names is not None else []
    if bare:
        listed = f"{', '.join(bare[:MOST_NAMED])}{', …' if len(bare) > MOST_NAMED else ''}"
        click.echo(f"no code in {codes}, so kept under their own names: {listed}", err=True)
    seconds = round(time.monotonic() - started, 2)
    if as_json:
        said = {
            "built": summary.built, "cached": summary.cached, "failed": summary.failed, "seconds": seconds,
            "manifest": str(manifest.path), **({"orphans": gone} if gone else {}),
            **({"without_code": bare} if bare else {}),
            **({"published": published} if published else {}),
        }  # fmt: skip
        click.echo(json.dumps(said))
    else:
        summary.say(seconds, manifest.path, folder)
    if not summary.failed:
        context.exit(ExitCode.OK)
    context.exit(summary.code if len(found) == 1 else ExitCode.SOME_FAILED)


def _publish(folder: Path, url: str, *, prune: bool) -> dict[str, object]:
    from leaflets.publish import plan_publication, publish, summary

    plan = plan_publication(folder, url)
    written = list(followed(publish(plan, prune=prune), len(plan.due), "Publishing"))
    said = summary(plan, written, prune=prune)
    click.echo(f"{plan.store.shown}: {len(written)} written, {len(plan.kept)} there already", err=True)
    if plan.gone and not prune:
        click.echo(f"{len(plan.gone)} files there are not here any more; to remove them: --prune", err=True)
    return said


def _say_waiting() -> None:
    click.echo("another build is writing into this folder; waiting for it", err=True)


def _say_orphans(paths: Sequence[str], *, pruned: bool) -> None:
    if paths:
        what = "removed" if pruned else "to remove them: --prune"
        click.echo(f"{len(paths)} leaflets whose source, or code, is gone; {what}", err=True)
        for path in paths[:MOST_NAMED]:
            click.echo(f"  {path}", err=True)
        if len(paths) > MOST_NAMED:
            click.echo(f"  and {len(paths) - MOST_NAMED} more", err=True)


def _jobs(
    sources: Sequence[str], variants: Sequence[str], tags: Sequence[str], editions: Sequence[str], paper: str | None,
    output: str, project: Path, kind: str, pages: int | None, bilingual: str, *, strict: bool, draft: bool,
) -> Sequence[Job]:  # fmt: skip
    from leaflets.jobs import Job, Jobs
    from leaflets.kit import load_kit
    from leaflets.locales import default_paper

    kit = load_kit(project)

    each = [
        Job(
            "", "", variant, tag, edition, paper or default_paper(tag), output, str(project), kind, strict,
            kit.page_budget(variant, edition, pages, whole=_whole(draft, bilingual, tag, kit)),
            draft=draft, bilingual=bilingual,
        )
        for variant in sorted(variants or ("patient", "clinician"))
        for tag in sorted(tags)
        for edition in sorted(editions or ("standard",))
    ]  # fmt: skip
    return Jobs(sources, each, slug_of)


def _whole(draft: bool, bilingual: str, tag: str, kit: Kit) -> bool:
    """Whether a leaflet takes the pages that it takes: a draft in another language, and two languages in one."""
    return bool(bilingual) or (draft and not kit.interface(tag).is_source)


def _known_locale(tag: str, project: Path) -> str:
    from leaflets.assets import interface_tags
    from leaflets.interface import SOURCE_LANGUAGE
    from leaflets.locales import parse_locale, tag_chain

    locale = parse_locale(tag)
    known = "-".join(part for part in (locale.language, locale.script, locale.territory) if part)
    there = interface_tags(project)
    if locale.language != SOURCE_LANGUAGE and not set(tag_chain(known)).intersection(there):
        raise TranslationError(
            Problem(
                "no-catalogue", f"there is no text for {tag}",
                hint=f"there is text for {', '.join((SOURCE_LANGUAGE, *there))}; a leaflet never mixes languages",
            )
        )  # fmt: skip
    return known
