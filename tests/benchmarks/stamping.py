"""``python -m tests.benchmarks.stamping``: a stamped copy against laying the same leaflet out anew, three ways.

With our engine, with a persistent headless Chromium (the same HTML), and with Typst (the leaflet's texts, cards, head,
foot, label, code and source in Typst's notation; no icons, links or ledger). CPU seconds; all take turns in one run.
Then a print file of 10,000 copies: CPU and peak memory against one of 500.

Chromium and Typst (``uv pip install typst``) are measured when they are there.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import segno

from leaflets.build import build_one, read_checked
from leaflets.fitting import assemble
from leaflets.html import render_html
from leaflets.jobs import Job
from leaflets.kit import load_kit
from leaflets.leaflet import Leaflet, LeafletSection, Node, Span
from leaflets.pdf.base import Base, open_base
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.pdf.merge import merge
from leaflets.pdf.stamp import stamp

from ..conftest import ROOT
from .chromium import Chromium

MATRIX = tuple(tuple(row) for row in segno.make("LF7K-2M9Q-XD4P", error="m", micro=False).matrix)
CODE = Code(MATRIX, "LF7K-2M9Q", "Code of this copy: LF7K-2M9Q")
NAMES = (("Zoë Müller-Ångström", ""), ("محمد علي", "ar"), ("क्षेत्रपाल शर्मा", "hi"), ("王小明", "zh"), ("김철수", "ko"))
ROUNDS = 5
STAMPS = 50


def label(number: int, *, full: bool = True) -> StampText:
    name, lang = NAMES[number % len(NAMES)]
    lines = (
        Line("Patient:", f"{name} {number}", lang, bold=True),
        Line("Directions:", "Take 1 tablet twice a day with a glass of water.", bold=True),
        Line("Date:", "23/11/2026"),
    )
    if not full:
        return StampText(lines)
    grid = DayGrid(("Morning", "Noon", "Evening", "Bedtime"), ("1 tablet", "", "1 tablet", ""))
    return StampText(lines, grid, CODE)


def order(output: str, *, base: bool) -> Job:
    source = ROOT / "content/monographs/amlodipine.md"
    return Job(str(source), "amlodipine", "patient", "en-GB", "standard", "a4", output, str(ROOT), label=base)


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def quoted(text: str) -> str:
    return "#" + json.dumps(text, ensure_ascii=False) + ";"


def typst_line(line: Sequence[Span]) -> str:
    return "".join(f"#strong[{quoted(span.text)}]" if span.bold else quoted(span.text) for span in line)


def typst_node(item: Node, depth: int = 0) -> Iterator[str]:
    if item.lines:
        yield "  " * depth + "- " + " ".join(map(typst_line, item.lines))
    for child in item.children:
        yield from typst_node(child, depth + bool(item.lines))


def typst_section(item: LeafletSection, level: int) -> Iterator[str]:
    yield "=" * level + " " + quoted(item.heading)
    for child in item.nodes:
        yield from typst_node(child)
    for below in item.sections:
        yield from typst_section(below, level + 1)


def typst_source(leaflet: Leaflet, source: str) -> str:
    """The leaflet in Typst's notation: what it says, its head and foot, its label, and its source inside of it."""
    cells = "".join(f"[{text}]," for text in ("Morning", "Noon", "Evening", "Bedtime", "1 tablet", "", "1 tablet", ""))
    dark = [(x, y) for y, row in enumerate(MATRIX) for x, module in enumerate(row) if module]
    modules = "".join(f"place(dx: {x * 0.36}mm, dy: {y * 0.36}mm, m)," for x, y in dark)
    points = "".join(f"[*{quoted(p.heading)}*], [{' '.join(map(typst_line, p.lines))}]," for p in leaflet.key_points)
    strip = f"{leaflet.strip.state} · {leaflet.strip.source} · {leaflet.strip.build}"
    return "\n".join(
        (
            f"#set document(title: {json.dumps(leaflet.title)})",
            f'#set page(paper: "a4", margin: 12mm, header: [{quoted(leaflet.short_title)} #h(1fr) '
            f"{quoted(leaflet.kicker)}], footer: context [{quoted(strip)} #h(1fr) #counter(page).display()])",
            '#set text(font: "Noto Sans", size: 11pt, lang: "en")\n#set par(justify: false)',
            "#show heading.where(level: 2): it => block(stroke: (bottom: 1pt), it)",
            "#let m = rect(width: .36mm, height: .36mm, fill: black)",
            f'#pdf.attach("source.md", bytes({json.dumps(source)}), relationship: "source", '
            'description: "The monograph", mime-type: "text/markdown")',
            f"#grid(columns: (1fr, 70mm), [= {quoted(leaflet.title)}], rect(width: 70mm, height: 40mm)["
            "Patient: *Zoë Müller* \\ "
            f"Directions: *Take 1 tablet twice a day with a glass of water.* \\ "
            f"Date: 23/11/2026 #table(columns: 4, {cells}) "
            f'#figure(alt: "Code", block(width: 9mm, height: 9mm, {{ for p in ({modules}) {{ p }} }}))])',
            f"#table(columns: (40mm, 1fr), {points})\n#columns(2)[",
            *(text for item in leaflet.sections for text in typst_section(item, 2)),
            quoted(leaflet.gap_text),
            "]",
        )
    )


