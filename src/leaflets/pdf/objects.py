"""Values, streams and an incremental update in PDF's own notation (ISO 32000-1, 7.3 and 7.5)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LEVEL = 1
"""A copy is a few short texts: higher levels take twice the time for a tenth of their bytes."""
_BEGIN, _END = b"\x78\x01", b"\x03\x00"
"""Of a compressed stream (RFC 1950, RFC 1951): its head, and an empty last block."""
_ROW = struct.Struct(">BLH").pack


@dataclass(frozen=True, slots=True)
class Packed:
    """A part of a stream's content that is compressed already, to be used again and again."""

    content: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """Objects of an update as they stand in the file, and where each of them is."""

    data: bytes
    start: int
    """Length of the file that it is appended to."""
    rows: Mapping[int, tuple[int, int, int]]
    """Object -> its row of the cross-reference stream."""
    table: int
    """The first free number: that of the cross-reference stream."""


def text_string(text: str) -> bytes:
    """A text string, in hexadecimal digits: nothing in it can be taken for anything else."""
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode()


def number(value: float) -> bytes:
    """A number in a hundredth of a point."""
    return (b"%.2f" % value).rstrip(b"0").rstrip(b".") if value % 1 else b"%d" % value


def pack(content: bytes) -> Packed:
    """Compress a part of a stream. It ends at a whole byte, so that another can follow it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(content, packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH))


def stream(content: bytes, extra: bytes = b"", *, then: Packed | None = None) -> bytes:
    """A compressed stream of ``content`` and what comes ``then``. A line feed may be added to ``content``."""
    if then is None:
        packed = zlib.compress(content, _LEVEL)
    else:
        packed = _BEGIN + pack(content).data + then.data + _END + _sum(content + then.content)
    if packed.endswith(b"\r"):
        # A strict reader would take the carriage return for a part of the line's end. A byte more that is not zero
        # gives the check sum, which stands there, another end.
        return stream(content + b"\n", extra, then=then)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), extra, packed)


def _sum(content: bytes) -> bytes:
    return zlib.adler32(content).to_bytes(4, "big")


def plain_stream(content: bytes, extra: bytes = b"") -> bytes:
    """A stream as it is. ``content`` does not end with a carriage return."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def write_objects(start: int, size: int, streams: Mapping[int, bytes], others: Mapping[int, bytes]) -> Body:
    """The objects of an update, which replaces objects of a file and adds new ones.

    Args:
        start: length of the file that it is appended to.
        size: number of the first object that is still free.
        streams: objects by number that stand for themselves.
        others: the others, which go into one compressed object stream.
    """
    rows: dict[int, tuple[int, int, int]] = {}
    parts = []
    place = start
    for key, value in (*streams.items(), (size, _object_stream(others))):
        rows[key] = 1, place, 0
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (key, value))
        place += len(parts[-1])
    rows.update({key: (2, size, at) for at, key in enumerate(others)})
    return Body(b"".join(parts), start, rows, size + 1)


def close_update(body: Body, previous: int, trailer: bytes) -> bytes:
    """What ends an update: its cross-reference stream.

    Args:
        body: the objects that it lists.
        previous: where the file's last cross-reference stream is.
        trailer: what else the dictionary says.
    """
    place = body.start + len(body.data)
    # It is the last: its row ends with a zero byte, so that the stream does not end with a carriage return.
    rows = {**body.rows, body.table: (1, place, 0)}
    keys = sorted(rows)
    data = b"".join([_ROW(*rows[key]) for key in keys])
    return b"".join(
        (
            b"%d 0 obj\n<</Type/XRef/Length %d/W[1 4 2]" % (body.table, len(data)),
            b"/Index[%s]/Size %d/Prev %d%s>>" % (_sections(keys), body.table + 1, previous, trailer),
            b"\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (data, place),
        )
    )


def _object_stream(objects: Mapping[int, bytes]) -> bytes:
    heads, place = [], 0
    for key, value in objects.items():
        heads.append(b"%d %d" % (key, place))
        place += len(value) + 1
    head = b" ".join(heads) + b"\n"
    return stream(head + b"\n".join(objects.values()), b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head)))


def _sections(keys: Sequence[int]) -> bytes:
    """Runs of numbers without a hole: first and count of each."""
    out: list[list[int]] = []
    for key in keys:
        if out and key == out[-1][0] + out[-1][1]:
            out[-1][1] += 1
        else:
            out.append([key, 1])
    return b" ".join(b"%d %d" % (first, count) for first, count in out)
