"""Copies: what is stamped is drawn, tagged, found again letter for letter, sealed, and stands nowhere else."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import segno
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from leaflets.build import build_one
from leaflets.errors import PdfError, TemplateError
from leaflets.jobs import Job
from leaflets.passport import read_passport
from leaflets.pdf import (
    check_structure,
    extract_text,
    glyphs,
    label_layout,
    read_copy_seal,
    render_pdf,
    shaping,
    stamp_code,
    stamp_content,
    stamp_font,
)
from leaflets.pdf.base import Base, open_base
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.pdf.stamp import stamp
from tests.conftest import ROOT
from tests.pdf import verapdf
from tests.pdf.sheet import sheet

CODE = Code(
    tuple(tuple(row) for row in segno.make("LF7K-2M9Q-XD4P", error="m", micro=False).matrix),
    "LF7K-2M9Q",
    "Code of this copy: LF7K-2M9Q",
)
GRID = DayGrid(("Morning", "Noon", "Evening", "Bedtime"), ("1 tablet", "", "2 tablets", ""))
FULL = StampText(
    (
        Line("Patient:", "Zoë Müller-Ångström, Łódź", bold=True),
        Line("Directions:", "Take 1 tablet in the morning and 2 in the evening.", bold=True),
        Line("Date:", "23/11/2026"),
    ),
    GRID,
    CODE,
)
# Text, language: each is found again, letter for letter, by both readers.
SCRIPTS = [
    ("Zoë Müller, Łódź, Nguyễn, office", "en"),
    ("e\u0301te\u0301 Zoe\u0308 x\u0302", "fr"),
    ("Αθηνά Ἑλλάς", "el"),
    ("Ирина Щукина", "ru"),
    ("क्षेत्रपाल शर्मा ममम", "hi"),
    ("দিনে ২ বার", "bn"),
    ("தமிழ் மொழி", "ta"),
    ("เม็ดละครั้ง", "th"),
    ("ភាសាខ្មែរ", "km"),
    ("မြန်မာဘာသာ", "my"),
    ("አማርኛ", "am"),
    ("王小明，每日两次", "zh"),
    ("やまだ 太郎", "ja"),
    ("김철수", "ko"),
    ("محمد علي", "ar"),
    ("مُحَمَّد", "ar"),
    ("می‌خواهم", "fa"),
    ("שרה כהן", "he"),
]


MIXED = [
    StampText((Line("Patient:", text, lang, bold=True), *FULL.lines[1:]), GRID if at % 2 else None, CODE)
    for at, (text, lang) in enumerate(SCRIPTS)
]


def job(output: Path, **options: Any) -> Job:
    wanted = {"variant": "patient", "edition": "standard", "label": True, **options}
    source = ROOT / "content/monographs/amlodipine.md"
    return Job(
        str(source), "amlodipine", locale="en-US", paper="a4", output=str(output), project=str(ROOT), **wanted
    )  # fmt: skip


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    folder = tmp_path_factory.mktemp("bases")
    out = {}
    for variant in ("patient", "clinician"):
        for edition in ("standard", "large-print"):
            outcome = build_one(job(folder, variant=variant, edition=edition))
            assert outcome.path is not None, outcome.problems
            assert ".label." in outcome.path
            out[variant, edition] = (folder / outcome.path).read_bytes()
    return out


@pytest.fixture(scope="module")
def base(bases: dict[tuple[str, str], bytes]) -> Base:
    return open_base(bases["patient", "standard"])


@cache
def sheet_base(width: int = 66, height: int = 38, sizes: str = "11 9", lang: str = "en-US") -> Base:
    """A base of nothing but a title and a slot; quick to make."""
    slot = f'<div data-slot="label" data-sizes="{sizes}" style="width: {width}mm; height: {height}mm"></div>'
    html = sheet(body=f'<p class="kicker">k</p><h1 id="t">T</h1>{slot}<p>After it.</p>')
    direction = "rtl" if lang == "ar" else "ltr"
    text = html.text.replace('lang="en-US"', f'lang="{lang}" dir="{direction}"', 1)
    return open_base(render_pdf(dataclasses.replace(html, text=text, lang=lang), identity="x").data)


def painted(base: Base, label: StampText) -> stamp_content.Content:
    measured = label_layout.measure_label(label, base.faces, base.lang, rtl=base.rtl)
    layout = label_layout.lay_out(label, measured, base.rect, base.sizes, rtl=base.rtl)
    return stamp_content.paint(layout, label, base.lang, base.first)


def drawn(data: bytes) -> str:
    """Text as PDFium finds it, in lines."""
    return extract_text(data)


def places(data: bytes) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Signs of the first page and their boxes."""
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        signs = text.get_text_range()
        return [(sign, text.get_charbox(n)) for n, sign in enumerate(signs[: text.count_chars()]) if not sign.isspace()]


