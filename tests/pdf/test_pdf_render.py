"""A rich leaflet through the engine: valid, complete, in order, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import page
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from leaflets.errors import PdfError, TemplateError
from leaflets.pdf import Pdf, check_structure, extract_text, read_identity, render_pdf
from tests.pdf import verapdf
from tests.pdf.sheet import IDENTITY, sheet

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@cache
def rendered(paper: str) -> Pdf:
    return render_pdf(sheet(paper), identity=IDENTITY)


@pytest.mark.parametrize("paper", ["a4", "letter"])
class TestValidity:
    @pytest.mark.parametrize("profile", ["ua1", "3a"])
    def test_page_validation(self, paper: str, profile: str) -> None:
        report = page.validate_pdf_bytes(rendered(paper).data, profile=profile)
        assert report.is_compliant, report.failures

    @pytest.mark.parametrize("profile", ["ua1", "3a"])
    def test_verapdf(self, paper: str, profile: str) -> None:
        if reason := verapdf.why_not():
            pytest.skip(reason)
        assert verapdf.failures(rendered(paper).data, profile) == []

    def test_house_rules(self, paper: str) -> None:
        assert check_structure(rendered(paper).data) == ()

    def test_paper(self, paper: str) -> None:
        document = pypdfium2.PdfDocument(rendered(paper).data)
        sizes = {tuple(round(side) for side in sheet.get_size()) for sheet in document}
        assert sizes == {{"a4": (595, 842), "letter": (612, 792)}[paper]}
        assert len(document) == rendered(paper).pages == 3


def test_identity_is_found_again() -> None:
    assert read_identity(rendered("a4").data) == IDENTITY
    assert read_identity(b"%PDF-1.7 no such thing") is None


def test_strange_identity_and_title_survive() -> None:
    html = sheet(body="<p class=kicker>k</p><h1>Ä & <i>B</i></h1>")
    pdf = render_pdf(html, identity='a<b>&"c" ü \x07 – 日本')
    assert read_identity(pdf.data) == 'a<b>&"c" ü  – 日本'
    assert page.validate_pdf_bytes(pdf.data, profile="3a").is_compliant


_CHILD = """
import hashlib, sys
sys.path.insert(0, {here!r})
from tests.pdf.sheet import IDENTITY, sheet
from leaflets.pdf import render_pdf
for paper in ("letter", "a4"):
    print(hashlib.sha256(render_pdf(sheet(paper), identity=IDENTITY).data).hexdigest())
