"""``python -m tests.benchmarks``: our whole build against a bare engine and against a browser, on the same HTML.

Figures are CPU seconds; A and B take turns in one run, so that what else the machine does falls on both.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from leaflets.build import build_one, read_checked
from leaflets.fitting import assemble
from leaflets.html import Html, render_html
from leaflets.jobs import Job
from leaflets.kit import load_kit

from ..conftest import ROOT, corpus_files, demo_files
from .chromium import Chromium

SAMPLE = 12


def sample() -> tuple[str, list[Path]]:
    """Monographs spread over the corpus, or the demo ones, and which of them they are."""
    files = [path for path in corpus_files() if path.parent.name in ("compositions", "combinations")]
    if not files:
        return "the demo monographs (the corpus is not there)", demo_files()
    return "the corpus sample", files[:: len(files) // SAMPLE][:SAMPLE]


def cpu(work: object) -> float:
    started = time.process_time()
    assert callable(work)
    work()
    return time.process_time() - started


class Bare:
    """WeasyPrint as the first page of its documentation uses it, in a process of its own."""

    def __init__(self) -> None:
        env = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=env,
        )  # fmt: skip

    def print_pdf(self, html: Html, folder: str) -> float:
        """CPU seconds of one document."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        path = Path(folder) / "bare.html"
        path.write_text(html.text, encoding="utf-8")
        self.process.stdin.write(json.dumps({"html": str(path), "styles": [str(s) for s in html.styles]}) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def inlined(html: Html) -> str:
    styles = "\n".join(path.read_text(encoding="utf-8") for path in html.styles)
    return html.text.replace("</head>", f"<style>{styles}</style></head>", 1)


def jobs_of(files: list[Path], output: str) -> list[tuple[Job, Html]]:
    kit = load_kit(ROOT)
    out = []
    for path in files:
        for variant in ("patient", "clinician"):
            job = Job(str(path), path.stem, variant, "en-GB", "standard", "a4", output, str(ROOT))
            leaflet = assemble(read_checked(path, str(path), kit.project)[1], kit, job).leaflet
            if leaflet is not None:
                out.append(
                    (
                        job,
                        render_html(leaflet, kit.site, kit.templates, kit.styles, interface=kit.interface(job.locale)),
                    )
                )
    return out


def help_cpu() -> float:
    best = []
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "leaflets", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(best)


def peak_memory(files: list[Path]) -> float:
    """MB of one process that builds 60 leaflets."""
    code = (
        "import sys, resource\nfrom pathlib import Path\n"
        "from leaflets.build import build_one\nfrom leaflets.jobs import Job\n"
        "out, root, *files = sys.argv[1:]\n"
        "for n in range(60):\n    p = Path(files[n % len(files)])\n"
        "    build_one(Job(str(p), p.stem, ('patient', 'clinician')[n % 2], 'en-GB', 'standard', 'a4', out, root))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, folder, str(ROOT), *map(str, files)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    name, files = sample()
    rows: list[tuple[str, str, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        work = jobs_of(files, folder)
        build_one(work[0][0])
        bare = Bare()
        bare.print_pdf(work[0][1], folder)
        try:
            browser: Chromium | None = Chromium()
            browser.print_pdf(inlined(work[0][1])) if browser else None
        except (FileNotFoundError, ConnectionError) as error:
            browser = None
            print(f"no browser: {error}", file=sys.stderr)
        ours, engine, theirs = [], [], []
        for _ in range(3):
            for job, html in work:
                ours.append(cpu(lambda job=job: build_one(job)))
                engine.append(bare.print_pdf(html, folder))
                if browser is not None:
                    before = browser.cpu()
                    browser.print_pdf(inlined(html))
                    theirs.append(browser.cpu() - before)
        if browser is not None:
            browser.close()
    mine = statistics.fmean(ours)
    rows.append(
        (
            "build / bare engine",
            f"{mine:.3f} s / {statistics.fmean(engine):.3f} s",
            mine / statistics.fmean(engine),
            "<= 0.75",
        )
    )
    if theirs:
        rows.append(
            (
                "build / Chromium",
                f"{mine:.3f} s / {statistics.fmean(theirs):.3f} s",
                mine / statistics.fmean(theirs),
                "<= 0.9",
            )
        )
    rows.append(("peak memory, MB", "60 leaflets in one process", peak_memory(files), "<= 200"))
    rows.append(("leaflets --help, CPU s", "best of 7", help_cpu(), "< 0.25"))
    if "--json" in sys.argv:
        print(json.dumps([{"what": w, "value": v, "goal": g} for w, _, v, g in rows]))
        return
    print(f"{len(work)} leaflets of {name}, 3 rounds, mean CPU per leaflet")
    for what, detail, value, goal in rows:
        print(f"{what:<24} {detail:<28} {value:8.2f}   goal {goal}")


main()
