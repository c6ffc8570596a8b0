"""Bytes -> Source: a file's text, front matter and body, each with its true line, or all that is wrong with it."""

from __future__ import annotations

import codecs
import errno
import hashlib
import html
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from leaflets.errors import ContentError, Problem, Severity
from leaflets.front_matter import Meta, MonographHandler, read_front_matter

MAX_BYTES = 2 * 1024 * 1024
MAX_LINE = 200_000
MAX_WORD = 2_000
"""The longest word of a real monograph, a chemical name, has 154 characters."""
MAX_INDENT = 60
"""Blanks before a list item. Real lists are three levels deep; the Markdown parser gives up at some fifty."""
MAX_REPORTED = 20

_TAKEN = ("_shared", "_interface")
"""What many monographs share, and what the program says, have catalogues and records of these names."""

_HANDLER = MonographHandler()
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# What no text of ours may hold: bidi embeddings, overrides and isolates (they can show "0.5" for "5.0"), line breaks
# that only some programs see, C1 controls, and, out of YAML escapes, controls and lone surrogates.
_HARM = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_INVISIBLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f"
    r"\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
# Within a number even a joiner does harm: "10" and "0 mg" would stand on two lines. Elsewhere the joiners
# U+200C and U+200D are spelling, in Persian and in Indian scripts.
_HIDDEN = re.compile(rf"(?P<harm>[{_HARM}]|(?<=[\d.,])[{_INVISIBLE}\u200c\u200d]+(?=[\d.,]))|[{_INVISIBLE}]")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")

