"""Bytes to source: every way in which a file can be wrong, and lines that stay true."""

from __future__ import annotations

import hashlib
import os
import pickle
import socket
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leaflets.errors import ContentError, Problem, Severity
from leaflets.source import MAX_BYTES, MAX_LINE, Source, parse_source, read_source

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
HEAD = "---\ntitle: X\n---\n"


def parse(text: str | bytes, slug: str = "x") -> Source:
    return parse_source(text.encode() if isinstance(text, str) else text, slug, f"{slug}.md")


def refused(text: str | bytes, slug: str = "x") -> list[tuple[str, int | None]]:
    with pytest.raises(ContentError) as caught:
        parse(text, slug)
    return [(problem.rule, problem.line) for problem in caught.value.problems]


def warned(text: str | bytes) -> list[tuple[str, int | None]]:
    problems = parse(text).problems
    assert all(problem.severity is Severity.WARNING for problem in problems)
    return [(problem.rule, problem.line) for problem in problems]


def unreadable(path: Path) -> Problem:
    with pytest.raises(ContentError) as caught:
        read_source(path, "as-named.md")
    (problem,) = caught.value.problems
    assert problem.file == "as-named.md"
    return problem


def check_lines(source: Source) -> None:
    """The promise that ties body and text together."""
    lines = source.text.split("\n")
    assert 1 <= source.body_line <= len(lines)
    if source.body:
        assert lines[source.body_line - 1 :] == source.body.split("\n")
        assert source.body.split("\n")[0].strip(" \t")
    else:
        assert source.meta.faqs
    assert "\r" not in source.text


# -- the text and its lines -------------------------------------------------------------------------------------


def test_a_sound_file() -> None:
    data = f"{HEAD}\n\n## Usage\nPain.\n".encode()
    source = parse(data)
    assert (source.slug, source.file, source.meta.title, source.problems) == ("x", "x.md", "X", ())
    assert (source.body, source.body_line) == ("## Usage\nPain.\n", 6)
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_once(end: str) -> None:
    source = parse(f"---\ntitle: X\nfaqs:\n  - q: a\n    a: b\n---\n\nPain.\n\nFever.{chr(10)}".replace("\n", end))
    assert (source.body, source.body_line, source.meta.faqs[0].line) == ("Pain.\n\nFever.\n", 8, 4)


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("\n \n---\ntitle: X\n---\nPain.", "Pain.", 6),
        ("--- \ntitle: X\n-----\t\n  * Pain.\n", "  * Pain.\n", 4),
        (f"{HEAD}Pain.\n\n---\n\nFever.\n", "Pain.\n\n---\n\nFever.\n", 4),
        (f"{HEAD}\n \t\n\nPain.\n\n\n", "Pain.\n\n\n", 7),
        (f"{HEAD}\u00a0Pain.", "\u00a0Pain.", 4),
    ],
)
def test_the_body_starts_at_its_first_line_that_is_not_blank(text: str, body: str, line: int) -> None:
    source = parse(text)
    assert (source.body, source.body_line, source.meta.title) == (body, line, "X")
    check_lines(source)


def test_text_before_a_rule_is_no_front_matter_and_not_lost() -> None:
    text = "Important.\n\n---\ntitle: X\n---\nPain.\n"
    assert parse(text).body == text
    assert warned(text) == [("front-matter-missing", 1)]


def test_text_is_never_normalized() -> None:
    text = f"{HEAD}e\u0301 \u212b ½ ﬁ \u00a0 “q” 10⁹ µg \u03bcg می\u200cخواهم\n"
    assert parse(text).text == text
    assert parse(text).problems == ()


def test_a_byte_order_mark_is_left_out_and_said() -> None:
    data = b"\xef\xbb\xbf" + HEAD.encode() + b"Pain.\n"
    assert warned(data) == [("byte-order-mark", 1)]
    assert (parse(data).text, parse(data).sha256) == (f"{HEAD}Pain.\n", hashlib.sha256(data).hexdigest())


def test_only_questions_are_enough() -> None:
    source = parse("---\ntitle: X\nfaqs:\n  - q: Is it safe?\n    a: Yes.\n---\n")
    assert (source.body, source.body_line) == ("", 7)


