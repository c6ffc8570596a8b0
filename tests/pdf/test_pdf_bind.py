"""Several leaflets as one file: nothing of what makes each of them readable is lost."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pikepdf
import pytest

from leaflets.errors import PdfError
from leaflets.pdf import Attachment, check_structure, extract_text, is_sealed, read_attachments, render_pdf
from leaflets.pdf.bind import bind, page_count
from leaflets.pdf.label import Line, StampText
from leaflets.pdf.stamp import stamp
from tests.pdf import verapdf
from tests.pdf.sheet import sheet
from tests.pdf.test_pdf_merge import pages
from tests.pdf.test_pdf_stamp import sheet_base

NOTE = Attachment("note.json", "application/json", "Data", "A note", b"{}")


@cache
def whole(paper: str = "a4", rows: int = 3) -> bytes:
    html = sheet(paper, rows=rows)  # type: ignore[arg-type,unused-ignore]
    return render_pdf(html, identity="x", attachments=lambda _: (NOTE,)).data


def copy() -> bytes:
    return stamp(sheet_base(), StampText((Line("Patient:", "Ana"),)))


def parts() -> list[bytes]:
    return [pages(1), whole(), copy(), pages(3)]


def test_each_part_starts_on_a_front_side() -> None:
    data = bind([pages(1), pages(2), pages(3), pages(1)])
    texts = [" ".join(text.split()) for text in extract_text(data).split("\f")]
    assert [text.split("page ")[1][:6] if text else "" for text in texts] == [
        "1 of 1", "", "1 of 2", "2 of 2", "1 of 3", "2 of 3", "3 of 3", "", "1 of 1",
    ]  # fmt: skip
    assert page_count(data) == 9


def test_it_is_valid_sealed_and_the_same_each_time() -> None:
    data = bind(parts(), [NOTE])
    assert check_structure(data, 4) == ()
    assert [p.rule for p in check_structure(data)] == ["pdf-h1", "pdf-running"]
    assert is_sealed(data) is True
    assert bind(parts(), [NOTE]) == data
    if not verapdf.why_not():
        assert verapdf.failures(data, "ua1") == verapdf.failures(data, "3a") == []


def test_the_text_of_each_part_is_there_in_its_place() -> None:
    whole_text = extract_text(bind(parts())).split("\f")
    own = [extract_text(part).split("\f") for part in parts()]
    kept = iter(text for text in whole_text if text)
    assert [text for texts in own for text in texts] == list(kept)


def _tree(pdf: pikepdf.Pdf) -> Any:
    root: Any = pdf.Root
    return root.StructTreeRoot


def test_tags_lie_in_one_document_a_section_for_each_part() -> None:
    with pikepdf.open(io.BytesIO(bind(parts()))) as pdf:
        (document,) = _tree(pdf).K
        assert document.S == "/Document"
        assert [section.S for section in document.K] == ["/Sect"] * 4
        numbers = list(_tree(pdf).ParentTree.Nums)
        keys = [int(key) for key in numbers[::2]]
        assert keys == sorted(set(keys))
        assert int(_tree(pdf).ParentTreeNextKey) > keys[-1]
        for page in pdf.pages:
            entries: Any = page.obj
            if "/Contents" not in entries:
                assert "/StructParents" not in entries
                continue
            owners = numbers[2 * keys.index(int(entries.StructParents)) + 1]
            assert all(owner.get("/Pg", entries).objgen == entries.objgen for owner in owners if owner is not None)


def test_bookmarks_and_links_lead_to_their_own_part() -> None:
    data = bind([whole(), whole()])
    with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.open(io.BytesIO(whole())) as one:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        second = len(one.pages) + len(one.pages) % 2
        with pdf.open_outline() as outline, one.open_outline() as own:
            titles = [item.title for item in own.root]
            assert [item.title for item in outline.root] == titles * 2
            starts = [places[item.destination[0].objgen] for item in outline.root]  # type: ignore[index]
        assert starts[len(titles) :] == [place + second for place in starts[: len(titles)]]
        root: Any = pdf.Root
        if "/Dests" in root.Names:
            names = list(root.Names.Dests.Names)
            assert [str(name)[:2] for name in names[::2]] == ["1-"] * (len(names) // 4) + ["2-"] * (len(names) // 4)
        for number, page in enumerate(pdf.pages):
            for annotation in page.get("/Annots", ()):
                link: Any = annotation
                goal: Any = link.get("/Dest", link.get("/A", {}).get("/D"))
                if isinstance(goal, pikepdf.String):
                    assert str(goal).startswith("1-" if number < second else "2-")


def test_files_inside_get_the_number_of_their_part() -> None:
    data = bind([whole(), whole()], [NOTE])
    assert read_attachments(data) == {"1-note.json": b"{}", "2-note.json": b"{}", "note.json": b"{}"}


def test_nothing_of_a_copy_lets_it_be_stamped_again() -> None:
    data = bind([copy(), copy()])
    assert b"XXLeaflets" not in data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not [key for key in (*pdf.Root.keys(), *pdf.trailer.keys()) if str(key).startswith("/XX")]


def test_sizes_of_paper_are_kept_and_told() -> None:
    assert "pdf-size" in [p.rule for p in check_structure(bind([pages(1), pages(1, "letter")]), 2)]


def test_what_is_no_pdf_is_said() -> None:
    with pytest.raises(PdfError) as caught:
        bind([pages(1), b"no PDF"])
    assert caught.value.problems[0].rule == "pdf-unreadable"
