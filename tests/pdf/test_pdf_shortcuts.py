"""Our shortcuts against the engine without them: the same bytes; and what of the engine they rely on.

The engine is asked in a process of its own: ours never gets its own functions back.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leaflets.html import Html
from leaflets.pdf import default_rules, render_pdf
from leaflets.pdf.engine import _engine

from ..conftest import ROOT

STYLE = """
@page { size: A4; margin: 20mm; @top-left { content: string(head) " " counter(page); font-size: 8pt }
        @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
:root { --gap: 4pt; --ink: #123456 }
html { font: 10pt/1.4 "Noto Sans"; hyphens: auto } body { margin: 0 }
h1 { string-set: head content(); color: var(--ink) } h1, h2 { break-after: avoid; bookmark-level: 1 }
.flow { columns: 2; column-gap: 6mm } .flow p { padding: 0 2% 0 calc(1pt + 1%); margin: 0 0 var(--gap) }
.box { width: 50%; box-sizing: border-box; border: 1pt solid; padding: 3pt; min-height: 20pt }
table { border-collapse: collapse; width: 100% } td, th { border: .5pt solid; padding: 2pt 4pt }
table.apart { border-collapse: separate } .tag { display: inline-block; padding: 0 2pt; letter-spacing: 1pt }
.grid { display: grid; grid-template-columns: 1fr 2fr; gap: 4pt } .flex { display: flex } .flex * { flex: 1 }
.just { text-align: justify; word-spacing: 1pt } .rtl { direction: rtl } li::marker { color: red }
p.first::first-line { font-weight: bold } q::before { content: "“" } a { text-decoration: underline }
"""
WORDS = "Take one tablet of 12.5 mg with a glass of water at the same hour of each day; write extraordinarily little. "


def page(name: str, count: int) -> str:
    """A document with all that our style sheets use, and some more."""
    items = "".join(f"<li id='{name}{n}'>{n} <b>{WORDS[: n * 9]}</b></li>" for n in range(4))
    flow = "".join(f"<p class='{'just' if n % 3 else 'first'}'>{n}. {WORDS * (1 + n % 3)}</p>" for n in range(count))
    rows = "".join(
        f"<tr><th scope='row'>{n}</th><td>{WORDS}</td><td style='width: {20 + n}%'>x</td></tr>" for n in range(3)
    )
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{name}</title></head><body><h1>{name}</h1>"
        f"<div class='flow'><h2>Flow</h2>{flow}<ul>{items}</ul><ol>{items.replace('id=', 'data-id=')}</ol></div>"
        f"<div class='box'>{WORDS}<a href='https://example.org'>{name}</a> <q>said</q></div>"
        f"<table><tbody>{rows}</tbody></table><table class='apart'><tbody>{rows}</tbody></table>"
        f"<div class='grid'><p>{WORDS}</p><p>{name}</p></div>"
        f"<div class='flex'><p>{WORDS}</p><p>{name}</p></div><p class='rtl' lang='de'>{WORDS}"
        f"<span class='tag'>tag</span></p><p>Lines<br>that<br>end</p></body></html>"
    )


PAGES = (("one", 3), ("two", 40), ("one", 3), ("three", 9))
"""The first comes again: by then all of it is known."""


def rendered(style: Path) -> list[str]:
    """A digest of each page's PDF, made one after the other in this process."""
    out = []
    for name, count in PAGES:
        html = Html(page(name, count), (style,), (style.parent,), "en", name)
        out.append(hashlib.sha256(render_pdf(html, identity="0").data).hexdigest())
    return out


ALONE = """
import sys
from pathlib import Path
from leaflets.pdf import columns, shortcuts
shortcuts.install = columns.install
from tests.pdf.test_pdf_shortcuts import rendered
print(*rendered(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module", autouse=True)
def engine() -> Any:
    return _engine(default_rules())


def test_the_files_are_the_engine_s(tmp_path: Path) -> None:
    style = tmp_path / "sheet.css"
    style.write_text(STYLE, encoding="utf-8")
    command = [sys.executable, "-c", ALONE, str(style)]
    theirs = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    assert rendered(style) == theirs
    assert theirs[0] == theirs[2] != theirs[1]


def test_no_module_of_the_engine_has_kept_its_own() -> None:
    from leaflets.pdf import known_lines, used_values

    for own in (known_lines._own_split, known_lines._own_strut, used_values._own_resolve):
        kept = [name for name, module in sys.modules.items() if getattr(module, own.__name__, None) is own]
        assert kept == []


def test_lines_know_all_that_the_engine_looks_at() -> None:
    from weasyprint.text import fonts, line_break  # type: ignore[import-untyped]

    from leaflets.pdf import known_lines

    source = inspect.getsource(line_break) + inspect.getsource(fonts.get_font_description)
    read = set(re.findall(r"style\['(\w+)'\]", source))
    assert read - {"line_height"} == set(known_lines._READ)  # the line's height is asked for by the strut alone


def test_used_values_are_all_that_the_engine_sets() -> None:
    from leaflets.pdf import used_values

    source = inspect.getsource(used_values._own_resolve)
    named = set(re.findall(r"resolve_one_percentage\(box, '(\w+)'", source))
    assert named == set(used_values._LENGTHS)


DIGESTS = {
    "text.line_break:Layout": "ba2e4044f7c752d3",
    "text.line_break:split_first_line": "f5cfad56910a1b96",
    "text.line_break:first_line_metrics": "d3ba485663a7b6c5",
    "text.line_break:strut": "e0631a4e87ce02c2",
    "layout.percent:resolve_percentages": "92016b948f740deb",
    "layout.percent:adjust_box_sizing": "a0415df952b1b7b4",
    "css:ComputedStyle": "81058362562f6d10",
    "css:AnonymousStyle": "a03e4d782f9362dc",
    "css:StyleFor": "51c333bbcae876a8",
}


@pytest.mark.parametrize("place", DIGESTS)
def test_the_engine_is_the_one_that_was_read(place: str) -> None:
    """Where this fails the engine has changed: read what it does now, and only then write down its digest."""
    module, name = place.split(":")
    text = inspect.getsource(
        importlib.import_module(f"weasyprint.{module}")
    )  # the file: ours have its functions' places
    (node,) = (node for node in ast.parse(text).body if getattr(node, "name", "") == name)
    source = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == DIGESTS[place]


def test_a_complaint_is_made_again(tmp_path: Path) -> None:
    from leaflets.errors import LeafletsError

    style = tmp_path / "sheet.css"
    style.write_text("@page { size: A4 } :root { --wide: 1px } p { width: calc(var(--wide) * 1deg) }", encoding="utf-8")
    html = Html("<html lang='en'><title>x</title><body><p>text</p></body></html>", (style,), (tmp_path,), "en", "x")
    for _ in range(2):
        with pytest.raises(LeafletsError, match="invalid value"):
            render_pdf(html, identity="0")
