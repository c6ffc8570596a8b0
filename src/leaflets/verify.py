"""A finished PDF against what would be printed today: current, stale, withdrawn or altered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.assemble import Assembled
from leaflets.build import read_checked
from leaflets.errors import ContentError, ExitCode, LeafletsError
from leaflets.fitting import assemble
from leaflets.jobs import Job
from leaflets.keys import build_identity
from leaflets.kit import load_kit
from leaflets.locales import default_paper
from leaflets.monograph import Monograph, State
from leaflets.passport import Bound, Passport, read_packet, read_passport
from leaflets.reader import read_monograph
from leaflets.shared import RULE
from leaflets.source import Source, parse_source

MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a PDF is worth today."""

    path: str
    state: str
    """``current``, ``stale``, ``withdrawn``, ``unknown`` (its source is not here), ``altered`` or ``not-ours``; a
    code is ``superseded`` in place of ``stale``."""
    reason: str
    entry: Mapping[str, object]
    copy: str | None = None
    """Of a stamped copy: the digest that its seal holds, over base and label."""
    base: str | None = None
    """Of a stamped copy: SHA-256 of its base, as the base's manifest has it."""
    leaflets: tuple[Verdict, ...] = ()
    """Of a packet or a print file: each of its leaflets, with the code that it carries as path."""

    @property
    def code(self) -> ExitCode:
        """The exit code that it asks for."""
        if self.state in ("altered", "not-ours"):
            return ExitCode.PDF
        return ExitCode.OK if self.state == "current" else ExitCode.CONTENT

    def to_json(self) -> dict[str, object]:
        """The object that ``leaflets verify --json`` prints."""
        keys = ("slug", "variant", "locale", "edition", "paper", "source_sha256", "text_sha256", "build", "draft")
        return {
            "path": self.path,
            "state": self.state,
            "reason": self.reason,
            "copy": self.copy,
            "base_sha256": self.base,
            **{key: self.entry.get(key) for key in keys},
            **({"leaflets": [leaflet.to_json() for leaflet in self.leaflets]} if self.leaflets else {}),
        }


def verify(path: Path, sources: Mapping[str, str], project: Path) -> Verdict:
    """Read one PDF and compare it with its source as it is now. Never raises for what is in the file.

    Args:
        path: the PDF.
        sources: the monographs of today, by slug.
        project: whose rules, lexicon, reviews and deny-list hold.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            return Verdict(str(path), "not-ours", "larger than any leaflet", {})
        data = path.read_bytes()
        if (packet := read_packet(data, str(path))) is not None:
            return _of_packet(str(path), packet[1], sources, project)
        passport = read_passport(data, str(path))
    except OSError as error:
        return Verdict(str(path), "not-ours", f"cannot be read: {error.strerror}", {})
    except LeafletsError as error:
        problem = error.problems[0]
        return Verdict(str(path), "altered" if problem.rule == "altered" else "not-ours", problem.message, {})
    state, reason = _compared(passport, sources, project)
    if passport.copy is None:
        return Verdict(str(path), state, reason, passport.entry)
    # The base is a part of the copy, byte for byte: what holds for it holds for the copy.
    digest = passport.copy.digest
    said = f"a stamped copy, as it was stamped ({digest[:16]})"
    base = hashlib.sha256(data[: passport.copy.base]).hexdigest()
    return Verdict(str(path), state, f"{said}; {reason}" if reason else said, passport.entry, digest, base)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some files of many, for one process."""

    first: int
    """The place of its first file among all."""
    paths: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    project: str


def verify_parcel(parcel: Parcel) -> tuple[int, tuple[Verdict, ...]]:
    """Verdicts on the files of a parcel, with the place of the first."""
    sources = dict(parcel.sources)
    return parcel.first, tuple(verify(Path(path), sources, Path(parcel.project)) for path in parcel.paths)


_WORST = ("altered", "withdrawn", "stale", "superseded", "unknown", "current")


def worst(verdicts: Iterable[Verdict]) -> str:
    """The state of the one that is worth least."""
    return min((verdict.state for verdict in verdicts), key=_WORST.index)


def _of_packet(path: str, bound: Sequence[Bound], sources: Mapping[str, str], project: Path) -> Verdict:
    """A packet is worth what its worst leaflet is. That it is as it was made, its seal has said."""
    verdicts = tuple(
        Verdict(
            leaflet.code, *_compared(leaflet.passport, sources, project), leaflet.passport.entry, None, leaflet.base
        )
        for leaflet in bound
    )
    said = f"a packet of {len(verdicts)} leaflets, as it was made"
    return Verdict(path, worst(verdicts), said, {}, leaflets=verdicts)


