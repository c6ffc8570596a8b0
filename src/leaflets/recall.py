"""Manifests -> what was printed, by code or by monograph, and whether it still holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets.codes import code_of
from leaflets.errors import ContentError, LeafletsError, Problem
from leaflets.kit import load_kit
from leaflets.verify import assembled, read_current, why_stopped


@dataclass(frozen=True, slots=True)
class Printed:
    """One line of a manifest that tells of a file."""

    code: str
    manifest: str
    line: Mapping[str, Any]

    @property
    def path(self) -> str:
        """The file's path below its manifest's folder."""
        return str(self.line["path"])


@dataclass(frozen=True, slots=True)
class Standing:
    """What something printed is worth today."""

    printed: Printed
    state: str
    """``current``, ``superseded``, ``withdrawn`` or ``unknown`` (its source is not here)."""
    reason: str

    def to_json(self) -> dict[str, object]:
        """The object that ``--json`` prints."""
        keys = ("slug", "variant", "locale", "edition", "paper", "source_sha256")
        printed = self.printed
        return {
            "code": printed.code, "state": self.state, "reason": self.reason, "path": printed.path,
            "manifest": printed.manifest, **{key: printed.line.get(key) for key in keys},
        }  # fmt: skip


def read_manifest(path: Path) -> Iterator[Printed]:
    """The files of a manifest, line by line. Raises ContentError for a line that is none."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                printed = _printed(text, str(path), number)
                if printed is not None:
                    yield printed
    except OSError as error:
        problem = Problem("not-readable", f"cannot be read: {error.strerror}", file=str(path))
        raise ContentError(problem) from error
    except UnicodeDecodeError as error:
        raise ContentError(Problem("manifest-syntax", "this is no manifest", file=str(path))) from error


def _printed(text: str, file: str, number: int) -> Printed | None:
    try:
        line = json.loads(text)
        if not isinstance(line["slug"], str) or "status" not in line:
            raise KeyError
        if "path" not in line:
            return None  # a leaflet that failed
        return Printed(str(line.get("code") or code_of(line["sha256"])), file, line)
    except (ValueError, KeyError, TypeError):
        hint = "give manifest.jsonl files, as leaflets build and leaflets copies write them"
        raise ContentError(
            Problem("manifest-syntax", "this is no line of a manifest", file=file, line=number, hint=hint)
        ) from None


def standing(printed: Printed, sources: Mapping[str, str], project: Path) -> Standing:
    """Compare what was printed with its source, rules, words, translation, reviews and deny-list of today."""
    line = printed.line
    source = sources.get(str(line["slug"]))
    if source is None:
        return Standing(printed, "unknown", "its source is not here")
    try:
        read, monograph = read_current(source, project)
        shows_danger = load_kit(project).variant(str(line["variant"])).shows_danger
    except LeafletsError as error:
        return Standing(printed, "unknown", f"it cannot be compared: {error.problems[0].message}")
    if not shows_danger and (why := why_stopped(monograph)):
        return Standing(printed, "withdrawn", why)
    if read.sha256 != line.get("source_sha256"):
        return Standing(printed, "superseded", "the source has changed since")
    text = line.get("text_sha256")
    if text is None:
        return Standing(printed, "current", "its manifest is an older one: only the source was compared")
    try:
        made = assembled(
            source,
            str(line["slug"]),
            str(line["variant"]),
            str(line["locale"]),
            str(line.get("bilingual", "")),
            project,
        )
    except LeafletsError as error:
        return Standing(printed, "unknown", f"it cannot be compared: {error.problems[0].message}")
    if made.leaflet is None:
        return Standing(printed, "withdrawn", "the leaflet is no longer made")
    if made.text_sha256 != text:
        return Standing(printed, "superseded", "rules, words or a translation have changed what it says")
    if made.leaflet.strip.draft and not line.get("draft"):
        return Standing(printed, "superseded", "its approval no longer holds")
    if line.get("draft") and not made.leaflet.strip.draft:
        return Standing(printed, "superseded", "it was a draft, and has been approved since")
    return Standing(printed, "current", "")


def find_codes(codes: Collection[str], manifests: Sequence[Path]) -> dict[str, Printed]:
    """For each code that a manifest knows the first file that carries it."""
    found: dict[str, Printed] = {}
    for path in manifests:
        for item in read_manifest(path):
            if item.code in codes:
                found.setdefault(item.code, item)
    return found


def find_printed(slug: str, manifests: Sequence[Path], version: str = "") -> Iterator[Printed]:
    """The files of a monograph, all or those of the source whose digest begins with ``version``."""
    for path in manifests:
        for item in read_manifest(path):
            if item.line["slug"] == slug and str(item.line.get("source_sha256") or "").startswith(version):
                yield item
