"""The index out of monograph files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.kit import Kit
from leaflets.reader import read_monograph
from leaflets.source import read_source
from leaflets.worklist import load_name_rules, read_entry, read_titles
from leaflets.worklist.titles import product_names
from tests.conftest import ROOT, demo_files

TABLE = ROOT / "content" / "rules" / "names.toml"
RULES = load_name_rules(TABLE)


def _names(section: str, heading: str = "## **Alternate Names**") -> tuple[str, ...]:
    return tuple(
        product_names(f"## Usage\n\n**Brand Names:** Wrong\n\n{heading}\n\n{section}\n\n## Dosage\n\nx", RULES)
    )


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("* **Brand Names:** Hyzaar, Cozaar-Comp.", ("Hyzaar", "Cozaar-Comp")),
        ("**Brand Name:** Torisel.", ("Torisel",)),
        ("- **Brand names**: Daflon 500, Detralex, and Venosmine", ("Daflon 500", "Detralex", "Venosmine")),
        ("**Brand Names:**\n\nColdfiz, Nam Cold SR", ("Coldfiz", "Nam Cold SR")),
        ("**Brand Names:**\n\n* Coldfiz\n* Nam Cold SR", ("Coldfiz", "Nam Cold SR")),
        ("- **Other Names:** Acetaminophen (USA), APAP (US/Canada)", ("Acetaminophen", "APAP")),
        ("* **Brand Names:** Hyzaar, Losacar, etc.", ("Hyzaar", "Losacar")),
        ("- **International Nonproprietary Name (INN):** Abacavir", ("Abacavir",)),
        # A line with any doubt gives no name at all.
        ("- **Brand Names:** Avandia, Avandamet (rosiglitazone/metformin)", ()),
        ("- **Brand Names:** Examples include Anaproct, Pileum", ()),
        ("- **Brand Names:** Not to be confused with Xanax, Zantac", ()),
        ("- **Brand Name:** Serdolect. Not available in all countries.", ()),
        ("- **Brand Names:** Cleocin, Clindagel (topical)", ()),
        ("- **Brand Names:** Benitowa Trio, and others. (Note: they vary by region.)", ()),
        ("- **Brand Names:** Lustral and Zoloft", ()),
        ("- **Combination Products:** Epzicom, Triumeq", ()),
        ("- **Metamizole:** Dipyrone, Analgin", ()),
        ("It is sold as Nuromol.", ()),
        ("- **Brand Names:** None", ()),
        ("- **Brand Names:** n/a", ()),
    ],
)
def test_only_plain_lists_of_names_count(section: str, names: tuple[str, ...]) -> None:
    assert _names(section) == names


def test_two_sections_of_names_are_two_monographs() -> None:
    assert _names("**Brand Name:** Xanax\n\n## Alternate Names\n\n**Brand Name:** Serdolect") == ()


def test_a_part_of_the_section_belongs_to_it() -> None:
    assert _names("### In Europe\n\n**Brand Name:** Istin") == ("Istin",)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_has_title_ingredients_and_names(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Crocin 650\ningredients:\n  - name: Paracetamol\n    strength: 650 mg\n"
        "faqs:\n  - q: 'title: no'\n    a: x\nsample: true\n---\n\n## Brand Names\n\n**Brand names:** Calpol\n"
    )
    entry = read_entry("crocin-650", _write(tmp_path / "c.md", text), RULES)
    assert (entry.title, entry.ingredients, entry.names) == ("Crocin 650", ("Paracetamol 650 mg",), ("Calpol",))


@pytest.mark.parametrize("text", ["---\ntitle: [x\n---\n", "---\ntitle: x\n", "\x00", "", "---\ntitle: &a x\n---\n"])
def test_a_broken_file_keeps_its_slug(text: str, tmp_path: Path) -> None:
    entry = read_entry("broken", _write(tmp_path / "b.md", text), RULES)
    assert (entry.slug, entry.names) == ("broken", ())
    assert read_titles([("broken", tmp_path / "b.md")], RULES).find("BROKEN").slug == "broken"


def test_a_file_that_is_not_there_keeps_its_slug(tmp_path: Path) -> None:
    assert read_entry("gone", tmp_path / "gone.md", RULES).slug == "gone"


def test_the_title_is_the_readers_own(kit: Kit) -> None:
    for path in demo_files():
        assert read_entry(path.stem, path, RULES).title == read_monograph(read_source(path), kit.rules).title


def test_the_title_is_the_readers_own_in_real_files(corpus: list[Path], kit: Kit) -> None:
    started = time.process_time()
    titles = read_titles(((path.stem, path) for path in corpus), RULES)
    assert (time.process_time() - started) / len(corpus) < 0.003
    for entry, path in zip(titles.entries, corpus, strict=True):
        title = read_monograph(read_source(path), kit.rules).title
        assert entry.title in (title, ""), path


def test_faults_of_the_rules_are_said_at_once(tmp_path: Path) -> None:
    text = (
        TABLE.read_text(encoding="utf-8")
        .replace('"brand name",', '"Brand Name",', 1)
        .replace("closings =", "closing =")
    )
    with pytest.raises(ContentError) as error:
        load_name_rules(_write(tmp_path / "names.toml", text))
    said = "\n".join(str(problem) for problem in error.value.problems)
    assert "small letters" in said
    assert "'closing'" in said
    assert "closings is missing" in said
