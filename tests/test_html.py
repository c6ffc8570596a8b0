"""From a finished leaflet to a page: everything is drawn, nothing is run, mistakes have a place."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest

from leaflets.errors import TemplateError
from leaflets.html import Html, render_html
from leaflets.leaflet import KeyPoint, Leaflet, LeafletSection, Line, Node, Notice, Span, Strip
from leaflets.pdf.engine import render_pdf
from leaflets.site import Site

from .conftest import ROOT

TEMPLATES, STYLES = ROOT / "templates", ROOT / "styles"
NASTY = "{{ 7*7 }} {% if %} <script>alert(1)</script> <img src=file:///etc/passwd> & \" '"


def line(text: str, **style: object) -> tuple[Line, ...]:
    return ((replace(Span(text), **style),),)  # type: ignore[arg-type]


def item(text: str, *children: Node) -> Node:
    return Node("item", line(text), children)


def row(*texts: str, head: bool = False) -> Node:
    return Node("row", children=tuple(Node("cell", line(text)) for text in texts), head=head)


def everything(text: str = "") -> Leaflet:
    """A leaflet that has all there is. With ``text``, every field that a source can reach holds it."""

    def say(own: str) -> str:
        return text or own

    nodes = (
        Node("label", line(say("Label"))),
        Node("paragraph", (*line(say("First line")), *line(say("Second line"), italic=True))),
        Node("list", children=(item(say("Nausea")), item(say("Rash")), item(say("A headache that does not go away")))),
        Node(
            "list", ordered=True, children=(item(say("Shake")), item(say("Pour"), Node("list", children=(item("x"),))))
        ),
        Node("table", children=(row(say("eGFR"), say("Dose"), head=True), row(say("Below 30"), say("Half")))),
        Node("qa", children=(Node("question", line(say("Why?"))), Node("paragraph", line(say("Because."))))),
        Node("a kind of tomorrow", line(say("Shown all the same"))),
    )
    inner = LeafletSection("help", say("Get help now"), 2, "help", "help", nodes=nodes)
    sections = (
        LeafletSection("what_for", say("What it is for"), 1, "pill", nodes=nodes, qualifier=say("adults")),
        LeafletSection("effects", say("Side effects"), 1, "no-such-icon", "doses", sections=(inner,)),
        LeafletSection(
            "beside", say("Beside"), 1, "", "grid", sections=(replace(inner, id="a"), replace(inner, id="b"))
        ),
    )
    return Leaflet(
        slug="testamol", variant="patient", locale="en-US", direction="ltr", edition="standard", paper="a4",
        kicker=say("Information for patients"), title=say("Testamol"), short_title=say("Testamol"),
        subtitle=say("Other names"), strip=Strip(say("Draft"), say("testamol, 3f2a"), say("build 1")),
        notices=(Notice("banned", say("Withdrawn"), say("Do not use."), (say("It was withdrawn."),)),),
        key_heading=say("Most important"),
        key_points=(
            KeyPoint(say("Alcohol"), "alcohol", line(say("None."))),
            KeyPoint(say("Do not take it if"), "stop", (*line(say("Allergy")), *line(say("Ulcer")))),
        ),
        sections=sections, gap_text=say("Nothing is known about storage."), contents_heading=say("Contents"),
        label_area=True, label_caption=say("Pharmacy label"),
        words=tuple((key, say(key)) for key in ("page", "contents", "label", "key")),
    )  # fmt: skip


def draw(leaflet: Leaflet, site: Site | None = None, *folders: Path) -> Html:
    return render_html(leaflet, site or Site(), (*folders, TEMPLATES), (*folders, STYLES))


class _Reader(HTMLParser):
    """What a browser would make of a page: text, tags, attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.attributes, self.headings = "", "", list[int]()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += " ".join(value or "" for _, value in attrs) + " "
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("edition", ["standard", "large-print"])
@pytest.mark.parametrize("variant", ["patient", "clinician"])
def test_all_of_a_leaflet_is_on_its_page(variant: str, edition: str) -> None:
    page = _Reader(draw(replace(everything(), variant=variant, edition=edition)).text)
    for words in (
        "Information for patients", "Testamol", "Other names", "Draft", "testamol, 3f2a", "build 1", "Withdrawn",
        "Do not use.", "It was withdrawn.", "Most important", "Alcohol", "None.", "Allergy", "Ulcer", "What it is for",
        "adults", "Get help now", "Label", "First line", "Second line", "Nausea", "A headache", "Shake", "eGFR",
        "Below 30", "Half", "Why?", "Because.", "Shown all the same", "Nothing is known", "Pharmacy label",
    ):  # fmt: skip
        assert words in page.text
    assert page.text.count("Nothing is known") == 1


