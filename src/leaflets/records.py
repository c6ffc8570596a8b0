"""What a build remembers of each output that lies in its folder, so that the next one need not make it again.

One small file an output, below ``.leaflets`` in the output folder, under the output's own name: there are never more of
them than outputs, each is replaced whole, and one that is torn or forged is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from leaflets.files import write_whole

FOLDER = ".leaflets"
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Record:
    """One output."""

    key: str
    """Digest over everything that it was made from."""
    source: str
    """The source's path, from the output folder."""
    sha256: str
    """Of the output; empty for a leaflet that was refused for its content."""
    code: int
    """The exit code that the outcome asks for."""
    line: Mapping[str, object]
    """Its line of the manifest."""


def read_record(output: Path, path: str) -> Record | None:
    """The record of an output, by its path below the output folder. None where there is none that holds."""
    try:
        data = _file(output, path).read_bytes()
    except OSError:
        return None  # an output without a record is made again: always safe
    seal, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        return None
    values = json.loads(body)
    return Record(values["key"], values["source"], values["sha256"], values["code"], values["line"])


def has_record(output: Path, path: str) -> bool:
    """Whether there is a record of an output, sound or not."""
    return _file(output, path).is_file()


def write_record(output: Path, path: str, record: Record) -> None:
    """Replace the record of an output. Raises PdfError when it cannot be written."""
    values = {
        "key": record.key, "source": record.source, "sha256": record.sha256, "code": record.code,
        "line": dict(record.line),
    }  # fmt: skip
    body = json.dumps(values).encode()
    write_whole(_file(output, path), hashlib.sha256(body).hexdigest().encode() + b"\n" + body, durable=False)


def forget(output: Path, path: str) -> None:
    """Take the record of an output away, if there is one."""
    with suppress(FileNotFoundError):
        _file(output, path).unlink()


def remembered(output: Path) -> Iterator[str]:
    """Paths of the outputs that have a record, in a stable order; one folder after the other, so that few are held."""
    top = str(output / FOLDER)
    for folder, below, names in os.walk(top):
        below.sort()
        inside = os.path.relpath(folder, top).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(_SUFFIX):
                path = name.removesuffix(_SUFFIX)
                yield path if inside == "." else f"{inside}/{path}"


def source_from(output: Path, source: Path) -> str:
    """A source's path as a record keeps it: it holds as long as source and output move together."""
    return os.path.relpath(source.resolve(), output.resolve())


def source_of(output: Path, record: Record) -> Path:
    """Where the source of a record lies; ``output`` is the whole path of its folder, without links."""
    return Path(os.path.normpath(f"{output}/{record.source}"))


def _file(output: Path, path: str) -> Path:
    return Path(f"{output}/{FOLDER}/{path}{_SUFFIX}")  # put together as text: it is asked for some thousand times
