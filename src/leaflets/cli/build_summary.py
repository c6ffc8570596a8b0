"""What ``leaflets build`` says at its end."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.errors import ExitCode, Problem, Severity

if TYPE_CHECKING:
    from leaflets.jobs import Outcome

MOST_NAMED = 20
SLOWEST = 5


class Summary:
    """What came of a build, in a few numbers and names: its memory does not grow with the library."""

    def __init__(self) -> None:
        self.built = self.cached = self.failed = 0
        self.code = ExitCode.OK
        self.paths: list[str] = []
        self.slowest: list[tuple[float, str]] = []
        self.fallen: list[tuple[str, str]] = []
        self.errors: dict[Problem, None] = {}
        self.warnings: set[int] = set()

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        job = outcome.job
        slug = job.slug if job.slug.isprintable() else ascii(job.slug)
        name = f"{slug} {job.variant} {job.locale} {job.edition}"
        if outcome.status == "failed":
            self.failed += 1
            if len(self.fallen) < MOST_NAMED:
                rules = [p.rule for p in outcome.problems if p.severity is Severity.ERROR]
                self.fallen.append((name, ", ".join(dict.fromkeys(rules))))
            self.code = self.code or outcome.code
        elif outcome.status == "cached":
            self.cached += 1
        else:
            self.built += 1
        if outcome.path is not None and len(self.paths) <= MOST_NAMED:
            self.paths.append(outcome.path)
        if outcome.seconds:
            self.slowest = heapq.nlargest(SLOWEST, [*self.slowest, (outcome.seconds, name)])
        for problem in outcome.problems:
            # Which leaflets are old is known to this run alone: `check` reads sources.
            if problem.severity is Severity.WARNING and problem.rule != "old-leaflet":
                self.warnings.add(hash(problem))
            elif outcome.status == "failed":
                self.errors[problem] = None

    def say_problems(self) -> None:
        """Errors, and leaflets that are old, each once; other warnings are counted: the manifest has them."""
        for error in sorted(self.errors, key=lambda problem: (problem.file or "", problem.line or 0)):
            click.echo(str(error), err=True)
        if self.warnings:
            click.echo(f"{len(self.warnings)} warnings; see them with: leaflets check", err=True)

    def say(self, seconds: float, manifest: Path, folder: Path) -> None:
        """The table at the end, on stdout."""
        counts = [f"{self.built} built", *([f"{self.cached} up to date"] if self.cached else [])]
        click.echo(f"{', '.join(counts)}, {self.failed} failed in {seconds} s; {manifest}")
        if len(self.paths) <= MOST_NAMED:
            for path in sorted(self.paths):
                click.echo(f"  {folder / path}")
        elif self.slowest:
            click.echo("the slowest:")
            for took, name in self.slowest:
                click.echo(f"  {took:6.2f} s  {name}")
        if self.failed:
            click.echo("failed:")
            for name, rules in sorted(self.fallen):
                click.echo(f"  {name}: {rules}")
            if self.failed > len(self.fallen):
                click.echo(f"  and {self.failed - len(self.fallen)} more; all of them are in {manifest}")
