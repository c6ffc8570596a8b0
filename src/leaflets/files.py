"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from leaflets.errors import PdfError, Problem

_PART = re.compile(r"\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{16}\.part")


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write beside, then rename: a file appears under its name only when it is whole. Raises PdfError.

    Args:
        path: where; folders are made as needed.
        data: all of it.
        durable: whether it must outlive a power failure, at the cost of a wait for the disk.
    """
    with cannot_be_written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with part_of(path) as beside:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            beside.replace(path)


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """A name beside a file to write it under, gone at the end unless it was renamed."""
    beside = path.with_name(part_name())
    try:
        yield beside
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def part_name() -> str:
    """A name for a file that is not whole yet; `is_left_over` knows it again."""
    return f".{_host()}-{os.getpid()}-{secrets.token_hex(8)}.part"


def is_left_over(name: str) -> bool:
    """Whether a file is a part that a process of this machine left when it was killed."""
    match = _PART.fullmatch(name)
    return match is not None and match["host"] == _host() and not _alive(int(match["pid"]))


@contextmanager
def cannot_be_written(path: Path) -> Iterator[None]:
    """What the system says of a file that cannot be written, as a PdfError."""
    try:
        yield
    except OSError as error:
        raise PdfError(
            Problem(
                "not-written", f"cannot be written: {error.strerror}", file=str(path),
                hint="is the disk full, or the folder not yours?",
            )
        ) from error  # fmt: skip


def sweep(folder: Path, *, deep: bool = True) -> int:
    """Remove the parts that processes of this machine left when they were killed; how many there were.

    ``deep``: in the folders below as well.
    """
    count = 0
    for path in folder.rglob(".*.part") if deep else folder.glob(".*.part"):
        if is_left_over(path.name):
            with suppress(OSError):  # somebody else's, or swept by another build: it harms nobody
                path.unlink()
                count += 1
    return count


@contextmanager
def held(folder: Path, say: Callable[[], object]) -> Iterator[None]:
    """Hold a folder against other processes that write whole sets of files into it; wait for one that does.

    ``say`` is called when there is one to wait for. The system lets go of the folder when the process dies. Raises
    PdfError.
    """
    with cannot_be_written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lock").touch()
        file = (folder / "lock").open("rb")  # not for writing: the folder may be made read-only meanwhile
    try:
        import fcntl
    except ImportError:  # not a POSIX system: nothing keeps two builds apart there, and each file is still whole
        fcntl = None  # type: ignore[assignment]
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say()
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
