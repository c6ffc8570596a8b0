"""Everything that a build needs besides its source: rules, variants, units, templates, styles, site. Loaded once."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import leaflets
from leaflets.approvals import (
    INTERFACE_RECORDS,
    Approval,
    approvals_of,
    approvals_path,
    gathered,
    read_approvals,
    speaks_for,
)
from leaflets.assets import (
    CONFIG,
    asset_folders,
    find_asset,
    find_project,
    interface_files,
    lexicon_files,
    list_variants,
    locale_folder,
    rules_file,
    translation_folders,
)
from leaflets.catalogue import SHARED, Catalogue, read_catalogue
from leaflets.checking.waivers import waivers_path
from leaflets.errors import Problem, TemplateError
from leaflets.html import BILINGUAL, style_files
from leaflets.interface import Interface, read_interface
from leaflets.lexicon import Lexicon, load_lexicon
from leaflets.locales import catalogue_tags, tag_chain
from leaflets.quantities import Units, load_units
from leaflets.readability import Syllables, load_syllables
from leaflets.reviews import Review, read_reviews, reviews_path
from leaflets.rules import Rules, load_rules
from leaflets.site import Site, read_site
from leaflets.variant import Variant
from leaflets.variant_file import load_variant
from leaflets.wording import Wording

_NOT_BUILT_WITH = frozenset({"profiles.toml", "names.toml", "directions.toml", "label.toml"})
"""Rules that no leaflet is made with."""


@dataclass(frozen=True, slots=True, eq=False)
class Kit:
    """What one project builds with. It is the same only as itself: one that was loaded later has read newer files."""

    project: Path
    rules: Rules
    units: Units
    site: Site
    problems: tuple[Problem, ...]
    """Warnings of the site's config."""
    templates: tuple[Path, ...]
    styles: tuple[Path, ...]
    fonts_rules: Path

    def digest(self, variant: str, edition: str, paper: str, tag: str, beside: str = "") -> str:
        """Hexadecimal digest over program, rules, templates, styles, words and site config of such leaflets."""
        return _digest(self.project, variant, edition, paper, tag, beside)

    def packet_digest(self, edition: str, paper: str, tag: str) -> str:
        """The same for first pages of packets."""
        return _packet_digest(self.project, edition, paper, tag)

    def wording(self, tag: str, source: Path) -> Wording:
        """What words a leaflet anew in a locale: the language's lexicon, if any, and what people wrote for this source.

        Raises ContentError for the lexicon, TranslationError for a catalogue or its approvals.
        """
        language = tag.split("-")[0]
        lexicon, syllables = _lexicon(self.project, language)
        found: dict[str, Catalogue] = {}
        records: list[Approval] = []
        for name, path in self._catalogues(locale_folder(source, self.project), tag, source):
            found[name] = read_catalogue(path, self.units, tag, translation_folders(self.project))
            records += read_approvals(approvals_of(path))
        return Wording(
            lexicon, syllables, found.get(source.stem), found.get(SHARED), gathered(records), self.interface(tag)
        )

    def _catalogues(self, folder: Path, tag: str, source: Path) -> list[tuple[str, Path]]:
        """Name and file of what translators wrote for a source, and of what they wrote for all of them."""
        found = []
        places = [folder / locale for locale in catalogue_tags(tag)]
        for name in (source.stem, SHARED):
            files = (place / f"{name}.po" for place in places)
            found += [(name, path) for path in files if path.is_file()][:1]
        return found

    def interface(self, tag: str) -> Interface:
        """What the program itself says in a locale. Raises TranslationError."""
        return _interface(self.project, tag)

    def reviews(self, language: str, source: Path) -> tuple[Review, ...]:
        """Who approved what of a source's text in a language. Raises ContentError for records that do not hold."""
        return read_reviews(reviews_path(locale_folder(source, self.project), language, source.stem))

    def written_for(self, tag: str, source: Path) -> tuple[Path, ...]:
        """What people wrote for one source in a locale: catalogues, approvals, reviews, its project's deny-list."""
        folder = locale_folder(source, self.project)
        catalogues = [path for _, path in self._catalogues(folder, tag, source)]
        reviews = reviews_path(folder, tag.split("-")[0], source.stem)
        files = (
            *catalogues,
            *map(approvals_of, catalogues),
            *map(waivers_path, catalogues),
            reviews,
            self.denied_for(source),
        )
        return tuple(path for path in files if path is not None and path.is_file())

    def denied_for(self, source: Path) -> Path | None:
        """The deny-list of the source's own project, where that is another one: it holds wherever the build runs."""
        own = find_project(source.resolve().parent)
        path = own / "content" / "rules" / "deny.toml"
        return path if own != self.project and path.is_file() else None

    def page_budget(self, variant: str, edition: str, asked: int | None, *, whole: bool = False) -> int:
        """The most pages of a leaflet, 0 for as many as it takes; ``asked`` is None where nobody asks.

        ``whole``: it is for those who work on it, and nothing is left out.
        """
        # A complete variant leaves nothing out, and large print takes the pages that it takes, unless somebody asks.
        if self.variant(variant).complete:
            return 0
        if asked is not None:
            return asked
        if whole:
            return 0
        return self.variant(variant).composing.pages if edition == "standard" else 0

    def variant_names(self) -> tuple[str, ...]:
        """Names of the variants that the project can build."""
        return list_variants(self.project)

    def variant(self, name: str) -> Variant:
        """A variant by name. Raises TemplateError naming those that there are."""
        return _variant(self.project, name, self.rules.section_ids())


