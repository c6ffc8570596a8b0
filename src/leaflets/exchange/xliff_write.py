"""Po -> XLIFF 1.2, 2.0 or 2.1. Why both, and what their codes are: `leaflets.exchange.xliff`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from leaflets.catalogue import MONOGRAPH_HEADER, SOURCE_LANGUAGE
from leaflets.exchange.segments import segment_id
from leaflets.exchange.xliff import SINGLE, STYLES
from leaflets.inline import cells_of, runs_of
from leaflets.monograph import Run
from leaflets.pofile import Po, PoEntry, visible


def write_xliff(po: Po, tag: str, approved: Callable[[PoEntry], bool], version: str = "1.2") -> bytes:
    """The live entries of a catalogue. ``approved`` says which are: so that a tool may lock them."""
    slug = po.metadata.get(MONOGRAPH_HEADER, "")
    names = f"source-language={quoteattr(SOURCE_LANGUAGE)} target-language={quoteattr(tag)}"
    if version == "1.2":
        head = [
            '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">',
            f'  <file original={quoteattr(slug + ".md")} {names} datatype="plaintext">', "    <body>",
        ]  # fmt: skip
        foot = ["    </body>", "  </file>", "</xliff>"]
        body = [line for entry in po.live for line in _unit_12(entry, approved(entry))]
    else:
        names = f"srcLang={quoteattr(SOURCE_LANGUAGE)} trgLang={quoteattr(tag)}"
        head = [
            f'<xliff version="{version}" xmlns="urn:oasis:names:tc:xliff:document:2.0" {names}>',
            f'  <file id="f1" original={quoteattr(slug + ".md")}>',
        ]  # fmt: skip
        foot = ["  </file>", "</xliff>"]
        body = [line for entry in po.live for line in _unit_2(entry, approved(entry))]
    return ("\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *head, *body, *foot]) + "\n").encode()


def _unit_12(entry: PoEntry, approved: bool) -> Iterator[str]:
    is_row = entry.context.endswith("/row")
    name = f"id={quoteattr(segment_id(*entry.key))} resname={quoteattr(entry.context)}"
    yield f'      <trans-unit {name} approved="{"yes" if approved else "no"}" xml:space="preserve">'
    yield f"        <source>{_inline(entry.source, '1', is_row)}</source>"
    if entry.target:
        # Not needs-review-…: Poedit and Weblate take that for done.
        state = "needs-translation" if entry.fuzzy else "signed-off" if approved else "translated"
        yield f'        <target state="{state}">{_inline(entry.target, "1", is_row, entry.source)}</target>'
    for place in entry.places:
        path, _, line = place.rpartition(":")
        kinds = (("sourcefile", path or place), ("linenumber", line))
        said = "".join(f'<context context-type="{kind}">{escape(text)}</context>' for kind, text in kinds)
        yield f'        <context-group purpose="location">{said}</context-group>'
    for who, notes in (("developer", entry.notes), ("translator", entry.comments)):
        yield from (f'        <note from="{who}">{escape(visible(note))}</note>' for note in notes)
    if entry.previous:
        said = _inline(entry.previous[1], "1", is_row)
        target = _inline(entry.target, "1", is_row, entry.previous[1])
        yield '        <alt-trans alttranstype="previous-version">'
        yield f"          <source>{said}</source>"
        yield f"          <target>{target}</target>"
        yield "        </alt-trans>"
    yield "      </trans-unit>"


def _unit_2(entry: PoEntry, approved: bool) -> Iterator[str]:
    is_row = entry.context.endswith("/row")
    yield f"    <unit id={quoteattr(segment_id(*entry.key))} name={quoteattr(entry.context)}>"
    notes = [("location", place) for place in entry.places] + [("developer", note) for note in entry.notes]
    notes += [("translator", note) for note in entry.comments]
    notes += [("previous-source", entry.previous[1])] if entry.previous else []
    if notes:
        yield "      <notes>"
        yield from (f'        <note category="{kind}">{escape(visible(note))}</note>' for kind, note in notes)
        yield "      </notes>"
    state = "initial" if not entry.target or entry.fuzzy else "final" if approved else "translated"
    more = ' subState="leaflets:fuzzy"' if entry.target and entry.fuzzy else ""
    yield f'      <segment state="{state}"{more}>'
    yield f'        <source xml:space="preserve">{_inline(entry.source, "2", is_row)}</source>'
    if entry.target:
        said = _inline(entry.target, "2", is_row, entry.source)
        yield f'        <target xml:space="preserve">{said}</target>'
    yield "      </segment>"
    yield "    </unit>"


def _inline(text: str, version: str, is_row: bool, source: str = "") -> str:
    """Marked text with codes for its marks. A code takes the number of the source's like one, where there is one."""
    numbers = _Numbers(source, is_row)
    out: list[str] = []
    for index, cell in enumerate(cells_of(text) if is_row else (runs_of(text),)):
        out += [_single("cell", version, numbers)] if index else []
        out.append(_coded(cell, version, numbers))
    return "".join(out)


class _Numbers:
    """Gives codes their numbers: in the order of the source; in a target, those of like codes of the source."""

    def __init__(self, source: str, is_row: bool) -> None:
        self.free: dict[str, list[int]] = {}
        self.next = 1
        if source:
            for kind in _kinds(source, is_row):
                self.free.setdefault(kind, []).append(self.next)
                self.next += 1

    def take(self, kind: str) -> int:
        if self.free.get(kind):
            return self.free[kind].pop(0)
        self.next += 1
        return self.next - 1


def _kinds(text: str, is_row: bool) -> Iterator[str]:
    """The codes of a marked text in the order in which `_inline` writes them."""
    for index, cell in enumerate(cells_of(text) if is_row else (runs_of(text),)):
        if index:
            yield "cell"
        for run in cell:
            yield from _styles(run)
            yield from ["break"] * run.text.count("\n")


def _styles(run: Run) -> tuple[str, ...]:
    flags = (("bold", run.bold), ("italic", run.italic), (run.position, bool(run.position)))
    return tuple(name for name, flag in flags if flag)


def _coded(runs: Sequence[Run], version: str, numbers: _Numbers) -> str:
    out = []
    for run in runs:
        styles = [(kind, numbers.take(kind)) for kind in _styles(run)]
        lines = [escape(line) for line in run.text.split("\n")]
        said = lines[0] + "".join(_single("break", version, numbers) + line for line in lines[1:])
        for kind, number in reversed(styles):
            name = STYLES[version][kind]
            said = (
                f'<g id="{number}" ctype="{name}">{said}</g>'
                if version == "1"
                else f'<pc id="{number}" type="fmt" subType="{name}">{said}</pc>'
            )
        out.append(said)
    return "".join(out)


def _single(kind: str, version: str, numbers: _Numbers) -> str:
    name, number = SINGLE[version][kind], numbers.take(kind)
    if version == "1":
        return f'<x id="{number}" ctype="{name}"/>'
    return f'<ph id="{number}" type="fmt" subType="{name}"/>'
