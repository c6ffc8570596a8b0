"""The rows of one patient -> one handout: a first page, then each medicine's leaflet with its label.

The leaflets are laid out once for all packets that leave the same advice to the first page. The first page is the
packet's own: it is laid out in memory, and what it says goes into the packet and nowhere else. Whether a packet lies
there already is known from the key inside it, so that nothing personal has to be remembered elsewhere.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from leaflets.build import read_checked
from leaflets.codes import code_of
from leaflets.copies import (
    BASES,
    CopyOutcome,
    Shop,
    at_row,
    base_job,
    is_stopped,
    label_rules,
    label_text,
    leaflet_title,
    make_copy,
    not_made,
    old_copy,
    stamped,
    with_room,
)
from leaflets.errors import ExitCode, LeafletsError, PdfError, Problem, Severity
from leaflets.files import write_whole
from leaflets.first_page import FirstPage, Member, Rulebook, first_page
from leaflets.fitting import assemble
from leaflets.html import Html, render_html
from leaflets.jobs import Job, Outcome, output_path
from leaflets.keys import output_key
from leaflets.kit import files_changed, load_kit
from leaflets.packet_rules import packet_rules
from leaflets.passport import packet_passport, read_packet
from leaflets.pdf import check_structure, engine_identity, extract_text, logical_text, render_pdf
from leaflets.phrases import in_language
from leaflets.proof import lost_texts
from leaflets.records import FOLDER, Record, read_record, write_record
from leaflets.shared import Advice, common, left_to_first_page, shareable
from leaflets.worklist import Entry, Row, Unit

_KEPT = 200
"""Folders of leaflets that leave advice to a first page, from earlier runs: each holds few."""
_LEFT = re.compile(r".*-[0-9a-f]{10}")
_CODE_POINT = re.compile(r"U\+[0-9A-F]{4,6}")


def unit_jobs(unit: Unit, shop: Shop) -> tuple[Job, ...]:
    """The leaflets that a row or a packet needs; none for one that is not printed."""
    if unit.problems:
        return ()
    return packet_jobs(unit.rows, shop)[0] if len(unit.rows) > 1 else (base_job(unit.rows[0], shop),)


def forget_bases(shop: Shop, used: Collection[Job]) -> int:
    """Keep the cache of packets' own leaflets small: of those that this run does not use, the oldest go."""
    wanted = {Path(job.output).name for job in used}
    folders = [path for path in (shop.output / FOLDER / BASES).glob("*") if _LEFT.fullmatch(path.name)]
    spare = sorted((path.stat().st_mtime_ns, path) for path in folders if path.name not in wanted)
    gone = spare[: max(0, len(folders) - _KEPT)]
    for _, path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)


def make_unit(unit: Unit, bases: Mapping[Job, Outcome], shop: Shop) -> list[CopyOutcome]:
    """Make a copy or a packet and write it, if it does not lie there already: an outcome for each of its rows."""
    if unit.problems:
        return _failed(unit, ExitCode.CONTENT, unit.problems, shop)
    if len(unit.rows) == 1:
        return [make_copy(unit.numbers[0], unit.rows[0], bases, shop)]
    return make_packet(unit, bases, shop)


def packet_jobs(rows: Sequence[Row], shop: Shop) -> tuple[tuple[Job, ...], tuple[Advice, ...]]:
    """The leaflets of a packet, in order, and the advice that all of them leave to its first page."""
    jobs = tuple(base_job(row, shop) for row in rows)
    own = [_shareable(job) for job in jobs]
    shared = common(own)
    if not shared:
        return jobs, ()
    return tuple(_without(job, advice, shared) for job, advice in zip(jobs, own, strict=True)), shared


def make_packet(unit: Unit, bases: Mapping[Job, Outcome], shop: Shop) -> list[CopyOutcome]:
    """Make a packet and write it, if it does not lie there already: an outcome for each of its rows."""
    from leaflets.pdf.bind import bind, page_count

    try:
        jobs, shared = packet_jobs(unit.rows, shop)
        outcomes = [bases[job] for job in jobs]
        if any(outcome.path is None for outcome in outcomes):
            return _lacking(unit, outcomes, shop)
        tokens = [code_of(str(outcome.sha256)) for outcome in outcomes]
        made = [_labelled(*four, shop) for four in zip(unit.rows, jobs, outcomes, tokens, strict=True)]
        parts, notes = [part for part, _ in made], [note for _, note in made]
        page = _page(unit, jobs, outcomes, tokens, shared, shop)
        html = _html(page, shop)
        key = _key(html, parts, page, shop)
        path = _path(unit)
        data, status = _there(shop.output / path, key), "cached"
        if data is None:
            bases_sha256 = [str(outcome.sha256) for outcome in outcomes]
            passport = packet_passport(key, list(zip(tokens, bases_sha256, strict=True)))
            first = _drawn(html, key, shop)
            _check_first(first, page, rtl=html.rtl)
            data, status = bind([first, *parts], [passport]), "built"
            _check_whole(data, len(parts) + 1)
            # As for a copy: what a power failure takes is made again by the same command.
            write_whole(shop.output / path, data, durable=False)
    except LeafletsError as error:
        return _failed(unit, error.exit_code, error.problems, shop)
    sha256, pages = hashlib.sha256(data).hexdigest(), page_count(data)
    named = ", ".join(shop.title(row.monograph) for row in unit.rows)
    title = packet_rules(shop.project).in_language(shop.kit.interface(shop.locale)).say("packet_mark", medicines=named)
    return [
        CopyOutcome(
            number, row.monograph, status, ExitCode.OK, (*outcome.problems, *row.notes, *note), outcome, path,
            len(data), sha256, token, row.line, unit.numbers, title, pages, (*row.notes, *note),
        )
        for number, row, outcome, token, note in zip(unit.numbers, unit.rows, outcomes, tokens, notes, strict=True)
    ]  # fmt: skip


