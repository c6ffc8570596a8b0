"""The tag tree as a reader hears it, and the house rules: each fault of a file is found."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import page
import pikepdf
import pytest

from leaflets.pdf import check_structure, render_pdf
from tests.pdf.sheet import IDENTITY, sheet


@cache
def good() -> bytes:
    return render_pdf(sheet(rows=40), identity=IDENTITY).data


def _tree(body: str, **options: str) -> list[Any]:
    """Roles as nested lists; the number of marked pieces stands where they are."""
    html = sheet(body='<p class="kicker">k</p>' + body, **options)  # type: ignore[arg-type]
    data = render_pdf(html, identity="x").data
    assert page.validate_pdf_bytes(data, profile="ua1").is_compliant
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root: Any = pdf.Root.StructTreeRoot.K[0]
        return _roles(root)[1:]


def _roles(element: Any) -> list[Any]:
    roles: list[Any] = [str(element.S)[1:]]
    for kid in element.get("/K", ()):
        if isinstance(kid, int) or kid.get("/Type") == "/MCR":
            roles = [*roles[:-1], roles[-1] + 1] if isinstance(roles[-1], int) else [*roles, 1]
        elif kid.get("/Type") == "/OBJR":
            roles.append("annotation")
        else:
            roles.append(_roles(kid))
    return roles


class TestTree:
    def test_plain_elements_leave_no_tag(self) -> None:
        assert _tree("<header><div><h1>T <b>b</b></h1></div></header><div><div>One</div>two</div>") == [
            ["H1", 2],
            ["P", 1],
            ["P", 1],
        ]

    def test_items_have_label_and_body_and_hold_their_lists(self) -> None:
        assert _tree("<h1>T</h1><ul><li>a<ul><li>b</ul></li><li><p>c</p></ul>")[1] == [
            "L",
            ["LI", ["Lbl", 1], ["LBody", 1, ["L", ["LI", ["Lbl", 1], ["LBody", 1]]]]],
            ["LI", ["Lbl", 1], ["LBody", ["P", 1]]],
        ]

    def test_terms_and_descriptions(self) -> None:
        assert _tree("<h1>T</h1><dl><dt>a</dt><dd>b</dd><div><dt>c</dt><dd>d</dd></div></dl>")[1] == [
            "L",
            ["LI", ["Lbl", 1], ["LBody", 1]],
            ["LI", ["Lbl", 1], ["LBody", 1]],
        ]

    def test_a_broken_paragraph_and_table_are_one(self) -> None:
        rows = "".join(f"<tr><th scope=row>r{i}</th><td>x</td></tr>" for i in range(80))
        head = "<thead><tr><th>a</th><th>b</th></tr></thead>"
        tree = _tree(f"<h1>T</h1><p>{'Many words in a row. ' * 900}</p><table>{head}<tbody>{rows}</tbody></table>")
        assert [kid[0] for kid in tree] == ["H1", "P", "Table"]
        assert [kid[0] for kid in tree[2][1:]] == ["THead", "TBody"]
        assert len(tree[2][1]) == 2, "a repeated head is no second row"
        assert len(tree[2][2]) == 81

    def test_decoration_is_silent(self) -> None:
        icon = '<svg aria-hidden="true" viewBox="0 0 9 9" width="9"><path d="M0 0h9v9z"/></svg>'
        assert _tree(f'<h1>T</h1><p>{icon}a</p><p aria-hidden="true">***</p><section></section>') == [
            ["H1", 1],
            ["P", 1],
        ]

    def test_items_side_by_side_have_nothing_between_them(self) -> None:
        items = '<li style="display: inline-block">a</li> <li style="display: inline-block">b</li>'
        item = ["LI", ["Lbl", 1], ["LBody", 1]]
        body = f'<h1>T</h1><ul>{items}</ul><div><span style="display: inline-block">a</span> <b>b</b></div>'
        assert _tree(body)[1:] == [["L", item, item], ["P", 3]]

    def test_links_terms_and_foreign_words(self) -> None:
        tree = _tree(
            '<h1 id="t">T</h1><p>a <a href="#t">b <b>c</b></a> <abbr title="x y">XY</abbr> <i lang="la">os</i></p>'
            '<div lang="de"><p>e</p></div><blockquote>q</blockquote>'
        )
        assert tree[1] == ["P", 1, ["Link", "annotation", 1, "annotation", 1], 1, ["Span", 1], 1, ["Span", 1]]
        assert tree[2:] == [["Div", ["P", 1]], ["BlockQuote", ["P", 1]]]

    def test_pictures_in_text_and_between(self) -> None:
        figure = '<svg aria-label="x" viewBox="0 0 9 9" width="9" style="{}"><path d="M0 0h9v9z"/></svg>'
        tree = _tree(f"<h1>T</h1><p>a {figure.format('')}</p><div>{figure.format('display: block')}</div>")
        assert tree[1:] == [["P", 1, ["Figure", 1]], ["Figure", 1]]

    def test_columns_and_grid_keep_the_order_of_the_source(self) -> None:
        tree = _tree(
            '<h1>T</h1><section style="columns: 2"><h2>A</h2><p>a</p><h2>B</h2><p>b</p></section>'
            '<section style="display: grid; grid-template-columns: 1fr 1fr"><h2>C</h2><h2>D</h2></section>'
        )
        assert tree[1:] == [["Sect", ["H2", 1], ["P", 1], ["H2", 1], ["P", 1]], ["Sect", ["H2", 1], ["H2", 1]]]


def _element(pdf: Any, role: str) -> Any:
    return next(item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == f"/{role}")


def _drop(*path: str) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        holder = pdf.Root
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]

    return change


def _drop_of(role: str, key: str) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        del _element(pdf, role)[key]

    return change


def _rename(before: str, after: str) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        _element(pdf, before).S = pikepdf.Name(f"/{after}")

    return change


def _content(before: bytes, after: bytes) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        stream = pdf.pages[0].Contents
        data = stream.read_bytes()
        assert before in data
        stream.write(data.replace(before, after, 1))

    return change


def _xmp(before: bytes, after: bytes) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        data = pdf.Root.Metadata.read_bytes()
        assert before in data
        pdf.Root.Metadata.write(data.replace(before, after))

    return change


def _set(change: str) -> Callable[[Any], None]:
    def run(pdf: Any) -> None:
        exec(change, {"pdf": pdf, "pikepdf": pikepdf, "element": lambda role: _element(pdf, role)})

    return run


_FAULTS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "no language": ("pdf-lang", _drop("/Lang")),
    "not marked": ("pdf-marked", _drop("/MarkInfo")),
    "file name as title": ("pdf-display-title", _drop("/ViewerPreferences", "/DisplayDocTitle")),
    "no intent": ("pdf-intent", _drop("/OutputIntents")),
    "no metadata": ("pdf-xmp", _drop("/Metadata")),
    "no title": ("pdf-title", _xmp(b"Clonazepam + sertraline \xe2\x80\x93 patient", b"")),
    "two titles": ("pdf-title", _set("pdf.docinfo['/Title'] = 'Other'")),
    "no PDF/UA": ("pdf-ua", _xmp(b"<pdfuaid:part>1</pdfuaid:part>", b"")),
    "no PDF/A": ("pdf-a", _xmp(b"<pdfaid:conformance>A", b"<pdfaid:conformance>B")),
    "a date": ("pdf-date", _set("pdf.docinfo['/CreationDate'] = 'D:20260101'")),
    "no bookmarks": ("pdf-outline", _drop("/Outlines")),
    "script": ("pdf-action", _set("pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)")),
    "script behind a link": (
        "pdf-action",
        _set("[a for a in pdf.pages[0].Annots if '/A' in a][0].A.S = pikepdf.Name.Launch"),
    ),
    "a note": ("pdf-action", _set("pdf.pages[0].Annots[0].Subtype = pikepdf.Name.Text")),
    "link without words": ("pdf-link", _set("del pdf.pages[0].Annots[0]['/Contents']")),
    "no tree": ("pdf-tree", _drop("/StructTreeRoot")),
    "no parent": ("pdf-tree", _drop_of("P", "/P")),
    "unknown role": ("pdf-role", _rename("Sect", "Chapter")),
    "no h1": ("pdf-h1", _rename("H1", "P")),
    "two h1": ("pdf-h1", _rename("H2", "H1")),
    "heading skipped": ("pdf-heading-skip", _rename("H2", "H4")),
    "no alt": ("pdf-alt", _drop_of("Figure", "/Alt")),
    "no box": ("pdf-bbox", _drop_of("Figure", "/A")),
    "box off the page": ("pdf-bbox", _set("element('Figure').A.BBox[2] = 5000")),
    "no scope": ("pdf-scope", _drop_of("TH", "/A")),
    "no numbering": ("pdf-list", _drop_of("L", "/A")),
    "text in a list": ("pdf-nesting", _rename("LBody", "L")),
    "label outside": ("pdf-nesting", _rename("LI", "P")),
    "cell outside": ("pdf-nesting", _rename("TR", "P")),
    "empty": ("pdf-empty", _set("element('H2').K = pikepdf.Array()")),
    "orphan": ("pdf-untagged", _set("element('H2').K = pikepdf.Array()")),
    "owned twice": ("pdf-tree", _set("element('H2').K.append(element('H2').K[0])")),
    "ghost": ("pdf-tree", _set("element('H2').K.append(9999)")),
    "untagged text": ("pdf-untagged", _content(b"/MCID 3", b"/Other 3")),
    "untagged drawing": ("pdf-untagged", _content(b"/Artifact\nBMC", b"/Other\nBMC")),
    "artifact in text": (
        "pdf-marks",
        _content(b"ET\nEMC", b"ET /Artifact BMC EMC\nEMC"),
    ),
    "open mark": ("pdf-marks", _set("c = pdf.pages[0].Contents; c.write(c.read_bytes() + b' /Span BMC')")),
    "head read out": (
        "pdf-running",
        _set("c = pdf.pages[1].Contents; c.write(c.read_bytes().replace(b'/Subtype', b'/Kind'))"),
    ),
    "odd paper": ("pdf-size", _set("pdf.pages[0].MediaBox[3] = 700")),
    "tabulator": ("pdf-tabs", _set("del pdf.pages[0].Tabs")),
    "no ToUnicode": ("pdf-font", _set("del next(iter(pdf.pages[0].Resources.Font.values()))['/ToUnicode']")),
    "font outside": (
        "pdf-font",
        _set("del next(iter(pdf.pages[0].Resources.Font.values())).DescendantFonts[0].FontDescriptor['/FontFile2']"),
    ),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_each_fault_is_found(fault: str) -> None:
    rule, change = _FAULTS[fault]
    if fault == "head read out":
        change = _set(
            "import re; c = pdf.pages[1].Contents;c.write(re.sub(rb'/Subtype /(Header|Footer)', b'', c.read_bytes()))"
        )
    with pikepdf.open(io.BytesIO(good())) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    assert rule in {problem.rule for problem in check_structure(out.getvalue())}


def test_saving_alone_is_no_fault() -> None:
    with pikepdf.open(io.BytesIO(good())) as pdf:
        out = io.BytesIO()
        pdf.save(out)
    assert check_structure(out.getvalue()) == ()


def test_encrypted_and_broken_files() -> None:
    with pikepdf.open(io.BytesIO(good())) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    assert "pdf-encrypted" in {problem.rule for problem in check_structure(out.getvalue())}
    assert [problem.rule for problem in check_structure(b"no PDF")] == ["pdf-unreadable"]
