"""Files inside a PDF (PDF/A-3 associated files), and the seal that tells whether anything in it was changed since.

The seal is the SHA-256 of the whole file with the seal's own place zeroed. It finds every changed, missing or added
byte. It is no signature: whoever changes a file on purpose can seal it again; `manifest.jsonl` holds the digests that
were true when the file was built.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNSEALED = "0" * 64
_SEAL = re.compile(rb"<leaflets:seal>([0-9a-f]{64})</leaflets:seal>")
_DATE = "D:20000101000000Z"
"""PDF/A wants a date; a real one would change the bytes from day to day."""
MAX_SIZE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that rides inside a PDF."""

    name: str
    mime: str
    relationship: str
    """``Source``, ``Data`` or ``Supplement``: what it is to the PDF (ISO 19005-3, Annex E)."""
    description: str
    data: bytes


def seal(data: bytes) -> bytes:
    """The finished file with its seal set. Raises ValueError for a file that has no place for one, or two."""
    places = list(_SEAL.finditer(data))
    if len(places) != 1 or places[0].group(1) != UNSEALED.encode():
        raise ValueError("the file has no place for a seal")
    start, end = places[0].span(1)
    return data[:start] + hashlib.sha256(data).hexdigest().encode() + data[end:]


def is_sealed(data: bytes) -> bool | None:
    """Whether a file is, byte for byte, what was sealed; None for one that never was."""
    places = list(_SEAL.finditer(data))
    if len(places) != 1:
        return None if not places else False
    start, end = places[0].span(1)
    blank = hashlib.sha256(data[:start] + UNSEALED.encode() + data[end:]).hexdigest()
    return places[0].group(1) == blank.encode()


def read_attachments(data: bytes) -> Mapping[str, bytes]:
    """The files inside a PDF, by name. Raises ValueError for what is no PDF or is damaged."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    except (pikepdf.PdfError, RuntimeError, KeyError, OverflowError) as error:
        raise ValueError(str(error)) from error


def attach(pdf: object, attachments: Sequence[Attachment]) -> None:
    """Put files into a PDF in the making (pydyf's)."""
    import pydyf  # type: ignore[import-untyped]

    references = []
    names = pydyf.Array()
    for attachment in sorted(attachments, key=lambda a: a.name):
        packed, filters = _packed(attachment.data)
        stream = pydyf.Stream(
            [packed],
            {
                "Type": "/EmbeddedFile",
                "Subtype": "/" + attachment.mime.replace("/", "#2F"),
                "Filter": filters,
                "Params": pydyf.Dictionary({"Size": len(attachment.data), "ModDate": pydyf.String(_DATE)}),
            },
        )
        pdf.add_object(stream)  # type: ignore[attr-defined]
        file = pydyf.Dictionary(
            {
                "Type": "/Filespec",
                "F": pydyf.String(attachment.name),
                "UF": pydyf.String(attachment.name),
                "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
                "AFRelationship": f"/{attachment.relationship}",
                "Desc": pydyf.String(attachment.description),
            }
        )
        pdf.add_object(file)  # type: ignore[attr-defined]
        references.append(file.reference)
        names.extend([pydyf.String(attachment.name), file.reference])
    if not references:
        return
    catalog = pdf.catalog  # type: ignore[attr-defined]
    catalog["AF"] = pydyf.Array(references)
    catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = pydyf.Dictionary({"Names": names})


def _packed(data: bytes) -> tuple[bytes, str]:
    """Compressed, and the names of the filters that undo it.

    A strict reader takes a carriage return at the end of a stream for a part of the line's end. One file in 256 ends
    so, whatever the level, since its checksum does: it is written in hexadecimal digits.
    """
    packed = zlib.compress(data, 9)
    if packed.endswith(b"\r"):
        return packed.hex().encode() + b">", "[/ASCIIHexDecode /FlateDecode]"
    return packed, "/FlateDecode"