def _path(unit: Unit) -> str:
    return next((row.output for row in unit.rows if row.output), "") or default_name(unit)


def default_name(unit: Unit) -> str:
    """The name of a packet whose rows give none: nothing of whose it is, nor of what is in it."""
    row = unit.rows[0]
    edition = "" if row.edition == "standard" else f".{row.edition}"
    return f"{unit.numbers[0]:05}-packet.{row.variant}.{row.locale}{edition}.pdf"


def _without(job: Job, own: Sequence[Advice], shared: Sequence[Advice]) -> Job:
    """The same leaflet without what the first page says, in a folder of its own."""
    left = left_to_first_page(own, shared)
    said = hashlib.sha256(repr(left).encode()).hexdigest()[:10]
    return replace(job, left=left, output=f"{job.output}-{said}")


@lru_cache(maxsize=4096)
def _shareable(job: Job) -> tuple[Advice, ...]:
    """What a leaflet may leave to a first page; kept from one run to the next, since it takes reading the monograph."""
    kit, output, path = load_kit(Path(job.project)), Path(job.output), output_path(job) + ".advice"
    variant = kit.variant(job.variant)
    if variant.complete:
        return ()  # such a leaflet says everything itself
    try:
        rules = packet_rules(kit.project)
        key = hashlib.sha256(f"{output_key(job)} {rules.shared!r}".encode()).hexdigest()
        record = read_record(output, path)
        if record is not None and record.key == key:
            return tuple(Advice(**_tuples(values)) for values in record.line["advice"])  # type: ignore[attr-defined]
        _, monograph = read_checked(Path(job.source), job.source, kit.project)
        spoken = in_language(variant, kit.interface(job.locale))
        advice = shareable(assemble(monograph, kit, job), spoken, kit.units, rules)
    except (OSError, LeafletsError):
        return ()  # whoever builds the leaflet will say what is wrong with it
    if not files_changed(kit.project):  # else the key may be over newer rules than the advice
        write_record(output, path, Record(key, "", "", 0, {"advice": [asdict(one) for one in advice]}))
    return advice


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _labelled(row: Row, job: Job, base: Outcome, token: str, shop: Shop) -> tuple[bytes, tuple[Problem, ...]]:
    """The leaflet with its label. Directions that are too long for a label stand on the first page, which it says."""
    rules = packet_rules(shop.project).in_language(shop.kit.interface(row.locale))
    try:
        return with_room(job, base, label_text(row, job, token, shop, rules.label), shop, row)
    except PdfError as error:
        if any(problem.rule != "does-not-fit" for problem in error.problems):
            raise PdfError(*(_of_row(problem, row) for problem in error.problems)) from None
    elsewhere = replace(row, label=replace(row.label, directions=rules.words["see_first"]))
    message = "the directions are too long for the leaflet's label, which points to the packet's first page"
    note = at_row(Problem("label-elsewhere", message, Severity.WARNING, job.source, row.line), row)
    try:
        return stamped(job, base, label_text(elsewhere, job, token, shop, rules.label), shop), (note,)
    except PdfError as error:
        raise PdfError(*(_of_row(problem, row) for problem in error.problems)) from None


def _of_row(problem: Problem, row: Row) -> Problem:
    """The problems of a packet are told at its first row."""
    return replace(problem, message=f"{row.place or f'the row on line {row.line}'} of its packet: {problem.message}")


def _page(
    unit: Unit, jobs: Sequence[Job], outcomes: Sequence[Outcome], tokens: Sequence[str], shared: Sequence[Advice],
    shop: Shop,
) -> FirstPage:  # fmt: skip
    kit, row = shop.kit, unit.rows[0]
    label, directions = label_rules(shop.project)
    rules = Rulebook(
        packet_rules(shop.project), label, directions, kit.units, kit.variant(row.variant), kit.site,
        kit.interface(row.locale),
    )  # fmt: skip
    members = [
        Member(
            row, shop.entries.get(row.monograph, Entry(row.monograph, "")), *leaflet_title(job, shop), token,
            outcome.draft,
        )
        for row, job, token, outcome in zip(unit.rows, jobs, tokens, outcomes, strict=True)
    ]  # fmt: skip
    return first_page(members, shared, rules, _build(row, shop)[:10])


