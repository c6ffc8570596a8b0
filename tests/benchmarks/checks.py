"""``python -m tests.benchmarks.checks``: pairs that one core checks in a second, by language; CPU time, in one run."""

from __future__ import annotations

import sys
import time

from leaflets.checking.model import Pair
from leaflets.checking.run import check_pairs, make_checker

from ..checking.mutations import languages, read_cases
from ..checking.table import RULES

GOAL = 2_000
ROUNDS = 20


def main() -> int:
    """Print a table; 1 where the goal is not met."""
    print("| language | pairs a second |\n|---|---|")
    slowest = float("inf")
    for tag in languages():
        checker = make_checker(tag, RULES, ["Metformin"])
        cases = read_cases(tag).pairs
        check_pairs([Pair(*pair) for pair in cases], checker)  # patterns are compiled once
        began = time.process_time()
        for number in range(ROUNDS):
            check_pairs([Pair(f"{source} ", f"{target} ", line=number) for source, target in cases], checker)
        rate = ROUNDS * len(cases) / (time.process_time() - began)
        slowest = min(slowest, rate)
        print(f"| {tag} | {rate:,.0f} |")
    print(f"| goal | {GOAL:,} |")
    return 0 if slowest >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
