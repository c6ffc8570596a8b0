"""Commands for people and programs. They talk; the rules are elsewhere.

Everything heavy is imported inside the command that needs it: ``--help`` must not wait for a PDF engine.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from leaflets import __version__
from leaflets.errors import ExitCode, LeafletsError


class Commands(click.Group):
    """The one place where an error becomes a message on stderr and an exit code."""

    def main(  # type: ignore[override]  # Click's overloads only tell its own standalone mode apart
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run a command and leave with one of our exit codes; a bug keeps its traceback and Python's own code 1."""
        extra["standalone_mode"] = False
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            extra["color"] = False
        with suppress(ValueError):  # not in the main thread: the caller's own handlers stand
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            code = super().main(args, prog_name or "leaflets", **extra)
            sys.stdout.flush()
        except LeafletsError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            code = error.exit_code
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            code = ExitCode.INTERRUPTED
        except SystemExit as error:
            # Click's own end for a closed pipe: whoever read our output has enough of it. 1 is never ours.
            code = ExitCode.OK if error.code == 1 else error.code
        except BrokenPipeError:
            sys.stdout = None  # closing it again would raise once more
            code = ExitCode.OK
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO, errno.EDQUOT):
                raise
            sys.stdout = None
            click.echo(f"error: what was to be printed cannot be written: {error.strerror}", err=True)
            code = ExitCode.PDF
        sys.exit(int(code) if isinstance(code, int) else 0)


def _interrupt(_signal: int, _frame: object) -> None:
    """A service manager's stop is a person's: workers end, nothing is left half-written."""
    raise KeyboardInterrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="leaflets %(version)s")
def main() -> None:
    """Turn drug monographs into clinician and patient leaflets.

    \b
    leaflets build                          all of content/monographs, both variants
    leaflets check monographs/              what is wrong in the sources
    leaflets watch x.md                     live preview while you write
    leaflets explain x.md --variant patient what became of every block
    leaflets quantity "25-50mg" --locale en-GB
    """


from leaflets.cli import (  # noqa: E402  # they add themselves to main
    build,
    check,
    copies,
    diff,
    doctor,
    explain,
    init,
    man,
    quantity,
    recall,
    review,
    translate,
    translate_check,
    translate_exchange,
    translate_proof,
    translate_review,
    translate_status,
    translate_transfer,
    verify,
    watch,
)

__all__ = [
    "build", "check", "copies", "diff", "doctor", "explain", "init", "main", "man", "quantity", "recall", "review",
    "translate", "translate_check", "translate_exchange", "translate_proof", "translate_review", "translate_status",
    "translate_transfer", "verify", "watch",
]  # fmt: skip
