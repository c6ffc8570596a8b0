"""``leaflets check --profile``: the printed leaflet, measured against what a standard names."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leaflets.cli.sources import slug_of
from leaflets.errors import ExitCode

if TYPE_CHECKING:
    from leaflets.kit import Kit

VARIANT = "patient"
LARGE_PRINT = "large-print"


def check_profile(sources: Sequence[str], name: str, paper: str, kit: Kit, *, as_json: bool) -> ExitCode:
    """Build each patient leaflet, measure it, and print what meets the figures, what differs, and what a person judges.

    Differing from a standard is no error: a leaflet may have reasons. A leaflet that cannot be built is one.
    """
    from leaflets.assets import rules_file
    from leaflets.profiles import load_profiles

    sections = {s.id for spec in kit.variant(VARIANT).sections for s in (spec, *spec.children)} | {"key"}
    profiles = load_profiles(rules_file("profiles.toml", kit.project), sections)
    if name not in profiles:
        hint = f"known: {', '.join(sorted(profiles))}"
        raise click.BadParameter(f"there is no profile {name!r}; {hint}", param_hint="--profile")
    profile = profiles[name]
    accounts: list[dict[str, Any]] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="leaflets-") as folder:
        for source in sources:
            account = _account(source, name, paper, folder, kit)
            failed = failed or "problems" in account
            accounts.append(account)
    if as_json:
        click.echo(
            json.dumps({"profile": name, "measured_against": profile.standard, "files": accounts}, ensure_ascii=False)
        )
    else:
        click.echo(f"measured against {profile.standard}")
        for account in accounts:
            _say(account)
    return ExitCode.CONTENT if failed else ExitCode.OK


def _account(source: str, name: str, paper: str, folder: str, kit: Kit) -> dict[str, Any]:
    from leaflets.assets import rules_file
    from leaflets.build import build_one
    from leaflets.jobs import Job
    from leaflets.measures import measure
    from leaflets.passport import read_passport
    from leaflets.profiles import compare, load_profiles

    edition = LARGE_PRINT if name == LARGE_PRINT else "standard"
    pages = 0 if edition == LARGE_PRINT else kit.variant(VARIANT).composing.pages
    job = Job(source, slug_of(source), VARIANT, "en-US", edition, paper, folder, str(kit.project), pages=pages)
    outcome = build_one(job)
    if outcome.path is None:
        return {"file": source, "problems": [problem.to_json() for problem in outcome.problems]}
    data = (Path(folder) / outcome.path).read_bytes()
    blocks = read_passport(data, outcome.path).blocks
    there = {str(block["leaflet_section"]) for block in blocks if block["fate"] in ("shown", "rewritten")} | {"key"}
    parents = {spec.id for spec in kit.variant(VARIANT).sections if there.intersection(c.id for c in spec.children)}
    profile = load_profiles(rules_file("profiles.toml", kit.project))[name]
    results = compare(profile, measure(data), there | parents, outcome.grade)
    return {
        "file": source,
        "results": [
            {
                "measure": r.measure, "limit": r.limit, "found": r.found, "verdict": str(r.verdict), "note": r.note,
                "words": r.words, "source": r.source,
            }
            for r in results
        ],
    }  # fmt: skip


def _say(account: dict[str, Any]) -> None:
    click.echo(account["file"])
    if "problems" in account:
        for problem in account["problems"]:
            if problem["severity"] == "error":
                click.echo(f"  not built: {problem['message']} [{problem['rule']}]")
        return
    colors = {"meets": "green", "differs": "yellow"}
    for result in account["results"]:
        mark = click.style(f"{result['verdict']:<12}", fg=colors.get(result["verdict"]))
        found = f": {result['found']}" if result["found"] else ""
        limit = f" (asked: {result['limit']})" if result["limit"] else ""
        note = f"; {result['note']}" if result["note"] else ""
        click.echo(f"  {mark} {result['measure']}{found}{limit}{note}")
    counts = Counter(result["verdict"] for result in account["results"])
    click.echo("  " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