@lru_cache(maxsize=4)
def load_kit(project: Path) -> Kit:
    """Load a project's kit. Raises ContentError or TemplateError with everything that is wrong."""
    _files_seen(project)  # before any of them is read
    rules = _rules(project)
    units = load_units(rules_file("units.toml", project))
    site, problems = read_site(project)
    templates, styles = asset_folders("templates", project), asset_folders("styles", project)
    return Kit(project, rules, units, site, problems, templates, styles, rules_file("fonts.toml", project))


@lru_cache(maxsize=4)
def _rules(project: Path) -> Rules:
    names = ("sections.toml", "topics.toml", "status.toml", "deny.toml")
    return load_rules(*(rules_file(name, project) for name in names))


def forget_kits() -> None:
    """Read everything anew next time: a project's files may have changed."""
    for cached in (load_kit, _rules, _lexicon, _variant, _digest, _packet_digest, _interface, _files_seen):
        cached.cache_clear()


def files_changed(project: Path) -> bool:
    """Whether a project's files are not those any more that this process has read.

    A process keeps what it has read. A digest that it takes only later is over newer files than the rules that it
    prints by, and would vouch for them.
    """
    seen = _files_seen(project)
    return seen.facts != _facts(project) and seen.sha256 != _contents(project)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A project's files at one moment."""

    facts: tuple[tuple[str, int, int, int], ...]
    sha256: str


@lru_cache(maxsize=4)
def _files_seen(project: Path) -> _Seen:
    facts = _facts(project)
    return _Seen(facts, _contents(project))


