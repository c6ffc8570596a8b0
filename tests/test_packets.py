"""Several medicines of one patient as one handout: whole, for one person, and nothing of it anywhere else."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest

from leaflets.copies import Shop
from leaflets.jobs import Job
from leaflets.packets import forget_bases
from leaflets.passport import read_packet
from leaflets.pdf import check_structure, extract_text

from .conftest import ROOT
from .pdf import verapdf
from .test_copies import run

NAME = "Zoë Müller-Ångström"
HEAD = ["monograph", "patient", "directions", "quantity", "prescriber", "number", "date", "output", "packet"]
ARABIC, HINDI = "خذ قرصًا واحدًا كل صباح مع الماء.", "सुबह और शाम भोजन के बाद गोली लें।"
LONG = "\n".join(
    f"Week {week}: take {week} tablets in the morning with a glass of water and write it down." for week in range(1, 9)
)
ROWS = [
    ["metformin", NAME, "Take 1 tablet in the morning and 1 tablet in the evening.", "60 tablets", "Dr. Ortiz", "Rx 1",
     "23 Nov 2026", "", "six"],
    ["salbutamol", NAME, "2 puffs when needed, at most 8 puffs in 24 hours", "1 inhaler", "Dr. Ortiz", "Rx 2",
     "23 Nov 2026", "", "six"],
    ["paracetamol", NAME, LONG, "", "Dr. Ortiz", "Rx 3", "23 Nov 2026", "", "six"],
    ["amlodipine", NAME, ARABIC, "", "Dr. Li", "Rx 4", "23 Nov 2026", "", "six"],
    ["ibuprofen", NAME, HINDI, "", "Dr. Ortiz", "Rx 5", "23 Nov 2026", "", "six"],
    ["co-codamol", NAME, "1-0-1", "", "Dr. Ortiz", "Rx 6", "23 Nov 2026", "", "six"],
    ["metformin", "Second Person", "Take with food.", "", "", "", "", "", ""],
    ["metformin", "Third Person", "", "", "", "", "", "ward/17", "two"],
    ["salbutamol", "Third Person", "Sesquipedalian first.", "", "", "", "", "", "two"],
]  # fmt: skip
STORAGE = "\n## Storage\n\n- Store it in a dry place.\n- Do not freeze it.\n"


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *rows])


def make_project(folder: Path) -> Path:
    (folder / "content/monographs").mkdir(parents=True)
    (folder / "content/rules").mkdir()
    (folder / "leaflets.toml").write_text("[site]\nname = 'Corner Pharmacy'\nphone = '555 0100'\n", encoding="utf-8")
    for path in (ROOT / "content/monographs").glob("*.md"):
        shutil.copy(path, folder / "content/monographs")
    text = (ROOT / "content/monographs/paracetamol.md").read_text(encoding="utf-8")
    combined = text.replace("title: Paracetamol", "title: Codeine + Acetaminophen", 1)
    assert combined != text
    (folder / "content/monographs/co-codamol.md").write_text(combined, encoding="utf-8")
    rules = (ROOT / "content/rules/directions.toml").read_text(encoding="utf-8")
    reviewed = rules.replace('by = ""', 'by = "R. Example"', 1).replace('date = ""', 'date = "2026-11-23"', 1)
    (folder / "content/rules/directions.toml").write_text(reviewed, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    project = make_project(tmp_path_factory.mktemp("project"))
    write(project / "today.csv", ROWS)
    return project, run(project, "copies", "today.csv", "--merge", "today.pdf", "--separators", "--json")


def lines(project: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (project / "copies/manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def first_page(path: Path) -> str:
    """Its text, as far as the first leaflet."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        end = places[outline.root[1].destination[0].objgen]  # type: ignore[index]
    return " ".join(" ".join(extract_text(path.read_bytes()).split("\f")[:end]).split())


SIX = "copies/00001-packet.patient.en-US.pdf"


