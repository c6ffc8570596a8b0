"""A site's ``codes.csv`` -> the names under which another program looks for leaflets.

OpenEMR opens ``sites/<site>/documents/education/{codetype}_{code}_{lang}.pdf``, all in small letters, for the code of a
problem or medicine and the languages en and es (openemr, interface/patient_file/education.php).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from leaflets.errors import ContentError, Problem
from leaflets.jobs import Job
from leaflets.worklist import read_code_rows

LANGUAGES = ("en", "es")
TYPES: Mapping[str, str] = {
    "rxcui": "rxcui", "rxnorm": "rxcui", "http://www.nlm.nih.gov/research/umls/rxnorm": "rxcui",
    "urn:oid:2.16.840.1.113883.6.88": "rxcui",
    "ndc": "ndc", "http://hl7.org/fhir/sid/ndc": "ndc", "urn:oid:2.16.840.1.113883.6.69": "ndc",
    "snomed": "snomed", "http://snomed.info/sct": "snomed", "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "icd9": "icd9", "http://hl7.org/fhir/sid/icd-9-cm": "icd9",
    "icd10": "icd10", "http://hl7.org/fhir/sid/icd-10-cm": "icd10", "http://hl7.org/fhir/sid/icd-10": "icd10",
    "loinc": "loinc", "http://loinc.org": "loinc", "urn:oid:2.16.840.1.113883.6.1": "loinc",
}  # fmt: skip
"""The systems of the table, by short name and by FHIR's address, and OpenEMR's word for each."""
_UNASKED = ("atc", "http://www.whocc.no/atc")
"""A table for FHIR worklists may hold them; OpenEMR never asks for them."""
_CODE = re.compile(r"[a-z0-9][a-z0-9.\-]{0,63}")
_NAME = re.compile(
    rf"(?P<stem>(?:{'|'.join(sorted(set(TYPES.values())))})_[a-z0-9.\-]+)_(?:{'|'.join(LANGUAGES)})\.pdf"
)


@dataclass(frozen=True, slots=True)
class CodeNames:
    """Which names each leaflet has."""

    stems: Mapping[str, tuple[str, ...]]
    """By slug: ``rxcui_36437``, in the order of the table."""

    def named(self, job: Job) -> tuple[Job, ...]:
        """A job once for each of its names; as it is where it has none."""
        language = job.locale.split("-")[0]
        stems = self.stems.get(job.slug, ())
        return tuple(replace(job, name=f"{stem}_{language}.pdf") for stem in stems) or (job,)

    def misnamed(self, path: str, slug: str) -> bool:
        """Whether a leaflet lies under the name of a code that is not its own: it would be opened for another drug."""
        match = _NAME.fullmatch(path)
        return match is not None and match["stem"] not in self.stems.get(slug, ())


def read_code_names(path: Path, slugs: Collection[str], *, all_of_them: bool) -> CodeNames:
    """Read the table. Raises ContentError with every fault, by line.

    Args:
        path: CSV with the columns system, code, slug.
        slugs: of the monographs that are built.
        all_of_them: whether these are the whole library, so that another slug is a mistake.
    """
    rows, found = read_code_rows(path)
    problems = list(found)
    owners: dict[str, tuple[str, int]] = {}
    stems: dict[str, dict[str, None]] = {}

    def wrong(line: int, message: str, hint: str) -> None:
        problems.append(Problem("codes", f"this row {message}", file=str(path), line=line, hint=hint))

    for row in rows:
        system, code = row.system.casefold(), row.code.casefold()
        if system in _UNASKED:
            continue
        kind = TYPES.get(system)
        if kind is None:
            wrong(
                row.line,
                "names a system that OpenEMR does not have",
                f"known: {', '.join(sorted(set(TYPES.values())))}",
            )
        elif _CODE.fullmatch(code) is None:
            wrong(row.line, "has a code that is no file name", "letters, digits, points and hyphens, as OpenEMR has it")
        elif owners.setdefault(f"{kind}_{code}", (row.slug, row.line))[0] != row.slug:
            before = owners[f"{kind}_{code}"][1]
            wrong(row.line, f"gives another slug to the code of line {before}", "one code opens one leaflet")
        elif row.slug not in slugs and all_of_them:
            wrong(row.line, "names a slug that the library does not have", "write a monograph's file name without .md")
        else:
            stems.setdefault(row.slug, {})[f"{kind}_{code}"] = None
    if problems:
        raise ContentError(*sorted(problems, key=lambda problem: problem.line or 0))
    return CodeNames({slug: tuple(names) for slug, names in stems.items()})


def check_order(variants: Collection[str], locales: Collection[str], editions: Collection[str]) -> str:
    """Why an order cannot be laid out so: one file a code and language has no room for two; else nothing."""
    if len(variants) != 1 or len(editions) != 1:
        return "one file for each code and language holds one variant in one edition"
    languages = [locale.split("-")[0] for locale in locales]
    if unknown := sorted(set(languages) - set(LANGUAGES)):
        return f"OpenEMR asks for {' and '.join(LANGUAGES)}, not for {', '.join(unknown)}"
    twice = sorted({language for language in languages if languages.count(language) > 1})
    return f"two locales of {', '.join(twice)} would have one file name" if twice else ""
