"""Html -> Pdf: one door to the engine, which is loaded at the first leaflet and kept warm.

Everything that the engine says above a whisper stops the leaflet: a rule that it ignores, a picture that it does
not find, a sign that no font has.
"""

from __future__ import annotations

import gc
import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import leaflets
from leaflets.errors import LeafletsError, PdfError, Problem, TemplateError
from leaflets.html import Html
from leaflets.locales import script_of
from leaflets.pdf.attachments import Attachment
from leaflets.pdf.fit import off_page, too_wide
from leaflets.pdf.fonts import default_rules, missing_glyph_hint, require_fonts, shut_out_other_fonts
from leaflets.pdf.metadata import Metadata
from leaflets.pdf.native import require_libraries

# The engine's fonts and caches are not made for threads: a web server waits its turn.
_ONE_AT_A_TIME = threading.Lock()
_NOTDEF = re.compile(r'\.notdef glyph rendered.*?"(?P<text>.*)" \(U\+(?P<code>[0-9A-F]+)\)', re.DOTALL)
_LANG = re.compile(r'\blang="([^"]+)"')
_PLACE = re.compile(r" at (?P<line>\d+):\d+")
_PARTS_OF_PDF = frozenset({"pdf", "text", "draw"})
"""Folders of the engine: what they complain of is not the template's fault."""

_configurations: set[Path] = set()
"""What the font library of this process was started with: it reads its configuration once."""

_warm: list[bool] = []

_Found = list[tuple[Path | None, logging.LogRecord]]
"""What the engine logged, each with the style sheet that it is about if known."""


class TooManyPagesError(Exception):
    """A leaflet that does not fit its pages; nothing was written."""

    def __init__(self, pages: int, over: int, all_of_it: int) -> None:
        super().__init__(pages, over, all_of_it)
        self.pages = pages
        self.over = over
        """Characters on the pages too many."""
        self.all_of_it = all_of_it


class TooWideError(Exception):
    """A leaflet with something that sticks out of its place; nothing was written."""

    def __init__(self, wide: tuple[tuple[int, str], ...]) -> None:
        super().__init__(wide)
        self.wide = wide
        """Number of the page and text of each such thing: `leaflets.pdf.fit`."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished file."""

    data: bytes
    pages: int


@dataclass(slots=True)
class _Engine:
    """What is kept between leaflets. One font configuration per process: a new one for each leaks memory."""

    weasyprint: Any
    fonts: Any
    fetcher: Callable[[tuple[Path, ...]], Any]
    write: Callable[[Any, Metadata, Sequence[Attachment]], bytes]
    begin: Callable[[Any], None]
    forget: Callable[[], None]
    styles: dict[Any, tuple[list[Any], Any]] = field(default_factory=dict)


