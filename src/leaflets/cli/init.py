"""``leaflets init``."""

from __future__ import annotations

from pathlib import Path

import click

from leaflets.cli import main
from leaflets.errors import ContentError, PdfError, Problem

CONFIG = """# Whose leaflets these are. Everything may be left out.
[site]
name = ""
address = ""
phone = ""
# logo = "logo.svg"
# color = "#1a4f6e"
"""
SAMPLE = "paracetamol"


@main.command(
    name="init",
    epilog="""
    \b
    Example:
      leaflets init my-pharmacy
""",
)
@click.argument("folder", metavar="DIR")
def init(folder: str) -> None:
    """Start a project in DIR: a config, one sample monograph, a place for reviews. Nothing is overwritten."""
    from leaflets.assets import find_asset

    home = Path(folder)
    files = {
        "leaflets.toml": CONFIG,
        f"content/monographs/{SAMPLE}.md": find_asset("content", f"monographs/{SAMPLE}.md", None).read_text("utf-8"),
        "content/locale/en/.gitkeep": "",
        "output/.gitignore": "*\n!.gitignore\n",
    }
    there = [name for name in files if (home / name).exists()]
    if there or (home.exists() and not home.is_dir()):
        what = ", ".join(there) or "a file of this name"
        hint = "choose another folder"
        raise ContentError(
            Problem("not-empty", f"{what} is there already; nothing was written", file=folder, hint=hint)
        )
    try:
        for name, text in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PdfError(Problem("not-written", f"cannot be written: {error.strerror}", file=folder)) from error
    click.echo(f"{home} is ready; it holds one sample monograph. Next:")
    click.echo(f"  cd {home}\n  leaflets build")
