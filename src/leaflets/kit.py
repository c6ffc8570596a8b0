"""Everything that a build needs besides its source: rules, variants, units, templates, styles, site. Loaded once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import leaflets
from leaflets.assets import (
    asset_folders,
    catalogue_file,
    find_asset,
    interface_files,
    interface_tags,
    lexicon_files,
    list_variants,
    locale_folder,
    rules_file,
)
from leaflets.catalogue import read_catalogue
from leaflets.errors import Problem, TemplateError
from leaflets.interface import Interface, read_interface
from leaflets.lexicon import Lexicon, load_lexicon
from leaflets.locales import tag_chain
from leaflets.quantities import Units, load_units
from leaflets.readability import Syllables, load_syllables
from leaflets.reviews import Review, read_reviews, reviews_path
from leaflets.rules import Rules, load_rules
from leaflets.site import Site, read_site
from leaflets.variant import Variant, load_variant
from leaflets.wording import Wording


@dataclass(frozen=True, slots=True)
class Kit:
    """What one project builds with."""

    project: Path
    rules: Rules
    units: Units
    site: Site
    problems: tuple[Problem, ...]
    """Warnings of the site's config."""
    templates: tuple[Path, ...]
    styles: tuple[Path, ...]
    fonts_rules: Path
    rules_sha256: str
    """Digest over rules, templates, styles and site config."""

    def wording(self, tag: str, source: Path) -> Wording:
        """What words a leaflet anew in a locale: the language's lexicon, if any, and what people wrote for this source.

        Raises ContentError for the lexicon, TranslationError for the catalogue.
        """
        language = tag.split("-")[0]
        lexicon, syllables = _lexicon(self.project, language)
        interface = self.interface(tag)
        found = (catalogue_file(name, source, self.project) for name in tag_chain(tag))
        path = next((path for path in found if path), None)
        texts = read_catalogue(path, self.units, tag) if path else None
        if interface.is_source:
            return Wording(lexicon, syllables, texts, interface)
        return Wording(lexicon, syllables, None, interface, texts)

    def interface(self, tag: str) -> Interface:
        """What the program itself says in a locale. Raises TranslationError."""
        return _interface(self.project, tag)

    def reviews(self, language: str, source: Path) -> tuple[Review, ...]:
        """Who approved what of a source's text in a language. Raises ContentError for records that do not hold."""
        return read_reviews(reviews_path(locale_folder(source, self.project), language, source.stem))

    def variant_names(self) -> tuple[str, ...]:
        """Names of the variants that the project can build."""
        return list_variants(self.project)

    def variant(self, name: str) -> Variant:
        """A variant by name. Raises TemplateError naming those that there are."""
        return _variant(self.project, name, self.rules.section_ids())


@lru_cache(maxsize=4)
def load_kit(project: Path) -> Kit:
    """Load a project's kit. Raises ContentError or TemplateError with everything that is wrong."""
    names = ("sections.toml", "topics.toml", "status.toml", "deny.toml")
    rules = load_rules(*(rules_file(name, project) for name in names))
    units = load_units(rules_file("units.toml", project))
    site, problems = read_site(project)
    templates, styles = asset_folders("templates", project), asset_folders("styles", project)
    return Kit(
        project, rules, units, site, problems, templates, styles, rules_file("fonts.toml", project), _digest(project)
    )


def forget_kits() -> None:
    """Read everything anew next time: a project's files may have changed."""
    for cached in (load_kit, _lexicon, _variant, _interface):
        cached.cache_clear()


def variants_of(project: Path) -> tuple[str, ...]:
    """Names of the variants that a project can build."""
    return list_variants(project)


@lru_cache(maxsize=16)
def _lexicon(project: Path, language: str) -> tuple[Lexicon, Syllables | None]:
    tables, syllables = lexicon_files(language, project)
    return load_lexicon(*tables), load_syllables(syllables) if syllables else None


@lru_cache(maxsize=64)
def _interface(project: Path, tag: str) -> Interface:
    return read_interface(tag, interface_files(tag_chain(tag), project))


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


def _digest(project: Path) -> str:
    """Changes when anything changes that shapes a leaflet besides its source, its fonts and the engine."""
    digest = hashlib.sha256(leaflets.__version__.encode())
    folders = [(kind, folder) for kind in ("templates", "styles") for folder in asset_folders(kind, project)]
    folders += [
        ("content", folder / part) for folder in asset_folders("content", project) for part in ("rules", "lexicon")
    ]
    for kind, folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".html", ".css", ".svg", ".toml", ".txt"):
                digest.update(f"{kind}/{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for tag in interface_tags(project):
        for path in interface_files((tag,), project):
            digest.update(f"{tag}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    for path in sorted(Path(leaflets.__file__).parent.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    config = project / "leaflets.toml"
    if config.is_file():
        digest.update(hashlib.sha256(config.read_bytes()).digest())
    return digest.hexdigest()