def _compared(passport: Passport, sources: Mapping[str, str], project: Path) -> tuple[str, str]:
    entry = passport.entry
    kit = load_kit(project)
    if entry.get("variant") not in kit.variant_names():
        return "unknown", f"there is no variant {entry.get('variant')!r} here"
    slug, variant, locale = str(entry["slug"]), str(entry["variant"]), str(entry["locale"])
    beside = str(entry.get("bilingual", ""))
    shows_danger = kit.variant(variant).shows_danger
    source = sources.get(slug)
    if source is None:
        try:
            inside = _monograph(passport.source, slug, project)
        except ContentError as error:
            return "unknown", f"its source is not here, and the copy inside is no longer read: {error.problems[0]}"
        if not shows_danger and (why := why_stopped(inside)):
            return "withdrawn", why
        return "unknown", "its source is not here"
    try:
        read, monograph = read_current(source, project)
        if not shows_danger and (why := why_stopped(monograph)):
            return "withdrawn", why
        made = assembled(source, slug, variant, locale, beside, project)
    except LeafletsError as error:
        return "unknown", f"its source cannot be read now: {error.problems[0]}"
    if made.leaflet is None:
        return "withdrawn", "the leaflet is no longer made: " + "; ".join(p.message for p in made.problems)
    if forged := _forged(passport, made):
        return "altered", forged
    if read.sha256 != entry.get("source_sha256"):
        same = made.text_sha256 == entry.get("text_sha256")
        return "stale", "the source has changed" + (" (what this leaflet says has not)" if same else "")
    if made.text_sha256 != entry.get("text_sha256"):
        return "stale", "rules or lexicon have changed what this leaflet says"
    if made.leaflet.strip.draft != entry.get("draft"):
        return "stale", "it has been reviewed since" if entry.get("draft") else "its approval no longer holds"
    as_built = Job(
        source, slug, variant, locale, str(entry["edition"]), str(entry["paper"]), "", str(project), bilingual=beside
    )
    if build_identity(kit, as_built) != entry.get("build"):
        return "current", "another version of the program or its fonts; the text is the same"
    return "current", ""


def _forged(passport: Passport, made: Assembled) -> str:
    """Whether what rides inside is not what it says it is: its source's digest, and each block against that source.

    A seal can be set anew by whoever changes a file; what today's rules give cannot, where they are still the same.
    """
    if hashlib.sha256(passport.source).hexdigest() != passport.entry.get("source_sha256"):
        return "the source inside is not the one that it names"
    if made.text_sha256 != passport.entry.get("text_sha256"):
        return ""  # other rules, or another source: nothing to compare with
    today = {entry.block.id: entry for entry in made.ledger}
    for block in passport.blocks:
        entry = today.get(str(block.get("id")))
        # A small heading goes with the text below it.
        headed = entry is not None and entry.block.state is State.LABEL
        left = str(block.get("rule", "")).startswith(("pages-", RULE)) or headed
        cut = left and block.get("shown_text") is None
        if entry is None or block.get("text") != entry.block.text:
            return "the ledger inside is not that of its source"
        if not cut and block.get("shown_text") != entry.shown_text:
            return f"the ledger inside says what the rules do not give (line {block.get('line')})"
    return ""


def read_current(source: str, project: Path) -> tuple[Source, Monograph]:
    """A source as it is now. Raises ContentError."""
    return read_checked(Path(source), source, project)


def why_stopped(monograph: Monograph) -> str:
    """What keeps a monograph from patients, in words; empty where nothing does."""
    return "; ".join(
        dict.fromkeys(f"{finding.heading}: {finding.message}" for finding in monograph.findings if finding.stops)
    )


def _monograph(data: bytes, slug: str, project: Path) -> Monograph:
    return read_monograph(parse_source(data, slug, f"{slug}.md"), load_kit(project).rules)


@lru_cache(maxsize=64)
def assembled(source: str, slug: str, variant: str, locale: str, beside: str, project: Path) -> Assembled:
    """What a leaflet would say today. Raises ContentError, TranslationError, TemplateError."""
    job = Job(source, slug, variant, locale, "standard", default_paper(locale), "", str(project), bilingual=beside)
    return assemble(read_current(source, project)[1], load_kit(project), job)
