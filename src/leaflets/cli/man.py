"""``leaflets man``."""

from __future__ import annotations

import inspect
import re

import click

from leaflets import __version__
from leaflets.cli import main


@main.command(
    epilog="""
    \b
    Example:
      leaflets man > ~/.local/share/man/man1/leaflets.1
"""
)
def man() -> None:
    """Print the manual page, for man(1). It is made from the commands' own help."""
    lines = [f'.TH LEAFLETS 1 "" "leaflets {__version__}"', ".SH NAME", "leaflets \\- drug monographs to leaflets"]
    lines += [".SH SYNOPSIS", ".B leaflets", ".I command", "[options]", ".SH DESCRIPTION"]
    lines += _paragraphs(main.help or "")
    lines.append(".SH COMMANDS")
    for name, command in sorted(main.commands.items()):
        lines += _command(f"leaflets {name}", command)
    lines += [".SH EXIT STATUS"]
    for code, words in _EXITS.items():
        lines += [".TP", f".B {code}", words]
    click.echo("\n".join(lines))


_EXITS = {
    0: "all done", 2: "usage", 3: "content", 4: "translation", 5: "template or style", 6: "PDF",
    7: "some of several failed, the rest is written", 8: "a service that is needed did not answer", 130: "interrupted",
}  # fmt: skip


def _command(name: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=name)
    lines = [".SS " + _safe(" ".join(command.collect_usage_pieces(context)).join((f"{name} ", "")))]
    lines += _paragraphs(command.help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            record = parameter.get_help_record(context)
            if record is not None:
                lines += [".TP", f".B {_safe(record[0])}", _safe(record[1]) or "\\&"]
    if isinstance(command, click.Group):
        for below, child in sorted(command.commands.items()):
            lines += _command(f"{name} {below}", child)
    return lines


def _paragraphs(text: str) -> list[str]:
    out: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        literal = paragraph.startswith("\b")
        body = paragraph.removeprefix("\b").strip("\n")
        out.append(".PP")
        out += [".nf", *map(_safe, body.split("\n")), ".fi"] if literal else [_safe(" ".join(body.split()))]
    return out


def _safe(text: str) -> str:
    """Text that troff does not take for a request."""
    text = text.replace("\\", "\\\\").replace("-", "\\-")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return "\\&" + text if text.startswith((".", "'")) else text