def render_pdf(
    html: Html, *, identity: str, fonts_rules: Path | None = None,
    attachments: Callable[[int], Sequence[Attachment]] | None = None, most_pages: int = 0, in_place: bool = False,
) -> Pdf:  # fmt: skip
    """Lay out, tag and write.

    Raises `PdfError` or `TemplateError`; before anything is written `TooManyPagesError` and, where all is to stay
    ``in_place``, `TooWideError`.

    ``identity`` is what the file shall say of its origin; `read_identity` finds it again. ``fonts_rules`` is the
    project's ``fonts.toml``, or None for the one that comes with us. One process serves one of them: the font
    library reads its configuration once. ``attachments`` gives the files that ride inside, for a number of pages.
    """
    fonts_rules = fonts_rules or default_rules()
    require_fonts(fonts_rules, _scripts(html))
    with _ONE_AT_A_TIME, _no_collector(), _complaints() as found:
        engine = _engine(fonts_rules)
        fetcher = engine.fetcher(html.folders)
        try:
            styles, counters = _styles(engine, html, fetcher, found, fonts_rules)
            engine.begin(id(styles))
            document = _lay_out(engine, html, fetcher, styles, counters)
            _stop_on(found, fetcher, fonts_rules, html)
            if 0 < most_pages < len(document.pages):
                raise _overflow(document, most_pages)
            if in_place and (wide := too_wide(document.pages)):
                raise TooWideError(wide)
            if in_place and (lost := off_page(document.pages)):
                raise PdfError(*(_off_page(number, text) for number, text in lost))
            inside = attachments(len(document.pages)) if attachments else ()
            data = engine.write(document, Metadata(html.title, html.lang, _producer(engine), identity), inside)
        except (LeafletsError, TooManyPagesError, TooWideError):
            raise
        except Exception as error:
            # A crash of the engine on some combination of rules is the template's problem, not a traceback.
            problem = Problem("engine-crash", f"The PDF engine stopped: {type(error).__name__}: {error}.")
            raise PdfError(*_problems(found, fonts_rules), problem) from error
        except BaseException:
            # The refusal is no Exception, so that the engine cannot swallow it; an interrupt passes.
            _stop_on(found, fetcher, fonts_rules, html)
            raise
        finally:
            if found:
                # It tells each fault of a style sheet once: it must tell the next leaflet too.
                engine.styles.clear()
                engine.forget()
        _stop_on(found, fetcher, fonts_rules, html)
        return Pdf(data, len(document.pages))


def _scripts(html: Html) -> frozenset[str]:
    """In which scripts it is written. Urdu's Arabic letters are drawn in a style with a code of its own, Nastaliq."""
    tags = {html.lang, *_LANG.findall(html.text)}
    return frozenset("Aran" if re.match(r"ur\b", tag) else script_of(tag) for tag in tags)


def _lay_out(engine: _Engine, html: Html, fetcher: Any, styles: list[Any], counters: Any) -> Any:
    base = html.folders[0].resolve().as_uri() + "/" if html.folders else None
    source = engine.weasyprint.HTML(string=html.text, base_url=base, url_fetcher=fetcher)
    document = source.render(
        font_config=engine.fonts, counter_style=counters.copy(), stylesheets=styles, pdf_variant="pdf/a-3a"
    )
    attached = [link for page in document.pages for link in page.links if link[0] == "attachment"]
    if document.metadata.attachments or attached:
        # The engine stamps them with the time of day.
        raise TemplateError(Problem("attachment", "A template attaches a file; leaflets carry none."))
    return document


def _off_page(number: int, text: str) -> Problem:
    said = f"“{text[:60]}” on page {number} lies outside the paper, where nobody could read it"
    return Problem("off-page", said, hint="give the foot more room (styles/abroad.css), or shorten its text")


def _overflow(document: Any, most_pages: int) -> TooManyPagesError:
    sizes = [sum(len(getattr(box, "text", "")) for box in page._page_box.descendants()) for page in document.pages]
    return TooManyPagesError(len(sizes), sum(sizes[most_pages:]), sum(sizes))


def _producer(engine: _Engine) -> str:
    return f"leaflets {leaflets.__version__} (WeasyPrint {engine.weasyprint.VERSION})"


@cache
def _engine(fonts_rules: Path) -> _Engine:
    require_libraries(fonts_rules)
    configuration = shut_out_other_fonts(fonts_rules)
    if _configurations and configuration not in _configurations:
        problem = Problem("fonts-twice", "One process can draw with one list of fonts only.", file=str(fonts_rules))
        raise PdfError(problem)
    _configurations.add(configuration)
    try:
        import weasyprint  # type: ignore[import-untyped]
        from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]

        from leaflets.pdf import shortcuts
        from leaflets.pdf.fetching import ClosedFetcher
        from leaflets.pdf.finish import write
    except (ImportError, OSError) as error:
        raise PdfError(Problem("engine-missing", f"The PDF engine cannot be loaded: {error}.")) from error
    shortcuts.install()
    engine = _Engine(weasyprint, FontConfiguration(), ClosedFetcher, write, shortcuts.begin, shortcuts.forget)
    # What is loaded by now stays: the collector need not look at it after each leaflet.
    gc.collect()
    gc.freeze()
    return engine