def test_a_packet_is_one_file_and_its_rows_say_so(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, result = printed
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["built"] == 9
    found = lines(project)
    assert [line["path"] for line in found] == [
        *["00001-packet.patient.en-US.pdf"] * 6, "00007-metformin.patient.en-US.pdf", *["ward/17.pdf"] * 2
    ]  # fmt: skip
    assert [line.get("packet") for line in found] == [[1, 2, 3, 4, 5, 6]] * 6 + [None] + [[8, 9]] * 2
    assert [line["slug"] for line in found][:2] == ["metformin", "salbutamol"]
    rules = [[problem["rule"] for problem in line["problems"]] for line in found]  # type: ignore[attr-defined]
    assert ["label-elsewhere" in found for found in rules] == [False, False, True, *[False] * 6]


def test_the_first_page_says_everything(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = printed
    text = first_page(project / SIX)
    said = [NAME, "Corner Pharmacy", "23 Nov 2026", "Prescriber: Dr. Li", "No.: Rx 6", "Quantity: 60 tablets"]
    said += [row[2] for row in ROWS[:6] if row[2] != ARABIC]
    said += [str(line["code"]) for line in lines(project)[:6]]
    for wanted in said:
        assert " ".join(wanted.split()) in text, wanted
    # Marks above letters come out of a PDF beside them.
    assert all(word in text for word in re.findall("[\u0621-\u064a]+", ARABIC))
    assert "Sample – not for treatment. Draft – not reviewed by a pharmacist" in text
    other = first_page(project / "copies/ward/17.pdf")
    assert "No directions are written here. Ask your pharmacist how to take it." in other
    assert NAME not in other


def test_the_day_grid_shows_what_is_understood_and_the_rest_as_written(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = printed
    text = first_page(project / SIX)
    day, below = text.split("Your day")[1].split("Not in this table. Take as written:")
    assert day.split("Bedtime")[1].split() == ["1", "Metformin", "1", "tablet", "1", "tablet"]
    for wanted in ("2 Salbutamol", "6 Codeine + Acetaminophen", "1-0-1", " ".join(LONG.split()), HINDI):
        assert wanted in below
    # Nothing that the table knows: no grid, and nothing said twice.
    assert "Your day" not in first_page(project / "copies/ward/17.pdf")


def test_a_table_that_nobody_has_reviewed_draws_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    shutil.rmtree(project / "content/rules")
    write(project / "today.csv", ROWS[:2])
    assert run(project, "copies", "today.csv").returncode == 0
    text = first_page(project / SIX)
    assert "Your day" not in text
    assert ROWS[0][2] in text


def test_the_same_ingredient_twice_is_told(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = printed
    text = first_page(project / SIX)
    assert "Paracetamol is in more than one of these medicines: 3 Paracetamol and 6 Codeine + Acetaminophen." in text
    assert "The same ingredient twice" not in first_page(project / "copies/ward/17.pdf")


def test_each_leaflet_follows_whole_on_a_front_side_with_its_label(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = printed
    pages = [" ".join(page.split()) for page in extract_text((project / SIX).read_bytes()).split("\f")]
    starts = [n for n, page in enumerate(pages) if f"For: {NAME}" in page or "For: Zoë" in page]
    assert len(starts) == 7
    assert all(start % 2 == 0 for start in starts)
    for line, start in zip(lines(project)[:6], starts[1:], strict=True):
        assert str(line["code"]).replace("-", "") in pages[start].replace("-", "").replace(" ", "")
    assert "See the first page of this packet." in pages[starts[3]]
    with pikepdf.open(project / SIX) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [
            "Your medicines", "Metformin", "Salbutamol", "Paracetamol", "Amlodipine", "Ibuprofen",
            "Codeine + Acetaminophen",
        ]  # fmt: skip
        assert "Zoë" not in str(pdf.docinfo.get("/Title"))


def test_packets_are_accessible_and_archivable(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = printed
    for path, count in ((SIX, 7), ("copies/ward/17.pdf", 3)):
        data = (project / path).read_bytes()
        assert check_structure(data, count) == ()
        if not verapdf.why_not():
            assert verapdf.failures(data, "ua1") == verapdf.failures(data, "3a") == []


def test_the_print_file_has_each_packet_once(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = printed
    with pikepdf.open(project / "today.pdf") as pdf:
        count = len(pdf.pages)
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles[1::2] == [
        "1. Packet: Metformin, Salbutamol, Paracetamol, Amlodipine, Ibuprofen, Codeine + Acetaminophen",
        "7. Metformin",
        "8. Packet: Metformin, Salbutamol",
    ]
    sheets = 0
    for path in (SIX, "copies/00007-metformin.patient.en-US.pdf", "copies/ward/17.pdf"):
        with pikepdf.open(project / path) as pdf:
            sheets += len(pdf.pages) + len(pdf.pages) % 2 + 2
    assert count in (sheets, sheets - 1)


def test_what_it_says_is_nowhere_else(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, result = printed
    copies = {project / "copies" / str(line["path"]) for line in lines(project)}
    for path in (project / "copies").rglob("*"):
        assert "Zoë" not in path.name
        if path.is_file() and path not in copies:
            data = path.read_bytes()
            for word in ("Zoë", "Ångström", "Person", "Ortiz", "1-0-1", "Sesquip"):
                assert word.encode() not in data, path
                assert path.suffix != ".pdf" or word not in extract_text(data)
    assert not any(word in result.stderr + result.stdout for word in ("Zoë", "Person", "Ortiz"))


def test_verify_and_recall_speak_of_each_leaflet(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    packet = read_packet((project / SIX).read_bytes(), SIX)
    assert packet is not None
    assert [leaflet.code for leaflet in packet[1]] == [line["code"] for line in lines(project)[:6]]
    assert [leaflet.base for leaflet in packet[1]] == [line["base_sha256"] for line in lines(project)[:6]]
    said = run(project, "verify", SIX)
    assert said.returncode == 0
    assert said.stdout.splitlines()[0].split()[0] == "current"
    assert [line.split()[0] for line in said.stdout.splitlines()[1:]] == ["current"] * 6
    source = project / "content/monographs/salbutamol.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nA last word.\n", encoding="utf-8")
    (project / "content/monographs/ibuprofen.md").unlink()
    verdict = json.loads(run(project, "verify", SIX, "--json").stdout)
    assert (verdict["state"], [leaflet["state"] for leaflet in verdict["leaflets"]]) == (
        "stale", ["current", "stale", "current", "current", "unknown", "current"]
    )  # fmt: skip
    assert verdict["leaflets"][1]["path"] == lines(project)[1]["code"]
    recalled = run(project, "recall", "salbutamol", "--manifest", "copies").stdout
    assert "00001-packet.patient.en-US.pdf" in recalled
    assert "17.pdf" in recalled
    data = bytearray((project / SIX).read_bytes())
    data[len(data) // 2] ^= 1
    (project / SIX).write_bytes(data)
    result = run(project, "verify", SIX)
    assert (result.returncode, result.stdout.split()[0]) == (6, "altered")


def test_what_is_up_to_date_is_not_made_again(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    whole = (project / SIX).read_bytes()
    code = (
        "import sys\nfrom leaflets.cli import main\ntry:\n    main(['copies', 'today.csv', '--json'])\n"
        "except SystemExit:\n    pass\nprint(sorted({'weasyprint'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    said, loaded = result.stdout.splitlines()
    assert (json.loads(said)["built"], json.loads(said)["cached"], loaded) == (0, 9, "[]")
    # A change of one patient's directions makes that packet anew; the same input gives the same bytes.
    (project / SIX).unlink()
    rows = [list(row) for row in ROWS]
    rows[8][2] = "Sesquipedalian well first."
    write(project / "today.csv", rows)
    said = json.loads(run(project, "copies", "today.csv", "--json").stdout)
    assert (said["built"], said["cached"]) == (8, 1)
    assert (project / SIX).read_bytes() == whole
    assert "Sesquipedalian well first." in first_page(project / "copies/ward/17.pdf")


def test_a_packet_without_one_of_its_leaflets_is_not_printed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    rows = [list(row) for row in ROWS[:3]] + [["rofecoxib", *ROWS[0][1:]], ROWS[6]]
    write(project / "today.csv", rows)
    result = run(project, "copies", "today.csv", "--json")
    assert result.returncode == 7
    assert (json.loads(result.stdout)["built"], json.loads(result.stdout)["failed"]) == (1, 4)
    assert "today.csv:12: error: row 5: the leaflet for this row is not made" in result.stderr
    assert result.stderr.count("another leaflet of its packet is not made") == 3
    assert [path.name for path in (project / "copies").glob("*.pdf")] == ["00005-metformin.patient.en-US.pdf"]


def test_a_sign_that_no_font_has_is_told_without_the_text_around_it(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    rows = [list(row) for row in ROWS[:2]]
    rows[0][2] = "Secretly take \U000131f5 daily"
    write(project / "today.csv", rows)
    result = run(project, "copies", "today.csv")
    assert result.returncode == 7
    assert "U+131F5" in result.stderr
    assert "Secretly" not in result.stderr
    assert "\U000131f5" not in result.stderr + (project / "copies/manifest.jsonl").read_text(encoding="utf-8")


def explained(project: Path, part: int, slug: str) -> dict[str, dict[str, str | None]]:
    """The ledger that rides inside a packet, by text."""
    with pikepdf.open(project / SIX) as pdf:
        account = json.loads(pdf.attachments[f"{part}-ledger.json"].get_file().read_bytes())
    assert account["source"] == f"{slug}.md"
    return {block["text"]: block for block in account["blocks"]}


def test_advice_that_all_give_word_for_word_is_given_once(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    slugs = ["metformin", "salbutamol", "amlodipine"]
    for slug in slugs:
        path = project / f"content/monographs/{slug}.md"
        more = "- Keep it upright.\n" if slug == "salbutamol" else ""
        path.write_text(path.read_text(encoding="utf-8") + STORAGE + more, encoding="utf-8")
    write(project / "today.csv", [[slug, *row[1:]] for slug, row in zip(slugs, ROWS, strict=False)] + ROWS[6:7])
    result = run(project, "copies", "today.csv", "--json")
    assert json.loads(result.stdout)["failed"] == 0, result.stderr
    pages = extract_text((project / SIX).read_bytes()).split("\f")
    text = " ".join(" ".join(pages).split())
    assert text.count("Store it in a dry place.") == 1
    assert "Store it in a dry place." in first_page(project / SIX).split("The same for all of these medicines")[1]
    # What warns stays in each of them, and what only one of them says stays there.
    assert text.count("Do not freeze it.") == 3
    assert text.count("Keep it upright.") == 1
    assert text.count("Said once for all medicines of this packet, on its first page: how to store it.") == 3
    for part, slug in enumerate(slugs, 2):
        entry = explained(project, part, slug)["Store it in a dry place."]
        assert (entry["fate"], entry["rule"]) == ("omitted", "packet-shared-storage")
        assert entry["shown_text"] is None
        assert "first page of the packet" in str(entry["reason"])
    # A copy of its own says it itself.
    alone = extract_text((project / "copies/00004-metformin.patient.en-US.pdf").read_bytes())
    assert "Store it in a dry place." in " ".join(alone.split())
    assert run(project, "verify", SIX).stdout.split()[0] == "current", run(project, "verify", SIX).stdout
    if not verapdf.why_not():
        assert verapdf.failures((project / SIX).read_bytes(), "ua1") == []
    # Once one of them says it otherwise, each says it itself.
    path = project / "content/monographs/amlodipine.md"
    path.write_text(path.read_text(encoding="utf-8").replace("in a dry place", "in a cool place"), encoding="utf-8")
    assert json.loads(run(project, "copies", "today.csv", "--json").stdout)["built"] == 3
    text = " ".join(extract_text((project / SIX).read_bytes()).split())
    assert (text.count("in a dry place."), text.count("in a cool place.")) == (2, 1)
    assert "The same for all of these medicines" not in text


def test_the_cache_of_their_leaflets_is_bounded(tmp_path: Path) -> None:
    shop = Shop(tmp_path, tmp_path, {}, {})
    for number in range(230):
        folder = tmp_path / f".leaflets/bases/a4-2-{number:010x}"
        folder.mkdir(parents=True)
        os.utime(folder, ns=(number, number))
    (tmp_path / ".leaflets/bases/a4-2").mkdir()
    used = Job("s", "s", "patient", "en-US", "standard", "a4", str(tmp_path / f".leaflets/bases/a4-2-{0:010x}"), "")
    assert forget_bases(shop, [used]) == 30
    left = sorted(path.name for path in (tmp_path / ".leaflets/bases").iterdir())
    assert left == ["a4-2", f"a4-2-{0:010x}", *(f"a4-2-{number:010x}" for number in range(31, 230))]


def test_a_clinicians_packet_leaves_nothing_to_its_first_page(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for slug in ("metformin", "salbutamol"):
        path = project / f"content/monographs/{slug}.md"
        path.write_text(path.read_text(encoding="utf-8") + STORAGE, encoding="utf-8")
    write(project / "today.csv", ROWS[:2])
    assert run(project, "copies", "today.csv", "--variant", "clinician").returncode == 0
    (path,) = (project / "copies").glob("*packet.clinician*.pdf")
    assert " ".join(extract_text(path.read_bytes()).split()).count("Store it in a dry place.") == 2


def test_killed_at_any_moment_no_packet_is_torn(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    wanted = {path: (project / path).read_bytes() for path in (SIX, "copies/ward/17.pdf")}
    for number in range(8):
        for path in (*wanted, "copies/manifest.jsonl"):
            (project / path).unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "leaflets", "copies", "today.csv", "--merge", "today.pdf"], cwd=project,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.6 + 0.25 * number)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for path, data in wanted.items():
            assert not (project / path).exists() or (project / path).read_bytes() == data
        for line in lines(project) if (project / "copies/manifest.jsonl").exists() else ():
            data = (project / "copies" / str(line["path"])).read_bytes()
            assert hashlib.sha256(data).hexdigest() == line["sha256"]
    assert run(project, "copies", "today.csv", "--merge", "today.pdf").returncode == 0
    assert {path: (project / path).read_bytes() for path in wanted} == wanted
    assert list(project.rglob("*.part")) == []
