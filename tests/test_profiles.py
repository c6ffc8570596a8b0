"""What is measured on the finished page is what the styles ask for, and a page that falls short is said to differ."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pikepdf
import pytest
import weasyprint  # type: ignore[import-untyped]

from leaflets.build import build_one
from leaflets.errors import ContentError, PdfError
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.measures import POINT, Measures, contrast_ratio, measure
from leaflets.profiles import KINDS, Profile, Result, Verdict, compare, load_profiles

from .conftest import ROOT

FILE = ROOT / "content/rules/profiles.toml"
TEXT = FILE.read_text(encoding="utf-8")
TOKENS = (ROOT / "styles/tokens.css").read_text(encoding="utf-8")
LARGE = (ROOT / "styles/large-print.css").read_text(encoding="utf-8")
X_HEIGHT = 0.536
"""Of Noto Sans, in parts of the type size."""


@pytest.fixture(scope="module")
def profiles() -> Mapping[str, Profile]:
    return load_profiles(FILE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Measures]:
    """One leaflet for patients in both editions."""
    folder, source = tmp_path_factory.mktemp("profiles"), ROOT / "content/monographs/metformin.md"
    out = {}
    for edition in ("standard", "large-print"):
        outcome = build_one(
            Job(str(source), source.stem, "patient", "en-GB", edition, "a4", str(folder), str(ROOT))
        )  # fmt: skip
        assert outcome.path is not None, [str(problem) for problem in outcome.problems]
        out[edition] = measure((folder / outcome.path).read_bytes())
    return out


def token(css: str, name: str) -> float:
    found = re.search(rf"--{name}: ([\d.]+)", css)
    assert found, name
    return float(found[1])


def small_pdf(body: str, css: str = "", *, tagged: bool = False) -> bytes:
    html = f"""<!doctype html><html lang="en"><title>t</title><style>
        @page {{ size: 100mm 150mm; margin: 11mm 12mm 13mm 14mm }}
        html {{ font: 12pt/20pt "Noto Sans"; color: #000 }} body, p {{ margin: 0 }} {css}</style>{body}</html>"""
    data: bytes = weasyprint.HTML(string=html).write_pdf(pdf_tags=tagged)
    return data


WORDS = "six boxes of wax next to an axis " * 12


def results(
    profile: Profile, data: bytes, sections: Collection[str] = (), grade: float | None = None
) -> dict[str, list[Result]]:
    out: dict[str, list[Result]] = {}
    for result in compare(profile, measure(data), sections, grade):
        out.setdefault(result.measure, []).append(result)
    return out


# --- the project's own leaflets ---


@pytest.mark.parametrize(("edition", "css"), [("standard", TOKENS), ("large-print", LARGE)])
def test_sizes_are_those_of_the_styles(demo: Mapping[str, Measures], edition: str, css: str) -> None:
    found = demo[edition]
    body = token(css, "body")
    assert found.body_pt == pytest.approx(body, abs=0.02)
    assert found.smallest.points == pytest.approx(token(css, "small"), abs=0.02)
    assert found.running_pt == pytest.approx(token(css, "small"), abs=0.02)
    assert found.line_pitch_mm == pytest.approx(body * token(css, "leading") * POINT, abs=0.05)
    assert found.x_height_mm == pytest.approx(body * X_HEIGHT * POINT, abs=0.05)
    assert found.italic_percent == 0


@pytest.mark.parametrize(
    ("edition", "side", "top"), [("standard", 12.0, 9.5), ("large-print", 15.0, 14.0)]
)  # fmt: skip
def test_margins_are_those_of_the_page_rules(
    demo: Mapping[str, Measures], edition: str, side: float, top: float
) -> None:
    margins = demo[edition].margins
    assert demo[edition].running_known
    assert margins.left == pytest.approx(side, abs=0.3)
    assert side - 0.3 <= margins.right <= side + 2  # lines are ragged
    assert top <= margins.top <= top + 3  # the first line's capitals stand below the edge of its line
    # The foot (11 mm from the edge, or less) is not taken for text.
    assert margins.bottom > 13


def test_papers_and_pages(demo: Mapping[str, Measures]) -> None:
    assert demo["standard"].paper_mm == pytest.approx((210, 297), abs=0.1)
    assert demo["standard"].pages < demo["large-print"].pages


def test_contrasts_are_those_of_the_tokens(demo: Mapping[str, Measures]) -> None:
    alarm, pale = (140, 16, 16), (253, 241, 240)
    assert "--alarm: #8c1010" in TOKENS
    assert "--pale-alarm: #fdf1f0" in TOKENS
    lowest = demo["standard"].contrast
    assert lowest is not None
    assert (lowest.text, lowest.ground, lowest.sample) == (alarm, pale, "Get help now")
    assert demo["standard"].contrast_unknown == 0


def test_the_large_edition_against_large_print(profiles: Mapping[str, Profile], demo: Mapping[str, Measures]) -> None:
    told = [r for r in compare(profiles["large-print"], demo["large-print"], (), None) if r.words]
    by_words = {r.words: r.verdict for r in told}
    assert by_words["ideally 18 pt"] is Verdict.MEETS
    standard = compare(profiles["large-print"], demo["standard"], (), None)
    assert {r.words: r.verdict for r in standard}["ideally 18 pt"] is Verdict.DIFFERS


# --- small pages whose figures are known ---


def test_a_known_page_measures_what_it_is() -> None:
    found = measure(small_pdf(f"<p>{WORDS}</p>"))
    assert (found.pages, found.body_pt, found.smallest.points) == (1, 12, 12)
    assert found.paper_mm == pytest.approx((100, 150), abs=0.1)
    assert found.line_pitch_mm == pytest.approx(20 * POINT, abs=0.02)
    assert found.x_height_mm == pytest.approx(12 * X_HEIGHT * POINT, abs=0.05)
    assert found.margins.left == pytest.approx(14, abs=0.4)
    assert 12 <= found.margins.right < 30
    assert found.margins.top == pytest.approx(11, abs=4)
    assert found.contrast is not None
    assert found.contrast.ratio == pytest.approx(21)
    assert found.contrast_large is None
    assert (found.running_pt, found.running_known) == (None, False)


def test_columns_and_bold_words_do_not_change_the_pitch() -> None:
    body = "<div>" + "<p>" + WORDS.replace("wax", "<b>wax</b>") + "</p></div>"
    assert measure(small_pdf(body, "div { columns: 2 }")).line_pitch_mm == pytest.approx(20 * POINT, abs=0.02)


def test_a_running_foot_is_not_text() -> None:
    css = "@page { @bottom-center { content: 'foot'; font: 6pt 'Noto Sans' } }"
    data = small_pdf(f"<p>{WORDS}</p>", css, tagged=True)
    assert measure(data).margins.bottom < 13
    with pikepdf.open(io.BytesIO(data)) as pdf:
        # What pdf/finish.py does to leaflets: the engine itself tags its margin boxes as text.
        stream = pdf.pages[0].Contents.read_bytes()
        head, last, tail = stream.rpartition(b"/Span")
        assert last
        pdf.pages[0].Contents = pdf.make_stream(head + b"/Artifact" + tail)
        out = io.BytesIO()
        pdf.save(out)
    found = measure(out.getvalue())
    assert found.running_pt == pytest.approx(6, abs=0.01)
    assert found.smallest.running
    assert found.margins.bottom > 13


@pytest.mark.parametrize(
    ("css", "ratio"),
    [
        ("p { color: #999 }", contrast_ratio((153,) * 3, (255,) * 3)),
        ("p { color: #fff; background: #777 }", contrast_ratio((255,) * 3, (119,) * 3)),
        ("p { color: #fff; background: #777; border-radius: 3mm }", contrast_ratio((255,) * 3, (119,) * 3)),
        ("p { border: 1pt solid #000; padding: 1mm }", 21),  # a frame is no ground
        ("p { color: rgba(0, 0, 0, 0.4) }", contrast_ratio((153,) * 3, (255,) * 3)),
        ("p { color: #000; background: linear-gradient(#444, #444) }", contrast_ratio((0,) * 3, (68,) * 3)),
    ],
)  # fmt: skip
def test_contrast_is_that_of_text_and_what_lies_below(css: str, ratio: float) -> None:
    found = measure(small_pdf(f"<p>{WORDS}</p>", css)).contrast
    assert found is not None
    assert found.ratio == pytest.approx(ratio, abs=0.1)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast_ratio((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_large_text_has_its_own_contrast() -> None:
    body = f"<p>{WORDS}</p><h1>Large</h1><h2>Bold</h2>"
    found = measure(small_pdf(body, "h1 { font: 18pt 'Noto Sans'; color: #999 } h2 { font-size: 14pt; color: #888 }"))
    assert found.contrast is not None
    assert found.contrast_large is not None
    assert found.contrast.ratio == pytest.approx(21)
    assert found.contrast_large.sample == "Large"


def test_a_script_without_x_has_no_x_height(profiles: Mapping[str, Profile]) -> None:
    told = results(profiles["qrd"], small_pdf("<p>1234 5678</p>"))["x-height of body type"][0]
    assert (told.verdict, told.note) == (Verdict.NOT_MEASURED, "body text has no letter x")


# --- verdicts ---


@pytest.mark.parametrize(
    ("profile", "css", "measure_words", "found", "verdict"),
    [
        ("qrd", "p { font-size: 8pt }", "smallest type", "8 pt", Verdict.DIFFERS),
        ("qrd", "p { font-size: 11pt }", "smallest type", "11 pt", Verdict.MEETS),
        ("qrd", "p { line-height: 8pt }", "line pitch of body text", "2.82 mm", Verdict.DIFFERS),
        ("qrd", "p { color: #999 }", "lowest contrast of text", "2.84:1", Verdict.DIFFERS),
        ("qrd", "@page { margin: 30mm }", "left margin", None, Verdict.MEETS),
        ("qrd", "", "left margin", None, Verdict.DIFFERS),
        ("qrd", "p { font-style: italic }", "italics", "100 % of letters", Verdict.DIFFERS),
        ("medguide", "p { font-size: 9.5pt }", "smallest type", "9.5 pt", Verdict.DIFFERS),
        ("medguide", "", "pages", "1 page", Verdict.MEETS),
        ("large-print", "p { font: 18pt/1.5 Noto Sans }", "line pitch of body text", "1.5 x type size", Verdict.MEETS),
        ("large-print", "p { font-size: 17pt }", "body type", "17 pt", Verdict.DIFFERS),
        ("large-print", "", "paper", "100 × 150 mm", Verdict.DIFFERS),
        ("large-print", "@page { size: A4 }", "paper", "A4", Verdict.MEETS),
    ],
)  # fmt: skip
def test_verdicts(
    profiles: Mapping[str, Profile], profile: str, css: str, measure_words: str, found: str | None, verdict: Verdict
) -> None:
    told = results(profiles[profile], small_pdf(f"<p>{WORDS}</p>", css))[measure_words][0]
    assert told.verdict is verdict
    assert found is None or told.found == found
    assert told.source


def test_the_place_of_what_differs_is_told(profiles: Mapping[str, Profile]) -> None:
    told = results(
        profiles["qrd"],
        small_pdf("<p>Long words</p><small>gray words</small>", "small { font-size: 8pt; color: #999 }"),
    )
    assert told["smallest type"][0].note == "page 1: “gray words”"
    assert "page 1: “gray words”, #999999 on #ffffff" in told["lowest contrast of text"][0].note
    assert "not measured" in told["lowest contrast of text"][0].note
    assert "not tagged" in told["left margin"][0].note


@pytest.mark.parametrize(
    ("grade", "verdicts"),
    [
        (5.9, [Verdict.MEETS, Verdict.MEETS]),
        (7.0, [Verdict.DIFFERS, Verdict.MEETS]),
        (8.1, [Verdict.DIFFERS, Verdict.DIFFERS]),
        (None, [Verdict.NOT_MEASURED, Verdict.NOT_MEASURED]),
    ],
)
def test_grades(profiles: Mapping[str, Profile], grade: float | None, verdicts: list[Verdict]) -> None:
    told = results(profiles["medguide"], small_pdf("<p>Some words</p>"), grade=grade)["reading grade"]
    assert [r.verdict for r in told] == verdicts


def test_headings_and_what_only_a_person_can_judge(profiles: Mapping[str, Profile]) -> None:
    told = results(profiles["qrd"], small_pdf("<p>Some words</p>"), sections=("storing", "tell"))
    assert told["heading “5. How to store X”"][0].verdict is Verdict.MEETS
    assert told["heading “4. Possible side effects”"][0].found == "nothing"
    assert "have no section" in told["heading “6. Contents of the pack and other information”"][0].note
    for profile in profiles.values():
        verdicts = [r.verdict for r in compare(profile, measure(small_pdf("<p>Some words</p>")), (), None)]
        assert verdicts.count(Verdict.PERSON) == len(profile.questions) > 0
        assert verdicts.count(Verdict.NOT_MEASURED) >= len(profile.not_found) > 0


def test_nothing_is_said_to_comply(profiles: Mapping[str, Profile], demo: Mapping[str, Measures]) -> None:
    for profile in profiles.values():
        for result in compare(profile, demo["standard"], ("what_for",), 5.0):
            assert "compl" not in " ".join((result.measure, result.found, result.verdict, result.note)).casefold()


# --- files that cannot be measured ---


def test_no_pdf_and_no_text_and_turned_pages() -> None:
    with pytest.raises(PdfError, match="pdf-unreadable"):
        measure(b"not a PDF")
    with pytest.raises(PdfError, match="pdf-no-text"):
        measure(small_pdf(""))
    with pikepdf.open(io.BytesIO(small_pdf("<p>Some words</p>"))) as pdf:
        pdf.pages[0].rotate(90, relative=True)
        out = io.BytesIO()
        pdf.save(out)
    with pytest.raises(PdfError, match="Page 1 is turned"):
        measure(out.getvalue())


# --- the file of profiles ---


def test_the_four_profiles(profiles: Mapping[str, Profile], kit: Kit) -> None:
    assert list(profiles) == ["qrd", "cmi", "medguide", "large-print"]
    variant = (ROOT / "templates/patient/variant.toml").read_text(encoding="utf-8")
    sections = {*re.findall(r'^id = "(\w+)"', variant, re.MULTILINE), "key"}
    load_profiles(FILE, sections)
    assert {limit.kind for profile in profiles.values() for limit in profile.limits} == set(KINDS)


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("at_least = 9\n", 'at_least = "9"\n', "at_least must be a number", 'id = "qrd-smallest"'),
        ("at_least = 9\n", "at_least = 9\nat_most = 12\n", "needs at_least or at_most", 'id = "qrd-smallest"'),
        ("at_least = 9\n", "", "needs at_least or at_most", 'id = "qrd-smallest"'),
        ('kind = "x_height"', 'kind = "x_hight"', "no such kind 'x_hight'", 'id = "qrd-x-height"'),
        ('at_least = 3\nunit = "mm"', 'at_least = 3\nunit = "pt"', "is measured in 'mm', not 'pt'", 'id = "qrd-pitch"'),
        ('names = ["A4"]', 'names = ["B4"]', "names must be papers", 'id = "large-print-paper"'),
        ('names = ["A4"]', "names = []", "names must be papers", 'id = "large-print-paper"'),
        ('profile = "cmi"', 'profile = "cni"', "there is no profile 'cni'", 'id = "cmi-contrast"'),
        ('id = "cmi-2"', 'id = "cmi-1"', "id 'cmi-1' stands twice", 'id = "cmi-1"'),
        ('sections = ["storing"]', 'sections = ["string"]', "no section 'string'", 'id = "qrd-5"'),
        ('ask = "Is the paper', 'asks = "Is the paper', "unknown key 'asks'", 'id = "qrd-paper-weight"'),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str, at: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    path = tmp_path / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_profiles(path, {"storing", *re.findall(r'"(\w+)"', " ".join(re.findall(r"sections = (.*)", TEXT)))})
    problem = next(p for p in caught.value.problems if said in p.message)
    assert problem.file == str(path)
    assert problem.line == 1 + text[: text.index(at)].count("\n")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    text = TEXT.replace('kind = "x_height"', 'kind = "x"', 1).replace('profile = "cmi"', 'profile = "c"', 1)
    path.write_text(text + "\n[[mesure]]\nid = 3\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_profiles(path)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("text", ["profile = 3\n", "[profile]\nid = 'a'\n", "[[profile]]\nid = 'a'\n", "= 3"])
def test_odd_files_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError):
        load_profiles(path)
