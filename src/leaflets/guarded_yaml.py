"""YAML text -> its tree: a guard first, then the composer; every scalar stays the text that stands there.

Why not ``yaml.safe_load``: libyaml's composer crashes the process on deep nesting, aliases make a small file huge,
and YAML 1.1 reads ``NO`` as false, ``1:30`` as 90 and ``1_000`` as 1000. The guard reads the event stream, which
holds no tree and cannot crash; only what passes is composed, and no value is ever converted behind our back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from leaflets.errors import Problem, Severity

MAX_SIZE = 1024 * 1024
MAX_DEPTH = 20
MAX_EVENTS = 20_000
MAX_REPORTED = 20
"""Of one kind: a file that is wrong a thousand times over needs no thousand lines to say so."""

# The same syntax either way; the pure one is ten times slower and stands in where PyYAML came without libyaml.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def snippet(text: str) -> str:
    """At most 40 characters of a content for a message, with nothing in it that acts on a terminal."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short)


@dataclass(slots=True)
class Found:
    """The problems so far, and how to place one in the file."""

    file: str
    first_line: int
    last_line: int
    """YAML counts more characters as line ends than an editor does, so its lines are held below this one."""
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, node: yaml.Node | yaml.Event) -> int:
        line = int(node.start_mark.line) + self.first_line if node.start_mark else self.first_line
        return min(line, self.last_line)

    def say(
        self, rule: str, line: int, message: str, hint: str | None = None, severity: Severity = Severity.ERROR
    ) -> None:
        if sum(problem.rule == rule for problem in self.problems[-MAX_REPORTED:]) < MAX_REPORTED:
            self.problems.append(Problem(rule, message, severity, self.file, line, hint))

    def wrong_type(self, name: str, expected: str, node: yaml.Node) -> None:
        other = "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
        said = f"“{snippet(node.value)}”" if isinstance(node, yaml.ScalarNode) else other
        self.say(
            "front-matter-type", self.line_of(node), f"`{snippet(name)}` must be {expected}, not {said}",
            "correct the value; text that holds `: ` or starts with a sign needs quotes",
        )  # fmt: skip


def compose_tree(text: str, found: Found) -> yaml.Node | None:
    """The tree of a text that is safe to compose; None, with the problems said, when it is not (or is empty)."""
    if len(text.encode("utf-8", "replace")) > MAX_SIZE:
        found.say("front-matter-size", found.first_line, f"the front matter is larger than {MAX_SIZE // 1024} KiB")
        return None
    try:
        _guard(text, found)
        return None if found.problems else yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column + 1) if mark else (0, 1)
        message = f"the YAML breaks off at column {column}: {error.problem or error.context}"
        # Marks can stand on the fence after the last line.
        line = min(line, max(text.count("\n") - text.endswith("\n"), 0))
        found.say("front-matter-syntax", line + found.first_line, message, "values that hold `: ` or `#` need quotes")
    except (yaml.YAMLError, ValueError, OverflowError):
        # A character that YAML does not allow; the pure parser raises the last two for an escape such as "\UFFFFFFFF".
        bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, bad.start()) if bad else 0
        what = f" U+{ord(bad[0]):04X}" if bad else ""
        found.say("front-matter-syntax", line + found.first_line, f"YAML does not allow the character{what}")
    return None


def _guard(text: str, found: Found) -> None:
    """Refuse what would make the tree deep, huge or something else than text."""
    depth = documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER), 1):
        line = found.line_of(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MAX_DEPTH:
            return found.say("front-matter-depth", line, f"lists and mappings nest deeper than {MAX_DEPTH} levels")
        if count > MAX_EVENTS:
            return found.say("front-matter-size", line, f"the front matter has more than {MAX_EVENTS} parts")
        if documents > 1:
            return found.say("front-matter-syntax", line, "a second YAML document starts within the front matter")
        if anchor := getattr(event, "anchor", None):
            found.say(
                "front-matter-alias", line, f"anchors and aliases are refused: “{snippet(str(anchor))}”",
                "write the value out, or in quotes if `&` or `*` is text",
            )  # fmt: skip
        if tag := getattr(event, "tag", None):
            found.say(
                "front-matter-tag", line, f"tags are refused: “{snippet(str(tag))}”",
                "leave the tag out, or put the value in quotes if `!` is text",
            )  # fmt: skip
    return None