def _facts(project: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Path, size, time and number of each file that shapes leaflets of all sources."""
    found = []
    for path in _shaping(project):
        with suppress(OSError):
            facts = Path(path).stat()
            found.append((path, facts.st_size, facts.st_mtime_ns, facts.st_ino))
    return tuple(found)


def _contents(project: Path) -> str:
    digest = hashlib.sha256()
    for path in _shaping(project):
        with suppress(OSError):
            digest.update(f"{path}\0{hashlib.sha256(Path(path).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _shaping(project: Path) -> list[str]:
    folders = [folder for name in ("templates", "styles") for folder in asset_folders(name, project)]
    folders += [folder / name for folder in asset_folders("content", project) for name in ("rules", "lexicon")]
    files = [f"{place}/{name}" for folder in folders for place, _, names in os.walk(folder) for name in names]
    # Of the locales only the program's own words: what is written for a source is read for each leaflet.
    for folder in asset_folders("content", project):
        files += map(str, [*folder.glob("locale/*/LC_MESSAGES/*"), *folder.glob(f"locale/*/{INTERFACE_RECORDS}*")])
    return [str(project / CONFIG), *sorted(files)]


def variants_of(project: Path) -> tuple[str, ...]:
    """Names of the variants that a project can build."""
    return list_variants(project)


@lru_cache(maxsize=16)
def _lexicon(project: Path, language: str) -> tuple[Lexicon, Syllables | None]:
    tables, syllables = lexicon_files(language, project)
    return load_lexicon(*tables), load_syllables(syllables) if syllables else None


@lru_cache(maxsize=64)
def _interface(project: Path, tag: str) -> Interface:
    records = gathered(r for path in interface_approvals(tag, project) for r in read_approvals(path))
    return read_interface(tag, interface_files(tag_chain(tag), project), speaks_for(records))


def interface_approvals(tag: str, project: Path) -> tuple[Path, ...]:
    """Where people said what they think of the program's own words in a locale; a project's own files come last."""
    folders = [folder / "locale" for folder in reversed(asset_folders("content", project))]
    found = (approvals_path(folder, name, INTERFACE_RECORDS) for folder in folders for name in reversed(tag_chain(tag)))
    return tuple(path for path in found if path.is_file())


@lru_cache(maxsize=16)
def _variant(project: Path, name: str, sections: frozenset[str]) -> Variant:
    if name not in list_variants(project):
        raise TemplateError(
            Problem(
                "variant-unknown", f"there is no variant {name!r}",
                hint=f"known: {', '.join(list_variants(project))}; a new one is a folder templates/{name}/ "
                "with a variant.toml and a leaflet.html",
            )
        )  # fmt: skip
    return load_variant(find_asset("templates", f"{name}/variant.toml", project), sections)


@lru_cache(maxsize=64)
def _digest(project: Path, name: str, edition: str, paper: str, tag: str, beside: str) -> str:
    """Changes when anything changes that shapes such leaflets besides their source, their fonts and the engine."""
    templates, styles = asset_folders("templates", project), asset_folders("styles", project)
    files = [*_inside(templates, "parts"), *_inside(templates, name)]
    files += [
        *(_inside(templates, BILINGUAL) if beside else []),
        *style_files(name, edition, paper, tag, styles, beside),
    ]
    files += [path for path in _inside(asset_folders("content", project), "rules") if path.name not in _NOT_BUILT_WITH]
    if _variant(project, name, _rules(project).section_ids()).plain:
        for language in dict.fromkeys(one.split("-")[0] for one in (tag, beside) if one):
            tables, syllables = lexicon_files(language, project)
            files += [*tables, *([syllables] if syllables else [])]
    for one in (tag, beside) if beside else (tag,):
        files += [*interface_files(tag_chain(one), project), *interface_approvals(one, project)]
    return _digest_of(project, files, beside)


@lru_cache(maxsize=64)
def _packet_digest(project: Path, edition: str, paper: str, tag: str) -> str:
    templates, styles = asset_folders("templates", project), asset_folders("styles", project)
    files = [
        *_inside(templates, "parts"),
        *_inside(templates, "packet"),
        *style_files("packet", edition, paper, tag, styles),
    ]
    files += [rules_file(name, project) for name in ("label.toml", "directions.toml", "fonts.toml", "units.toml")]
    files += [*interface_files(tag_chain(tag), project), *interface_approvals(tag, project)]
    return _digest_of(project, files)


def _digest_of(project: Path, files: list[Path], *words: str) -> str:
    config, site = project / CONFIG, read_site(project)[0]
    files = [*files, *(path for path in (config, site.logo) if path is not None and path.is_file())]
    lines = [_program(), *words]
    lines += [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _inside(folders: tuple[Path, ...], part: str) -> list[Path]:
    """The files of a part, a project's own in place of ours of the same name."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in (folder / part).rglob("*"):
            if path.is_file() and path.suffix in (".html", ".css", ".svg", ".toml"):
                found.setdefault(path.relative_to(folder).as_posix(), path)
    return [path for _, path in sorted(found.items())]


@cache
def _program() -> str:
    digest = hashlib.sha256(leaflets.__version__.encode())
    for path in sorted(Path(leaflets.__file__).parent.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