"""


@pytest.mark.parametrize(
    "circumstances",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "77", "TZ": "America/Lima", "LANGUAGE": "ja", "PANGO_LANGUAGE": "ja:ko", "FC_LANG": "ja"},
        {"PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LC_ALL": "ja_JP.UTF-8", "LC_CTYPE": "zh_TW.UTF-8"},
    ],
)
def test_same_bytes_in_any_process(circumstances: dict[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, **circumstances, "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("FONTCONFIG_FILE", None)
    child = subprocess.run(
        [sys.executable, "-c", _CHILD.format(here=str(ROOT))],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.split() == [hashlib.sha256(rendered(p).data).hexdigest() for p in ("letter", "a4")]


def test_same_bytes_again_in_one_process() -> None:
    render_pdf(sheet("letter", rows=3), identity="another one in between")
    assert render_pdf(sheet("a4"), identity=IDENTITY).data == rendered("a4").data


def test_importing_does_not_load_the_engine() -> None:
    code = "import sys, leaflets.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_stream_ends_ambiguously() -> None:
    """One stream in 256 would: enough leaflets to meet some, in the streams that we pack and those that we do not."""
    for number in range(60):
        html = sheet(body=f'<p class="kicker">k</p><h1>Title {number}</h1><p>{"text " * number}</p>')
        data = render_pdf(html, identity=f"number {number}").data
        assert b"\r\nendstream" not in data
        assert pikepdf.open(io.BytesIO(data)).check_pdf_syntax() == []


class TestText:
    def test_words_are_whole_and_hyphens_stay(self) -> None:
        html = sheet(
            body='<p class="kicker">k</p><h1>T</h1>'
            '<p lang="de" style="width: 30mm">Überempfindlichkeitsreaktionen bei 25-50 mg Wechselwirkungen</p>'
            '<p style="width: 15mm; hyphens: none">anti-inflammatory over-the-counter 2–8 °C</p>'
        )
        text = extract_text(render_pdf(html, identity="x").data)
        assert "Überempfindlichkeitsreaktionen" in text
        assert "Wechselwirkungen" in text
        assert "25-50 mg" in text.replace("\n", " ")
        assert "anti-inflammatory" in text
        assert "over-the-counter" in text

    @pytest.mark.parametrize(
        ("lang", "sentence"),
        [
            ("hi", "दिन में एक बार दवा लें। शर्करा और क्लोनाज़ेपाम 0.25 mg की गोली।"),
            ("bn", "দিনে একবার ওষুধ খান। ক্লোনাজেপাম"),
            ("th", "วันละครั้ง หลังอาหาร น้ำ"),
            ("ta", "ஒரு நாளைக்கு ஒரு முறை கொடு"),
            ("ru", "Принимать один раз в день ≥ 5 мг"),
            ("zh-Hans", "每天一次，饭后服用"),
            ("vi", "Uống một lần mỗi ngày"),
            ("he", "פעם אחת ביום"),
        ],
    )
    def test_every_script_can_be_copied(self, lang: str, sentence: str) -> None:
        html = sheet(body=f'<p class="kicker">k</p><h1>T</h1><p lang="{lang}">{sentence}</p>')
        pdf = render_pdf(html, identity="x")
        assert sentence in extract_text(pdf.data)
        assert page.validate_pdf_bytes(pdf.data, profile="ua1").is_compliant


class TestComplaints:
    def test_missing_glyph_names_the_characters(self) -> None:
        with pytest.raises(PdfError) as caught:
            render_pdf(sheet(body="<h1>T</h1><p>Linear A: \U00010600, and \ue000</p>"), identity="x")
        (problem,) = caught.value.problems
        assert problem.rule == "missing-glyph"
        assert "U+10600" in problem.message
        assert "U+E000" in problem.message

    def test_unknown_css_is_the_templates_fault(self, tmp_path: Path) -> None:
        style = tmp_path / "bad.css"
        style.write_text("p { color: red }\np { colour: red }\n")
        for _ in range(2):  # not forgotten with the first time
            with pytest.raises(TemplateError) as caught:
                render_pdf(sheet(body="<h1>T</h1>", style=style), identity="x")
            (problem,) = caught.value.problems
            assert (problem.rule, problem.file, problem.line) == ("engine-warning", str(style), 2)

    def test_style_sheet_that_was_mended_is_read_again(self, tmp_path: Path) -> None:
        style = tmp_path / "one.css"
        style.write_text("@page { size: letter }")
        html = sheet(body="<h1>T</h1>", style=style)
        first = render_pdf(html, identity="x")
        style.write_text("@page { size: 210mm 297mm }")
        assert render_pdf(html, identity="x").data != first.data

    def test_missing_style_sheet(self) -> None:
        with pytest.raises(TemplateError, match="style-missing"):
            render_pdf(sheet(body="<h1>T</h1>", style=HERE / "none.css"), identity="x")

    def test_picture_without_words(self) -> None:
        with pytest.raises(TemplateError, match="figure-alt"):
            render_pdf(
                sheet(body='<h1>T</h1><svg viewBox="0 0 1 1" width="5"><path d="M0 0h1v1z"/></svg>'), identity="x"
            )

    def test_translucent_box(self) -> None:
        with pytest.raises(TemplateError, match="tag-group"):
            render_pdf(sheet(body='<h1>T</h1><p style="opacity: 0.5">Pale</p>'), identity="x")

    @pytest.mark.parametrize(
        ("body", "rule"),
        [
            ("<h1>T</h1><li>alone", "list-item"),
            ('<p class="kicker"><a href="https://a.example/">k</a></p><h1>T</h1>', "link-silent"),
            ('<h1>T</h1><p><a href="https://a.example/" style="padding: 9mm">&nbsp;</a></p>', "link-text"),
        ],
    )
    def test_what_cannot_be_read_out(self, body: str, rule: str) -> None:
        with pytest.raises(TemplateError, match=rule):
            render_pdf(sheet(body=body), identity="x")

    def test_crash_of_the_engine_is_a_problem(self) -> None:
        # WeasyPrint 70.0 stops with a TypeError on markers outside of the text (its issue 2918).
        css = "li { list-style: disc outside } li::marker { content: '!' }"
        with pytest.raises(PdfError, match="engine-crash"):
            render_pdf(sheet(body="<h1>T</h1><ul><li>a</ul>", css=css), identity="x")
