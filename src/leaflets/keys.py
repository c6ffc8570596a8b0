"""Job -> digest over everything that shapes its output: the same digest, the same bytes."""

from __future__ import annotations

import errno
import hashlib
from functools import lru_cache
from pathlib import Path

from leaflets.assets import find_asset
from leaflets.errors import LeafletsError
from leaflets.jobs import Job
from leaflets.kit import Kit, files_changed, load_kit
from leaflets.packet_rules import FILE
from leaflets.pdf import engine_identity


def build_identity(kit: Kit, job: Job) -> str:
    """Ten digits that change when program, rules, templates, fonts or engine change for such leaflets."""
    return _identity(kit, job.variant, job.edition, job.paper, job.locale, job.bilingual)


@lru_cache(maxsize=256)
def _identity(kit: Kit, variant: str, edition: str, paper: str, tag: str, beside: str) -> str:
    shaped = kit.digest(variant, edition, paper, tag, beside) + engine_identity(kit.fonts_rules)
    return hashlib.sha256(shaped.encode()).hexdigest()[:10]


def output_key(job: Job, inputs: Inputs | None = None) -> str:
    """Digest over everything that shapes a job's output. Raises OSError for a source that cannot be read."""
    kit = load_kit(Path(job.project))
    parts = [
        build_identity(kit, job), job.slug, job.variant, job.locale, job.edition, job.paper, job.format,
        str(job.pages), str(job.strict), str(job.label), str(job.draft), job.bilingual,
        *(word for pair in job.left for word in pair),
    ]  # fmt: skip
    if job.left:
        parts.append(file_digest(find_asset("templates", FILE, kit.project)))
    parts += (inputs or Inputs()).of(job)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Inputs:
    """Digests of a source, and of what people wrote for it, as they lie on disk.

    They are taken once for all jobs of one source that come one after the other: for one walk through many jobs, and
    never for longer.
    """

    def __init__(self) -> None:
        self._source = ""
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, job: Job) -> tuple[str, ...]:
        """Those of a job. Raises OSError for what cannot be read."""
        if job.source != self._source:
            self._source, self._found = job.source, {}
        locales = job.locale, job.bilingual
        if locales not in self._found:
            self._found[locales] = _inputs(job)
        return self._found[locales]


def _inputs(job: Job) -> tuple[str, ...]:
    source, kit = Path(job.source), load_kit(Path(job.project))
    if not source.is_file():
        raise OSError(errno.ENOENT, "no regular file")  # a pipe would be waited for
    written = [path for side in job.sides for path in kit.written_for(side.locale, source)]
    return tuple(file_digest(path) for path in (source, *written))


def file_digest(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_sure(key: str, job: Job) -> bool:
    """Whether what was made under a key is surely made of what the key is over.

    What changed while it was being made may or may not be in it; and a rule that changed since this process read it is
    not, though a key that was taken later is over the new one.
    """
    return bool(key) and not files_changed(Path(job.project)) and key == key_or_none(job)


def key_or_none(job: Job, inputs: Inputs | None = None) -> str:
    """`output_key`; empty where there is none."""
    try:
        return output_key(job, inputs)
    except (OSError, RuntimeError, ValueError, LeafletsError):  # RuntimeError: a symbolic link to itself
        return ""  # whoever builds it will say what is wrong
