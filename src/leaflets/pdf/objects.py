"""Values, streams and an incremental update in PDF's own notation (ISO 32000-1, 7.3 and 7.5)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

_LEVEL = 6


def text_string(text: str) -> bytes:
    """A text string, in hexadecimal digits: nothing in it can be taken for anything else."""
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def number(value: float) -> bytes:
    """A number in a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".").encode() if value % 1 else str(int(value)).encode()


def stream(content: bytes, extra: bytes = b"", *, pad: bytes = b"\n") -> bytes:
    """A compressed stream. ``pad`` is what may follow its content without a meaning."""
    packed = zlib.compress(content, _LEVEL)
    if packed.endswith(b"\r"):
        # A strict reader would take the carriage return for a part of the line's end.
        content += pad
        packed = zlib.compress(content, _LEVEL)
    head = b"<</Length %d/Filter/FlateDecode%s>>" % (len(packed), extra.replace(b"@", b"%d" % len(content)))
    return head + b"\nstream\n" + packed + b"\nendstream"


def update(
    start: int, previous: int, size: int, plain: Mapping[int, bytes], packed: Mapping[int, bytes], trailer: bytes
) -> bytes:
    """An incremental update that replaces objects and adds new ones.

    Args:
        start: length of the file that it is appended to.
        previous: where that file's cross-reference stream is.
        size: number of the first object that is still free.
        plain: objects by number that stand for themselves: streams.
        packed: the others, which go into one compressed object stream.
        trailer: what else the cross-reference stream's dictionary says.
    """
    body = bytearray()
    rows: dict[int, tuple[int, int, int]] = {}
    container, table = size, size + 1
    for key, value in (*plain.items(), (container, _object_stream(packed))):
        rows[key] = 1, start + len(body), 0
        body += b"%d 0 obj\n%s\nendobj\n" % (key, value)
    rows.update({key: (2, container, place) for place, key in enumerate(packed)})
    place = start + len(body)
    # It is the last: its row ends with a zero byte, so that the stream does not end with a carriage return.
    rows[table] = 1, place, 0
    keys = sorted(rows)
    data = b"".join(
        kind.to_bytes(1, "big") + one.to_bytes(4, "big") + two.to_bytes(2, "big")
        for kind, one, two in (rows[key] for key in keys)
    )
    body += b"%d 0 obj\n<</Type/XRef/Length %d/W[1 4 2]" % (table, len(data))
    body += b"/Index[%s]/Size %d/Prev %d%s>>" % (_sections(keys), table + 1, previous, trailer)
    body += b"\nstream\n%s\nendstream\nendobj\n" % data
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % place


def _object_stream(packed: Mapping[int, bytes]) -> bytes:
    heads, place = [], 0
    for key, value in packed.items():
        heads.append(b"%d %d" % (key, place))
        place += len(value) + 1
    head = b" ".join(heads) + b"\n"
    return stream(head + b"\n".join(packed.values()), b"/Type/ObjStm/N %d/First %d" % (len(packed), len(head)))


def _sections(keys: Sequence[int]) -> bytes:
    """Runs of numbers without a hole: first and count of each."""
    out: list[list[int]] = []
    for key in keys:
        if out and key == out[-1][0] + out[-1][1]:
            out[-1][1] += 1
        else:
            out.append([key, 1])
    return b" ".join(b"%d %d" % (first, count) for first, count in out)