def typst_ways(path: Path, source: str) -> dict[str, Callable[[], float]]:
    """Its compiler remembers what has not changed, so there are three ways to ask it for another copy."""
    import typst  # type: ignore[import-not-found,unused-ignore]

    path.write_text(source, encoding="utf-8")
    compiler: Any = typst.Compiler(str(path))
    counter = iter(range(1, 10**9))

    def written(*, margin: bool) -> None:
        number = next(counter)
        text = source.replace("Zoë Müller", f"Zoë Müller {number}")
        text = text.replace("margin: 12mm", f"margin: {12 + number / 10_000}mm") if margin else text
        path.write_text(text, encoding="utf-8")

    def called() -> float:
        written(margin=False)
        return cpu(lambda: typst.compile(str(path), format="pdf", pdf_standards=["a-3a"]))

    def anew() -> float:
        # Another margin: nothing of the last layout can be used again.
        written(margin=True)
        return cpu(lambda: compiler.compile(format="pdf", pdf_standards=["a-3a"]))

    def remembered() -> float:
        written(margin=False)
        return cpu(lambda: compiler.compile(format="pdf", pdf_standards=["a-3a"]))

    return {"typst.compile()": called, "Typst, warm, anew": anew, "Typst, only the name": remembered}


def contenders(job: Job) -> dict[str, Callable[[], float]]:
    kit = load_kit(ROOT)
    leaflet = assemble(read_checked(Path(job.source), job.source, kit.project)[1], kit, job).leaflet
    assert leaflet is not None
    html = render_html(leaflet, kit.site, kit.templates, kit.styles)
    styles = "\n".join(path.read_text(encoding="utf-8") for path in html.styles)
    page = html.text.replace("</head>", f"<style>{styles}</style></head>", 1)
    out: dict[str, Callable[[], float]] = {"our engine": lambda: cpu(lambda: build_one(job))}
    try:
        browser = Chromium()
    except (FileNotFoundError, ConnectionError) as error:
        print(f"no browser: {error}", file=sys.stderr)
    else:

        def printed() -> float:
            before = browser.cpu()
            browser.print_pdf(page)
            return browser.cpu() - before

        out["Chromium"] = printed
    try:
        out |= typst_ways(
            Path(job.output) / "leaflet.typ", typst_source(leaflet, Path(job.source).read_text(encoding="utf-8"))
        )
    except ImportError:
        print("no Typst: uv pip install typst", file=sys.stderr)
    return out


def stamp_many(base: Base, first: int) -> None:
    for number in range(first, first + STAMPS):
        stamp(base, label(number))


def print_run(base: Base, count: int, folder: str) -> None:
    merge(
        (stamp(base, label(number, full=False)) for number in range(count)), Path(folder) / "run.pdf",
        titles=(f"Copy {number}" for number in range(count)),
    )  # fmt: skip


def measured_run(path: Path, count: int, folder: str) -> tuple[float, float, int]:
    """CPU milliseconds a copy, peak MB and bytes of a print run in a process of its own."""
    code = (
        "import re, sys, time\nfrom pathlib import Path\n"
        "from tests.benchmarks.stamping import open_base, print_run\n"
        "base = open_base(Path(sys.argv[1]).read_bytes())\nstarted = time.process_time()\n"
        "print_run(base, int(sys.argv[2]), sys.argv[3])\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(time.process_time() - started, int(peak[1]) / 1024)"
    )
    command = [sys.executable, "-c", code, str(path), str(count), folder]
    seconds, peak = map(
        float, subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    )
    return seconds / count * 1000, peak, (Path(folder) / "run.pdf").stat().st_size


def main() -> None:
    rows: list[tuple[str, str, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        outcome = build_one(order(folder, base=True))
        path = Path(folder) / str(outcome.path)
        base = open_base(path.read_bytes())
        others = contenders(order(folder, base=False))
        found: dict[str, list[float]] = {name: [] for name in ("stamp", *others)}
        for number in range(20):
            stamp(base, label(number))
        for work in others.values():
            work()
        for number in range(ROUNDS):
            found["stamp"].append(cpu(partial(stamp_many, base, number)) / STAMPS)
            for name, work in others.items():
                found[name].append(work())
        mine = statistics.fmean(found["stamp"])
        rows.append(("a stamped copy, CPU ms", f"{ROUNDS * STAMPS} copies", mine * 1000, "<= 5"))
        goals = {"Chromium": ">= 20", "typst.compile()": ">= 8"}
        for name in others:
            mean = statistics.fmean(found[name])
            rows.append((f"{name} / stamp", f"{mean:.3f} s / {mine:.4f} s", mean / mine, goals.get(name, "-")))
        small, large = (measured_run(path, count, folder) for count in (500, 10_000))
        rows.append(("print run, CPU ms a copy", f"10,000 copies, {large[2] / 1e6:.1f} MB", large[0], "-"))
        rows.append(("memory, 10,000 / 500", f"{large[1]:.0f} MB / {small[1]:.0f} MB", large[1] / small[1], "<= 1.1"))
    if "--json" in sys.argv:
        print(json.dumps([{"what": w, "value": v, "goal": g} for w, _, v, g in rows]))
        return
    for what, detail, value, goal in rows:
        print(f"{what:<26} {detail:<30} {value:8.2f}   goal {goal}")


if __name__ == "__main__":
    main()