def _html(page: FirstPage, shop: Shop) -> Html:
    kit = shop.kit
    interface = kit.interface(page.leaflet.locale)
    return render_html(
        page.leaflet, kit.site, kit.templates, kit.styles, "first.html", interface, more={"packet": page}
    )


def _build(row: Row, shop: Shop) -> str:
    """Digest over program, rules, templates, styles, fonts and engine of such first pages."""
    kit = shop.kit
    shaped = kit.packet_digest(row.edition, str(row.paper), row.locale) + engine_identity(kit.fonts_rules)
    return hashlib.sha256(shaped.encode()).hexdigest()


def _key(html: Html, parts: Sequence[bytes], page: FirstPage, shop: Shop) -> str:
    """Digest over everything that a packet is made from. It stands in the packet only: it is one over names, too."""
    kit, leaflet = shop.kit, page.leaflet
    lines = [
        html.text,
        kit.packet_digest(leaflet.edition, leaflet.paper, leaflet.locale),
        engine_identity(kit.fonts_rules),
    ]
    lines += [hashlib.sha256(part).hexdigest() for part in parts]
    return hashlib.sha256("\0".join(lines).encode()).hexdigest()


def _there(path: Path, key: str) -> bytes | None:
    """The packet that lies there, if it is what would be made."""
    try:
        data = path.read_bytes()
        packet = read_packet(data, str(path))
    except (OSError, LeafletsError):
        return None  # it is made anew, and that says what is wrong
    return data if packet is not None and packet[0] == key else None


def _check_first(data: bytes, page: FirstPage, *, rtl: bool) -> None:
    """Prove on the finished page that nothing of what it must say is missing. Raises PdfError."""
    said = [
        span.text for medicine in page.medicines for _, lines in medicine.directions for line in lines for span in line
    ]
    said += [medicine.title for medicine in page.medicines] + [double.text for double in page.doubles]
    said += [text for _, text, _ in page.label]
    said += [text for _, group in page.advice for advice in group for text in advice.texts]
    # As for leaflets: what a program reads off a page from right to left has its letters, not always their words.
    logical = logical_text(data) if rtl else ""
    if lost := lost_texts(f"{extract_text(data)}\n{logical}", said):
        message = f"{len(lost)} of the {len(said)} texts of a packet's first page are not in the finished file"
        raise PdfError(Problem("pdf-lost", message, hint="this is a fault of leaflets: please report it"))


def _check_whole(data: bytes, parts: int) -> None:
    if problems := [p for p in check_structure(data, parts) if p.severity is Severity.ERROR]:
        raise PdfError(*problems)


def _lacking(unit: Unit, outcomes: Sequence[Outcome], shop: Shop) -> list[CopyOutcome]:
    """No packet without one of its leaflets."""
    old = old_copy(shop.output / _path(unit), unit.rows[0], stopped=any(map(is_stopped, outcomes)))
    out = []
    for number, row, base in zip(unit.numbers, unit.rows, outcomes, strict=True):
        if base.path is None:
            problem = at_row(not_made(base), row)
        else:
            message = "not printed: another leaflet of its packet is not made"
            problem = Problem("packet-incomplete", message, file=base.job.source)
        code = base.code or next(other.code for other in outcomes if other.path is None)
        out.append(
            CopyOutcome(
                number, row.monograph, "failed", code, (problem, *old), base, line=row.line, packet=unit.numbers,
            )
        )  # fmt: skip
    return out


def _failed(unit: Unit, code: ExitCode, problems: tuple[Problem, ...], shop: Shop) -> list[CopyOutcome]:
    problems = (*problems, *old_copy(shop.output / _path(unit), unit.rows[0], stopped=False))
    return [
        CopyOutcome(number, row.monograph, "failed", code, problems, None, line=row.line, packet=unit.numbers)
        for number, row in zip(unit.numbers, unit.rows, strict=True)
    ]


def _drawn(html: Html, key: str, shop: Shop) -> bytes:
    """The first page. Raises PdfError or TemplateError without what the engine quotes: it may be somebody's name."""
    try:
        return render_pdf(html, identity=key[:10], fonts_rules=shop.kit.fonts_rules).data
    except LeafletsError as error:
        raise type(error)(*map(_without_names, error.problems)) from None


def _without_names(problem: Problem) -> Problem:
    codes = sorted(set(_CODE_POINT.findall(problem.message)))
    if problem.rule == "missing-glyph" and codes:
        return replace(problem, message=f"No font has these characters: {', '.join(codes)}.")
    if problem.rule.startswith("engine-"):
        return replace(problem, message="the PDF engine cannot draw a packet's first page")
    return problem
