"""Templates, data files and code -> ``content/locale/leaflets.pot`` and the lists of every locale, by Babel.

Run it with ``make strings`` after a change to any text that a leaflet prints. Babel reads the code and, through Jinja's
extension, the templates; `extract_toml` is Babel's extractor for our data. Catalogues are written with polib: a message
that stays keeps its text, one that is gone becomes obsolete, a new one is empty. No text is ever moved from one message
to another that only looks alike.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import polib  # type: ignore[import-untyped]
from babel.messages.extract import extract

from leaflets import __version__
from leaflets.assets import INTERFACE, package_folder
from leaflets.files import write_whole
from leaflets.label_rules import label_captions
from leaflets.packet_rules import FILE as PACKET_FILE
from leaflets.packet_rules import ONCE, PACKET, SEPARATOR, packet_messages
from leaflets.phrases import DANGER, HEADING, KEY, LABEL, LEFT_OUT, TOPIC

Message = tuple[int, str, Any, list[str]]
"""Line, function, message or messages, comments: what a Babel extractor yields."""
_IN_DATA = {"gettext": None, "pgettext": ((1, "c"), 2)}
_IN_TEMPLATES = {**_IN_DATA, "_": None, "ngettext": (1, 2), "npgettext": ((1, "c"), 2, 3)}
_IN_CODE = {"N_": None, "P_": ((1, "c"), 2), "NP_": (1, 2)}
"""Code marks its messages where they stand; where they are asked for, they are values already."""
_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
TEMPLATE = "leaflets.pot"
_COMMENTS = {
    HEADING: "The heading of a section of a leaflet.",
    KEY: "The heading of one of the most important points; what follows it is text of the source.",
    TOPIC: "A topic within a list: “This leaflet has no information about …, … or ….”",
    LEFT_OUT: "Part of a list: “Left out here to fit on one sheet: …, … and ….”",
    LABEL: "On the pharmacy's label, above or before what the worklist gives; as short as can be.",
    PACKET: "On the first page of several leaflets for one patient, or in these leaflets, about that page.",
    SEPARATOR: "For the pharmacy, not for patients: on the sheet between two copies, or a bookmark of the print file.",
    ONCE: "Part of a list: “Said once for all medicines of this packet, on its first page: …, … and ….”",
    DANGER: "A warning to clinicians about a product or a text.",
}
_HEADER = """What leaflets itself says in a leaflet. Made by `make strings`; see content/locale/README.md.
Drafts until `leaflets translate approve --interface`: leaflets that hold them are drafts."""


def extract_toml(
    file: BufferedIOBase, keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """The messages of a ``variant.toml``, ``packet.toml`` or file of rules; Babel calls it by its interface."""
    text = file.read().decode("utf-8")
    lines = text.split("\n")
    at: dict[str, int] = {}
    for context, message in _messages_of(tomllib.loads(text)):
        # Messages come in the order of the file, so that each is looked for below the one before it.
        start = at.get(message, 0)
        line = next((n for n in range(start, len(lines)) if message in lines[n]), start)
        at[message] = line + 1
        comments = [_COMMENTS[context]] if context else []
        yield line + 1, "pgettext" if context else "gettext", (context, message) if context else message, comments


def _messages_of(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if packet := tuple(packet_messages(data)):
        yield from packet
        return
    if kicker := data.get("kicker"):
        yield "", kicker
    for section in data.get("section", ()):
        yield from _headings(section)
    for table, key, context in (("key", "heading", KEY), ("gap", "words", TOPIC), ("drop", "words", LEFT_OUT)):
        for entry in data.get(table, ()):
            yield context, entry[key]
    for text in data.get("words", {}).values():
        if text:
            yield "", text
    for status in data.get("status", ()):
        if status["severity"] == "error":  # only these are printed
            yield DANGER, status["heading"]
            yield DANGER, status["message"]
    for caption in label_captions(data):
        yield LABEL, caption
    for denial in data.get("deny", ()):
        yield DANGER, denial["reason"]
        yield DANGER, denial["source"]


def _headings(section: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "heading" in section:  # content/rules/sections.toml has sections of its own
        yield HEADING, section["heading"]
    for child in section.get("section", ()):
        yield from _headings(child)


def interface_messages(root: Path) -> polib.POFile:
    """Everything that leaflets of a checkout may say themselves, with the files where it stands."""
    found: dict[tuple[str, str], polib.POEntry] = {}
    code = sorted((root / "src" / "leaflets").rglob("*.py"))
    places: list[tuple[Any, list[Path], Mapping[str, Any], dict[str, str]]] = [
        (extract_toml, sorted((root / "templates").glob("*/variant.toml")), _IN_DATA, {}),
        (extract_toml, [root / "templates" / PACKET_FILE], _IN_DATA, {}),
        ("jinja2", _templates(root / "templates"), _IN_TEMPLATES, _JINJA),
        ("python", code, _IN_CODE, {}),
        (
            extract_toml,
            [root / "content" / "rules" / name for name in ("status.toml", "deny.toml", "label.toml")],
            _IN_DATA,
            {},
        ),
    ]
    for method, paths, keywords, options in places:
        for path in paths:
            with path.open("rb") as file:
                for _, message, comments, context in extract(method, file, keywords, (), options):
                    _add(found, message, context or "", comments, path.relative_to(root).as_posix())
    return _catalogue(found.values())


def _templates(folder: Path) -> list[Path]:
    """Those whose words readers of leaflets see. A proof speaks the language of the sources: no leaflet is a draft for
    want of its words."""
    return [path for path in sorted(folder.rglob("*.html")) if path.parent.name != "proof"]


def _add(
    found: dict[tuple[str, str], polib.POEntry], message: Any, context: str, comments: list[str], place: str
) -> None:
    one, many = message if isinstance(message, tuple) else (message, "")
    known = found.get((context, one))
    if known is None:
        forms = {0: "", 1: ""} if many else {}
        known = polib.POEntry(
            msgid=one, msgctxt=context or None, msgid_plural=many, msgstr_plural=forms, comment="\n".join(comments)
        )
        found[context, one] = known
    # Without a line: lists should not change with every line that is added above a message.
    if (place, "") not in known.occurrences:
        known.occurrences.append((place, ""))


def _catalogue(entries: Collection[polib.POEntry]) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = _HEADER
    catalogue.metadata = {
        "Project-Id-Version": f"leaflets {__version__}", "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "X-Source-Language": "en",
    }  # fmt: skip
    catalogue.extend(entries)
    return catalogue


def merged(template: polib.POFile, old: polib.POFile) -> polib.POFile:
    """A locale's list brought up to date: same context and same English, same text; nothing by likeness."""
    texts = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=0)
    new.header, new.metadata = old.header, {**old.metadata, "Project-Id-Version": f"leaflets {__version__}"}
    for entry in template:
        known = texts.pop((entry.msgctxt, entry.msgid), None)
        fresh = polib.POEntry(
            msgid=entry.msgid, msgctxt=entry.msgctxt, msgid_plural=entry.msgid_plural, comment=entry.comment,
            occurrences=entry.occurrences, msgstr=known.msgstr if known else "",
            msgstr_plural=known.msgstr_plural if known else entry.msgstr_plural, flags=known.flags if known else [],
            tcomment=known.tcomment if known else "",
        )  # fmt: skip
        new.append(fresh)
    for entry in texts.values():
        entry.obsolete = True
        new.append(entry)
    return new


def main() -> None:
    """Renew the template and every list of the checkout."""
    root = package_folder()
    folder = root / "content" / "locale"
    template = interface_messages(root)
    write_whole(folder / TEMPLATE, str(template).encode())
    for path in sorted(folder.glob(f"*/{INTERFACE}")):
        catalogue = merged(template, polib.pofile(str(path), wrapwidth=0))
        write_whole(path, str(catalogue).encode())
        done = sum(entry.translated() for entry in catalogue)
        drafts = sum(entry.fuzzy and not entry.obsolete for entry in catalogue)
        print(f"{path.parents[1].name}: {done} approved, {drafts} drafts, of {len(template)}", file=sys.stderr)


if __name__ == "__main__":
    main()
