"""The guard, the schema and the repair of the damaged questions."""

from __future__ import annotations

import time

import frontmatter
import pytest
import yaml

from leaflets import guarded_yaml
from leaflets.errors import ContentError, Problem, Severity
from leaflets.faq_copies import repair_faq
from leaflets.front_matter import Meta, MonographHandler, read_front_matter
from leaflets.guarded_yaml import MAX_DEPTH, snippet


@pytest.fixture(params=["CBaseLoader", "BaseLoader"])
def _each_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines: a wheel of PyYAML without libyaml must be as safe."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML came without libyaml")
    monkeypatch.setattr(guarded_yaml, "_LOADER", getattr(yaml, request.param))


def read(text: str) -> tuple[Meta, tuple[Problem, ...]]:
    return read_front_matter(text, "f.md", 2)


def found(text: str) -> list[tuple[str, int | None]]:
    return [(problem.rule, problem.line) for problem in read(text)[1]]


def test_every_key_has_its_place() -> None:
    meta, problems = read(
        "title: Crocin 650\ndescription: Relieves\nis_banned: TRUE\nlastModified: '2025-09-22T17:22:08.867Z'\n"
        "type: single\nmrp: 49.50\npack_size: 10 tablets\nsample: true\ncombination_slug: a-b\n"
        "ingredients:\n  - Caffeine 50 mg\n  - name: Paracetamol\n    strength: 650 mg\n"
        "faqs:\n  - q: Is it safe?\n    a: Yes.\n"
    )
    assert problems == ()
    assert (meta.title, meta.description, meta.is_banned) == ("Crocin 650", "Relieves", True)
    assert meta.last_modified == "2025-09-22T17:22:08.867Z"
    assert meta.fields == (
        ("type", "single"), ("mrp", "49.50"), ("pack_size", "10 tablets"), ("sample", "true"),
        ("combination_slug", "a-b"), ("ingredients", "Caffeine 50 mg; Paracetamol 650 mg"),
    )  # fmt: skip
    assert [(faq.question, faq.answer, faq.line) for faq in meta.faqs] == [("Is it safe?", "Yes.", 16)]
    assert dict(meta.lines)["lastModified"] == 5


@pytest.mark.parametrize("value", ["NO", "1:30", "1_000", "0x1F", "1e3", "010", ".5", "2025-09-22", "true", "yes"])
def test_no_value_is_converted(value: str) -> None:
    meta, problems = read(f"title: {value}\nstrength: {value}\n")
    assert (meta.title, meta.fields, problems) == (value, (("strength", value),), ())


@pytest.mark.parametrize("nothing", ["", " ~", " null", " ''", " '  '"])
def test_a_title_that_says_nothing_is_missing(nothing: str) -> None:
    meta, problems = read(f"type: single\ntitle:{nothing}\n")
    assert meta.title is None
    assert [(p.rule, p.line, p.severity) for p in problems] == [("title-missing", 3, Severity.WARNING)]


def test_nothing_at_all_is_a_missing_title() -> None:
    assert found("") == found("# a comment\n") == [("title-missing", 2)]


def test_a_title_is_one_line() -> None:
    assert read("title: |\n  A  +\n  B\n")[0].title == "A  + B"


@pytest.mark.parametrize(
    "line",
    [
        "is_banned: NO", "is_banned: 0", "is_banned: [true]", "sample: yes", "mrp: 1_000", "mrp: 1:30", "mrp: -1",
        "mrp: ٥", "lastModified: yesterday", "lastModified: 2025-13-01", "lastModified: 2025-W01-1",
        "lastModified: 2025-09-22T25:00:00Z", "description: [a]", "strength: {a: b}", "faqs: none", "faqs: {q: a}",
        "faqs: [text]", "faqs: [{q: only}]", "faqs: [{a: only}]", "faqs: [{q: [x], a: y}]", "ingredients: text",
        "ingredients: [[a]]", "ingredients: [{a: {b: c}}]", "? [a]\n: b",
    ],
)  # fmt: skip
def test_a_wrong_type_is_an_error_on_its_line(line: str) -> None:
    assert found(f"title: X\n{line}\n") == [("front-matter-type", 3)]


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "[a]\n"])
def test_the_whole_must_be_a_mapping(text: str) -> None:
    assert found(text) == [("front-matter-type", 2)]


