"""What rides inside each PDF, and what can be read from it again: the source, the ledger, the manifest's entry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from leaflets.errors import PdfError, Problem
from leaflets.ledger import Ledger
from leaflets.pdf import Attachment, CopySeal, is_sealed, read_attachments, read_copy_seal
from leaflets.source import Source

LEDGER, ENTRY, PACKET = "ledger.json", "leaflet.json", "packet.json"


@dataclass(frozen=True, slots=True)
class Passport:
    """What a PDF of ours says of itself."""

    entry: Mapping[str, Any]
    """``slug``, ``variant``, ``locale``, ``source``, ``source_sha256``, ``text_sha256``, ``build``, ``draft``…"""
    blocks: Sequence[Mapping[str, Any]]
    """The ledger, as ``leaflets explain --json`` prints its blocks."""
    source: bytes
    copy: CopySeal | None = None
    """Of a stamped copy: all else is said by the base that it was stamped on."""


def make_passport(source: Source, ledger: Ledger, entry: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The files for a PDF. Paths are cut to names: the same source gives the same bytes wherever it lies."""
    name = PurePath(source.file).name
    problems = [{**problem, "file": name if problem.get("file") else None} for problem in entry.get("problems", ())]
    account = {"source": name, "source_sha256": source.sha256, "blocks": [item.to_json() for item in ledger]}
    said = {**entry, "source": name, "problems": problems}
    return (
        Attachment(source.slug + ".md", "text/markdown", "Source", "The monograph", source.data),
        Attachment(LEDGER, "application/json", "Data", "What became of every block of the monograph", _json(account)),
        Attachment(ENTRY, "application/json", "Data", "What this leaflet is, and its state", _json(said)),
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """One leaflet of a packet."""

    passport: Passport
    code: str
    """That is printed on it."""
    base: str
    """SHA-256 of the leaflet before anything personal was put on it, as the packet says."""


def packet_passport(key: str, leaflets: Sequence[tuple[str, str]]) -> Attachment:
    """What a packet says of itself.

    Args:
        key: digest over everything that it was made from.
        leaflets: the code and the base's SHA-256 of each, in order. The first page is part 1 of the file.
    """
    bound = [{"part": number, "code": code, "base_sha256": sha256} for number, (code, sha256) in enumerate(leaflets, 2)]
    said = {"key": key, "leaflets": bound}
    return Attachment(PACKET, "application/json", "Data", "The leaflets of this packet", _json(said))


def read_packet(data: bytes, file: str) -> tuple[str, tuple[Bound, ...]] | None:
    """The key of a packet and its leaflets; None for what is no packet, or not as it was made. Raises PdfError."""
    if not is_sealed(data):
        return None
    try:
        files = read_attachments(data)
        if PACKET not in files:
            return None
        said, bound = json.loads(files[PACKET]), []
        for item in said["leaflets"]:
            at = f"{item['part']}-"
            inside = {name.removeprefix(at): content for name, content in files.items() if name.startswith(at)}
            bound.append(Bound(_passport(inside, None), str(item["code"]), str(item["base_sha256"])))
        return str(said["key"]), tuple(bound)
    except (ValueError, KeyError, TypeError) as error:
        raise PdfError(Problem("not-ours", f"the files inside it cannot be read: {error}", file=file)) from error


def read_passport(data: bytes, file: str) -> Passport:
    """Read it from a finished PDF. Raises PdfError for a file that is not ours, or not as it was made."""
    copy = read_copy_seal(data)
    sealed = is_sealed(data) if copy is None else copy.intact
    if sealed is None:
        hint = "only PDFs that leaflets built can be read here" if data.startswith(b"%PDF-") else "this is no PDF"
        raise PdfError(Problem("not-ours", "this is no leaflet of ours, or it is cut off", file=file, hint=hint))
    if not sealed:
        hint = "build it again; the digest in manifest.jsonl says what it was"
        raise PdfError(Problem("altered", "the file is not as it was made", file=file, hint=hint))
    try:
        return _passport(read_attachments(data if copy is None else data[: copy.base]), copy)
    except (ValueError, KeyError, TypeError) as error:
        raise PdfError(Problem("not-ours", f"the files inside it cannot be read: {error}", file=file)) from error


def _passport(files: Mapping[str, bytes], copy: CopySeal | None) -> Passport:
    entry, account = json.loads(files[ENTRY]), json.loads(files[LEDGER])
    return Passport(entry, account["blocks"], files[f"{entry['slug']}.md"], copy)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
