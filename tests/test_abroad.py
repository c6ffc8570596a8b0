"""Leaflets in other languages: translated headings, English content in boxes or not at all, lines of two directions."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops

from leaflets.assets import INTERFACE
from leaflets.build import build_one
from leaflets.cli import main
from leaflets.direction import first_strong, isolated, ltr_runs
from leaflets.errors import ExitCode
from leaflets.html import Html, render_html
from leaflets.interface import Interface
from leaflets.jobs import Job, Outcome
from leaflets.kit import Kit
from leaflets.leaflet import Leaflet, Line, Node, Span
from leaflets.locales import default_paper, language_of
from leaflets.pdf import logical_text, render_pdf
from leaflets.site import Site

from .conftest import ROOT, demo_files
from .contact_sheet import LOCALES
from .test_html import draw, everything

ABROAD = [tag for tag in LOCALES if language_of(tag) != "en"]
BODY = """## Usage
Testamol treats pain.

## Dosage
### Standard Dosage
#### Adults
* **Usual dose:** Take 25-50 mg every 6 hours, at most 4,000 mg/day.
* **Kidneys:** <30 mL/min: 25 mg (Testamol XR).

## Contraindications
* Allergy to testamol
"""
BLOCKS = (
    "Testamol treats pain.",
    "Usual dose: Take 25-50 mg every 6 hours, at most 4,000 mg/day.",
    "Kidneys: <30 mL/min: 25 mg (Testamol XR).",
    "Allergy to testamol",
)
ARABIC = (
    "يعالج Testamol الألم.",
    "**الجرعة المعتادة:** خذ 25 إلى 50 ملغ كل 6 ساعات، بحد أقصى 4,000 ملغ في اليوم.",
    "**الكلى:** أقل من 30 مل في الدقيقة: 25 ملغ (Testamol XR).",
    "حساسية من testamol",
)
URDU = (
    "Testamol درد کا علاج کرتی ہے۔",
    "**عام خوراک:** ہر 6 گھنٹے بعد 25 سے 50 ملی گرام لیں، زیادہ سے زیادہ 4,000 ملی گرام فی دن۔",
    "**گردے:** <30 mL/min: 25 ملی گرام (Testamol XR)۔",
    "testamol سے الرجی",
)


def build(source: Path, tag: str, output: Path, **more: object) -> Outcome:
    job = Job(
        str(source), source.stem, "patient", tag, "standard", default_paper(tag), str(output), str(ROOT),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return build_one(job)


@pytest.fixture
def testamol(tmp_path: Path) -> Callable[..., Path]:
    """A monograph, and its translation of some of its blocks, in a folder of its own."""

    def make(language: str = "", texts: tuple[str, ...] = ()) -> Path:
        source = tmp_path / "content" / "monographs" / "testamol.md"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(f"---\ntitle: Testamol\nis_banned: false\n---\n{BODY}", encoding="utf-8")
        if language:
            catalogue = polib.POFile()
            catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": language}
            catalogue.append(polib.POEntry(msgctxt="patient/title", msgid="Testamol", msgstr="Testamol"))
            for block, text in zip(BLOCKS, texts, strict=False):
                catalogue.append(polib.POEntry(msgctxt="patient", msgid=block, msgstr=text))
            folder = tmp_path / "content" / "locale" / language
            folder.mkdir(parents=True)
            catalogue.save(str(folder / "testamol.po"))
        return source

    return make


@pytest.mark.parametrize("tag", ABROAD)
def test_every_demo_monograph_is_drawn_in_every_locale(tag: str, tmp_path: Path) -> None:
    """HTML of all of them, and one as a PDF with all of its checks: structure, text, glyphs."""
    for source in demo_files():
        if source.stem != "rofecoxib":
            assert build(source, tag, tmp_path, draft=True, format="html").status == "built", source
    # Nobody has translated this one.
    outcome = build(ROOT / "content/monographs/salbutamol.md", tag, tmp_path, draft=True)
    assert (outcome.status, outcome.problems) == ("built", outcome.problems)
    assert outcome.draft
    html = (tmp_path / tag / "patient" / "salbutamol.html").read_text(encoding="utf-8")
    assert f'<html lang="{tag}" dir="' in html
    assert '<div class="foreign" lang="en" dir="ltr">' in html
    assert "[en]" not in html
    assert "Draft – translation not reviewed" in html
    assert lowest(tmp_path / (outcome.path or "")) > 5


def lowest(pdf: Path) -> float:
    """How far above the lower edge of its page the last line of a leaflet ends, in millimeters."""
    with pdfium.PdfDocument(pdf) as document:
        texts = [page.get_textpage() for page in document]
        bottoms = [text.get_rect(number)[1] for text in texts for number in range(text.count_rects())]
    return float(min(bottoms)) / 72 * 25.4


@pytest.mark.parametrize(
    ("tag", "beside"),
    [("ur-PK", ""), ("ur-PK", "en-US"), ("ar-EG", "en-US"), ("te-IN", ""), ("ta-IN", ""), ("ja-JP", "")],
)
def test_the_foot_of_large_print_lies_on_the_paper(tag: str, beside: str, tmp_path: Path) -> None:
    """With the longest name of the demo monographs. Printers leave out the outer millimeters of a sheet."""
    source = ROOT / "content/monographs/losartan-hydrochlorothiazide.md"
    job = Job(
        str(source), source.stem, "patient", tag, "large-print", "a4", str(tmp_path), str(ROOT), draft=True,
        bilingual=beside,
    )  # fmt: skip
    outcome = build_one(job)
    assert outcome.status == "built", outcome.problems
    assert lowest(tmp_path / (outcome.path or "")) > 5


@pytest.mark.parametrize("edition", ["standard", "large-print"])
@pytest.mark.parametrize("tag", ABROAD)
def test_the_foot_lies_on_the_paper_whatever_its_digests(
    tag: str, edition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last line changes with every change of the program: here with the widest of its letters."""
    monkeypatch.setattr("leaflets.fitting.build_identity", lambda kit, job: "dddddddddd")
    source = ROOT / "content/monographs/losartan-hydrochlorothiazide.md"
    job = Job(str(source), source.stem, "patient", tag, edition, "a4", str(tmp_path), str(ROOT), draft=True)
    outcome = build_one(job)
    assert outcome.status == "built", outcome.problems
    assert lowest(tmp_path / (outcome.path or "")) > 5