def test_all_problems_come_at_once_and_in_order() -> None:
    assert found("is_banned: NO\ntitel: X\nmrp: much\nfaqs:\n  - q: a\n    anser: b\ntype: a\ntype: b\n") == [
        ("front-matter-type", 2), ("front-matter-unknown-key", 3), ("front-matter-type", 4),
        ("front-matter-type", 6), ("front-matter-unknown-key", 7), ("front-matter-duplicate-key", 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "near"), [("titel", "title"), ("LastModified", "lastModified"), ("isbanned", "is_banned")]
)
def test_an_unknown_key_says_what_was_meant(key: str, near: str) -> None:
    (problem,) = read(f"title: X\n{key}: y\n")[1]
    assert (problem.rule, problem.line, problem.severity) == ("front-matter-unknown-key", 3, Severity.WARNING)
    assert problem.hint == f"did you mean `{near}`?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: a: b\n", 2), ("title: X\n\ttype: y\n", 3), ("title: X\ntype: @y\n", 3), ("title: 'X\n", 2),
        ("title: X\n--- y\n", 3), ("title: X\n...\nb: c\n", 4), ("title: X\ntype: \ufffe\n", 3), ("a: [b\n", 2),
        ('title: "\\UFFFFFFFF"\n', 2),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("_each_loader")
def test_bad_syntax_has_a_line_within_the_front_matter(text: str, line: int) -> None:
    ((rule, at),) = found(text)
    assert rule == "front-matter-syntax"
    assert at is not None
    assert at == line or (text.count("'") + text.count("[") == 1 and 2 <= at <= 3)


def test_bad_syntax_names_the_column() -> None:
    assert "column 9" in read("title: a: b\n")[1][0].message


# -- bombs ------------------------------------------------------------------------------------------------------

_LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("title: " + "[" * 100_000, "front-matter-depth"),
        ("title: " + "{a: " * 100_000, "front-matter-depth"),
        ("title:\n" + "- " * 100_000, "front-matter-depth"),
        ("? " * 100_000, "front-matter-depth"),
        ("\n".join(" " * i + "a:" for i in range(500)), "front-matter-depth"),
        ("title: [" + "a, " * 100_000 + "]", "front-matter-size"),
        ("title: [" + "[]," * 100_000 + "]", "front-matter-size"),
        ("title: " + "x" * 1_100_000, "front-matter-size"),
        ("title: " + "ü" * 600_000, "front-matter-size"),
        (_LAUGHS, "front-matter-alias"),
        ("title: *name\n", "front-matter-alias"),
        ("title: &name X\n", "front-matter-alias"),
        ("title: !!python/object/apply:os.system [id]\n", "front-matter-tag"),
        ("title: !!str X\n", "front-matter-tag"),
        ("title: ! X\n", "front-matter-tag"),
        ("title: !local [X]\n", "front-matter-tag"),
    ],
)
@pytest.mark.usefixtures("_each_loader")
def test_a_bomb_is_refused_in_no_time(text: str, rule: str) -> None:
    start = time.monotonic()
    meta, problems = read(text)
    assert time.monotonic() - start < 5
    assert meta == Meta()
    assert {problem.rule for problem in problems} == {rule}
    assert len(problems) <= 20
    with pytest.raises(ContentError):
        frontmatter.loads(f"---\n{text}\n---\n", handler=MonographHandler())


