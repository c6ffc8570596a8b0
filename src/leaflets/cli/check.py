"""``leaflets check``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leaflets.cli import main
from leaflets.cli.sources import check_slugs, find_sources, project_folder, slug_of
from leaflets.errors import ContentError, ExitCode, LeafletsError, Problem, Severity

if TYPE_CHECKING:
    from leaflets.kit import Kit
    from leaflets.readability import Grade


@dataclass(slots=True)
class Checked:
    """What is wrong in one file, and how hard its leaflets are to read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    grades: dict[str, dict[str, Grade]] = field(default_factory=dict)
    """By variant in plain words; of the whole leaflet under ``""``, of each section under its id."""

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    def to_json(self) -> dict[str, object]:
        """The object of one file in ``leaflets check --json``."""
        return {
            "file": self.file, "errors": self.errors, "warnings": len(self.problems) - self.errors,
            "reading_grade": {
                variant: {
                    section or "leaflet": {
                        "neutral": grade.neutral, "raw": grade.raw, "smog": grade.smog, "words": grade.words,
                    }
                    for section, grade in grades.items()
                }
                for variant, grades in self.grades.items()
            },
        }  # fmt: skip


@main.command(
    epilog="""
    \b
    Example:
      leaflets check monographs/ --json
      leaflets check monographs/paracetamol.md --details
      leaflets check monographs/paracetamol.md --profile qrd
"""
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--details", is_flag=True, help="Every problem of every file.  [default: with a single file]")
@click.option(
    "--profile", help="Measure the printed patient leaflet against a standard: qrd, cmi, medguide, large-print."
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="With --profile.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON on stdout.")
@click.pass_context
def check(
    context: click.Context, sources: tuple[str, ...], strict: bool, details: bool, profile: str | None, paper: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Say what is wrong in monographs: file, line, rule, severity, hint.

    Reads each source, proves that nothing was lost in reading, looks for signs of danger, finds the blocks that a
    variant has no rule for, words that would change a meaning, and stale plain text; says the reading grade of what is
    in plain words. One line a file, worst first. Exit code 3 when there is an error, 4 when only a catalogue has one.
    """
    from leaflets.kit import load_kit

    project = project_folder()
    kit = load_kit(project)
    found = find_sources(sources, project)
    if profile is not None:
        from leaflets.cli.profile import check_profile

        context.exit(check_profile(found, profile, paper, kit, as_json=as_json))
    general: list[Problem] = list(kit.problems)
    try:
        check_slugs(found)
    except ContentError as error:
        general += error.problems
    results = [_checked(name, kit) for name in found]
    problems = list(dict.fromkeys([*general, *(problem for result in results for problem in result.problems)]))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        files = [result.to_json() for result in results]
        account = {"checked": len(found), "problems": [p.to_json() for p in problems], "files": files}
        click.echo(json.dumps(account, ensure_ascii=False))
    else:
        for problem in general:
            click.echo(str(problem))
        if details or len(found) == 1:
            _say_all(results)
        else:
            _say_lines(results)
        click.echo(f"{len(found)} checked: {errors} errors, {len(problems) - errors} warnings")
    if not errors and not (strict and problems):
        context.exit(ExitCode.OK)
    of_catalogues = all(p.rule.startswith(("plain-", "catalogue-")) for p in problems if p.severity is Severity.ERROR)
    context.exit(ExitCode.TRANSLATION if errors and of_catalogues else ExitCode.CONTENT)


def _checked(name: str, kit: Kit) -> Checked:
    from leaflets.build import read_checked
    from leaflets.fitting import assemble
    from leaflets.jobs import Job
    from leaflets.locales import default_paper

    result = Checked(name)
    try:
        _, monograph = read_checked(Path(name), name, kit.project)
        result.problems += monograph.problems
        for variant in kit.variant_names():
            job = Job(name, slug_of(name), variant, "en-US", "standard", default_paper("en-US"), "", str(kit.project))
            made = assemble(monograph, kit, job)
            # What stops a leaflet is told already, by the sign that stops it.
            result.problems += [problem for problem in made.problems if problem.rule != "stopped"]
            if made.grade is not None and kit.variant(variant).plain:
                result.grades[variant] = {"": made.grade, **dict(made.section_grades)}
    except LeafletsError as error:
        result.problems += error.problems
    result.problems = list(dict.fromkeys(result.problems))
    return result


def _say_all(results: Sequence[Checked]) -> None:
    for result in results:
        for problem in result.problems:
            click.echo(str(problem))
        for variant, grades in result.grades.items():
            whole = grades[""]
            smog = f", SMOG {whole.smog}" if whole.smog is not None else ""
            click.echo(
                f"{result.file}: {variant}, reading grade {whole.neutral} (formula estimate, names of medicines aside; "
                f"with them {whole.raw}{smog})"
            )
            parts = [f"{section} {grade.neutral}" for section, grade in grades.items() if section]
            if parts:
                click.echo(f"  by section: {', '.join(parts)}")


def _say_lines(results: Sequence[Checked]) -> None:
    """One line a file, worst first; files without problems are only counted."""
    bad = [result for result in results if result.problems]
    for result in sorted(bad, key=lambda r: (-r.errors, -len(r.problems), r.file)):
        rules = Counter(
            problem.rule for problem in sorted(result.problems, key=lambda p: p.severity is Severity.WARNING)
        )
        said = ", ".join(f"{rule} ×{count}" if count > 1 else rule for rule, count in rules.items())
        mark = click.style("error  ", fg="red", bold=True) if result.errors else click.style("warning", fg="yellow")
        click.echo(f"{mark}  {result.file}: {said}")
    if bad:
        click.echo("each problem with its line and hint: --details, or name one file")
    grades = sorted(
        grade[""].neutral for r in results for v, grade in r.grades.items() if v == "patient" and "" in grade
    )
    if grades:
        click.echo(f"reading grade of patient leaflets: {grades[0]} to {grades[-1]}, median {grades[len(grades) // 2]}")
