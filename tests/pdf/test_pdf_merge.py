"""One print file of many copies: order, sheets, bookmarks, size, memory."""

from __future__ import annotations

import io
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from leaflets.errors import PdfError
from leaflets.pdf import extract_text, render_pdf
from leaflets.pdf.label import Line, StampText
from leaflets.pdf.merge import Sheet, merge
from leaflets.pdf.stamp import stamp
from tests.conftest import ROOT
from tests.pdf.sheet import sheet
from tests.pdf.test_pdf_stamp import sheet_base


@cache
def pages(count: int, paper: str = "a4", word: str = "page") -> bytes:
    body = "".join(f'<p style="break-after: page">{word} {n} of {count}</p>' for n in range(1, count))
    body += f"<p>{word} {count} of {count}</p>"
    html = sheet(paper, body=f'<p class="kicker">k</p><h1 id="t">T</h1>{body}')  # type: ignore[arg-type,unused-ignore]
    return render_pdf(html, identity="x").data


def copy(name: str) -> bytes:
    return stamp(sheet_base(), StampText((Line("Patient:", name),)))


def read(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Text of each page, and the bookmarks with the number of their page, from 0."""
    texts = [" ".join(text.split()) for text in extract_text(path.read_bytes()).split("\f")]
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            marks = [(item.title, places[item.destination[0].objgen]) for item in outline.root]  # type: ignore[index]
    return texts, marks


def test_each_copy_starts_on_a_front_side(tmp_path: Path) -> None:
    out = tmp_path / "run.pdf"
    merge([pages(1), pages(2), pages(3), pages(1)], out, titles=["a", "b", "c", "d"])
    texts, marks = read(out)
    assert [text.split("page ")[1][:6] for text in texts if text] == [
        "1 of 1", "1 of 2", "2 of 2", "1 of 3", "2 of 3", "3 of 3", "1 of 1",
    ]  # fmt: skip
    assert [bool(text) for text in texts] == [True, False, True, True, True, True, True, False, True]
    assert marks == [("a", 0), ("b", 2), ("c", 4), ("d", 8)]


def test_one_sided_there_are_no_blank_pages(tmp_path: Path) -> None:
    merge([pages(1), pages(3), pages(1)], tmp_path / "run.pdf", titles=["a", "b", "c"], duplex=False)
    texts, marks = read(tmp_path / "run.pdf")
    assert all(texts)
    assert marks == [("a", 0), ("b", 1), ("c", 4)]


def test_separators_are_sheets_of_their_own(tmp_path: Path) -> None:
    sheet_ = Sheet(pages(1, word="separator"), "before a")
    merge([pages(1), pages(2)], tmp_path / "run.pdf", titles=["a", "b"], separators=[sheet_, None])
    texts, marks = read(tmp_path / "run.pdf")
    assert "separator" in texts[0]
    assert [bool(text) for text in texts] == [True, False, True, False, True, True]
    assert marks == [("before a", 0), ("a", 2), ("b", 4)]


def test_a_blank_page_is_as_large_as_the_one_before(tmp_path: Path) -> None:
    merge([pages(1, "letter"), pages(1), pages(1)], tmp_path / "run.pdf", titles="abc")
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        assert [round(float(page.mediabox[2])) for page in pdf.pages] == [612, 612, 595, 595, 595]


def test_order_and_looks_are_kept(tmp_path: Path) -> None:
    names = [f"Name {number}" for number in range(150)]
    merge((copy(name) for name in names), tmp_path / "run.pdf", titles=names, duplex=False)
    texts, marks = read(tmp_path / "run.pdf")
    assert len(texts) == 150
    assert all(f"Patient: {name}" in text for name, text in zip(names, texts, strict=True))
    assert marks == [(name, number) for number, name in enumerate(names)]
    images = [_picture(data) for data in ((tmp_path / "run.pdf").read_bytes(), copy(names[0]))]
    assert images[0] == images[1]


def _picture(data: bytes) -> bytes:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(data)
    try:
        return bytes(document[0].render(scale=2).to_pil().tobytes())
    finally:
        document.close()


def test_what_copies_share_is_written_once(tmp_path: Path) -> None:
    names = [f"Name {number}" for number in range(100)]
    merge(map(copy, names), tmp_path / "run.pdf", titles=names)
    size = (tmp_path / "run.pdf").stat().st_size
    assert size < 0.4 * sum(len(copy(name)) for name in names)


def test_nothing_that_acts_or_links_is_carried_over(tmp_path: Path) -> None:
    merge([render_pdf(sheet(rows=3), identity="x").data], tmp_path / "run.pdf", titles=["a"])
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        root: Any = pdf.Root
        assert not {"/StructTreeRoot", "/Names", "/AF", "/OpenAction"} & set(root)
        assert not any({"/Annots", "/AA", "/StructParents"} & set(page.obj) for page in pdf.pages)
        assert root.ViewerPreferences.PrintScaling == "/None"
        assert root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


def test_the_same_bytes_from_files_and_from_memory(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(copy("Ana"))
    merge([copy("Ana"), pages(1)], tmp_path / "one.pdf", titles="ab")
    sources: list[bytes | Path] = [tmp_path / "a.pdf", pages(1)]
    merge(iter(sources), tmp_path / "two.pdf", titles=iter("ab"))
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@pytest.mark.parametrize("bad", [b"no PDF", "missing.pdf", b"%PDF-1.7\ntrailer<<>>"])
def test_a_copy_that_is_no_pdf_is_named_and_nothing_is_left(tmp_path: Path, bad: bytes | str) -> None:
    source = bad if isinstance(bad, bytes) else tmp_path / bad
    with pytest.raises(PdfError) as caught:
        merge([pages(1), source], tmp_path / "run.pdf", titles="ab")
    assert caught.value.problems[0].rule == "pdf-unreadable"
    assert "copy 2" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_sheet_is_refused(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(pages(1))) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    separators = [Sheet((tmp_path / "locked.pdf").read_bytes(), "s")]
    with pytest.raises(PdfError, match="separator of copy 1"):
        merge([pages(1)], tmp_path / "run.pdf", titles="a", separators=separators)


def test_as_many_titles_as_copies(tmp_path: Path) -> None:
    for copies, titles in (([pages(1)], "ab"), ([pages(1)] * 2, "a"), ([], "")):
        with pytest.raises(ValueError, match=r"zip|no copy"):
            merge(copies, tmp_path / "run.pdf", titles=titles)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PdfError) as caught:
        merge([pages(1)], tmp_path / "file" / "run.pdf", titles="a")
    assert caught.value.problems[0].rule == "not-written"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of one program")
def test_memory_does_not_grow_with_the_number_of_copies(tmp_path: Path) -> None:
    """Peak of two runs in processes of their own; 10,000 copies are measured in tests/benchmarks/stamping.py."""
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom tests.pdf.test_pdf_merge import copy, merge\n"
        "count = int(sys.argv[1])\n"
        "names = (f'Name {number}' for number in range(count))\n"
        "merge((copy(f'Name {number}') for number in range(count)), Path(sys.argv[2]), titles=names)\n"
        # Not ru_maxrss: that begins with what the process had before it became this one.
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    peaks = []
    for count in (100, 1500):
        command = [sys.executable, "-c", code, str(count), str(tmp_path / "run.pdf")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.1 * peaks[0]
