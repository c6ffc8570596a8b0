"""What the README promises is there."""

from __future__ import annotations

import re

import click
import pytest

from leaflets.cli import main
from leaflets.errors import ExitCode

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme_and_no_other() -> None:
    documented = set(re.findall(r"^\| `leaflets (\w+)", README, re.MULTILINE))
    assert documented == set(main.commands)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_and_an_example(name: str) -> None:
    command = main.commands[name]
    assert isinstance(command, click.Command)
    assert command.help
    assert "Example" in (command.epilog or "")


def test_every_exit_code_stands_in_the_readme() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert documented == {int(code) for code in ExitCode}


def test_every_linked_file_is_there() -> None:
    for target in re.findall(r"\]\(([^)h][^)]*)\)", README):
        assert (ROOT / target).exists(), target


def test_every_module_stands_in_the_architecture() -> None:
    text = (ROOT / "src/leaflets/README.md").read_text(encoding="utf-8")
    modules = {p.stem for p in (ROOT / "src/leaflets").glob("*.py") if p.stem != "__init__"}
    folders = {p.name for p in (ROOT / "src/leaflets").iterdir() if (p / "__init__.py").is_file()}
    assert modules
    missing = {name for name in modules | folders if f"`{name}`" not in text and f"`{name}/`" not in text}
    assert missing == set()
