"""YAML text -> Meta: every value as the text that stands there, then our own types, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import yaml
from frontmatter.default_handlers import YAMLHandler

from leaflets.errors import ContentError, Problem, Severity
from leaflets.faq_copies import repair_faq
from leaflets.guarded_yaml import Found, compose_tree, snippet

_KINDS = {
    "title": "text", "description": "text", "is_banned": "flag", "lastModified": "date", "faqs": "faqs",
    "type": "text", "generic_slug": "text", "company": "text", "strength": "text", "pack_size": "text",
    "mrp": "number", "combination_slug": "text", "ingredients": "list", "sample": "flag",
}  # fmt: skip
_OWN = ("title", "description", "is_banned", "lastModified", "faqs")
"""Keys with a place of their own in `Meta`; the others go to ``fields``."""
_EXPECTED = {
    "text": "text", "flag": "true or false", "number": "a number such as 50 or 49.50",
    "date": "a date such as 2025-09-22, or a date and time such as 2025-09-22T17:22:08Z",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class FaqCopy:
    """The front matter's copy of one question, repaired. The text is Markdown, as in the body."""

    question: str
    answer: str
    """Nothing when the source gives no answer."""
    line: int
    """1-based line in the file."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the front matter says. Carried, not believed: see the single values."""

    title: str | None = None
    description: str | None = None
    """A prefix of the text, cut anywhere, even within a number: never print it."""
    is_banned: bool | None = None
    """False in every file of the library, also for banned products: only *true* means something."""
    last_modified: str | None = None
    """The stamp of a batch run: never print it as the date of a review."""
    faqs: tuple[FaqCopy, ...] = ()
    """A damaged copy of the body's questions: only for a body that has none."""
    fields: tuple[tuple[str, str], ...] = ()
    """The other known keys, as text, in the order of the file."""
    lines: tuple[tuple[str, int], ...] = ()
    """The 1-based line in the file of each key."""


class MonographHandler(YAMLHandler):
    """python-frontmatter's handler for our files: the whole fence line and no more, and the guarded loader."""

    # The stock pattern's `\s*` runs on over blank lines, and with them goes the count of lines.
    FM_BOUNDARY = re.compile(r"^-{3,}[ \t]*(?:\n|\Z)", re.MULTILINE)

    def load(self, fm: str, **_kwargs: object) -> dict[str, object]:
        """The front matter with every scalar as its text. Raises `ContentError`."""
        found = Found("front matter", 1, 1 + fm.count("\n"))
        plain = _plain(compose_tree(fm, found))
        if found.problems:
            raise ContentError(*found.problems)
        return plain if isinstance(plain, dict) else {}


def read_front_matter(text: str, file: str, first_line: int) -> tuple[Meta, tuple[Problem, ...]]:
    """Read the text between the fences, which starts at ``first_line`` of ``file``. Never raises for content."""
    found = Found(file, first_line, first_line + text.count("\n"))
    root = compose_tree(text, found)
    if found.problems:
        return Meta(), tuple(found.problems)
    meta = _read_meta(root, found)
    if not meta.title and not any(problem.severity is Severity.ERROR for problem in found.problems):
        found.say(
            "title-missing", dict(meta.lines).get("title", first_line), "the front matter has no title",
            "add `title: …`; until then the first heading or the file name stands in", Severity.WARNING,
        )  # fmt: skip
    return meta, tuple(sorted(found.problems, key=lambda problem: problem.line or 0))


def _read_meta(root: yaml.Node | None, found: Found) -> Meta:
    values: dict[str, str] = {}
    faqs: tuple[FaqCopy, ...] = ()
    lines: dict[str, int] = {}
    if root is not None and not _is_null(root) and not isinstance(root, yaml.MappingNode):
        found.wrong_type("front matter", "a mapping of keys to values", root)
    for key, key_node, node in _pairs(root, found):
        lines[key] = found.line_of(key_node)
        kind = _KINDS.get(key)
        if kind is None:
            _unknown(key, tuple(_KINDS), key_node, found)
        elif _is_null(node):
            continue
        elif kind == "faqs":
            faqs = tuple(_faqs(node, found))
        elif kind == "list":
            values[key] = "; ".join(_items(key, node, found))
        elif isinstance(node, yaml.ScalarNode) and _fits(kind, node.value):
            values[key] = node.value.strip()
        else:
            found.wrong_type(key, _EXPECTED[kind], node)
    banned = values.get("is_banned")
    return Meta(
        title=" ".join(line.strip() for line in values.get("title", "").splitlines()) or None,
        description=values.get("description"),
        is_banned=None if banned is None else banned.lower() == "true",
        last_modified=values.get("lastModified"),
        faqs=faqs,
        fields=tuple((key, value) for key, value in values.items() if key not in _OWN),
        lines=tuple(lines.items()),
    )


