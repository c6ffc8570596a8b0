"""CSV worklists: whole, broken, hostile, and long."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets.errors import ContentError, Severity
from leaflets.worklist import Defaults, Label, Row, RowProblems, read_worklist
from leaflets.worklist.cells import CellError, read_output, same_output
from leaflets.worklist.csv import COLUMNS
from tests.worklist.library import DEFAULTS, TITLES, problems, read, refusal, rows, rules

SECRET = "Xyzzy Quux"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worklist.csv"


FULL = (
    ";".join(COLUMNS)
    + '\nSertraline;Clinician;en_us;Large-Print;A4;3;Anh Nguyễn;"Take ""ONE"" tablet;\r\nwith food";Dr. Ortiz;Rx 7;'
    "23 Nov 2026;30 tablets;ward-3/0017;Bed 7\n"
)
WHOLE = Row(
    2, "sertraline", "clinician", "en-US", "large-print", "a4", 3,
    Label("Anh Nguyễn", 'Take "ONE" tablet;\nwith food', "Dr. Ortiz", "Rx 7", "23 Nov 2026", "30 tablets"),
    "ward-3/0017.pdf", packet="Bed 7", place="row 2",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_column_in_every_encoding(encoding: str, delimiter: str, path: Path) -> None:
    head, body = FULL.split("\n", 1)
    cells = [f'"{c}"' if i != 7 else c for i, c in enumerate(_cells(body))]
    text = delimiter.join(head.split(";")) + "\n" + delimiter.join(cells) + "\n"
    data = text.encode(encoding)
    if encoding.endswith(("-le", "-be")):
        data = "\ufeff".encode(encoding) + data
    assert read(path, data) == [WHOLE]


def _cells(body: str) -> list[str]:
    start, rest = body.split('"Take', 1)
    middle, end = rest.split('food"', 1)
    return [*start.rstrip(";").split(";"), f'"Take{middle}food"', *end.strip(";\n").split(";")]


def test_line_is_where_the_row_starts_and_row_counts_as_a_spreadsheet(path: Path) -> None:
    found = read(path, 'monograph,directions\nsertraline,"a\nb\nc"\n\n,\nsertraline,x\nnope,x\n')
    assert [item.line for item in found] == [2, 7, 8]
    assert "row 6, column monograph" in problems(found)[0].message


def test_an_empty_cell_takes_the_default(path: Path) -> None:
    defaults = Defaults("clinician", "en-US", "large-print", None, 4)
    (row,) = rows(read(path, "monograph,locale,variant\nsertraline,,\n", defaults))
    assert (row.variant, row.locale, row.edition, row.paper, row.pages) == (
        "clinician",
        "en-US",
        "large-print",
        "letter",
        4,
    )


def test_the_paper_is_the_rows_locales(path: Path) -> None:
    found = rows(read(path, "monograph,locale,pages\nsertraline,en-US,full\nsertraline,en-GB,\n"))
    assert [(row.paper, row.pages) for row in found] == [("letter", 0), ("a4", None)]


def test_columns_in_any_case_and_order(path: Path) -> None:
    (row,) = rows(read(path, " Patient ,MONOGRAPH\nAnn,Sertraline\n"))
    assert row.label.patient == "Ann"


def test_an_unknown_column_is_a_warning_with_the_nearest(path: Path) -> None:
    found = read(path, "monograph,directons,,zzz\nsertraline,x,y,z\n")
    first = found[0]
    assert isinstance(first, RowProblems)
    assert not first.failed
    assert [p.severity for p in first.problems] == [Severity.WARNING] * 3
    assert first.problems[0].hint == "did you mean 'directions'?"
    assert len(rows(found)) == 1


def test_excels_own_first_line(path: Path) -> None:
    assert len(rows(read(path, "sep=;\nmonograph;patient\nsertraline;A, B\n"))) == 1


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"", "empty-file", 1),
        (b"\xef\xbb\xbf", "empty-file", 1),
        (b"\n\n  \n", "empty-file", 1),
        (b"monograph,patient\n", "no-rows", 1),
        (b"monograph,output\n,\n\n", "no-rows", 1),
        (f"drug,patient\nsertraline,{SECRET}\n".encode(), "no-monograph-column", 1),
        (f"Sertraline,{SECRET}\n".encode(), "no-monograph-column", 1),
        (b"monograph,patient,Patient\nsertraline,a,b\n", "column-twice", 1),
        (b"PK\x03\x04\x14\x00", "not-text", None),
        (b"%PDF-1.7\n", "not-text", None),
        (b"\x7fELF\x00\x01", "binary-file", 1),
        ("monograph\nsertraline\n".encode("utf-16-le"), "binary-file", 1),
        ("\ufeffmonograph\nsertraline\n".encode("utf-32-le"), "not-text", None),
    ],
)
def test_what_is_no_worklist_is_said_once(data: bytes, rule: str, line: int | None, path: Path) -> None:
    problem = refusal(path, data)
    assert (problem.rule, problem.line) == (rule, line)
    assert problem.hint or rule == "empty-file"
    assert SECRET not in str(problem)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, rule in (("gone.csv", "not-found"), (".", "is-a-folder"), ("pipe", "not-a-file"), ("a\0b", "not-found")):
        with pytest.raises(ContentError) as error:
            read_worklist(tmp_path / name, TITLES, DEFAULTS)
        assert error.value.problems[0].rule in (rule, "not-a-file")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("monograph", "sertralin", "drug-unknown"),
        ("monograph", "oral corticosteroids", "drug-several"),
        ("monograph", "", "no-drug"),
        ("monograph", "sertra\u200bline\u202e", "hidden-character"),
        ("variant", "nurse", "variant-unknown"),
        ("locale", "xx-YY", "locale-unknown"),
        ("locale", "de-DE", "no-catalogue"),
        ("edition", "small", "edition-unknown"),
        ("paper", "a3", "paper-unknown"),
        ("pages", "0", "pages-wrong"),
        ("pages", "2.0", "pages-wrong"),
        ("pages", "١", "pages-wrong"),
        ("patient", f"{SECRET}\n{SECRET}", "cell-lines"),
        ("patient", f"{SECRET}\x00", "hidden-character"),
        ("patient", f"{SECRET}\x1b[2J", "hidden-character"),
        ("patient", f"{SECRET}\u202e", "hidden-character"),
        ("patient", f"{SECRET}\ufffd", "lost-character"),
        ("patient", SECRET * 100, "cell-too-long"),
        ("directions", f"{SECRET} 1\u200b0 mg", "hidden-character"),
        ("output", "../x", "output-name"),
    ],
)
def test_a_wrong_cell_names_row_and_column_and_never_the_value(column: str, value: str, rule: str, path: Path) -> None:
    cells = {"monograph": "sertraline", "patient": "x", column: value}
    text = (
        ",".join(cells)
        + "\n"
        + ",".join(f'"{cell}"' for cell in cells.values())
        + "\nsertraline"
        + "," * (len(cells) - 1)
    )
    found = read(path, text)
    (problem,) = problems(found)
    assert (problem.rule, problem.line) == (rule, 2)
    assert f"row 2, column {column}" in problem.message
    assert len(rows(found)) == 1, "the good row is printed"
    assert SECRET not in str(problem)
    assert len(value) < 6 or value not in problem.message


def test_all_of_a_rows_problems_at_once(path: Path) -> None:
    found = read(path, "monograph,variant,pages,output\nnope,nurse,x,/etc/passwd\n")
    assert len(found) == 1
    assert rules(found) == ["drug-unknown", "variant-unknown", "pages-wrong", "output-name"]


def test_bytes_that_are_not_utf8_spoil_their_row_only(path: Path) -> None:
    found = read(path, b"monograph,patient\nsertraline,Zo\xeb\nsertraline,Ann\n")
    assert rules(found) == ["not-utf8"]
    assert "0xEB" in problems(found)[0].message
    assert len(rows(found)) == 1


def test_an_alternate_name_is_a_warning_or_by_wish_an_error(path: Path) -> None:
    (row,) = rows(read(path, "monograph\nZoloft\n"))
    assert row.monograph == "sertraline"
    assert [note.rule for note in row.notes] == ["alternate-name"]
    strict = read(path, "monograph\nZoloft\n", Defaults(alternate_names=False))
    assert not rows(strict)
    assert rules(strict) == ["alternate-name"]


@pytest.mark.parametrize(
    "broken",
    [
        'sertraline,"Ann,x\n',
        'sertraline,"Ann"x,x\n',
        "sertraline,Ann\n",
        "sertraline,Ann,take 1, twice\n",
        "sertraline,Ann,take 1,\n",
        f'sertraline,"{"x" * 10_000_000}",y\n',
        f"sertraline,{'x' * 10_000_000},y\n",
        "sertraline,Ann,\x00\n",
    ],
    ids=["open-quote", "text-after-quote", "short", "shifted", "shifted-empty", "10-MB", "10-MB-bare", "NUL"],
)
def test_a_broken_row_takes_no_other_with_it(broken: str, path: Path) -> None:
    good = 'sertraline,Ann,"take ""1"""\n'
    found = read(path, "monograph,patient,directions\n" + good + broken + good * 3)
    assert [row.line for row in rows(found)] == [2, 4, 5, 6]
    assert [item.line for item in found if isinstance(item, RowProblems)] == [3]


