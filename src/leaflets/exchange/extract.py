"""Project + locale + monograph -> its catalogue as it should be now, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leaflets.assets import locale_folder
from leaflets.build import read_checked
from leaflets.catalogue import MONOGRAPH_HEADER, SHARED, SOURCE_LANGUAGE, wrong_file
from leaflets.errors import Problem, TranslationError
from leaflets.exchange.memory import NO_MEMORY, Memory
from leaflets.exchange.segments import Segment, notes_of, segments_of
from leaflets.exchange.shared import FILE, read_shared, shared_keys, shared_segments
from leaflets.exchange.update import Changes, update_po
from leaflets.files import write_whole
from leaflets.fitting import assemble
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.locales import default_paper, tag_chain
from leaflets.monograph import Monograph
from leaflets.plain import Names, names_of
from leaflets.pofile import Po, read_po, write_po

SOURCE_LOCALE = "en-US"
_NO_NAMES = Names(frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What there is to translate in one monograph, whatever the locale."""

    slug: str
    file: str
    segments: tuple[Segment, ...]
    names: Names
    monograph: Monograph | None = None
    """None for the texts that many share."""
    skipped: tuple[str, ...] = ()
    """Variants that are not made from this source: it stops them."""

    def for_locale(self, tag: str, kit: Kit) -> Extracted:
        """Without the variants that are not reworded in the source's own language."""
        if tag.split("-")[0] != SOURCE_LANGUAGE:
            return self
        plain = {name for name in kit.variant_names() if kit.variant(name).plain}
        return replace(self, segments=tuple(s for s in self.segments if s.variant in plain and s.role != "title"))


def extract_source(source: str, kit: Kit) -> Extracted:
    """Read a monograph and list its segments, of all variants. Raises LeafletsError."""
    path = Path(source)
    _, monograph = read_checked(path, source, kit.project)
    segments: list[Segment] = []
    skipped = []
    for name in kit.variant_names():
        job = Job(
            source, monograph.slug, name, SOURCE_LOCALE, "standard", default_paper(SOURCE_LOCALE), "", str(kit.project)
        )
        made = assemble(monograph, kit, job)
        if made.leaflet is None:
            skipped.append(name)
            continue
        segments += segments_of(monograph, kit.variant(name), made.ledger)
    return Extracted(monograph.slug, source, tuple(segments), names_of(monograph), monograph, tuple(skipped))


def extract_shared(folder: Path) -> Extracted:
    """The texts that many monographs share. Raises TranslationError."""
    path = folder / FILE
    return Extracted(SHARED, str(path), shared_segments(read_shared(path)), _NO_NAMES)


def catalogue_path(source: Path, tag: str, kit: Kit, name: str = "") -> Path:
    """Where the catalogue of a monograph (or ``_shared``) lies, whether it is there or not."""
    folder = locale_folder(source, kit.project)
    return (folder / tag / f"{name or source.stem}.po").resolve()


def spoken_for(source: Path, tag: str, kit: Kit) -> str:
    """The wider locale whose catalogue a build takes for one that has none of its own (de for de-AT); none: empty."""
    wider = (name for name in tag_chain(tag) if name != tag)
    return next((name for name in wider if catalogue_path(source, name, kit).is_file()), "")


def load_po(path: Path) -> Po:
    """A catalogue, or an empty one where there is no file. Raises TranslationError, also for another's catalogue."""
    shown = shown_path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Po(shown)
    except OSError as error:
        raise TranslationError(Problem("catalogue-syntax", f"cannot be read: {error.strerror}", file=shown)) from error
    po = read_po(data, shown)
    if faults := wrong_file(po, path):
        raise TranslationError(*faults)
    return po


def updated(
    po: Po, path: Path, extracted: Extracted, kit: Kit, tag: str, memory: Memory = NO_MEMORY
) -> tuple[Po, Changes]:
    """A catalogue as it should be now. Raises TranslationError for one that seems to be of another monograph."""
    extracted = extracted.for_locale(tag, kit)
    notes = {
        segment.id: notes_of(segment, kit.units, extracted.names, tag, plain=kit.variant(segment.variant).plain)
        for segment in extracted.segments
    }
    shared = frozenset() if extracted.slug == SHARED else shared_keys(read_shared(path.parent.parent / FILE))
    new, changes = update_po(po, extracted.segments, notes, memory, shared)
    said = po.metadata.get(MONOGRAPH_HEADER)
    # With its header a catalogue says whose it is; without, at least one of its texts must be found again.
    if changes.obsolete >= 3 and not (said or changes.kept or changes.moved or changes.stale):
        raise TranslationError(
            Problem(
                "catalogue-other", f"none of its texts stands in {extracted.file}", file=po.file, line=1,
                hint=f"is it the catalogue of another monograph? It is: add the header {MONOGRAPH_HEADER}",
            )
        )  # fmt: skip
    return replace(new, metadata=_metadata(po.metadata, extracted.slug, tag), header=po.header or _header(tag)), changes


def load_memory(folder: Path) -> Memory:
    """All catalogues of a locale's folder. A file that cannot be read is left to those who work on it."""
    return Memory(_readable(folder))


def catalogue_bytes(path: Path, po: Po) -> bytes:
    """A catalogue as it will be written. Raises TranslationError where it could not be read again as it is."""
    data, shown = write_po(po), shown_path(path)
    back = read_po(data, shown)
    if [(*one.key, one.target, one.fuzzy, one.obsolete) for one in back.entries] != [
        (*one.key, one.target, one.fuzzy, one.obsolete) for one in po.entries
    ]:
        hint = "this is a fault of leaflets: please report it"
        said = "would not be read as it is written; it stays as it was"
        raise TranslationError(Problem("catalogue-lost", said, file=shown, hint=hint))
    return data


def write_catalogue(path: Path, po: Po) -> bool:
    """Write a catalogue whole, if it is not so already; tell whether it was written.

    Raises TranslationError for one that could not be read again, and then the old one stays; PdfError.
    """
    data = catalogue_bytes(path, po)
    if path.is_file() and path.read_bytes() == data:
        return False
    write_whole(path, data)
    return True


def shown_path(path: Path) -> str:
    """A path as messages name it: from the current folder, where it lies below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _readable(folder: Path) -> Iterator[tuple[str, Po]]:
    for path in sorted(folder.glob("*.po")):
        try:
            yield path.name, read_po(path.read_bytes(), str(path))
        except (TranslationError, OSError):
            continue


def _header(tag: str) -> str:
    if tag.split("-")[0] == SOURCE_LANGUAGE:
        return "Plain text for patients. The source's own words stand where nothing is written."
    return "Numbers, units, signs and names must be the source's; “quantities” says how each number prints."


def _metadata(known: Mapping[str, str], slug: str, tag: str) -> dict[str, str]:
    """The header as gettext wants it. It holds no date of ours: the same source must give the same bytes."""
    out = {
        "Project-Id-Version": "leaflets", "PO-Revision-Date": "", "Last-Translator": "", "Language-Team": "",
        "MIME-Version": "1.0", "Content-Transfer-Encoding": "8bit", **known,
    }  # fmt: skip
    fixed = {
        "Content-Type": "text/plain; charset=UTF-8", "Language": tag.replace("-", "_"),
        "X-Source-Language": SOURCE_LANGUAGE, MONOGRAPH_HEADER: slug,
    }  # fmt: skip
    return {**out, **fixed}


def variants_of(segments: Sequence[Segment]) -> tuple[str, ...]:
    """Names of the variants that segments belong to, in order."""
    return tuple(dict.fromkeys(segment.variant for segment in segments))
