"""Built leaflets + a site's codes -> ``education/rxcui_36437_es.pdf``: the names that OpenEMR looks up.

OpenEMR opens ``sites/<site>/documents/education/<code type>_<code>_<language>.pdf``, in small letters, beside a
medication (interface/patient_file/education.php, "Local Content"). The folder can be copied there as it is. Leaflets
stay under their own names too: those are what the manifest, ``verify`` and ``recall`` know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from leaflets.build import Outcome
from leaflets.errors import ContentError, Problem
from leaflets.files import write_whole
from leaflets.worklist import Codes

FOLDER = "education"
CODE_TYPES = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxcui",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://snomed.info/sct": "snomed",
}
"""OpenEMR's names of the code systems that mean medicines."""


def names_by_slug(codes: Codes) -> Mapping[str, tuple[str, ...]]:
    """The beginnings of file names, by monograph. Raises ContentError where one code means several monographs."""
    out: dict[str, list[str]] = {}
    problems = []
    for (system, code), slugs in sorted(codes.slugs.items()):
        kind = CODE_TYPES.get(system)
        if kind is None:
            continue  # ATC, say: a class of medicines, which OpenEMR does not look up
        if len(slugs) > 1:
            hint = "one code names one file: keep one of them"
            said = f"the code {code} means {' and '.join(sorted(slugs))}"
            problems.append(Problem("codes", said, hint=hint))
            continue
        out.setdefault(next(iter(slugs)), []).append(f"{kind}_{code}".casefold())
    if problems:
        raise ContentError(*problems)
    return {slug: tuple(names) for slug, names in out.items()}


def check_languages(tags: Iterable[str]) -> None:
    """Two locales of one language would have one name. Raises ContentError."""
    seen: dict[str, str] = {}
    for tag in tags:
        language = tag.split("-")[0]
        if seen.setdefault(language, tag) != tag:
            hint = "OpenEMR's names know the language alone: build one of them"
            raise ContentError(Problem("layout", f"{seen[language]} and {tag} would have the same names", hint=hint))


def place(output: Path, outcome: Outcome, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Put a patient's leaflet under OpenEMR's names, or take away what must not be handed out; give the names.

    Only the standard edition for patients has such names.
    """
    job = outcome.job
    if job.variant != "patient" or job.edition != "standard" or job.format != "pdf":
        return ()
    own = tuple(f"{name}_{job.locale.split('-')[0]}.pdf" for name in names.get(job.slug, ()))
    for name in own:
        target = output / FOLDER / name
        if outcome.path is None:
            target.unlink(missing_ok=True)
            continue
        data = (output / outcome.path).read_bytes()
        if not target.is_file() or target.read_bytes() != data:
            write_whole(target, data)
    return own if outcome.path is not None else ()


def others(output: Path, placed: Iterable[str]) -> tuple[Path, ...]:
    """Leaflets in the folder that this build did not put there."""
    known = set(placed)
    return tuple(sorted(path for path in (output / FOLDER).glob("*.pdf") if path.name not in known))