# -- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (b"", [("empty-file", 1)]),
        (b"\n \r\n\t", [("empty-file", 1)]),
        (b"\xef\xbb\xbf", [("byte-order-mark", 1), ("empty-file", 1)]),
        (HEAD, [("empty-body", 4)]),
        (f"{HEAD}\n \n\n", [("empty-body", 7)]),
        ("---\n---", [("title-missing", 2), ("empty-body", 2)]),
        ("---", [("front-matter-open", 1)]),
        ("\n---\ntitle: X\n\nPain.\n", [("front-matter-open", 2)]),
        (b"Pain.\n\n\x00", [("binary-file", 3)]),
        (b"Pain.\r\rFe\x1bver", [("binary-file", 3)]),
        (b"\x89PNG\r\n\x1a\n", [("binary-file", 2)]),
        (b"Pain.\n\n10 \xb5g", [("not-utf8", 3)]),
        (b"\xed\xa0\x80", [("not-utf8", 1)]),
        ("Pain".encode("utf-16"), [("not-utf8", 1)]),
        (f"{HEAD}a\n{'x' * (MAX_LINE + 1)}\n", [("line-too-long", 5)]),
        (b"a\n" * (MAX_BYTES // 2 + 1), [("too-large", None)]),
        (f"{HEAD}Pain.\nDose \u202e05\u202c mg\n", [("hidden-character", 5)]),
        (f"{HEAD}Dose \u20665\u2069 mg\n", [("hidden-character", 4)]),
        (f"{HEAD}Dose 10\u200b0 mg\n", [("hidden-character", 4)]),
        (f"{HEAD}Dose 10\u200c0 mg\n", [("hidden-character", 4)]),
        (f"{HEAD}Dose 0&shy;.5 mg\n", [("hidden-character", 4)]),
        (f"{HEAD}\nDose &#x202E;05 mg\n", [("hidden-character", 5)]),
        (f"{HEAD}Dose &#8238;05 mg\n", [("hidden-character", 4)]),
        (f"{HEAD}Pain\u2028Fever\u0085\n", [("hidden-character", 4)]),
        ('---\ntype: a\ntitle: "X\\u202eY"\n---\nPain.\n', [("hidden-character", 3)]),
        ('---\ntitle: "X\\x1b[0m"\n---\nPain.\n', [("hidden-character", 2)]),
        ('---\ntitle: X\nfaqs:\n  - q: a\n    a: "\\x07"\n---\nPain.\n', [("hidden-character", 4)]),
        ("\n---\ntitle: X\nmrp: a lot\n---\n\u202e\n", [("front-matter-type", 4), ("hidden-character", 6)]),
        ("---\nTitle: X\nis_banned: NO\n---\n", [("front-matter-unknown-key", 2), ("front-matter-type", 3)]),
        ("---\ntitle: X\ntype: a: b\n---\n", [("front-matter-syntax", 3)]),
    ],
)
def test_every_problem_has_its_line(text: str | bytes, problems: list[tuple[str, int | None]]) -> None:
    assert refused(text) == problems


def test_not_utf8_says_where_in_the_line() -> None:
    with pytest.raises(ContentError, match=r"byte 4 of the line \(0xB5\)"):
        parse(b"a\n10 \xb5g")


def test_an_invisible_character_elsewhere_is_a_warning() -> None:
    assert warned(f"{HEAD}amoxi\u00adcillin\n\u200bPain\nFever&ZeroWidthSpace;\n") == [
        ("hidden-character", 4), ("hidden-character", 5), ("hidden-character", 6),
    ]  # fmt: skip


def test_a_file_full_of_them_is_said_twenty_times() -> None:
    assert len(refused(HEAD + "\u202e\n" * 100_000)) == 20


@pytest.mark.parametrize(
    "slug", ["", " ", ".", "..", ".x", "a/b", "a\\b", "a\nb", "a\x00", "a\u202eb", "a:b", "\udcff"]
)
def test_a_bad_slug(slug: str) -> None:
    assert refused(f"{HEAD}Pain.", slug) == [("bad-slug", None)]
    with pytest.raises(ContentError) as caught:
        parse(HEAD, slug)  # with all that is wrong besides, in text that can be printed
    assert [problem.rule for problem in caught.value.problems] == ["bad-slug", "empty-body"]
    str(caught.value).encode()


@pytest.mark.parametrize(
    "slug", ["x" * 224, "human-papillomavirus-9-valent--vaccine,-recombinant", "st.john's", "Ünal", "阿司匹林"]
)
def test_a_slug_may_be_long_and_of_any_script(slug: str) -> None:
    assert parse(f"{HEAD}Pain.", slug).slug == slug


def test_messages_hold_little_of_the_content() -> None:
    with pytest.raises(ContentError) as caught:
        parse(f"---\nmrp: {'secret ' * 50}\nis_banned: [{'private ' * 50}]\n{'k' * 300}: 1\n---\nPain.\n")
    assert all(len(problem.message) < 120 for problem in caught.value.problems)