@pytest.mark.parametrize("variant", ["patient", "clinician"])
def test_headings_go_down_one_level_at_a_time(variant: str) -> None:
    levels = _Reader(draw(replace(everything(), variant=variant)).text).headings
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("variant", ["patient", "clinician"])
def test_text_is_never_markup_nor_template(variant: str) -> None:
    plain = _Reader(draw(replace(everything(), variant=variant), Site("A", "B", "C")).text)
    site = Site(name=NASTY, address=NASTY, phone=NASTY)
    nasty = _Reader(draw(replace(everything(NASTY), variant=variant), site).text)
    assert "script" not in nasty.tags
    assert "img" not in nasty.tags
    assert set(nasty.tags) == set(plain.tags)
    # 37 places in the text, and the attributes that the running head is made of
    assert nasty.text.count(NASTY) >= 37
    assert NASTY in nasty.attributes
    assert "49" not in nasty.text


def test_language_direction_and_quantities() -> None:
    quantity = LeafletSection("d", "Dose", 1, nodes=(Node("paragraph", line("5 mg", quantity=True, bold=True)),))
    text = draw(replace(everything(), locale="ar", direction="rtl", sections=(quantity,))).text
    assert '<html lang="ar" dir="rtl"' in text
    assert '<b><span class="q" dir="ltr">5 mg</span></b>' in text


def test_spans_do_not_gain_spaces() -> None:
    formula = ((Span("C"), Span("2", position="sub"), Span("H"), Span("5", position="sub"), Span("OH", bold=True)),)
    section = LeafletSection("d", "Dose", 1, nodes=(Node("paragraph", formula),))
    assert "<p>C<sub>2</sub>H<sub>5</sub><b>OH</b></p>" in draw(replace(everything(), sections=(section,))).text


def test_only_endless_words_break() -> None:
    words = ((Span("asparaginase "), Span("Erwinia", italic=True), Span(" & " + "x" * 40 + "<b>")),)
    section = LeafletSection("d", "Dose", 1, nodes=(Node("paragraph", words),))
    text = draw(replace(everything(), sections=(section,))).text
    assert f'<i>Erwinia</i> &amp; <span class="endless">{"x" * 40}</span>&lt;b&gt;' in text


def test_text_without_blanks_is_no_endless_word() -> None:
    """Chinese, Japanese, Thai: where such a span may break anywhere, so may the number in it."""
    for text in (
        "开始前及每年至少一次检查，" * 3 + "2,550毫克",
        "腎機能の低下した患者では" * 3 + "eGFR",
        "ผู้ป่วยที่มีไตบกพร่อง" * 3 + "2550",
    ):
        section = LeafletSection("d", "Dose", 1, nodes=(Node("paragraph", ((Span(text),),)),))
        assert "endless" not in draw(replace(everything(), sections=(section,))).text


def test_site_is_shown_and_its_logo_can_be_read(tmp_path: Path) -> None:
    logo = tmp_path / "our logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    html = draw(everything(), Site("Linden Pharmacy", "12 Linden Row", "555 0100", logo, "#0a5a3b"))
    for words in ("Linden Pharmacy", "12 Linden Row", "555 0100", "our%20logo.svg", "--accent: #0a5a3b"):
        assert words in html.text
    assert tmp_path.resolve() in html.folders
    assert tmp_path.resolve() not in draw(everything()).folders


def test_styles_are_the_variant_the_paper_and_the_edition(tmp_path: Path) -> None:
    def names(leaflet: Leaflet, *folders: Path) -> list[str]:
        return [path.name for path in draw(leaflet, None, *folders).styles]

    usual = ["tokens.css", "base.css", "patient.css", "paper-a4.css"]
    assert names(everything()) == usual
    large = replace(everything(), variant="clinician", paper="letter", edition="large-print")
    assert names(large) == ["tokens.css", "base.css", "clinician.css", "paper-letter.css", "large-print.css"]
    (tmp_path / "tokens.css").write_text(":root { --body: 12pt }", encoding="utf-8")
    assert draw(everything(), None, tmp_path).styles[0] == tmp_path / "tokens.css"
    with pytest.raises(TemplateError, match=r"paper-a3\.css"):
        draw(replace(everything(), paper="a3"))


def test_a_third_variant_needs_no_python(tmp_path: Path) -> None:
    folder = tmp_path / "caregiver"
    folder.mkdir()
    (folder / "leaflet.html").write_text(
        '{% extends "parts/page.html" %}{% block main %}<h1>{{ leaflet.title }}</h1>{% endblock %}', encoding="utf-8"
    )
    html = draw(replace(everything(), variant="caregiver"), None, tmp_path)
    assert "<h1>Testamol</h1>" in html.text
    assert "patient.css" in [path.name for path in html.styles]
    (tmp_path / "caregiver.css").write_text("", encoding="utf-8")
    assert tmp_path / "caregiver.css" in draw(replace(everything(), variant="caregiver"), None, tmp_path).styles