def highest(pdf: Path) -> float:
    """How far below the upper edge of its page the first line of a leaflet begins, in millimeters."""
    with pdfium.PdfDocument(pdf) as document:
        tops = [
            page.get_height() - text.get_rect(number)[3]
            for page in document
            for text in (page.get_textpage(),)
            for number in range(text.count_rects())
        ]
    return float(min(tops)) / 72 * 25.4


@pytest.mark.parametrize("tag", ["ta-IN", "te-IN", "th-TH", "ur-PK"])
def test_a_head_of_two_tall_lines_lies_on_the_paper(tag: str, tmp_path: Path) -> None:
    source = ROOT / "content/monographs/losartan-hydrochlorothiazide.md"
    job = Job(
        str(source), source.stem, "clinician", tag, "large-print", "a4", str(tmp_path), str(ROOT), draft=True
    )  # fmt: skip
    outcome = build_one(job)
    assert outcome.status == "built", outcome.problems
    assert highest(tmp_path / (outcome.path or "")) > 4


def test_what_lies_outside_the_paper_stops_the_leaflet(tmp_path: Path) -> None:
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "patient.css").write_text(
        (ROOT / "styles/patient.css").read_text() + "@page { @bottom-left { padding-top: 30mm } }", encoding="utf-8"
    )
    source = ROOT / "content/monographs/paracetamol.md"
    job = Job(str(source), source.stem, "patient", "en-US", "standard", "a4", str(tmp_path / "o"), str(tmp_path))
    outcome = build_one(job)
    assert (outcome.code, outcome.path) == (ExitCode.PDF, None)
    assert {problem.rule for problem in outcome.problems if problem.severity.value == "error"} == {"off-page"}