@pytest.mark.parametrize(
    "text", [" " * 2_000_000 + "x", "\n" * 2_000_000 + "x", "-" * 2_000_000, "---\n" * 500_000, "&" * 2_000_000,
             "0" + "\u200b" * 600_000, f"---\n{'x: y' + chr(10)}" + "- \n" * 300_000 + "---\n"]
)  # fmt: skip
def test_odd_files_take_no_time(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(ContentError):
        parse(text + "\x85")
    assert time.monotonic() - start < 5


# -- the disk ---------------------------------------------------------------------------------------------------


def test_reading_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "aspirin.md"
    path.write_text(f"{HEAD}Pain.\n")
    assert (read_source(path).slug, read_source(path).file) == ("aspirin", str(path))
    assert read_source(path, "content/aspirin.md").file == "content/aspirin.md"
    link = tmp_path / "link.md"
    link.symlink_to(path)
    assert read_source(link).slug == "link"


def test_what_is_not_there(tmp_path: Path) -> None:
    assert unreadable(tmp_path / "no.md").rule == "not-found"
    assert unreadable(tmp_path / ("x" * 300)).rule == "not-found"
    assert unreadable(tmp_path / "nul\0.md").rule == "not-found"
    (tmp_path / "file").touch()
    assert unreadable(tmp_path / "file" / "x.md").rule == "not-found"
    (tmp_path / "broken.md").symlink_to(tmp_path / "no.md")
    assert "symbolic link" in unreadable(tmp_path / "broken.md").message
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    assert "circle" in unreadable(tmp_path / "loop.md").message


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unreadable(tmp_path).rule == "is-a-folder"
    os.mkfifo(tmp_path / "pipe.md")
    assert unreadable(tmp_path / "pipe.md").rule == "not-a-file"
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        assert unreadable(Path("socket.md")).rule == "not-a-file"
    for device in ("/dev/zero", "/dev/null"):
        if Path(device).exists():
            assert unreadable(Path(device)).rule == "not-a-file"


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(os, "open", None)
    problem = unreadable(path)
    assert (problem.rule, "2 MiB" in problem.message) == ("too-large", True)


def test_a_file_without_a_size_is_read_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "growing.md"
    path.write_bytes(b"a\n" * MAX_BYTES)
    monkeypatch.setattr("leaflets.source._check_status", lambda status, name: None)
    assert unreadable(path).rule == "too-large"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.md"
    path.write_text(f"{HEAD}Pain.\n")
    path.chmod(0)
    if os.geteuid() == 0:  # root may read everything

        def denied(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", denied)
    assert unreadable(path).rule == "not-readable"


def test_any_other_fault_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.md"
    path.touch()

    def broken(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "open", broken)
    problem = unreadable(path)
    assert (problem.rule, problem.message) == ("not-readable", "reading failed: input/output error")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus folder (../shared/corpus) is not there")
def test_the_corpus_reads_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    sources = [read_source(path) for path in sorted(CORPUS.rglob("*.md"))]
    for source in sources:
        check_lines(source)
        assert source.meta.title
        for faq in source.meta.faqs:
            assert "**" not in faq.question
            assert "\n" not in faq.question
            assert not faq.answer.lstrip("* ").startswith("A:")
            assert source.text.split("\n")[faq.line - 1].startswith("  - q:")
    with capsys.disabled():
        print(f"\n{len(sources)} files of the corpus, {sum(len(s.problems) for s in sources)} warnings")


# -- whatever comes ---------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ["---\n", "---", "title: X\n", "title: ", "is_banned: ", "NO\n", "true\n", "faqs:\n", "  - q: a?**\n", "    a: ",
     "\n", "\r\n", "\r", " ", "\t", "# H\n", "- a\n", "*", "**A:** ", "&a ", "*a", "!!str ", "[", "]", "{", "}", ": ",
     "'", '"', "|\n", ">-\n", "\\", '"\\ud800"', '"\\u202e"', "\ufeff", "\u202e", "\u200b", "\u2028", "\x85", "\x00",
     "\ufffe", "10", "&#x202e;", "%YAML 1.1\n", "...\n", "? ", "\u00a0", "é"]
)  # fmt: skip
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=30).map("".join)
_FRONTS = st.tuples(_TEXTS, _TEXTS).map(lambda pair: f"---\n{pair[0]}\n---\n{pair[1]}")


def _survives(data: bytes, slug: str = "x") -> None:
    try:
        source = parse_source(data, slug, f"{slug}.md")
    except ContentError as error:
        _check_refusal(error, data.count(b"\n") + data.count(b"\r") + 1)
    else:
        check_lines(source)
        assert all(problem.severity is Severity.WARNING for problem in source.problems)


def _check_refusal(error: ContentError, lines: int) -> None:
    assert any(problem.severity is Severity.ERROR for problem in error.problems)
    for problem in error.problems:
        assert problem.line is None or 1 <= problem.line <= lines
        str(problem).encode()


@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes) -> None:
    _survives(data)


@settings(max_examples=400)
@given(st.one_of(_TEXTS, _FRONTS))
@example("---\ntitle: 'X\n---\n")
@example("---\n[\n---\n")
def test_structured_text(text: str) -> None:
    _survives(text.encode("utf-8", "ignore"))


@given(st.text(st.characters(), max_size=20))
def test_arbitrary_slugs(slug: str) -> None:
    _survives(f"{HEAD}Pain.".encode(), slug)


def test_what_only_a_machine_would_write_is_refused() -> None:
    for line, rule in (("x" * 3000, "word-too-long"), (" " * 80 + "* deep", "nesting-too-deep")):
        with pytest.raises(ContentError) as caught:
            parse_source(f"---\ntitle: x\n---\n{line}\n".encode(), "x", "x.md")
        assert [(problem.rule, problem.line) for problem in caught.value.problems] == [(rule, 4)]
