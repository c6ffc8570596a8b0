"""Quantities in every locale: exact, in the words of its pharmacists, in the order that its lines run."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets.catalogue import number_differences
from leaflets.direction import has_rtl
from leaflets.errors import ContentError
from leaflets.locales import text_direction
from leaflets.quantities import Units, load_units, local_quantities, localized, parity, print_quantities

from .conftest import ROOT
from .contact_sheet import LOCALES

UNITS = load_units(ROOT / "content/rules/units.toml")
SOURCES = ("0.0005 mg", "1,000 units", "25-50 mg", "4 mg/day", "<30 mL/min")
# ~ no-break space, ⍽ narrow no-break space, | word joiner
PRINTED = {
    "en-US": ("0.0005~mg", "1,000~units", "25|–|50~mg", "4~mg/day", "<30~mL/min"),
    "en-GB": ("0.0005~mg", "1,000~units", "25|–|50~mg", "4~mg/day", "<30~mL/min"),
    "en-IN": ("0.0005~mg", "1,000~units", "25|–|50~mg", "4~mg/day", "<30~mL/min"),
    "es-US": ("0.0005~mg", "1,000~unidades", "25|-|50~mg", "4~mg/día", "<30~ml/min"),
    "hi-IN": ("0.0005~मि.ग्रा.", "1,000~यूनिट", "25~से~50~मि.ग्रा.", "4~मि.ग्रा./दिन", "<30~मि.ली./मिनट"),
    "zh-Hans-CN": ("0.0005毫克", "1,000单位", "25|～|50毫克", "4毫克/日", "<30毫升/分钟"),
    "zh-Hant-TW": ("0.0005毫克", "1,000單位", "25|～|50毫克", "4毫克/日", "<30毫升/分鐘"),
    "ar-EG": ("0.0005~ملغ", "1,000~وحدة", "25~إلى~50~ملغ", "4~ملغ~في~اليوم", "أقل~من~30~مل~في~الدقيقة"),
    "bn-BD": ("0.0005~মি.গ্রা.", "1,000~ইউনিট", "25|–|50~মি.গ্রা.", "4~মি.গ্রা./দিন", "<30~মি.লি./মিনিট"),
    "ru-RU": ("0,0005~мг", "1⍽000~единиц", "25|–|50~мг", "4~мг~в~сутки", "<30~мл/мин"),
    "vi-VN": ("0,0005~mg", "1⍽000~đơn~vị", "25|–|50~mg", "4~mg/ngày", "<30~ml/phút"),
    "ko-KR": ("0.0005~mg", "1,000단위", "25|–|50~mg", "4~mg/일", "<30~mL/분"),
    "fil-PH": ("0.0005~mg", "1,000~yunit", "25|–|50~mg", "4~mg/araw", "<30~mL/min"),
    "ht-HT": ("0,0005~mg", "1⍽000~inite", "25|–|50~mg", "4~mg/jou", "<30~ml/minit"),
    "pl-PL": ("0,0005~mg", "1000~jednostek", "25|–|50~mg", "4~mg/dobę", "<30~ml/min"),
    "pt-BR": ("0,0005~mg", "1⍽000~unidades", "25|–|50~mg", "4~mg/dia", "<30~mL/min"),
    "fr-FR": ("0,0005~mg", "1⍽000~unités", "25|–|50~mg", "4~mg/jour", "<30~ml/min"),
    "de-DE": ("0,0005~mg", "1⍽000~Einheiten", "25|–|50~mg", "4~mg/Tag", "<30~ml/min"),
    "it-IT": ("0,0005~mg", "1000~unità", "25|–|50~mg", "4~mg/giorno", "<30~ml/min"),
    "ta-IN": ("0.0005~மி.கி.", "1,000~யூனிட்", "25|–|50~மி.கி.", "4~மி.கி./நாள்", "<30~மி.லி./நிமிடம்"),
    "te-IN": ("0.0005~మి.గ్రా.", "1,000~యూనిట్లు", "25|–|50~మి.గ్రా.", "4~మి.గ్రా./రోజు", "<30~మి.లీ./నిమిషం"),
    "mr-IN": ("0.0005~मि.ग्रॅ.", "1,000~युनिट", "25|–|50~मि.ग्रॅ.", "4~मि.ग्रॅ./दिवस", "<30~मि.ली./मिनिट"),
    "gu-IN": ("0.0005~મિ.ગ્રા.", "1,000~યુનિટ", "25|–|50~મિ.ગ્રા.", "4~મિ.ગ્રા./દિવસ", "<30~મિ.લિ./મિનિટ"),
    "ur-PK": ("0.0005~ملی~گرام", "1,000~یونٹ", "25~سے~50~ملی~گرام", "4~ملی~گرام~فی~دن", "<30~mL/min"),
    "fa-IR": ("0.0005~میلی‌گرم", "1,000~واحد", "25~تا~50~میلی‌گرم", "4~میلی‌گرم~در~روز", "کمتر~از~30~میلی‌لیتر~در~دقیقه"),
    "he-IL": ("0.0005~מ״ג", "1,000~יחידות", "25~עד~50~מ״ג", "4~מ״ג~ליום", "פחות~מ־30~מ״ל~לדקה"),
    "ja-JP": ("0.0005~mg", "1,000単位", "25|～|50~mg", "4~mg/日", "<30~mL/分"),
    "pa-IN": ("0.0005~ਮਿ.ਗ੍ਰਾ.", "1,000~ਯੂਨਿਟ", "25|–|50~ਮਿ.ਗ੍ਰਾ.", "4~ਮਿ.ਗ੍ਰਾ./ਦਿਨ", "<30~ਮਿ.ਲੀ./ਮਿੰਟ"),
    "am-ET": ("0.0005~ሚ.ግ.", "1,000~ዩኒት", "25|–|50~ሚ.ግ.", "4~ሚ.ግ./ቀን", "<30~ሚ.ሊ./ደቂቃ"),
    "th-TH": ("0.0005~มก.", "1,000~ยูนิต", "25|-|50~มก.", "4~มก./วัน", "<30~มล./นาที"),
}  # fmt: skip


def shown(text: str) -> str:
    return text.replace("\u00a0", "~").replace("\u2060", "|").replace("\u202f", "⍽")


@pytest.mark.parametrize("tag", LOCALES)
def test_every_locale_prints_them_as_its_pharmacists_do(tag: str) -> None:
    assert tuple(shown(localized(source, UNITS, tag, plain=True)) for source in SOURCES) == PRINTED[tag]


NUMBERS = st.decimals(min_value="0.0001", max_value=99999, places=4).map(lambda number: format(number.normalize(), "f"))
PLACES = st.sampled_from(["mg", "mcg", "mL", "mg/kg/day", "units", "hours", "%", "g", "tablets", "days", "mL/min"])
SIGNS = st.sampled_from(["", "<", ">", "≥", "≤", "~"])


@settings(deadline=None)  # the first of a locale builds its grammar
@given(SIGNS, NUMBERS, NUMBERS, PLACES, st.sampled_from(LOCALES))
def test_no_number_unit_or_sign_changes(sign: str, one: str, two: str, unit: str, tag: str) -> None:
    low, high = sorted((one, two), key=Decimal)
    for source in (f"{sign}{one} {unit}", f"{low}-{high} {unit}", f"{one} to {sign}{two} {unit}"):
        printed = localized(source, UNITS, tag, plain=True)
        assert parity(source, printed, UNITS, tag) == (), (source, printed)


def test_what_is_no_range_stays_and_is_told_where_it_would_be_misread() -> None:
    """From more to less is no range: it prints as it was written, and 1.125 is more than a thousand for some."""
    source = "2.5-1.125 mg"
    for tag, differs in (("pt-BR", True), ("es-US", False)):
        printed = localized(source, UNITS, tag, plain=True)
        assert (printed, bool(parity(source, printed, UNITS, tag))) == (source, differs)


@settings(deadline=None)
@given(NUMBERS, PLACES, st.sampled_from(LOCALES), st.integers(0, 9), st.integers(1, 9))
def test_a_changed_digit_is_found_in_every_locale(number: str, unit: str, tag: str, place: int, shift: int) -> None:
    printed = localized(f"{number} {unit}", UNITS, tag, plain=True)
    digits = [at for at, char in enumerate(printed) if char.isdecimal()]
    at = digits[place % len(digits)]
    changed = printed[:at] + str((int(printed[at]) + shift) % 10) + printed[at + 1 :]
    assert parity(f"{number} {unit}", changed, UNITS, tag)


@settings(deadline=None)
@given(NUMBERS, PLACES, SIGNS, st.sampled_from([tag for tag in LOCALES if text_direction(tag) == "rtl"]))
def test_a_quantity_runs_one_way(number: str, unit: str, sign: str, tag: str) -> None:
    """Letters of both directions in one quantity would be drawn in an order that nobody wrote."""
    (printed,) = print_quantities(f"{sign}{number} {unit}", UNITS, tag, plain=True)
    assert not (has_rtl(printed.printed) and re.search("[A-Za-z<>≤≥]", printed.printed))


def test_the_corpus_keeps_its_quantities_in_every_locale(corpus: list[Path]) -> None:
    lines = {line for path in corpus for line in path.read_text(encoding="utf-8").split("\n") if re.search(r"\d", line)}
    for number, tag in enumerate(LOCALES):
        for line in sorted(lines)[number :: 2 * len(LOCALES)]:
            assert parity(line, localized(line, UNITS, tag, plain=True), UNITS, tag) == (), (tag, line)


@pytest.mark.parametrize(
    ("source", "target", "tag"),
    [
        ("Take 500 mg every 6 hours.", "每次口服500毫克，间隔6小时。", "zh-Hans-CN"),
        ("Take 1,000 mg within 2 days.", "請於2天內服用1,000毫克。", "zh-Hant-TW"),
        ("Take 2 tablets for 5 days.", "5日間、2錠を飲みます。", "ja-JP"),
        ("Take 500 mg every 6 hours.", "6시간마다 500 mg을 복용하십시오.", "ko-KR"),
        ("Take 500 mg every 6 hours.", "กินยา500มก.ทุก6ชั่วโมง", "th-TH"),
        ("Tablets of 100 mg and 500 mg.", "أقراص عيار 100 ملغ و500 ملغ.", "ar-EG"),
        ("Not below 30 mL/min; <30 mL/min: stop.", "ليس دون 30 مل في الدقيقة؛ أقل من 30 مل في الدقيقة: توقف.", "ar-EG"),
        ("Less than 30 days.", "أقل من 30 يومًا.", "ar-EG"),
        ("Take it for 5 days.", "יש ליטול ל-5 ימים.", "he-IL"),
        ("From 12 years: 25 to 50 mg.", "Ab 12 Jahren: 25 bis 50 mg.", "de-DE"),
        ("From 12 years: 25-50 mg twice.", "С 12 лет: от 25 до 50 мг дважды.", "ru-RU"),
        ("Take 1 tablet every 8 hours.", "Tome 1 comprimido cada 8 horas.", "es-US"),
    ],
)  # fmt: skip
def test_what_translators_write_is_read(source: str, target: str, tag: str) -> None:
    assert parity(source, target, UNITS, tag) == ()
    assert parity(source, re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), target, count=1), UNITS, tag)


def test_a_unit_never_becomes_another() -> None:
    assert parity("100 mcg", "100 ملغ", UNITS, "ar-EG")
    assert parity("100 mg", "100微克", UNITS, "zh-Hans-CN")
    assert parity("<30 mL/min", "أكثر من 30 مل في الدقيقة", UNITS, "ar-EG")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('[words.es]\nmg = "mg"', '[words.es]\nmgg = "mg"', "there is no such unit"),
        ('[words.es]\nmg = "mg"', '[words.es]\nmg = "g"', "is another unit"),
        ('hour = { one = "hora", other = "horas" }', 'hour = { one = "hora" }', "is not of the kind"),
        ('"<" = "أقل من"', '"?" = "أقل من"', "is not of the kind"),
        ('[ranges.es]\nwords = ["a", "hasta"]', '[ranges]\nes = "a"', "is not of the kind"),
    ],
)
def test_wrong_words_are_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (ROOT / "content/rules/units.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "units.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load_units(tmp_path / "units.toml")


def test_a_locale_without_words_keeps_the_source_s_spelling() -> None:
    units: Units = UNITS
    assert shown(localized("25-50 mg, 5 sprays", units, "sw", plain=True)) == "25|–|50~mg, 5~sprays"


@pytest.mark.parametrize(
    ("source", "target", "tag"),
    [
        ("Take 1,000 mg.", "Nehmen Sie 1.000 mg.", "de"),
        ("Take 1,000 mg.", "Nehmen Sie 1\u202f000 mg.", "de"),
        ("Take 1,000 mg.", "Nehmen Sie 1000 mg.", "de"),
        ("Take 2.5 mg.", "خذ ٢٫٥ ملغ.", "ar-EG"),
        ("Take 1,500 mg.", "خذ ١٬٥٠٠ ملغ.", "ar-EG"),
        ("Take 500 mg.", "५०० मि.ग्रा. लें।", "hi-IN"),
    ],
)
def test_a_translator_may_write_thousands_and_digits_as_readers_there_do(source: str, target: str, tag: str) -> None:
    assert number_differences(source, target, UNITS, tag) == []
    (printed,) = local_quantities(target, UNITS, tag)
    assert printed.printed == printed.source.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("source", "target", "tag"),
    [
        ("Take 1.125 mg.", "Nehmen Sie 1.125 mg.", "de"),
        ("Take 1 mg.", "Nehmen Sie 1.000 mg.", "de"),
        ("Take 2.5 mg.", "خذ ٢٥ ملغ.", "ar-EG"),
        ("Take 1.5 mg.", "Prenez 1.5 mg.", "fr"),
    ],
)
def test_but_not_another_number(source: str, target: str, tag: str) -> None:
    assert number_differences(source, target, UNITS, tag)


@pytest.mark.parametrize(
    ("tag", "half", "decimal", "more"),
    [
        ("de-DE", "Tablette", "0,5 Tabletten", "Tabletten"),
        ("es-US", "tableta", "0.5 tabletas", "tabletas"),
        ("it-IT", "compressa", "0,5 compresse", "compresse"),
        ("fr-FR", "comprimé", "0,5 comprimé", "comprimés"),
        ("ru-RU", "таблетки", "0,5 таблетки", "таблетки"),
    ],
)
def test_half_a_tablet_is_no_plural(tag: str, half: str, decimal: str, more: str) -> None:
    def shown(text: str) -> str:
        return localized(text, UNITS, tag, plain=True).replace("\u2060", "").replace("\u00a0", " ")

    assert shown("Take 1/2 tablet, or ½ tablet.") == f"Take 1/2 {half}, or ½ {half}."
    assert shown("0.5 tablets") == decimal
    # French counts from two.
    assert shown("1 1/2 tablets, 4 tablets") == f"1 1/2 {half if tag == 'fr-FR' else more}, 4 {more}"
    assert shown("5/325 mg") in ("5/325 mg", "5/325 мг")