def test_lines_of_what_is_refused() -> None:
    assert found("title: X\ntype: &a y\nstrength: *a\n") == [("front-matter-alias", 3), ("front-matter-alias", 4)]
    assert found("title: X\ntype: !!str y\n") == [("front-matter-tag", 3)]
    assert found("title: X\ntype:\n" + "- " * (MAX_DEPTH + 1)) == [("front-matter-depth", 4)]


def test_twenty_levels_pass_the_guard() -> None:
    assert "front-matter-depth" not in dict(found("x: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)))


@pytest.mark.parametrize("text", ["a" + " " * 900_000 + "b", "\n" * 900_000 + "b", "**a:** " * 120_000, "* " * 400_000])
def test_repair_and_title_take_linear_time(text: str) -> None:
    start = time.monotonic()
    repair_faq(text, text)
    repair_faq(text, "A:" + text)
    read('title: "' + text.replace("\n", "\\n")[:900_000] + '"')
    assert time.monotonic() - start < 5


def test_python_frontmatter_goes_through_the_guard() -> None:
    post = frontmatter.loads("---\ntitle: NO\nfaqs:\n  - q: 1:30\n---\nBody\n", handler=MonographHandler())
    assert (post.metadata, post.content) == ({"title": "NO", "faqs": [{"q": "1:30"}]}, "Body")


def test_a_snippet_is_short_and_tame() -> None:
    assert snippet("a\x1b[0m\u202eb") == "a\\u001b[0m\\u202eb"
    assert len(snippet("x" * 1000)) == 40


# -- the families of damage (corpus.md, 1a) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "a", "question", "answer"),
    [
        pytest.param("Is it safe?", "Yes.", "Is it safe?", "Yes.", id="sound"),
        pytest.param("Is it safe?**\n\n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F1"),
        pytest.param("Is it safe?**\n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F1 single newline"),
        pytest.param("Is it safe?**\n\n\n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F1 triple newline"),
        pytest.param("Is it safe?\n\n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F1 without the marks"),
        pytest.param("Is it safe?**\n\nA: Yes.", "A: Yes.", "Is it safe?", "Yes.", id="F2"),
        pytest.param("Is it safe?**\n\n**A**: Yes.", "A**: Yes.", "Is it safe?", "Yes.", id="F3"),
        pytest.param("Is it safe?", "", "Is it safe?", "", id="F4"),
        pytest.param("Children:** Not under 18.", "", "Children:", "Not under 18.", id="F5"),
        pytest.param("Adults:**\n* First: 4 mg.\n* Max: 24 mg.", " First: 4 mg.\n* Max: 24 mg.",
                     "Adults:", "* First: 4 mg.\n* Max: 24 mg.", id="F6"),
        pytest.param("Rare effects\nFits.\n\n## Uses\nPain.", "Fits.\n\n## Uses\nPain.",
                     "Rare effects", "Fits.\n\n## Uses\nPain.", id="F6 with a section"),
        pytest.param("More:**\n\n**Q1: Why?**\n**A:** So.", "Q1: Why?**\n**A:** So.",
                     "More:", "**Q1: Why?**\n**A:** So.", id="F7"),
        pytest.param(". Is it safe?**\n\n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F8"),
        pytest.param("Is it safe?**  \n**A:** Yes.", "A:** Yes.", "Is it safe?", "Yes.", id="F9"),
        pytest.param("Is **this** safe?", "A little.", "Is **this** safe?", "A little.", id="bold of its own"),
        pytest.param("Is it **safe?**", "Yes.", "Is it **safe?**", "Yes.", id="bold at the end"),
        pytest.param("Is it\nsafe?", "Yes.", "Is it safe?", "Yes.", id="wrapped"),
        pytest.param("Dose?**\n\n**A:** 210 mg.", "A:** 10 mg.", "Dose?", "10 mg.\n\n210 mg.", id="two answers"),
        pytest.param("", "", "", "", id="nothing"),
    ],
)  # fmt: skip
def test_a_damaged_question_is_repaired(q: str, a: str, question: str, answer: str) -> None:
    assert repair_faq(q, a) == (question, answer)
