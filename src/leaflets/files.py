"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from leaflets.errors import PdfError, Problem


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename: a file appears under its name only when it is whole. Raises PdfError."""
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise PdfError(
            Problem(
                "not-written", f"cannot be written: {error.strerror}", file=str(path),
                hint="is the disk full, or the folder not yours?",
            )
        ) from error  # fmt: skip
