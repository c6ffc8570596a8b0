"""How many planted errors the checks find, and how often they cry wolf: `python -m tests.checking.table`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from leaflets.checking.model import Pair, Weight
from leaflets.checking.run import Checker, check_pairs, make_checker

from ..conftest import ROOT
from .mutations import CASES, Cases, Mutant, languages, mutants, read_cases

RULES = (ROOT / "content" / "rules" / "translation",)


def is_caught(mutant: Mutant, checker: Checker) -> bool:
    """Whether a check calls the planted error critical."""
    return any(f.weight is Weight.CRITICAL for f in checker.check(Pair(mutant.source, mutant.target)))


def false_alarms(cases: Cases, checker: Checker) -> list[str]:
    """What the checks say, critical or major, of correct pairs."""
    pairs = [Pair(source, target, line=line) for line, (source, target) in enumerate(cases.pairs, 1)]
    return [
        f"{f.rule}: {f.message}: {f.pair.source} | {f.pair.target}"
        for f in check_pairs(pairs, checker) if f.weight is not Weight.QUALITY
    ]  # fmt: skip


def measured(
    folder: Path = CASES,
) -> tuple[dict[tuple[str, str], tuple[int, int]], dict[str, tuple[int, int]], list[Mutant]]:
    """Caught and all by kind and language; false alarms and pairs by language; what was missed."""
    found: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    alarms: dict[str, tuple[int, int]] = {}
    missed = []
    for tag in languages(folder):
        cases = read_cases(tag, folder)
        checker = make_checker(tag, RULES)
        alarms[tag] = (len(false_alarms(cases, checker)), len(cases.pairs))
        for mutant in mutants(cases):
            every[mutant.kind, tag] += 1
            if is_caught(mutant, checker):
                found[mutant.kind, tag] += 1
            else:
                missed.append(mutant)
    return {key: (found[key], count) for key, count in every.items()}, alarms, missed


def main() -> int:
    """Print the table in Markdown, and on stderr what was missed."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CASES
    counts, alarms, missed = measured(folder)
    tags = sorted(alarms)
    print("| error | " + " | ".join(tags) + " | all |\n|---" * 1 + "|---" * (len(tags) + 1) + "|")
    for kind in sorted({kind for kind, _ in counts}):
        cells = [counts.get((kind, tag), (0, 0)) for tag in tags]
        total = (sum(cell[0] for cell in cells), sum(cell[1] for cell in cells))
        print(f"| {kind} | " + " | ".join(f"{a}/{b}" for a, b in [*cells, total]) + " |")
    total = (sum(a for a, _ in counts.values()), sum(b for _, b in counts.values()))
    print("| **all** | " + " | ".join(_of(counts, tag) for tag in tags) + f" | {total[0]}/{total[1]} |")
    print("| false alarms / correct pairs | " + " | ".join(f"{a}/{b}" for a, b in (alarms[tag] for tag in tags)) + " | "
          + f"{sum(a for a, _ in alarms.values())}/{sum(b for _, b in alarms.values())} |")  # fmt: skip
    for mutant in missed:
        print(f"{mutant.kind}: {mutant.source} | {mutant.target} | correct: {mutant.correct}", file=sys.stderr)
    return 1 if missed else 0


def _of(counts: dict[tuple[str, str], tuple[int, int]], tag: str) -> str:
    own = [value for (_, here), value in counts.items() if here == tag]
    return f"{sum(a for a, _ in own)}/{sum(b for _, b in own)}"


if __name__ == "__main__":
    sys.exit(main())