def test_the_withdrawn_monograph_warns_in_the_reader_s_language(tmp_path: Path) -> None:
    source = ROOT / "content/monographs/rofecoxib.md"
    job = Job(
        str(source), "rofecoxib", "clinician", "de-DE", "standard", "a4", str(tmp_path), str(ROOT), "html", draft=True
    )
    assert build_one(job).status == "built"
    text = (tmp_path / "de-DE/clinician/rofecoxib.html").read_text(encoding="utf-8")
    assert "Vom Hersteller weltweit vom Markt genommen: Herzinfarkte und Schlaganfälle." in text
    assert '<p class="quote" lang="en" dir="ltr">' in text


def test_what_is_not_translated_is_refused(tmp_path: Path, testamol: Callable[..., Path]) -> None:
    outcome = build(testamol("de", ("Testamol lindert Schmerzen.",)), "de-DE", tmp_path / "out")
    assert (outcome.status, outcome.code) == ("failed", ExitCode.TRANSLATION)
    (problem,) = (problem for problem in outcome.problems if problem.rule == "translation-missing")
    assert "3 of 4 blocks have no translation in de-DE" in problem.message
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_a_draft_marks_what_is_not_translated(tmp_path: Path, testamol: Callable[..., Path]) -> None:
    source = testamol(
        "de",
        ("Testamol lindert Schmerzen.", "**Übliche Dosis:** 25–50 mg alle 6 Stunden, höchstens 4\u202f000 mg/Tag."),
    )
    assert build(source, "de-DE", tmp_path / "out", draft=True, format="html").status == "built"
    text = (tmp_path / "out/de-DE/patient/testamol.html").read_text(encoding="utf-8")
    assert "2 Teile dieses Merkblatts sind noch nicht übersetzt." in text
    assert "Gepunktete Linie am Rand: Diesen Teil hat noch niemand geprüft." in text
    assert '<p class="unsure">Testamol lindert Schmerzen.</p>' in text
    # A list with both: the item that is English says so itself.
    assert re.search(r'<li class="foreign" lang="en" dir="ltr">.*Kidneys', text)
    assert re.search(r'<span class="q" dir="ltr">25–50\u00a0mg</span>', text)
    assert '<span class="q" dir="ltr">4\u202f000\u00a0mg/Tag</span>' in text


def test_strict_refuses_drafts(tmp_path: Path, testamol: Callable[..., Path]) -> None:
    source = testamol("ar", ARABIC)
    assert build(source, "ar-EG", tmp_path / "out").status == "built"
    outcome = build(source, "ar-EG", tmp_path / "out", strict=True)
    assert (outcome.code, outcome.problems[0].rule) == (ExitCode.TRANSLATION, "not-approved")


def test_words_that_a_locale_lacks_are_refused_or_marked(tmp_path: Path, kit: Kit) -> None:
    """A variant of one's own, whose words nobody has translated."""
    for name in ("variant.toml", "leaflet.html"):
        text = (ROOT / "templates/patient" / name).read_text(encoding="utf-8")
        target = tmp_path / "templates/carer" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            text.replace("Read this first", "For carers").replace("for patients", "for carers"), encoding="utf-8"
        )
    source = ROOT / "content/monographs/paracetamol.md"
    job = Job(str(source), "paracetamol", "carer", "ar-EG", "standard", "a4", str(tmp_path / "o"), str(tmp_path))
    outcome = build_one(job)
    assert outcome.code is ExitCode.TRANSLATION
    assert "2 of the leaflet's own words have no text in ar-EG" in outcome.problems[0].message
    drawn = build_one(Job(**{**{f: getattr(job, f) for f in job.__slots__}, "draft": True, "format": "html"}))
    assert drawn.status == "built"
    text = (tmp_path / "o/ar-EG/carer/paracetamol.html").read_text(encoding="utf-8")
    assert '<span lang="en" dir="ltr">[en] Information for carers</span>' in text


