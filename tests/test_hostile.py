"""Whatever a user may hand over: a clear message with its place, the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaflets.assemble import Order, make_leaflet
from leaflets.errors import ContentError
from leaflets.kit import Kit
from leaflets.reader import read_monograph
from leaflets.source import parse_source

from .conftest import ROOT

HEAD = b"---\ntitle: Testamol\n---\n## Usage\n"
INJECTED = (
    '---\ntitle: "{{ 7*7 }} <script>alert(1)</script> file:///etc/passwd"\n---\n## Usage\n'
    "{{ 7*7 }} {% raw %} <script>x</script> ![a](file:///etc/passwd)\n\n| {{ 7*7 }} | b |\n|--|--|\n| <script> | c |\n"
    '## FAQs\n### Q1: {{ x }} <b>?\n**A:** <link rel=stylesheet href="http://127.0.0.1:1/x.css">\n'
)


def build(source: Path, cwd: Path, preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leaflets", "build", str(source), "--output", "out", "--variant", "clinician"]
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, preexec_fn=preexec
    )
    assert "Traceback" not in result.stderr, result.stderr
    assert not list(cwd.rglob("*.part"))
    return result


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (bytes(range(256)) * 20, "binary-file"),
        (b"caf\xe9", "not-utf8"),
        (b"---\na: &a [x]\nb: [*a, *a]\n---\nx\n", "front-matter-alias"),
        (b"---\ntitle: !!python/object/apply:os.system ['id']\n---\nx\n", "front-matter-tag"),
        (b"---\ntitle: " + b"[" * 10000 + b"\n---\nx\n", "front-matter-depth"),
        (b"---\ntitle: x\n---\n", "empty-body"),
        (HEAD + b"".join(b"  " * n + b"* a\n" for n in range(200)), "nesting-too-deep"),
        (HEAD + b"x" * 1_000_000, "line-too-long"),
        (HEAD + "5 \u202e gm 05\n".encode(), "hidden-character"),
        (HEAD + b"x" * 3_000_000, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_source_that_is_none(data: bytes, rule: str, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(data)
    result = build(tmp_path / "x.md", tmp_path)
    assert result.returncode == 3
    assert f"[{rule}]" in result.stderr
    assert "x.md" in result.stderr
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize(("make", "rule"), [("folder", "no-monographs"), ("pipe", "not-a-file"), ("loop", "not-found")])
def test_what_is_no_file(make: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    if make == "folder":
        path.mkdir()
    elif make == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path)
    result = build(path, tmp_path)
    assert (result.returncode, f"[{rule}]" in result.stderr) == (3, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(HEAD + b"Testamol.\n")
    (tmp_path / "x.md").chmod(0)
    assert build(tmp_path / "x.md", tmp_path).returncode == 3


@pytest.mark.parametrize("mark", ["*", "[", "(", "`", "_", "**a ", "![", "<", "|", "&#"])
def test_deep_marks_are_text(mark: str, kit: Kit) -> None:
    source = parse_source(HEAD + f"Testamol 5 mg {(mark * 600 + ' ') * 16} end\n".encode(), "x", "x.md")
    assert read_monograph(source, kit.rules).blocks


def test_code_in_every_field_comes_out_as_text(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(INJECTED, encoding="utf-8")
    assert build(tmp_path / "x.md", tmp_path).returncode == 0
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "out/en-US/clinician/x.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    for said in ("{{ 7*7 }}", "<script>alert(1)</script>", "file:///etc/passwd", "{{ x }}", "<link rel=stylesheet"):
        assert said in " ".join(text.split())
    assert not re.search(r"\b49\b", text)  # the build's own digest may hold a 49
    assert "root:" not in text


@pytest.mark.parametrize(
    ("file", "text", "code", "said"),
    [
        ("templates/clinician/leaflet.html", "{% if x %}", 5, "leaflet.html:1: error"),
        ("templates/clinician/leaflet.html", "a\n{{ nope }}", 5, "'nope' is undefined"),
        (
            "templates/clinician/leaflet.html",
            '<h1>x</h1><img src="http://127.0.0.1:1/x.png">',
            6,
            "leaflet.html:1: error",
        ),
        ("templates/clinician/leaflet.html", '<h1>x</h1><img src="file:///etc/passwd">', 6, "/etc/passwd"),
        ("templates/clinician/variant.toml", "kicker = 3", 5, "variant.toml"),
        ("styles/clinician.css", "p { colr: red }", 5, "clinician.css:1"),
        ("content/rules/status.toml", "[[status]]\nid = 'x'", 3, "status.toml"),
        ("content/rules/fonts.toml", "stack = 3", 6, "fonts.toml"),
        ("leaflets.toml", "[site]\ncolor = 'pink'", 3, "leaflets.toml:2"),
    ],
)
def test_a_project_s_own_files_can_be_wrong(file: str, text: str, code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    result = build(ROOT / "content/monographs/metformin.md", tmp_path)
    assert (result.returncode, said in result.stderr) == (code, True), result.stderr
    assert not list(tmp_path.rglob("*.pdf"))


def test_a_full_disk(tmp_path: Path) -> None:
    # A file-size limit makes write() fail as a full disk does: half-way.
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))

    result = build(ROOT / "content/monographs/metformin.md", tmp_path, limit)
    assert result.returncode == 6
    assert "cannot be written" in result.stderr
    assert not list(tmp_path.rglob("*.pdf"))


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    result = build(ROOT / "content/monographs/metformin.md", tmp_path)
    assert (result.returncode, "[not-written]" in result.stderr) == (6, True)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=200)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, st.sampled_from(["## Usage\n", "## FAQs\n", "## Dosage\n#### Children\n", "", "| a |\n|---|\n| "]))
def test_any_text_is_read_or_refused(kit: Kit, text: str, head: str) -> None:
    try:
        source = parse_source(f"---\ntitle: T\n---\n{head}{text}".encode(), "t", "t.md")
    except ContentError:
        return
    monograph = read_monograph(source, kit.rules)
    for variant in ("patient", "clinician"):
        made = make_leaflet(monograph, kit.variant(variant), kit.units, Order("en-US"))
        assert len(made.ledger) == len(monograph.blocks) or made.leaflet is None


def test_a_project_s_own_list_of_fonts_is_the_one_that_draws(tmp_path: Path) -> None:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    own = tmp_path / "content/rules/fonts.toml"
    own.parent.mkdir(parents=True)
    stock = (ROOT / "content/rules/fonts.toml").read_text(encoding="utf-8")
    own.write_text(re.sub(r"folders = \[.*?\]", f'folders = ["{tmp_path}"]', stock, flags=re.DOTALL), encoding="utf-8")
    result = build(ROOT / "content/monographs/metformin.md", tmp_path)
    assert result.returncode == 6
    assert "NotoSans-Regular.ttf" in result.stderr
    folder = Path("/usr/share/fonts")
    own.write_text(re.sub(r"folders = \[.*?\]", f'folders = ["{folder}"]', stock, flags=re.DOTALL), encoding="utf-8")
    assert build(ROOT / "content/monographs/metformin.md", tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("styles/clinician.css", "h1::after { content: ' 731 mg' }"),
        ("templates/parts/gap.html", "<p>Take 731 mg now</p>"),
    ],
)
def test_a_dose_that_only_a_template_brings_stops_the_leaflet(file: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    stock = (ROOT / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(stock + text, encoding="utf-8")
    if file.endswith("gap.html"):
        leaflet = tmp_path / "templates/clinician/leaflet.html"
        leaflet.parent.mkdir(parents=True)
        whole = (ROOT / "templates/clinician/leaflet.html").read_text(encoding="utf-8")
        leaflet.write_text(whole.replace('{% include "parts/head.html" %}', '{% include "parts/head.html" %}\n' + text))
    result = build(ROOT / "content/monographs/metformin.md", tmp_path)
    assert result.returncode == 6
    assert "“731 mg” stands in the finished file and not in its source" in result.stderr


def test_one_bad_file_costs_the_others_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/good.md").write_bytes((ROOT / "content/monographs/metformin.md").read_bytes())
    (tmp_path / "in/odd.md").write_bytes(HEAD + b"Take 1/4-1/2 tablet, <50x10**9/L.\n")
    (tmp_path / os.fsdecode(b"in/bad\xff.md")).write_bytes(HEAD + b"Pain.\n")
    result = build(tmp_path / "in", tmp_path)
    assert result.returncode == 7
    assert "name is not plain text" in result.stderr
    lines = (tmp_path / "out/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["status"] for line in lines) == ["built", "built", "failed"]


def test_a_leaflet_of_what_is_stopped_now_is_taken_away(tmp_path: Path) -> None:
    source = tmp_path / "x.md"
    good = (ROOT / "content/monographs/metformin.md").read_text(encoding="utf-8")
    source.write_text(good, encoding="utf-8")
    command = [sys.executable, "-m", "leaflets", "build", "x.md", "--variant", "patient", "--output", "out"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    old = tmp_path / "out/en-US/patient/x.pdf"
    assert old.is_file()
    source.write_text("---\n: no yaml [\n---\n", encoding="utf-8")
    broken = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (broken.returncode, old.is_file()) == (3, True)
    source.write_text(good.replace("is_banned: false", "is_banned: true"), encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 3
    assert not old.exists()


def test_pipes_and_full_stdout_are_no_bugs() -> None:
    explain = f"{sys.executable} -m leaflets explain content/monographs/metformin.md"
    piped = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {explain} | head -1"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (piped.returncode, "Traceback" in piped.stderr) == (0, False)
    full = subprocess.run(
        ["bash", "-c", f"{explain} > /dev/full"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (full.returncode, "Traceback" in full.stderr) == (6, False), full.stderr
