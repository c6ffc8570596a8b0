"""PO files: everything that polib would lose is kept or told, and nothing bad comes in."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.errors import TranslationError
from leaflets.pofile import Po, PoEntry, hidden_signs, read_po, text_faults, write_po

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
META = {
    "Project-Id-Version": "x", "PO-Revision-Date": "", "Last-Translator": "", "Language-Team": "", "Language": "de",
    "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
}  # fmt: skip
WORDS = st.text(alphabet='ab "\\\n%{}#~|药ع.', min_size=1, max_size=30).filter(lambda t: t.strip() == t)
ENTRY = st.builds(
    PoEntry, context=st.sampled_from(["p/a/item", "p/b/item", "p"]), source=WORDS, target=WORDS | st.just(""),
    fuzzy=st.booleans(), obsolete=st.booleans(), comments=st.just(("who?", "")) | st.just(()),
    previous=st.none() | st.tuples(st.just("q/old/item"), WORDS), flags=st.just(()) | st.just(("md-text",)),
)  # fmt: skip


def bare(entry: PoEntry) -> tuple[object, ...]:
    return entry.key, entry.target, entry.fuzzy, entry.obsolete, entry.comments, entry.previous, entry.flags


@given(st.lists(ENTRY, max_size=8, unique_by=lambda e: e.key))
def test_what_is_written_is_read(entries: list[PoEntry]) -> None:
    entries.sort(key=lambda e: e.obsolete)
    data = write_po(Po("x.po", tuple(entries), "A comment.", META))
    back = read_po(data, "x.po")
    assert [bare(e) for e in back.entries] == [bare(e) for e in entries]
    assert (back.header, dict(back.metadata)) == ("A comment.", META)
    assert write_po(back) == data


def test_msgfmt_accepts_what_we_write(tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext is not installed")
    entries = (
        PoEntry("p/a/item", "a\nb", "c\nd", fuzzy=True, previous=("p/o/item", 'an "old"\ntext ' * 30)),
        PoEntry("p/a/item", "5% d", "5 % d", notes=("n",), places=("x.md:3",), flags=("md-text",)),
        PoEntry("p/a/item", "gone", "weg", fuzzy=True, obsolete=True, previous=("p/a/item", "old " * 60)),
    )
    path = tmp_path / "x.po"
    path.write_bytes(write_po(Po("x.po", entries, "", META)))
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_previous_texts_of_obsolete_entries_stay() -> None:
    text = HEAD + '#, fuzzy\n#~| msgctxt "o"\n#~| msgid "old"\n#~ msgctxt "p"\n#~ msgid "a"\n#~ msgstr "b"\n'
    (entry,) = read_po(text.encode(), "x.po").entries
    assert (entry.previous, entry.obsolete, entry.fuzzy, entry.line) == (("o", "old"), True, True, 9)
    assert read_po(write_po(read_po(text.encode(), "x.po")), "x.po").entries[0].previous == ("o", "old")


@pytest.mark.parametrize("end", ["#.\n", "#,\n", "#:\n", "#~\n", "# a last word\n", "#last word\n", "\n\n", ""])
def test_the_last_entry_stays_whatever_follows_it(end: str) -> None:
    assert len(read_po(f'{HEAD}msgid "a"\nmsgstr "b"\n{end}'.encode(), "x.po").entries) == 1


def test_a_comment_without_a_blank_is_a_comment() -> None:
    (entry,) = read_po(f'{HEAD}#who?\nmsgid "a"\nmsgstr "b"\n'.encode(), "x.po").entries
    assert entry.comments == ("who?",)


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    text = "\ufeff" + HEAD + 'msgid "a"\nmsgstr "b"\n'
    assert read_po(text.replace("\n", "\r\n").encode(), "x.po").entries[0].target == "b"


def test_a_file_without_a_header_is_read() -> None:
    assert read_po(b'msgctxt "p"\nmsgid "a"\nmsgstr "b"\n', "x.po").entries[0].key == ("p", "a")


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ('msgid "a\nmsgstr "b"\n', "catalogue-syntax", 1),
        ('msgid "a"\nmsgstr "b\n', "catalogue-syntax", 2),
        ('msgid "a\\"\nmsgstr "b"\n', "catalogue-syntax", 1),
        ('msgid "a"\nmsgstr "b\\x41"\n', "catalogue-syntax", 2),
        ('#| msgid "a\nmsgid "a"\nmsgstr "b"\n', "catalogue-syntax", 1),
        ('#~| nonsense\nmsgid "a"\nmsgstr "b"\n', "catalogue-syntax", 1),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', "catalogue-syntax", 2),
        ('msgid "a"\n', "catalogue-syntax", 1),
        ('msgstr "a"\n', "catalogue-syntax", 1),
        ("hello\n", "catalogue-syntax", 1),
        ("<html>\n", "catalogue-syntax", 1),
        (HEAD.replace("UTF-8", "ISO-8859-1") + 'msgid "a"\nmsgstr "b"\n', "catalogue-syntax", 3),
        (HEAD + 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "catalogue-twice", 8),
        (HEAD + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', "catalogue-plural", 5),
        (HEAD + 'msgctxt "p"\nmsgid ""\nmsgstr "c"\n', "catalogue-syntax", 6),
        ('msgid "a"\nmsgstr "b"\n\n' + HEAD, "catalogue-syntax", 1),
        ('msgctxt "p"\nmsgid ""\nmsgstr "Language: fr\\n"\n', "catalogue-syntax", 2),
        (HEAD + 'msgid "a"\nmsgstr "5\u202e mg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "a"\nmsgstr "5\u2066 mg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "500 mg"\nmsgstr "5\u06600 mg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "1,000 mg"\nmsgstr "1\u202f\u0660\u0660\u0660 mg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "a"\nmsgstr "n\u200bot"\n', "catalogue-text", 5),
        (HEAD + 'msgid "a"\nmsgstr "5\u200d0 mg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "a"\nmsgstr "m\xadg"\n', "catalogue-text", 5),
        (HEAD + 'msgid "a"\nmsgstr "5\u2028mg"\n', "catalogue-syntax", 6),
        (HEAD + f'msgid "a"\nmsgstr "{"b" * 1_000_000}"\n', "catalogue-text", 5),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, rule: str, line: int) -> None:
    with pytest.raises(TranslationError) as caught:
        read_po(text.encode(), "bad.po")
    assert (caught.value.exit_code, caught.value.problems[0].file) == (4, "bad.po")
    assert (rule, line) in [(problem.rule, problem.line) for problem in caught.value.problems]
    assert not any(hidden_signs(str(problem)) for problem in caught.value.problems)


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\x80", b"a" * (4 * 1024 * 1024 + 1), b"\x00", b'msgid "\xe2\x80"'])
def test_bytes_that_are_no_catalogue(data: bytes) -> None:
    with pytest.raises(TranslationError):
        read_po(data, "bad.po")


@given(st.binary(max_size=200) | st.text(alphabet='msgidctxr "\\\n#~|,:.[0]', max_size=200).map(str.encode))
def test_nothing_but_our_own_error(data: bytes) -> None:
    with suppress(TranslationError):
        assert write_po(read_po(data, "x.po"))


def test_a_number_may_be_of_one_kind_of_digits_or_another() -> None:
    assert text_faults("٢٫٥ mg, 500 mg, 5–١٠ mg, ５００ mg, 10⁹") == ()
    assert text_faults("5０ mg") == ("holds 5０, a number of digits of two kinds",)


def test_joiners_are_spelling_in_persian_and_hindi() -> None:
    assert hidden_signs("می\u200cگیرم و क्\u200dष") == ()
    assert hidden_signs("5\u200c mg") == ("U+200C (ZERO WIDTH NON-JOINER)",)