def test_an_open_quote_at_the_end(path: Path) -> None:
    found = read(path, 'monograph,patient\nsertraline,"Ann\nsertraline,Bob\nsertraline,Cy')
    assert [row.label.patient for row in rows(found)] == ["Bob", "Cy"]
    assert rules(found) == ["row-quotes"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("monograph,directions", 'sertraline,"Ann\nclonazepam,Bob"\n'),
        ("patient,monograph,directions", 'Ann,sertraline,"take 1\nBob,clonazepam,take 2"\n'),
        ("patient,monograph,number,directions", 'Ann,sertraline,1,"take 1\nBob,clonazepm,2,take 2"\n'),
        ("monograph,directions", 'sertraline,"Ann\r\nOral Corticosteroids,Bob"\n'),
    ],
)
def test_a_quote_that_swallows_a_row_prints_nobody_in_anothers_copy(head: str, body: str, path: Path) -> None:
    good = ",".join({"monograph": "sertraline"}.get(column, "x") for column in head.split(","))
    found = read(path, f"{head}\n{body}{good}\n")
    assert rules(found) == ["row-swallowed"]
    assert [row.line for row in rows(found)] == [4]


def test_directions_of_several_lines_are_no_rows(path: Path) -> None:
    found = read(path, 'monograph,directions\nsertraline,"Take 1, twice\nwith food, not milk\nSertraline"\n')
    assert len(rows(found)) == 1


