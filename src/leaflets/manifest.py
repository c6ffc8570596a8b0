"""``manifest.jsonl``: one line for each output of a build, in the order of its jobs, whole and true at any instant.

Lines are kept in a file without a name, not in memory: a hundred thousand leaflets need no more than a hundred.
"""

from __future__ import annotations

import json
import tempfile
import time
from array import array
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from leaflets.files import cannot_be_written, part_of

NAME = "manifest.jsonl"
_SHARE = 20
"""Of the time that a build takes, at most one part in so many goes into manifests on the way."""


class Manifest:
    """The manifest of one build. A line is written after the file that it tells of, and taken out before it changes."""

    def __init__(self, output: Path, count: int) -> None:
        self.path = output / NAME
        self._places = array("q", [-1]) * count
        self._lines = tempfile.TemporaryFile()  # noqa: SIM115  # closed by __exit__
        self._written = self._cost = 0.0

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lines.close()

    def add(self, number: int, line: Mapping[str, object]) -> None:
        """The line of a job, by its number."""
        self._places[number] = self._lines.seek(0, 2)
        self._lines.write(_line(line) + b"\n")

    def write_sometimes(self) -> None:
        """Write it if that costs little against the time since the last one. Raises PdfError."""
        if time.monotonic() - self._written > max(2.0, self._cost * _SHARE):
            self.write()

    def write(self) -> None:
        """Write it as it stands. Raises PdfError when it cannot be written; the old one is still whole then."""
        began = time.monotonic()
        with cannot_be_written(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with part_of(self.path) as beside:
                with beside.open("wb") as file:
                    for place in self._places:
                        if place >= 0:
                            self._lines.seek(place)
                            file.write(self._lines.readline())
                beside.replace(self.path)
        self._written = time.monotonic()
        self._cost = self._written - began


def _line(line: Mapping[str, object]) -> bytes:
    text = json.dumps(line, ensure_ascii=False)
    # A file name that is no Unicode has no other way into a JSON file.
    return (text if text.isprintable() else json.dumps(line)).encode()