_UNREADABLE = {
    errno.ENOENT: ("not-found", "there is no such file", "check the path and its spelling"),
    errno.ENOTDIR: ("not-found", "there is no such file: a part of its path is not a folder", "check the path"),
    errno.ENAMETOOLONG: ("not-found", "there is no such file: its name is too long", "check the path"),
    errno.EACCES: ("not-readable", "you may not read this file", "ask its owner for permission to read it"),
    errno.EPERM: ("not-readable", "you may not read this file", "ask its owner for permission to read it"),
    errno.ELOOP: ("not-found", "symbolic links lead round in a circle", "correct the link"),
    errno.ENXIO: ("not-a-file", "this is not a regular file", "name a Markdown file"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read and split. Its text is never normalized: what a doctor wrote stays, sign for sign."""

    slug: str
    file: str
    """As the user named it."""
    text: str
    """The whole file, with ``\\n`` for every line end and without a byte-order mark."""
    sha256: str
    """Of the bytes as they are on disk."""
    meta: Meta
    body: str
    """What follows the front matter, from its first line that is not blank: ``text.split("\\n")[body_line - 1:]``.
    Empty when there is nothing but blank lines."""
    body_line: int
    """1-based line in the file of the body's first line; the file's last line when the body is empty."""
    problems: tuple[Problem, ...]
    """Warnings only: errors raise."""
    data: bytes = field(repr=False)
    """The bytes as they are on disk."""


def read_source(path: Path, file: str | None = None) -> Source:
    """Read a file of at most 2 MiB. Raises `ContentError` with all that is wrong with it, and no `OSError`."""
    name = file if file is not None else str(path)
    slug = path.name[:-3] if path.name.lower().endswith(".md") else path.name
    try:
        data = _read_bytes(path, name)
    except ValueError:  # a NUL in the path
        raise ContentError(Problem("not-found", "there is no such file", file=_shown(name))) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        rule, message, hint = _UNREADABLE.get(error.errno or 0, ("not-readable", f"reading failed: {reason}", None))
        if error.errno == errno.ENOENT and path.is_symlink():
            message = f"{message} (the name is a symbolic link that leads nowhere)"
        raise ContentError(Problem(rule, message, file=_shown(name), hint=hint)) from None
    return parse_source(data, slug, name)


def _read_bytes(path: Path, name: str) -> bytes:
    # Looked at before it is opened, and opened without waiting: a FIFO would block, a device has no end.
    _check_status(path.stat(), name)
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
        _check_status(os.fstat(stream.fileno()), name)
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:  # it grew, or it is one of /proc's, which say 0
        raise ContentError(_too_large(name))
    return data


def _check_status(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        hint = "name the files in it, or give the folder to a command that takes folders"
        raise ContentError(Problem("is-a-folder", "this is a folder, not a file", file=_shown(name), hint=hint))
    if not stat.S_ISREG(status.st_mode):
        message = "this is a pipe, device or socket, not a regular file"
        raise ContentError(Problem("not-a-file", message, file=_shown(name), hint="name a Markdown file"))
    if status.st_size > MAX_BYTES:
        raise ContentError(_too_large(name))


def _too_large(name: str) -> Problem:
    message = f"the file is larger than {MAX_BYTES // (1024 * 1024)} MiB, the limit for one monograph"
    return Problem("too-large", message, file=_shown(name), hint="split it, or check that it is a monograph")


def _shown(name: str) -> str:
    """A file's name for messages and output: the name itself, unless that would act on a terminal."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else f"\\u{ord(c):04x}" for c in name)


def parse_source(data: bytes, slug: str, file: str) -> Source:
    """The pure half of `read_source`. Raises `ContentError` and nothing else."""
    file = _shown(file)
    if len(data) > MAX_BYTES:
        raise ContentError(_too_large(file))
    problems = list(_slug_problems(slug, file))
    text = _decode(data, file, problems)
    problems += _text_problems(text, file)
    lead = _blank_lines(text)
    front, content, opened = None, text, text.count("\n", 0, lead) + 1
    if _HANDLER.detect(text[lead:]):
        try:
            front, content = _HANDLER.split(text[lead:])
        except ValueError:
            hint = "close it with a line `---`"
            problem = Problem("front-matter-open", "the front matter has no end", file=file, line=opened, hint=hint)
            raise ContentError(*problems, problem) from None
    body = content[_blank_lines(content) :] if content.strip() else ""
    body_line = text.count("\n") - body.count("\n") + 1
    if front is None:
        hint = "start it with a line `---`, then `title: …`, then a line `---`"
        meta = Meta()
        found = [Problem("front-matter-missing", "the file has no front matter", Severity.WARNING, file, 1, hint)]
    else:
        meta, faults = read_front_matter(front, file, opened + 1)
        found = list(faults)
    if not body and not meta.faqs and not _has_errors(found):
        hint = "write the monograph below the front matter"
        found.append(Problem("empty-body", "the file has no text", file=file, line=body_line, hint=hint))
    problems += [*found, *_escaped_problems(meta, text, file)]
    problems.sort(key=lambda problem: problem.line or 0)
    if _has_errors(problems):
        raise ContentError(*problems)
    return Source(slug, file, text, hashlib.sha256(data).hexdigest(), meta, body, body_line, tuple(problems), data)


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _blank_lines(text: str) -> int:
    """The length of the blank lines at the start of a text."""
    found = _BLANK_LINES.match(text)
    return found.end() if found else 0


def _slug_problems(slug: str, file: str) -> Iterator[Problem]:
    # The slug names the outputs, so it must be a file name on every system; letters of any script are fine.
    bad = sorted({c for c in slug if c in '/\\<>:"|?*' or not (c.isprintable() or c in "\u200c\u200d")})
    hint = "rename the file"
    if bad:
        signs = ", ".join(f"U+{ord(c):04X}" if not c.isprintable() else f"“{c}”" for c in bad)
        yield Problem("bad-slug", f"the file's name holds {signs}", file=file, hint=hint)
    elif not slug.strip() or slug != slug.strip() or slug.startswith("."):
        message = "the file's name without `.md` is empty, starts with a point, or starts or ends with a space"
        yield Problem("bad-slug", message, file=file, hint=hint)
    elif slug in _TAKEN:
        said = f"the name {slug!r} is that of a catalogue of our own"
        yield Problem("bad-slug", said, file=file, hint=hint)


def _decode(data: bytes, file: str, problems: list[Problem]) -> str:
    """The text with ``\\n`` as its line end. Raises when the bytes are no text; a warning goes to ``problems``."""
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        message = "the file starts with a byte-order mark, which is left out"
        hint = "save it as UTF-8 without BOM"
        problems.append(Problem("byte-order-mark", message, Severity.WARNING, file, 1, hint))
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.strip():
        message = "the file is empty" if not data else "the file holds nothing but blank lines"
        raise ContentError(*problems, Problem("empty-file", message, file=file, line=1))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        hint = "save it as UTF-8"
        raise ContentError(*problems, Problem("not-utf8", "the file is UTF-16", file=file, line=1, hint=hint))
    if control := _CONTROL.search(data):
        raise ContentError(*problems, Problem(
            "binary-file", f"the file holds the control character U+{data[control.start()]:04X}", file=file,
            line=data.count(b"\n", 0, control.start()) + 1, hint="is this a text file? if so, delete the character",
        ))  # fmt: skip
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        raise ContentError(*problems, Problem(
            "not-utf8", f"byte {error.start - line_start + 1} of the line (0x{data[error.start]:02X}) is not UTF-8",
            file=file, line=data.count(b"\n", 0, error.start) + 1,
            hint="save the file as UTF-8; older programs write Windows-1252",
        )) from None  # fmt: skip


def _text_problems(text: str, file: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            message = f"the line has {len(line):,} characters; the limit is {MAX_LINE:,}"
            yield Problem("line-too-long", message, file=file, line=number, hint="break it into paragraphs")
        elif len(line) > MAX_WORD and (longest := max(map(len, line.split()), default=0)) > MAX_WORD:
            message = f"a word has {longest:,} characters; the limit is {MAX_WORD:,}"
            yield Problem("word-too-long", message, file=file, line=number, hint="is this a text for people?")
        if line.startswith(" " * MAX_INDENT) and line.lstrip(" ")[:1] in tuple("*+-0123456789"):
            message = f"the list is nested too deep: {len(line) - len(line.lstrip(' '))} blanks lead up to its item"
            yield Problem("nesting-too-deep", message, file=file, line=number, hint="bring it up a few levels")
    # Markdown turns `&#x202e;` into the character itself.
    yield from _hidden_problems(_REFERENCE.sub(_unescaped, text), file, 1)


def _unescaped(reference: re.Match[str]) -> str:
    sign = html.unescape(reference[0])
    return reference[0] if sign.isprintable() or sign in "\t\n\r" else sign


def _hidden_problems(text: str, file: str, first_line: int) -> Iterator[Problem]:
    """One problem a line and weight, for the first lines."""
    said: set[tuple[int, bool]] = set()
    line, at = first_line, 0
    for found in _HIDDEN.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        harmful = found["harm"] is not None
        if (line, harmful) in said:
            continue
        if len(said) == MAX_REPORTED:
            return
        said.add((line, harmful))
        sign = found[0][0]
        name = unicodedata.name(sign, "control character")
        why = "which can make a reader see another text" if harmful else "which no reader sees"
        yield Problem(
            "hidden-character", f"the line holds U+{ord(sign):04X} ({name}), {why}",
            Severity.ERROR if harmful else Severity.WARNING, file, line, "delete the character and type the text anew",
        )  # fmt: skip


def _escaped_problems(meta: Meta, text: str, file: str) -> Iterator[Problem]:
    """Hidden characters that only an escape such as ``"\\u202e"`` in the YAML brought in."""
    lines = dict(meta.lines)
    values = [("title", meta.title), ("description", meta.description), *meta.fields]
    placed = [(value, lines.get(key, 1)) for key, value in values if value]
    placed += [(part, faq.line) for faq in meta.faqs for part in (faq.question, faq.answer)]
    for value, line in placed:
        if any(found[0][0] not in text for found in _HIDDEN.finditer(value)):
            yield from _hidden_problems(value.replace("\n", " "), file, line)