def test_a_users_part_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "label.html").write_text("<p>OUR LABEL</p>", encoding="utf-8")
    assert "OUR LABEL" in draw(everything(), None, tmp_path).text


@pytest.mark.parametrize(
    ("source", "rule", "row", "words"),
    [
        ("<p>\n{% if %}", "template-syntax", 2, "Expected an expression"),
        ("\n\n{{ leaflet.titel }}", "template-undefined", 3, "titel"),
        ("\n{{ 1 / 0 }}", "template-failed", 2, "division"),
        ("{% include 'parts/none.html' %}", "template-missing", 1, "parts/none.html"),
        ("\n{{ ''.__class__.__mro__ }}", "template-failed", 2, "unsafe"),
        ("{% include '../../../etc/passwd' %}", "template-missing", 1, "passwd"),
    ],
)
def test_mistakes_have_a_place_and_a_hint(tmp_path: Path, source: str, rule: str, row: int, words: str) -> None:
    file = tmp_path / "patient" / "leaflet.html"
    file.parent.mkdir()
    file.write_text(source, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        draw(everything(), None, tmp_path)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.line) == (rule, row)
    assert words in problem.message
    assert problem.hint
    assert problem.file == str(file)


def test_a_missing_variant_names_where_it_was_looked_for() -> None:
    with pytest.raises(TemplateError, match=r"martian/leaflet\.html"):
        draw(replace(everything(), variant="martian"))


def test_every_icon_is_decoration_of_one_size() -> None:
    icons = sorted((TEMPLATES / "parts" / "icons").glob("*.svg"))
    assert icons
    for icon in icons:
        text = icon.read_text(encoding="utf-8")
        assert 'aria-hidden="true"' in text, icon.name
        assert 'viewBox="0 0 24 24"' in text, icon.name
        assert "{{" not in text, icon.name


def sizes(data: bytes) -> dict[float, str]:
    """Sizes of type in points, each with a sample."""
    found: dict[float, str] = {}
    with pdfium.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                size = round(pdfium.raw.FPDFText_GetFontSize(text.raw, index), 1)
                sign = text.get_text_range(index, 1)
                if sign.strip():
                    found[size] = (found.get(size, "") + sign)[-40:]
    return found


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(
    ("variant", "edition", "least"),
    [("patient", "standard", 9), ("patient", "large-print", 14), ("clinician", "large-print", 14)],
)
def test_nothing_is_smaller_than_promised(variant: str, edition: str, least: float, paper: str) -> None:
    powers = LeafletSection("p", "Powers", 1, style="fine", nodes=(Node("paragraph", line("9", position="sup")),))
    leaflet = replace(everything(), variant=variant, edition=edition, paper=paper, sections=(powers,))
    site = Site("Linden Pharmacy", "12 Linden Row", "555 0100")
    found = sizes(render_pdf(draw(leaflet, site), identity="test").data)
    assert min(found) >= least, found[min(found)]


@pytest.mark.parametrize("edition", ["standard", "large-print"])
@pytest.mark.parametrize("variant", ["patient", "clinician"])
def test_the_engine_has_no_complaint_and_all_stays_on_the_page(variant: str, edition: str) -> None:
    token = "pneumonoultramicroscopicsilicovolcanoconiosis" * 4
    long = LeafletSection("l", token, 2, nodes=(Node("list", children=(item(token),)), Node("paragraph", line(token))))
    leaflet = replace(
        everything(), variant=variant, edition=edition, title=token, short_title=token[:48],
        sections=(LeafletSection("o", "Outer", 1, sections=(long,)), *everything().sections),
        strip=Strip(token[:90], token, "build"),
    )  # fmt: skip
    with pdfium.PdfDocument(render_pdf(draw(leaflet), identity="test").data) as document:
        for page in document:
            text, (width, height) = page.get_textpage(), page.get_size()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                assert 0 <= left <= right <= width
                assert 12 <= bottom <= top <= height - 12, "inside of what a printer can print"


def test_the_foot_stands_on_every_page() -> None:
    long = LeafletSection("l", "Long", 1, nodes=tuple(Node("paragraph", line("words " * 90)) for _ in range(20)))
    html = draw(replace(everything(), sections=(long,)))
    with pdfium.PdfDocument(render_pdf(html, identity="test").data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        assert "testamol, 3f2a" in text
        assert f"Page {number} of {len(texts)}" in text
    assert all("Information for patients" in text for text in texts)


def test_no_template_trusts_text() -> None:
    for file in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape", file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("text", "size"), [("x" * 26, 0), ("x" * 27, 1), ("药" * 14, 0), ("药" * 15, 1), ("ท่" * 26, 0), ("த" * 20, 1)]
)
def test_a_title_is_as_long_as_it_is_wide(text: str, size: int) -> None:
    """Signs count by their width: a Han sign as nearly two letters, a tone mark as none."""
    assert f'<h1 class="size-{size}">' in draw(replace(everything(), title=text)).text
