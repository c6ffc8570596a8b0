"""Streams of an update: whatever they hold, they come out again, and none ends with a carriage return."""

from __future__ import annotations

import re
import zlib

from leaflets.pdf.objects import pack, stream


def content(data: bytes) -> bytes:
    found = re.fullmatch(rb"<</Length (\d+)/Filter/FlateDecode>>\nstream\n(.*)\nendstream", data, re.DOTALL)
    assert found is not None
    assert len(found[2]) == int(found[1])
    assert not found[2].endswith(b"\r")
    return zlib.decompress(found[2])


def test_streams_hold_what_they_were_given() -> None:
    for number in range(2000):
        text = b"BT %d Tf ET" % number
        assert content(stream(text)).rstrip(b"\n") == text


def test_a_part_that_is_packed_already_follows() -> None:
    then = pack(b"\n0 g 1 2 3 4 re f")
    for number in range(2000):
        text = b"BT %d Tf ET" % number
        whole = content(stream(text, then=then))
        assert whole.startswith(text)
        assert whole.endswith(then.content)
        assert len(whole) <= len(text) + len(then.content) + 1