def spelled(boxes: list[tuple[str, tuple[float, float, float, float]]], start: int, signs: str) -> list[float]:
    """The left edges of signs that follow each other, or nothing."""
    found = boxes[start : start + len(signs)]
    return [box[0] for _, box in found] if "".join(sign for sign, _ in found) == signs else []


def pdftotext(data: bytes, way: str = "-raw") -> str:
    done = subprocess.run(["pdftotext", way, "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def elements(data: bytes) -> list[dict[str, str]]:
    """The label's tags in the order of reading: role, language, texts."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out: list[dict[str, str]] = []
        slot: Any = pdf.Root.XXLeafletsSlot
        _walk(slot.Element, out)
        return out


def _walk(item: Any, out: list[dict[str, str]]) -> None:
    keys = ("/S", "/Lang", "/Alt", "/ActualText")
    out.append({key[1:]: str(item[key]).lstrip("/") for key in keys if key in item})
    for kid in item.get("/K", ()):
        if not isinstance(kid, int):
            _walk(kid, out)


def one_line(text: str) -> str:
    return " ".join(text.split())


class TestBase:
    def test_the_slot_is_empty_and_the_base_valid(self, bases: dict[tuple[str, str], bytes]) -> None:
        for data in bases.values():
            assert check_structure(data) == ()
            assert page.validate_pdf_bytes(data, profile="ua1").is_compliant
            assert "label" not in extract_text(data)
            assert elements(data) == [{"S": "Div"}, {"S": "P"}]

    def test_it_has_the_size_that_is_promised(self, bases: dict[tuple[str, str], bytes]) -> None:
        for (_, edition), data in bases.items():
            opened = open_base(data)
            left, bottom, right, top = opened.rect
            width, height = (right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4
            if edition == "standard":
                # 70 × 40 mm less frame and padding.
                assert 64 < width < 70
                assert 36 < height < 40
                assert opened.sizes == (11, 9)
            else:
                assert width > 150
                assert opened.sizes[1] >= 16

    def test_a_plain_leaflet_keeps_its_printed_area(self, tmp_path: Path) -> None:
        outcome = build_one(job(tmp_path, label=False))
        data = (tmp_path / str(outcome.path)).read_bytes()
        assert "Pharmacy label" in extract_text(data) or "label" in extract_text(data).lower()
        with pytest.raises(PdfError) as caught:
            open_base(data)
        assert caught.value.problems[0].rule == "no-slot"

    @pytest.mark.parametrize(
        "slot",
        [
            '<div data-slot="label" data-sizes="11 9" style="height: 9mm"></div>' * 2,
            '<div data-slot="other" data-sizes="11 9" style="height: 9mm"></div>',
            '<div data-slot="label" data-sizes="9 11" style="height: 9mm"></div>',
            '<div data-slot="label" style="height: 9mm"></div>',
            '<div data-slot="label" data-sizes="11 9"></div>',
            '<div data-slot="label" data-sizes="11 9" style="height: 9mm">text</div>',
            '<div data-slot="label" data-sizes="11 9" style="height: 9mm; break-before: page"></div>',
        ],
    )
    def test_a_slot_that_cannot_be_used_is_told(self, slot: str) -> None:
        with pytest.raises(TemplateError) as caught:
            render_pdf(sheet(body=f'<p class="kicker">k</p><h1 id="t">T</h1>{slot}<p>x</p>'), identity="x")
        assert {problem.rule for problem in caught.value.problems} == {"slot"}

    def test_a_slot_leaves_other_leaflets_as_they_were(self) -> None:
        html = sheet(body='<p class="kicker">k</p><h1 id="t">T</h1><p>x</p>')
        assert b"XXLeafletsSlot" not in render_pdf(html, identity="x").data


class TestStructure:
    @pytest.mark.parametrize("variant", ["patient", "clinician"])
    @pytest.mark.parametrize("edition", ["standard", "large-print"])
    def test_a_copy_is_valid(self, bases: dict[tuple[str, str], bytes], variant: str, edition: str) -> None:
        opened = open_base(bases[variant, edition])
        for label in (FULL, *MIXED):
            data = stamp(opened, label)
            assert check_structure(data) == ()
            for profile in ("ua1", "3a"):
                found = page.validate_pdf_bytes(data, profile=profile)
                assert found.is_compliant, (profile, [failure.message for failure in found.failures])
            with pikepdf.open(io.BytesIO(data)) as pdf:
                assert pdf.check_pdf_syntax() == []

    @pytest.mark.skipif(bool(verapdf.why_not()), reason=verapdf.why_not() or "veraPDF is there")
    def test_verapdf_finds_nothing(self, bases: dict[tuple[str, str], bytes]) -> None:
        many = StampText(tuple(Line(f"{lang}:", text, lang) for text, lang in SCRIPTS[6:16]))
        label = StampText(
            (*FULL.lines, Line("Name:", "مُحَمَّد عَلِيّ 12", "ar"), Line("", "x\u0302\u0323", "hi")), GRID, CODE
        )
        for data in (
            stamp(open_base(bases["patient", "standard"]), FULL),
            stamp(open_base(bases["clinician", "large-print"]), label),
            stamp(sheet_base(120, 90), many),
            stamp(sheet_base(lang="ar"), StampText((Line("المريض:", "محمد علي (12.03.1980)"),), GRID, CODE)),
        ):
            for flavour in ("ua1", "3a"):
                assert verapdf.failures(data, flavour) == []

    def test_tags_stand_where_the_label_stands_and_in_order(self, base: Base) -> None:
        data = stamp(base, StampText((Line("Name:", "Ana"), Line("Nombre:", "María", "es")), GRID, CODE))
        roles = [item["S"] for item in elements(data)]
        assert roles == ["Div", "P", "P", "Span", "Table", "TR", *["TH"] * 4, "TR", *["TD"] * 4, "Figure", "P"]
        with pikepdf.open(io.BytesIO(data)) as pdf:
            slot: Any = pdf.Root.XXLeafletsSlot
            siblings: Any = slot.Element.P.K
            before = [str(kid.S) for kid in siblings][: [kid.objgen for kid in siblings].index(slot.Element.objgen)]
        assert "/H1" in before, "the label comes after the title, and before the text"

    def test_languages_are_told_where_they_differ(self, base: Base) -> None:
        said = elements(
            stamp(base, StampText((Line("A:", "b"), Line("Name:", "李", "zh-Hans"), Line("", "नाम", "hi"))))
        )
        assert [item.get("Lang") for item in said] == [None, None, None, "zh-Hans", "hi"]

    def test_the_picture_has_a_text_and_a_place(self, base: Base) -> None:
        with pikepdf.open(io.BytesIO(stamp(base, FULL))) as pdf:
            figure = next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Alt") == CODE.alt)
            left, bottom, right, top = (float(side) for side in figure.A.BBox)
        assert base.rect[0] <= left < right <= base.rect[2] + 0.01
        assert base.rect[1] <= bottom < top <= base.rect[3] + 0.01

    def test_the_fonts_hold_the_glyphs_of_this_copy_only(self, base: Base) -> None:
        with pikepdf.open(io.BytesIO(stamp(base, StampText((Line("", "aab"),))))) as pdf:
            fonts: Any = pdf.pages[0].Resources.Font
            own = [fonts[key] for key in fonts if key.startswith("/XXL")]
            assert len(own) == 1
            assert re.fullmatch("/[A-Z]{6}\\+NotoSans-Regular", str(own[0].BaseFont))
            inner = own[0].DescendantFonts[0]
            assert int(inner.W[0]) == 1
            assert len(inner.W[1]) == 2
            assert inner.FontDescriptor.FontFile2.Length1 < 1500
            # .notdef, a and b.
            assert len(TTFont(io.BytesIO(inner.FontDescriptor.FontFile2.read_bytes())).getGlyphOrder()) == 3


class TestText:
    @pytest.mark.parametrize(("text", "lang"), SCRIPTS)
    def test_is_found_again_letter_for_letter(self, text: str, lang: str) -> None:
        data = stamp(sheet_base(120, 60), StampText((Line("", text, lang, bold=True), Line("", text, lang))))
        # Readers may put two marks on one letter in the other order: the same text to Unicode.
        wanted = unicodedata.normalize("NFC", text)
        assert unicodedata.normalize("NFC", drawn(data)).count(wanted) == 2
        if lang not in ("ar", "fa", "he"):
            assert unicodedata.normalize("NFC", pdftotext(data)).count(wanted) == 2
        elif all(unicodedata.category(sign)[0] in "LZ" for sign in text):
            # Here it looks for words where they stand, and knows their direction.
            assert pdftotext(data, "-layout").count(text) == 2

    @pytest.mark.parametrize(("text", "lang"), [item for item in SCRIPTS if item[1] in ("ar", "fa", "he")])
    def test_is_told_in_reading_order_by_the_tags(self, text: str, lang: str) -> None:
        said = elements(stamp(sheet_base(), StampText((Line("Name:", f"{text} 12.03.1980", lang),))))
        assert said[2] == {"S": "Span", "Lang": lang, "ActualText": f"{text} 12.03.1980"}

    def test_one_glyph_may_stand_for_two_characters(self) -> None:
        # The same shape: µ of Latin and μ of Greek; a composed letter and its parts.
        text = "\u00b5g \u03bcg é e\u0301"
        assert text in drawn(stamp(sheet_base(), StampText((Line("", text),))))

    @pytest.mark.parametrize("lang", ["en-US", "ar"])
    def test_figures_run_to_the_right_whatever_stands_beside_them(self, lang: str) -> None:
        text = "خذ (500 mg) ثم 1-0-2، على الأكثر 3000 mg."
        data = stamp(sheet_base(150, 38, lang=lang), StampText((Line("", f"{text}\n4 - 0 - 6"),)))
        boxes = places(data)
        for figures in ("500", "1-0-2", "3000", "4-0-6"):
            lefts = next(found for start in range(len(boxes)) if (found := spelled(boxes, start, figures)))
            assert lefts == sorted(lefts), figures
        # “3000 mg.” drawn to the left ends in a stop right before the number: a tenth of it, or less.
        three = next(box for sign, box in boxes if sign == "3")
        beside = [box for sign, box in boxes if sign == "." and abs(box[1] - three[1]) < 2]
        assert beside
        assert all(three[0] - stop[2] > 1.5 for stop in beside)
        milligrams = min(box[0] for sign, box in boxes if sign == "m" and box[0] > three[0])
        assert milligrams - three[0] < 40
        said = " ".join(item.get("ActualText", "") for item in elements(data))
        assert text.replace(" ", "") in said.replace("\u00a0", "").replace(" ", "")

    def test_numbers_beside_right_to_left_names_stay_whole(self) -> None:
        for lang in ("en-US", "ar"):
            data = stamp(sheet_base(lang=lang), StampText((Line("N:", "محمد علي 12.03.1980", "ar"),)))
            assert "12.03.1980" in drawn(data)
            assert "12.03.1980" in pdftotext(data)
            assert "محمد علي" in drawn(data)

    def test_brackets_in_right_to_left_text_are_turned(self) -> None:
        text = "محمد (علي) حسن"
        assert text in drawn(stamp(sheet_base(lang="ar"), StampText((Line("", text),))))

    def test_directions_print_as_given(self) -> None:
        text = "1 tab. p.o. b.i.d.;\nthen ½ tab — max. 4 g/24 h (≤ 8 tabs)"
        found = drawn(stamp(sheet_base(), StampText((Line("Directions:", text),))))
        assert one_line(text) in one_line(found)
        assert "b.i.d.;\n" in found

    def test_a_number_stays_with_its_unit_and_a_name_in_one(self) -> None:
        for width in range(30, 66, 3):
            text = "Take 2 tablets of 500 mg every 6 hours for 10 days, Anne-Marie"
            found = drawn(stamp(sheet_base(width, 60), StampText((Line("Directions:", text),))))
            for whole in ("2 tablets", "500 mg", "6 hours", "10 days", "Anne-Marie"):
                assert whole in found, (width, whole)

    def test_text_without_spaces_is_broken_between_graphemes(self) -> None:
        text = "每日两次每次一片饭后服用请勿超过推荐剂量如有不适请立即咨询医生"
        lines = drawn(stamp(sheet_base(40, 60), StampText((Line("", text, "zh"),))))
        assert text in lines.replace("\n", "")
        assert text not in lines
        cluster = "क्षे"
        found = drawn(stamp(sheet_base(15, 40), StampText((Line("", cluster * 8, "hi"),))))
        assert found.count(cluster) == 8, "no line ends inside of a syllable"

    def test_all_of_a_long_word_is_there(self) -> None:
        word = "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 2
        assert word in drawn(stamp(sheet_base(40, 60), StampText((Line("", word),)))).replace("\n", "")

    def test_the_day_grid_is_a_table_and_says_what_it_was_given(self, base: Base) -> None:
        found = drawn(stamp(base, FULL))
        for text in (*GRID.captions, "1 tablet", "2 tablets"):
            assert text in found


class TestFit:
    def sizes(self, data: bytes) -> set[float]:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            slot: Any = pdf.Root.XXLeafletsSlot
            return {float(size) for size in re.findall(rb"/XXL\d+ ([\d.]+) Tf", slot.Stream.read_bytes())}

    def test_a_short_label_is_set_in_large_type_and_a_long_one_smaller(self, base: Base) -> None:
        assert self.sizes(stamp(base, StampText((Line("Patient:", "Ana"),)))) == {11}
        many = StampText((Line("Directions:", "Take one tablet with water. " * 11),))
        assert min(self.sizes(stamp(base, many))) in (9, 9.5, 10)

    def test_nothing_is_smaller_than_promised(self, bases: dict[tuple[str, str], bytes]) -> None:
        for (_, edition), data in bases.items():
            opened, least = open_base(data), 9 if edition == "standard" else 16
            for count in range(1, 60):
                label = StampText((Line("Directions:", "Take one tablet. " * count),), GRID, CODE)
                try:
                    copy = stamp(opened, label)
                except PdfError:
                    break
                assert min(self.sizes(copy)) >= least
            assert count > 5

    def test_what_does_not_fit_is_named_and_nothing_is_cut(self, base: Base) -> None:
        secret = "Zoë takes this for her heart. " * 30
        with pytest.raises(PdfError) as caught:
            stamp(base, StampText((Line("Patient:", "Zoë"), Line("Directions:", secret))))
        assert caught.value.problems[0].rule == "does-not-fit"
        assert "Directions" in str(caught.value)
        assert "Zoë" not in str(caught.value)
        assert "heart" not in repr(caught.value)

    def test_all_ink_lies_inside_of_the_area(self, bases: dict[tuple[str, str], bytes]) -> None:
        label = StampText((Line("नाम:", "क्षेत्रपाल", "hi"), *FULL.lines[:2], Line("", "ÅẤỆ gjpqy", "vi")), GRID, CODE)
        for data in bases.values():
            opened = open_base(data)
            blank, full = (_picture(item) for item in (data, stamp(opened, label)))
            left, bottom, right, top = (side * SCALE for side in opened.rect)
            changed = _difference(blank, full)
            assert changed is not None
            assert left - 3 <= changed[0] <= changed[2] <= right + 3
            assert blank.height - top - 3 <= changed[1] <= changed[3] <= blank.height - bottom + 3

    def test_the_code_is_drawn_module_by_module(self, bases: dict[tuple[str, str], bytes]) -> None:
        for data in bases.values():
            copy = stamp(open_base(data), FULL)
            with pikepdf.open(io.BytesIO(copy)) as pdf:
                figure = next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Alt") == CODE.alt)
                left, _, right, top = (float(side) for side in figure.A.BBox)
            picture = _picture(copy)
            module = (right - left) / (len(CODE.matrix) + 8)
            assert module >= 0.35 / 25.4 * 72, "a module is three dots of a thermal printer"
            for row, dark in enumerate(CODE.matrix):
                for column, wanted in enumerate(dark):
                    x = (left + (column + 4.5) * module) * SCALE
                    y = picture.height - (top - (row + 4.5) * module) * SCALE
                    assert (picture.getpixel((int(x), int(y))) < 128) == bool(wanted), (row, column)
            for edge in (0.5, 2, 3.5):
                pixels = [(left + edge * module, top - i * module) for i in range(len(CODE.matrix) + 8)]
                assert all(
                    picture.getpixel((int(x * SCALE), int(picture.height - y * SCALE) + 1)) > 200 for x, y in pixels
                )


SCALE = 4


def _picture(data: bytes) -> Any:
    document = pypdfium2.PdfDocument(data)
    try:
        return document[0].render(scale=SCALE, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def _difference(one: Any, two: Any) -> Any:
    from PIL import ImageChops

    return ImageChops.difference(one, two).point(lambda value: 255 if value > 40 else 0).getbbox()


class TestRefusals:
    def rule(self, work: Any) -> str:
        with pytest.raises(PdfError) as caught:
            work()
        assert len(caught.value.problems) == 1
        return caught.value.problems[0].rule

    def test_a_copy_is_not_stamped_again(self, base: Base) -> None:
        assert self.rule(lambda: open_base(stamp(base, FULL))) == "already-stamped"

    def test_what_is_not_a_base(self, base: Base) -> None:
        assert self.rule(lambda: open_base(b"%PDF-1.7 nothing")) == "not-ours"
        changed = bytearray(base.data)
        changed[len(changed) // 2] ^= 1
        assert self.rule(lambda: open_base(bytes(changed))) == "altered"
        assert self.rule(lambda: open_base(base.data + b"\n")) == "altered"

    def test_missing_glyphs_are_told_by_number_only(self, base: Base) -> None:
        with pytest.raises(PdfError) as caught:
            stamp(base, StampText((Line("Patient:", "Zoë 😀"), Line("Note:", "a\u0007 𓀀"))))
        problem = caught.value.problems[0]
        assert problem.rule == "missing-glyph"
        assert all(sign in problem.message for sign in ("U+0007", "U+1F600", "U+13000"))
        assert "😀" not in str(problem)
        assert "Zoë" not in str(problem)

    def test_signs_that_turn_numbers_over(self, base: Base) -> None:
        assert self.rule(lambda: stamp(base, StampText((Line("Dose:", "\u202e05 mg\u202c"),)))) == "direction-sign"
        assert self.rule(lambda: stamp(base, StampText((Line("Dose:", "5\u2069 mg"),)))) == "direction-sign"

    def test_an_empty_label(self, base: Base) -> None:
        assert self.rule(lambda: stamp(base, StampText((Line("", ""),)))) == "empty-label"


class TestProof:
    def test_the_base_is_a_prefix_and_both_are_proved(self, base: Base) -> None:
        data = stamp(base, FULL)
        assert data.startswith(base.data)
        seal = read_copy_seal(data)
        assert seal is not None
        assert (seal.base, seal.intact) == (len(base.data), True)
        passport = read_passport(data, "x")
        assert passport.entry["slug"] == "amlodipine"
        assert passport.copy == seal

    def test_any_changed_byte_is_found(self) -> None:
        data = stamp(sheet_base(), FULL)
        places = {*range(0, len(data), 97), *range(len(sheet_base().data) - 40, len(data))}
        for place in sorted(places):
            changed = bytearray(data)
            changed[place] ^= 0x15
            with pytest.raises(PdfError) as caught:
                read_passport(bytes(changed), "x")
            assert caught.value.problems[0].rule in ("altered", "not-ours"), place

    def test_added_and_missing_bytes_are_found(self, base: Base) -> None:
        data = stamp(base, FULL)
        for changed in (data + b"\n", data[:-1], data[: len(base.data) + 100], data + data[len(base.data) :]):
            with pytest.raises(PdfError):
                read_passport(changed, "x")

    def test_verify_says_what_it_is(self, base: Base, tmp_path: Path) -> None:
        data = stamp(base, FULL)
        (tmp_path / "copy.pdf").write_bytes(data)
        command = [sys.executable, "-m", "leaflets", "verify", str(tmp_path / "copy.pdf"), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        said = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert said["state"] == "current"
        assert "stamped copy" in said["reason"]
        assert said["base_sha256"] == hashlib.sha256(base.data).hexdigest()
        seal = read_copy_seal(data)
        assert seal is not None
        assert said["copy"] == seal.digest

    def test_the_same_bytes_in_every_process(self, base: Base, tmp_path: Path) -> None:
        (tmp_path / "base.pdf").write_bytes(base.data)
        code = (
            "import sys, hashlib\nfrom pathlib import Path\n"
            "from tests.pdf.test_pdf_stamp import FULL, MIXED, open_base, stamp\n"
            "base = open_base(Path(sys.argv[1]).read_bytes())\n"
            "labels = [*MIXED, FULL][:: int(sys.argv[2])]\n"
            "made = {id(label): hashlib.sha256(stamp(base, label)).hexdigest() for label in labels}\n"
            "print(*(made[id(label)] for label in (*MIXED, FULL)))"
        )
        # Here other copies were made before, there none; some come from the front, some from behind.
        digests = {" ".join(hashlib.sha256(stamp(base, label)).hexdigest() for label in (*MIXED, FULL))}
        for seed, way in (("0", "1"), ("1", "-1")):
            command = [sys.executable, "-c", code, str(tmp_path / "base.pdf"), way]
            env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
            done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
            digests.add(done.stdout.strip())
        assert len(digests) == 1

    def test_what_is_kept_in_memory_changes_nothing_and_has_an_end(
        self, base: Base, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wanted = [stamp(base, label) for label in MIXED]
        faces = {font.face for label in MIXED for font in painted(base, label).fonts}
        for face in faces:
            face.glyphs.clear()
        monkeypatch.setattr(glyphs, "_MOST_KEPT", 3)
        for kept in (label_layout._measure_common, label_layout._measure_grid, stamp_font.cut, stamp_code.draw_code):
            kept.cache_clear()
        assert [stamp(base, label) for label in MIXED] == wanted
        assert [stamp(base, label) for label in reversed(MIXED)] == wanted[::-1]
        assert all(0 < len(face.glyphs) <= 3 for face in faces)

    def test_a_label_stays_out_of_what_is_kept(self, base: Base) -> None:
        # What is kept whole is what copies have in common; of a patient's lines, single letters.
        before = [kept.cache_info().currsize for kept in (label_layout._measure_common, shaping._shape_caption)]
        stamp(base, StampText((Line("Patient:", "Xaver Ypsilon"), Line("Directions:", "Take it at 7.35."))))
        stamp(base, StampText((Line("Patient:", "Yolanda Xenia"), Line("Directions:", "Take it at 8.35."))))
        between = [kept.cache_info().currsize for kept in (label_layout._measure_common, shaping._shape_caption)]
        stamp(base, StampText((Line("Patient:", "Walther Quirin"), Line("Directions:", "Take it at 9.35."))))
        assert between[0] == before[0]
        assert [
            kept.cache_info().currsize for kept in (label_layout._measure_common, shaping._shape_caption)
        ] == between
        texts = {key[1] for label in MIXED for font in painted(base, label).fonts for key in font.face.glyphs}
        assert max(map(len, texts)) < 12, "no more than a grapheme"

    def test_two_patients_have_two_identifiers_and_one_base(self, base: Base) -> None:
        copies = [stamp(base, StampText((Line("Patient:", name),))) for name in ("Ana", "Ben", "Ana")]
        assert copies[0] == copies[2]
        halves = []
        for data in copies[:2]:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                halves.append([bytes(half) for half in pdf.trailer.ID])
        assert halves[0][0] == halves[1][0]
        assert halves[0][1] != halves[1][1]
        assert b"Ana" not in copies[1]
        assert "Ana" not in drawn(copies[1])

    def test_personal_text_is_not_in_the_metadata(self, base: Base) -> None:
        with pikepdf.open(io.BytesIO(stamp(base, FULL))) as pdf:
            root: Any = pdf.Root
            texts = [root.Metadata.read_bytes().decode(), str(dict(pdf.docinfo)), str(root.get("/Outlines"))]
        assert not any("Zoë" in text or "M\u00fcller" in text for text in texts)
        assert "Zoë" not in repr(FULL)