# -- file names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "read_as"),
    [
        ("a", "a.pdf"),
        ("a.PDF", "a.PDF"),
        ("ward 3/Nguyễn.pdf", "ward 3/Nguyễn.pdf"),
        ("a.b", "a.b.pdf"),
        ("会", "会.pdf"),
        ("00002-metformin", "00002-metformin.pdf"),
        ("00017.en-US", "00017.en-US.pdf"),
    ],
)
def test_safe_names(name: str, read_as: str) -> None:
    assert read_output(name) == read_as


@pytest.mark.parametrize(
    "name",
    [
        "..", "../a", "a/../b", "/a", "//a", "a//b", "a/", "./a", "a/./b", "\\a", "a\\b", "C:a", "C:\\a", "~/a", "~",
        "-rf", ".hidden", ".pdf", "a/.pdf", "a./b", "a /b",
        " a/ b", "CON", "con.pdf", "nul.txt", "a/LPT1.pdf", "com¹", "con .pdf", "a|b",
        "00002-metformin.patient.en-US.pdf", "00001-packet.patient.de", "123456-a.clinician.zh-Hans-CN.large-print.PDF",
        "a?b", "a*b", 'a"b', "<a>",
        "a\0b", "a\nb", "a\tb", "a\x1bb", "a\u202eb", "a\u2028b", "x.pdf/y", "a" * 250,
        "é" * 120, "/".join("abcdefgh" * 10 for _ in range(6)),
    ],
)  # fmt: skip
def test_unsafe_names(name: str) -> None:
    with pytest.raises(CellError):
        read_output(name)


@given(st.text(alphabet=st.sampled_from("ab./\\~ :-\x00\u202e\u0301éPDFpdf"), max_size=12))
@settings(max_examples=1500)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    try:
        safe = read_output(name)
    except CellError:
        return
    root = "/srv/out"
    assert os.path.normpath(f"{root}/{safe}") == f"{root}/{safe}"
    assert safe.casefold().endswith(".pdf")