@pytest.mark.parametrize(("tag", "texts"), [("ar-EG", ARABIC), ("ur-PK", URDU)])
def test_a_translated_leaflet_from_right_to_left_is_whole(
    tag: str, texts: tuple[str, ...], tmp_path: Path, testamol: Callable[..., Path]
) -> None:
    outcome = build(testamol(language_of(tag), texts), tag, tmp_path / "out")
    assert outcome.status == "built", outcome.problems
    data = (tmp_path / "out" / (outcome.path or "")).read_bytes()
    said = " ".join(logical_text(data).split())
    for text in texts:
        for word in re.findall(r"[^\W\d_]{3,}", text.replace("*", "")):
            assert word in said, word


def test_a_lost_word_from_right_to_left_is_found(
    tmp_path: Path, testamol: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof must be able to fail: a style that hides an item."""
    source = testamol("ar", ARABIC)
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "patient.css").write_text(
        (ROOT / "styles/patient.css").read_text() + "li { display: none }", encoding="utf-8"
    )
    job = Job(str(source), "testamol", "patient", "ar-EG", "standard", "a4", str(tmp_path / "o"), str(tmp_path))
    outcome = build_one(job)
    assert {problem.rule for problem in outcome.problems if problem.severity.value == "error"} == {"pdf-lost"}


def test_a_letter_that_no_font_has_stops_the_leaflet(tmp_path: Path) -> None:
    own = tmp_path / "content/locale/hi" / INTERFACE
    own.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n > 1);"}
    catalogue.append(polib.POEntry(msgid="Most important", msgstr="\u0f40\u0f0b"))  # Tibetan
    catalogue.save(str(own))
    source = ROOT / "content/monographs/paracetamol.md"
    job = Job(
        str(source), "paracetamol", "patient", "hi-IN", "standard", "a4", str(tmp_path / "o"), str(tmp_path), draft=True
    )
    outcome = build_one(job)
    assert (outcome.code, outcome.path) == (ExitCode.PDF, None)
    assert any(problem.rule == "missing-glyph" and "0F40" in problem.message for problem in outcome.problems)


def test_the_commands_say_what_they_refuse(tmp_path: Path) -> None:
    salbutamol = str(ROOT / "content/monographs/salbutamol.md")
    run = CliRunner().invoke
    missing = run(main, ["build", salbutamol, "--locale", "de-DE", "--output", str(tmp_path)])
    assert missing.exit_code == ExitCode.TRANSLATION
    assert "have no translation in de-DE" in missing.stderr
    unknown = run(main, ["build", salbutamol, "--locale", "sw-TZ", "--output", str(tmp_path)])
    assert unknown.exit_code == ExitCode.TRANSLATION
    assert "there is no text for sw-TZ" in unknown.stderr
    assert run(main, ["build", salbutamol, "--draft", "--strict"]).exit_code == ExitCode.USAGE
    english = run(main, ["build", salbutamol, "--variant", "patient", "--output", str(tmp_path), "--json"])
    assert json.loads(english.stdout)["built"] == 1


# --- directions ---------------------------------------------------------------------------------------------------


def drawn(leaflet: Leaflet, tag: str) -> str:
    folders = (ROOT / "templates",), (ROOT / "styles",)
    return render_html(leaflet, Site(), *folders, interface=Interface(tag)).text


def test_runs_from_left_to_right_are_held_together() -> None:
    def runs(text: str) -> list[str]:
        return [text[start:end] for start, end in ltr_runs(text)]

    assert runs("حساسية من Losartan + HCT (50/12.5) كل يوم") == ["Losartan + HCT (50/12.5)"]
    assert runs("قبل 30 يومًا") == []
    assert runs("دون <30 mL/min حسب") == ["<30 mL/min"]
    assert runs("(Testamol XR).") == ["Testamol XR"]
    assert runs("لا شيء") == []
    assert runs("إلى 25 °C (68 °F إلى 77 °F)") == ["25 °C", "68 °F", "77 °F"]
    assert runs("(من 20 °C إلى 25 °C) 50 mg (x) دون") == ["20 °C", "25 °C", "50 mg (x)"]
    assert isolated("من Losartan + HCT") == "من \u2066Losartan + HCT\u2069"
    assert (first_strong("123 שלום"), first_strong("50 mg"), first_strong("12", "rtl")) == ("rtl", "ltr", "rtl")


def picture(markup: str, direction: str, css: str = "") -> Image.Image:
    """The ink of one line, cut out."""
    style = (
        "@page { size: A4; margin: 20mm; @bottom-left { content: none } @bottom-right { content: none } }"
        f"p {{ font: 40pt 'Noto Sans', 'Noto Naskh Arabic'; margin: 0; text-align: left }} {css}"
    )
    page = (
        f'<!doctype html><html lang="ar" dir="{direction}"><head><title>t</title><style>{style}</style></head><body>'
        f"<h1 style='font-size: 1pt; color: white; margin: 0'>T</h1><p>{markup}</p></body></html>"
    )
    data = render_pdf(Html(page, (), (ROOT / "styles",), "ar", "t"), identity="x").data
    with pdfium.PdfDocument(data) as document:
        page_picture: Image.Image = document[0].render(scale=2).to_pil().convert("L")
    ink = ImageChops.invert(page_picture).point(lambda value: 255 if value > 100 else 0)
    return page_picture.crop(ink.getbbox())


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures show the same, but for a blur at the edges."""
    if abs(one.width - other.width) > 3 or abs(one.height - other.height) > 3:
        return False
    size = (min(one.width, other.width), min(one.height, other.height))
    difference = ImageChops.difference(one.crop((0, 0, *size)), other.crop((0, 0, *size)))
    return sum(difference.histogram()[160:]) < 0.02 * size[0] * size[1]


@pytest.mark.parametrize("text", ["25–50 mg", "<30 mL/min", "2–8 °C", "Take one tablet (50 mg)", "1-2 tablets"])
def test_what_runs_from_left_to_right_is_drawn_so(text: str) -> None:
    """As pictures: the text of the file is right even where the page is wrong."""
    leaflet = everything()
    line: Line = (Span(text, quantity="mg" in text and "tablet" not in text),)
    section = leaflet.sections[0]
    nodes = (Node("paragraph", (line,)),)
    html = drawn(replace(leaflet, locale="ar-EG", direction="rtl", sections=(replace(section, nodes=nodes),)), "ar-EG")
    found = re.search(r"<p>((?:(?!</p>).)*(?:mg|min|°C|tablet|tablets)(?:(?!</p>).)*)</p>", html)
    assert found
    right = picture(text.replace("<", "&lt;"), "ltr")
    assert alike(picture(found[1], "rtl"), right)
    if not text.startswith("Take"):  # begins with a letter: only its bracket would move
        assert not alike(picture(text.replace("<", "&lt;"), "rtl"), right)


def test_an_english_box_is_drawn_from_left_to_right() -> None:
    text = "Start <b>Clonazepam</b> 0.25 mg twice daily, max 4 mg/day."
    box = f'<span lang="en" style="display: inline-block; direction: ltr">{text}</span>'
    assert alike(picture(box, "rtl"), picture(text, "ltr"))
    assert not alike(picture(text, "rtl"), picture(text, "ltr"))


def test_korean_words_are_not_broken() -> None:
    leaflet = replace(everything(), locale="ko-KR", gap_text="약사에게 물어보십시오. COX-2 x")
    html = drawn(leaflet, "ko-KR")
    assert '<span class="word">물어보십시오.</span>' in html
    assert '<span class="word">COX' not in html


def test_large_print_and_running_heads_from_right_to_left(tmp_path: Path) -> None:
    source = ROOT / "content/monographs/losartan-hydrochlorothiazide.md"
    job = Job(str(source), source.stem, "patient", "ar-EG", "large-print", "a4", str(tmp_path), str(ROOT), draft=True)
    outcome = build_one(job)
    assert outcome.status == "built", outcome.problems
    html = draw(everything())
    assert "rtl.css" not in {path.name for path in html.styles}


def test_a_picture_is_what_it_is() -> None:
    """The comparison itself: equal pictures are alike, others are not."""
    one, other = picture("25–50 mg", "ltr"), picture("50–25 mg", "ltr")
    assert alike(one, one)
    assert not alike(one, other)
    buffer = io.BytesIO()
    one.save(buffer, "png")
    assert len(buffer.getvalue()) > 500
