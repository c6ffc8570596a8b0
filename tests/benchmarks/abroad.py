"""``python -m tests.benchmarks.abroad``: what catalogues cost a build, and what another script costs a leaflet.

CPU seconds on the demo monographs that are translated, in one run; languages take turns, so that what else the machine
does falls on all of them.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from leaflets.build import build_one
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.wording import Wording

from ..conftest import ROOT

TAGS = ("es-US", "de-DE", "ar-EG", "hi-IN", "zh-Hans-CN")
LATIN, CJK = "es-US", "zh-Hans-CN"
VARIANTS = ("patient", "clinician")
ROUNDS, MONOGRAPHS = 3, 100
CATALOGUES, TIME, SIZE = 0.05, 1.5, 3.0
"""Goals: share of a build, and how often the time and the bytes of a Latin leaflet."""


def main() -> int:
    """Print two tables; 1 where a goal is not met."""
    sources = [
        ROOT / f"content/monographs/{path.stem}.md" for path in sorted((ROOT / "content/locale/de").glob("*.po"))
    ]
    sources = [path for path in sources if path.is_file()]
    with tempfile.TemporaryDirectory() as folder:
        jobs = {
            tag: [
                Job(str(path), path.stem, variant, tag, "standard", "a4", folder, str(ROOT), draft=True)
                for path in sources for variant in VARIANTS
            ]
            for tag in ("en-US", *TAGS)
        }  # fmt: skip
        reading = Reading()
        for own in jobs.values():
            for job in own:
                measure(job, folder)  # fonts and styles of each script are read once, and so is each catalogue
        times: dict[str, list[float]] = {tag: [] for tag in jobs}
        sizes: dict[str, list[int]] = {tag: [] for tag in jobs}
        for _ in range(ROUNDS):
            for number in range(len(sources) * len(VARIANTS)):
                for tag, own in jobs.items():
                    seconds, size = measure(own[number], folder)
                    times[tag].append(seconds)
                    sizes[tag].append(size)
    print("| locale | CPU seconds a leaflet, median | bytes, median |\n|---|---|---|")
    for tag in jobs:
        print(f"| {tag} | {statistics.median(times[tag]):.3f} | {statistics.median(sizes[tag]):,.0f} |")
    slower = statistics.median(one / two for one, two in zip(times[CJK], times[LATIN], strict=True))
    larger = statistics.median(one / two for one, two in zip(sizes[CJK], sizes[LATIN], strict=True))
    built = len(VARIANTS) * statistics.mean(seconds for tag in TAGS for seconds in times[tag])
    share = statistics.mean(reading.share(tag) for tag in TAGS) / built
    print(f"\n| what | measured | goal |\n|---|---|---|\n| catalogues, of {MONOGRAPHS} monographs in a locale |"
          f" {share:.1%} of the build |"
          f" ≤ {CATALOGUES:.0%} |")  # fmt: skip
    print(f"| {CJK} / {LATIN}, time | {slower:.2f} | ≤ {TIME} |\n| {CJK} / {LATIN}, bytes | {larger:.2f} | ≤ {SIZE} |")
    return 0 if share <= CATALOGUES and slower <= TIME and larger <= SIZE else 1


def measure(job: Job, folder: str) -> tuple[float, int]:
    began = time.process_time()
    outcome = build_one(job)
    seconds = time.process_time() - began
    assert outcome.path is not None, outcome.problems
    return seconds, (Path(folder) / outcome.path).stat().st_size


class Reading:
    """CPU seconds of the first reading of each monograph's catalogues, wherever a build asks for them."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[Path, float]] = {}
        wording = Kit.wording

        def timed(kit: Kit, tag: str, source: Path) -> Wording:
            began = time.process_time()
            said = wording(kit, tag, source)
            self.seconds.setdefault(tag, {}).setdefault(source, time.process_time() - began)
            return said

        Kit.wording = timed  # type: ignore[method-assign, assignment]

    def share(self, tag: str) -> float:
        """What falls on one monograph: the first one of a process reads the locale's rules and lists for all."""
        first, *others = self.seconds[tag].values()
        each = statistics.mean(others)
        return each + (first - each) / MONOGRAPHS


if __name__ == "__main__":
    sys.exit(main())
