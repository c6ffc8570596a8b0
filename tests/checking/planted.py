"""``python -m tests.checking.planted``: errors that were planted and caught, by kind and language, as Markdown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from leaflets.checking.model import Pair, Weight
from leaflets.checking.run import Checker, make_checker
from tests.checking.pairs import TAGS, pairs_of
from tests.checking.planting import planted

KINDS = (
    "", "dev", "held-out", "langs", "last", "dev2", "held2", "held3", "fresh-c1", "fresh-c2", "fresh-c3", "fresh-c4",
    "eu1", "eu2", "eu3", "eu4", "eu5", "eu6", "plain1", "plain2", "plain3", "plain4", "plain5", "plain6", "fresh-c5",
    "fresh-c6", "fresh-c7", "fresh-c8", "proof1", "proof2", "proof3", "proof4",
)  # fmt: skip
RULES = (Path(__file__).parents[2] / "content" / "rules" / "translation",)


def checker_of(tag: str) -> Checker:
    """The checks of a language, with the project's rules and nothing else."""
    return make_checker(tag, RULES)


def measured(
    tag: str, kinds: Sequence[str]
) -> tuple[Counter[str], Counter[str], list[tuple[str, str, str]], int, list[tuple[str, str, str]]]:
    """Planted by kind, caught by kind, what was missed, pairs, and false alarms."""
    checker = checker_of(tag)
    all_, caught = Counter[str](), Counter[str]()
    missed, alarms = [], []
    pairs = pairs_of(tag, tuple(kinds))
    for source, target in pairs:
        said = [f for f in checker.check(Pair(source, target)) if f.weight is not Weight.QUALITY]
        if said:
            alarms.append((source, target, "; ".join(f"{f.weight}: {f.rule}: {f.message}" for f in said)))
        before = {(f.rule, f.message) for f in said}
        for kind, text in planted(source, target, tag):
            all_[kind] += 1
            found = [f for f in checker.check(Pair(source, text)) if f.weight is Weight.CRITICAL]
            if any((f.rule, f.message) not in before for f in found):
                caught[kind] += 1
            else:
                missed.append((kind, source, text))
    return all_, caught, missed, len(pairs), alarms


def main() -> None:
    """Print the table, and with --missed what was not caught; --kinds names files, --tags languages."""
    arguments = sys.argv[1:]
    kinds = arguments[arguments.index("--kinds") + 1].split(",") if "--kinds" in arguments else list(KINDS)
    tags = arguments[arguments.index("--tags") + 1].split(",") if "--tags" in arguments else list(TAGS)
    results = {tag: measured(tag, kinds) for tag in tags}
    names = sorted({kind for result in results.values() for kind in result[0]})
    print(f"| error | {' | '.join(tags)} | all |\n|-|{'-|' * (len(tags) + 1)}")
    for name in names:
        cells = [f"{result[1][name]}/{result[0][name]}" if result[0][name] else "–" for result in results.values()]
        total = sum(result[1][name] for result in results.values()), sum(result[0][name] for result in results.values())
        print(f"| {name} | {' | '.join(cells)} | {total[0]}/{total[1]} |")
    cells = [f"{result[1].total()}/{result[0].total()}" for result in results.values()]
    caught, everything = sum(r[1].total() for r in results.values()), sum(r[0].total() for r in results.values())
    print(f"| **all** | {' | '.join(cells)} | **{caught}/{everything}** |")
    alarms = [f"{len(result[4])}/{result[3]}" for result in results.values()]
    total = sum(len(r[4]) for r in results.values()), sum(r[3] for r in results.values())
    print(f"| false alarms / correct pairs | {' | '.join(alarms)} | **{total[0]}/{total[1]}** |")
    if "--missed" in arguments:
        for tag, result in results.items():
            for kind, source, text in result[2]:
                print(f"{tag} [{kind}] {source} => {text}")
            for source, target, said in result[4]:
                print(f"{tag} FALSE {source} => {target}\n      {said}")


if __name__ == "__main__":
    main()