def _styles(engine: _Engine, html: Html, fetcher: Any, found: _Found, fonts_rules: Path) -> tuple[list[Any], Any]:
    """The parsed style sheets, and the counter styles that they define."""
    from weasyprint.css.counters import CounterStyle  # type: ignore[import-untyped]

    try:
        facts = [(path, path.stat().st_size, path.stat().st_mtime_ns) for path in html.styles]
    except OSError as error:
        raise TemplateError(Problem("style-missing", f"A style sheet cannot be read: {error}.")) from error
    key = (*facts, html.folders)
    if key not in engine.styles:
        counters = CounterStyle()
        sheets = []
        for path in html.styles:
            before = len(found)
            sheets.append(
                engine.weasyprint.CSS(
                    filename=path, url_fetcher=fetcher, font_config=engine.fonts, counter_style=counters
                )
            )
            found[before:] = [(path, record) for _, record in found[before:]]
        # Not kept when there was something to say, so that it is said again.
        _stop_on(found, fetcher, fonts_rules, html)
        engine.styles[key] = (sheets, counters)
    return engine.styles[key]


@contextmanager
def _no_collector() -> Iterator[None]:
    """Python's collector stays out while a leaflet is drawn and works afterwards: half the time of a render."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        if not _warm:
            # What the first leaflet has left in the caches stays: no later collection need look at it.
            gc.freeze()
            _warm.append(True)
        if enabled:
            gc.enable()


@contextmanager
def _complaints() -> Iterator[_Found]:
    """What the engine logs from WARNING on, with the style sheet that it is about if known."""
    found: _Found = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append((None, record))

    handler = Collector(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.addHandler(handler)
    if logger.getEffectiveLevel() > logging.WARNING:
        logger.setLevel(logging.WARNING)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _stop_on(found: _Found, fetcher: Any, fonts_rules: Path, html: Html) -> None:
    if fetcher.refused:
        raise PdfError(*(_outside(url, html) for url in dict.fromkeys(fetcher.refused)))
    if problems := _problems(found, fonts_rules):
        templates = any(_is_of_template(record) for _, record in found)
        raise (TemplateError if templates else PdfError)(*problems)


def _problems(found: _Found, fonts_rules: Path) -> tuple[Problem, ...]:
    signs: dict[str, None] = {}
    problems: dict[Problem, None] = {}
    for path, record in found:
        message = record.getMessage()
        if match := _NOTDEF.search(message):
            signs[f"{match['text']} (U+{match['code']})"] = None
        else:
            place = _PLACE.search(message)
            line = int(place["line"]) if place and path else None
            text = f"The PDF engine says: {message}"
            problems[Problem("engine-warning", text, file=str(path) if path else None, line=line)] = None
    if signs:
        hint = missing_glyph_hint(fonts_rules, signs)
        problems[Problem("missing-glyph", f"No font has these characters: {', '.join(signs)}.", hint=hint)] = None
    return tuple(problems)


def _is_of_template(record: logging.LogRecord) -> bool:
    return Path(record.pathname).parent.name not in _PARTS_OF_PDF


def _outside(url: str, html: Html) -> Problem:
    file, line = _place_of(url, html)
    return Problem(
        "outside-read",
        f"A template or style asks for “{url}”, which lies outside of the project's folders.",
        file=file,
        line=line,
        hint="Put the file beside the template, or leave it out: nothing is fetched while a leaflet is drawn.",
    )


def _place_of(url: str, html: Html) -> tuple[str | None, int | None]:
    """The style or template that names an address, as far as it stands there letter for letter."""
    templates = [path for folder in html.folders for path in sorted(folder.rglob("*.html"))]
    for path in (*html.styles, *templates):
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            continue  # the engine itself has told what is wrong with it
        for number, line in enumerate(lines, 1):
            if url in line:
                return str(path), number
    return None, None