def _fits(kind: str, value: str) -> bool:
    value = value.strip()
    if kind == "flag":
        return value.lower() in ("true", "false")
    if kind == "number":
        return _NUMBER.fullmatch(value) is not None
    return kind != "date" or (_DATE.fullmatch(value) is not None and _is_date(value))


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _faqs(node: yaml.Node, found: Found) -> Iterator[FaqCopy]:
    if not isinstance(node, yaml.SequenceNode):
        return found.wrong_type("faqs", "a list of questions", node)
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            found.wrong_type("faqs", "a list of mappings with `q` and `a`", item)
            continue
        texts: dict[str, str] = {}
        for key, key_node, value in _pairs(item, found):
            if key not in ("q", "a"):
                _unknown(key, ("q", "a"), key_node, found)
                continue
            texts[key] = "" if _is_null(value) or not isinstance(value, yaml.ScalarNode) else value.value
            if not isinstance(value, yaml.ScalarNode):
                found.wrong_type(key, "text", value)
        missing = [key for key in ("q", "a") if key not in texts]
        if missing:
            name = " and ".join(f"`{key}`" for key in missing)
            found.say("front-matter-type", found.line_of(item), f"a question of `faqs` has no {name}")
        else:
            question, answer = repair_faq(texts["q"], texts["a"])
            yield FaqCopy(question, answer, found.line_of(item))
    return None


def _items(key: str, node: yaml.Node, found: Found) -> Iterator[str]:
    """The items of a list as text: ``Paracetamol 650 mg`` for a mapping of name and strength."""
    if not isinstance(node, yaml.SequenceNode):
        return found.wrong_type(key, "a list", node)
    for item in node.value:
        parts = [value for _, _, value in _pairs(item, found)] if isinstance(item, yaml.MappingNode) else [item]
        for part in parts:
            if not isinstance(part, yaml.ScalarNode):
                found.wrong_type(key, "a list of texts, or of mappings of texts", part)
        yield " ".join(part.value.strip() for part in parts if isinstance(part, yaml.ScalarNode))
    return None


def _pairs(node: yaml.Node | None, found: Found) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Key, its node and the value's node. A key that is said twice, or is no text, is a problem and left out."""
    seen: dict[str, int] = {}
    for key_node, value in node.value if isinstance(node, yaml.MappingNode) else ():
        line = found.line_of(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            found.wrong_type("key", "text", key_node)
        elif key_node.value in seen:
            found.say(
                "front-matter-duplicate-key", line, f"the key `{snippet(key_node.value)}` stands here a second time",
                f"the first is on line {seen[key_node.value]}; keep one",
            )  # fmt: skip
        else:
            seen[key_node.value] = line
            yield key_node.value, key_node, value


def _unknown(key: str, known: tuple[str, ...], node: yaml.Node, found: Found) -> None:
    # Folded, since the usual slips are of case: `lastmodified`, `Title`.
    folded = {name.lower(): name for name in known}
    near = get_close_matches(key[:40].lower(), folded, n=1)
    hint = f"did you mean `{folded[near[0]]}`?" if near else f"known keys: {', '.join(known)}"
    found.say(
        "front-matter-unknown-key", found.line_of(node), f"the key `{snippet(key)}` is not known and not used", hint,
        Severity.WARNING,
    )  # fmt: skip


def _is_null(node: yaml.Node) -> bool:
    """Whether nothing stands after the key. Quoted, it is text."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _plain(node: yaml.Node | None) -> object:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    return node.value if node is not None else None
