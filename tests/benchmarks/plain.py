"""``python -m tests.benchmarks.plain [FOLDER…]``: grades before and after plain words, and how many fit a sheet.

Over all monographs of the folders (default: the sample corpus). Difficult words are counted where ``wordfreq`` is
installed (``uv pip install wordfreq``). ``--fit`` also builds each patient leaflet on A4 and on Letter.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from leaflets.assemble import Assembled, Order, make_leaflet
from leaflets.batch import build_all
from leaflets.build import read_checked
from leaflets.errors import LeafletsError
from leaflets.jobs import Job
from leaflets.kit import Kit, load_kit
from leaflets.lexicon import EMPTY
from leaflets.manifest import Manifest
from leaflets.plain import names_of
from leaflets.workers import local_crew

from ..conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus"
DIFFICULT = 3.7
"""Zipf frequency below which a word is difficult: less than five times in a million words."""
_WORD = re.compile(r"[A-Za-z]{3,}")


def assembled(path: Path, kit: Kit, *, plain: bool) -> tuple[Assembled, frozenset[str]] | None:
    """The patient leaflet of a file, with or without plain words, and the names in it."""
    try:
        _, monograph = read_checked(path, str(path), kit.project)
    except LeafletsError:
        return None
    wording = kit.wording("en-US", path)
    if not plain:
        wording = replace(wording, lexicon=EMPTY, catalogue=None, shared=None)
    made = make_leaflet(monograph, kit.variant("patient"), kit.units, Order("en-US"), wording)
    names = frozenset(word for name in names_of(monograph).words for word in name)
    return (made, names) if made.leaflet is not None else None


def difficult(texts: Sequence[tuple[str, frozenset[str]]]) -> tuple[float, list[str]]:
    """The share of difficult words, and the twenty most frequent of them."""
    from wordfreq import zipf_frequency  # type: ignore[import-not-found,unused-ignore]

    words: Counter[str] = Counter()
    for text, names in texts:
        words.update(word for word in _WORD.findall(text.casefold()) if word not in names)
    hard = Counter({word: count for word, count in words.items() if zipf_frequency(word, "en") < DIFFICULT})
    return 100 * hard.total() / max(words.total(), 1), [word for word, _ in hard.most_common(20)]


def fit(files: Sequence[Path], paper: str) -> tuple[int, int]:
    """How many patient leaflets have at most two pages, of those that nothing else stops."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(str(f), f.stem, "patient", "en-US", "standard", paper, folder, str(ROOT), pages=2) for f in files]
        with Manifest(Path(folder), len(jobs)) as manifest:
            outcomes = list(build_all(jobs, local_crew(2), manifest))
    built = sum(outcome.status == "built" for outcome in outcomes)
    too_long = sum(any(p.rule == "too-long" for p in outcome.problems) for outcome in outcomes)
    return built, built + too_long


def row(name: str, grades: Sequence[float]) -> str:
    """One line of the table."""
    marks = statistics.quantiles(grades, n=20)
    share = 100 * sum(grade <= 8 for grade in grades) / len(grades)
    return f"| {name} | {marks[0]:.1f} | {statistics.median(grades):.1f} | {marks[-1]:.1f} | {share:.0f} % |"


def main() -> int:
    """Print the tables."""
    folders = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    folders = folders or [CORPUS / "compositions", CORPUS / "combinations"]
    files = sorted(path for folder in folders for path in folder.glob("*.md"))
    kit = load_kit(ROOT)
    print("| | 5 % | median | 95 % | at grade 8 or below |\n|---|---:|---:|---:|---:|")
    for name, plain in (("before", False), ("after", True)):
        made = [found for path in files if (found := assembled(path, kit, plain=plain))]
        grades = [one.grade for one, _ in made if one.grade]
        print(row(f"{name}, names of medicines aside", [grade.neutral for grade in grades]))
        print(row(f"{name}, as it stands", [grade.raw for grade in grades]))
        texts = [(entry.shown_text or "", names) for one, names in made for entry in one.ledger]
        try:
            share, worst = difficult(texts)
        except ImportError:
            print("difficult words: wordfreq is not installed", file=sys.stderr)
        else:
            print(f"{name}: {share:.1f} % difficult words; {', '.join(worst)}", file=sys.stderr)
    for paper in ("a4", "letter") if "--fit" in sys.argv else ():
        print(f"one sheet, {paper}: %d of %d" % fit(files, paper))
    return 0


if __name__ == "__main__":
    sys.exit(main())