def test_two_rows_with_one_file_name_are_both_errors(path: Path) -> None:
    names = ["a", "b", "A.pdf", "c", "e\u0301", "é", "a.pdf"]
    found = read(path, "monograph,output\n" + "".join(f"sertraline,{name}\n" for name in names))
    assert [row.output for row in rows(found)] == ["b.pdf", "c.pdf"]
    said = [problem.message for problem in problems(found)]
    assert said[0] == "row 2, column output: is the same file name as in row 4, 8"
    assert said[2] == "row 6, column output: is the same file name as in row 7"


def test_a_broken_rows_file_name_counts_too(path: Path) -> None:
    found = read(path, "monograph,output\nnope,a\nsertraline,a\n")
    assert not rows(found)
    assert rules(found) == ["drug-unknown", "output-twice", "output-twice"]


@given(st.text(min_size=1, max_size=8))
def test_names_that_a_file_system_may_take_for_one_are_one(name: str) -> None:
    assert same_output(name) == same_output(name.upper().lower()) or name.upper().lower() != name.casefold()
    assert same_output(same_output(name)) == same_output(name)


# -- what must not get out ------------------------------------------------------------------------------------------


def test_nothing_personal_shows_in_a_repr(path: Path) -> None:
    columns = [c for c in COLUMNS if c not in ("variant", "locale", "edition", "paper", "pages")]
    cells = ["sertraline" if c == "monograph" else f"{SECRET} {n}" for n, c in enumerate(columns)]
    found = read(
        path, ",".join(columns) + "\n" + ",".join(cells) + "\n" + ",".join(cells) + "\n" + "nope" + "," * 8 + "\n"
    )
    assert len(found) == 3
    (row,) = rows(read(path, ",".join(columns) + "\n" + ",".join(cells) + "\n"))
    assert row.label.patient == f"{SECRET} 1"
    for text in (repr(row), str(row), repr(row.label), f"{row.label}", repr(found), repr([row])):
        assert "Xyzzy" not in text
    assert repr(row.label) == "Label(<patient, directions, prescriber, number, date, quantity>)"
    assert repr(Label()) == "Label(<>)"


@given(st.lists(st.text(alphabet=st.sampled_from('ab,;"\n\r\t\x00é\u202e\ufffd 1'), max_size=12), max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_text_below_a_header_gives_rows_or_problems(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    body = "\n".join(line.replace("a", "sertraline,Xyzzy") for line in lines)
    found = read(path, f"monograph,patient,output\n{body}\nsertraline,,\n")
    assert "Xyzzy" not in repr(found)
    for row in rows(found):
        assert row.monograph in TITLES
    assert all(problem.file and problem.line for problem in problems(found))


# -- length ---------------------------------------------------------------------------------------------------------


def _long(path: Path, count: int) -> Path:
    """``count`` rows, 1 % of them broken in five ways."""
    broken = [
        "nope,en-GB,Patient {n},x,out/{n}.pdf", 'sertraline,en-GB,"Patient {n},x,out/{n}.pdf',
        "sertraline,en-GB,Patient {n}",
        "sertraline,tlh,Patient {n},x,out/{n}.pdf", "sertraline,en-GB,Patient {n},x,../{n}.pdf",
    ]  # fmt: skip
    with path.open("w", encoding="utf-8") as stream:
        stream.write("monograph,locale,patient,directions,output\n")
        for n in range(count):
            text = broken[n // 100 % 5] if n % 100 == 50 else 'Sertraline,en-US,Patient {n},"Take 1, twice",out/{n}.pdf'
            stream.write(text.format(n=n) + "\n")
    return path


def test_a_hundred_thousand_rows_stream_in_flat_memory(tmp_path: Path) -> None:
    peaks = {}
    for count in (10_000, 100_000):
        path = _long(tmp_path / f"{count}.csv", count)
        tracemalloc.start()
        good = bad = 0
        for item in read_worklist(path, TITLES, DEFAULTS):
            if isinstance(item, Row):
                good += 1
            else:
                bad += 1
                assert item.failed
                assert (item.line - 2) % 100 == 50
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (good, bad) == (count * 99 // 100, count // 100)
    assert peaks[100_000] < peaks[10_000] * 1.1
    assert peaks[100_000] < 4_000_000
