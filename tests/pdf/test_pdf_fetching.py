"""Nothing from outside: no network, no file but those of the given folders."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from leaflets.errors import LeafletsError, PdfError
from leaflets.pdf import render_pdf
from tests.pdf.sheet import sheet

_PLACES = {
    "img": '<img src="{url}" alt="x">',
    "srcset-less picture": '<picture><img src="{url}" alt="x"></picture>',
    "style attribute": '<p style="background: url({url})">x</p>',
    "list image": '<ul style="list-style-image: url({url})"><li>x</ul>',
    "content": "<style>h1::after {{ content: url({url}) }}</style>",
    "import": "<style>@import url({url});</style>",
    "font": '<style>@font-face {{ font-family: x; src: url({url}) }}</style><p style="font-family: x">x</p>',
    "page background": "<style>@page {{ background: url({url}) }}</style>",
    "border image": "<style>h1 {{ border-image: url({url}) 1 }}</style>",
    "link": '<link rel="stylesheet" href="{url}">',
    "svg image": '<svg viewBox="0 0 9 9" aria-label="x"><image href="{url}" width="9" height="9"/></svg>',
    "svg xlink": '<svg viewBox="0 0 9 9" aria-label="x" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<image xlink:href="{url}" width="9" height="9"/></svg>',
    "object": '<object data="{url}" type="image/svg+xml">x</object>',
    "embed": '<embed src="{url}" type="image/png">',
    "base": '<base href="{url}"><img src="a.png" alt="x">',
    "color profile": "<style>@color-profile --x {{ src: url({url}) }}</style>",
}
_ATTACHMENTS = {
    "link attachment": '<link rel="attachment" href="{url}">',
    "anchor attachment": '<a rel="attachment" href="{url}">x</a>',
}


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what was asked of it."""
    requests: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x.svg", requests
    server.shutdown()
    thread.join()
    server.server_close()


def _render(markup: str, url: str) -> None:
    html = sheet(body="<h1>T</h1>")
    text = html.text.replace("</body>", markup.format(url=url) + "</body>")
    render_pdf(replace(html, text=text), identity="x")


@pytest.mark.parametrize("place", _PLACES)
def test_network_is_refused_unasked(place: str, asked: tuple[str, list[str]]) -> None:
    url, requests = asked
    with pytest.raises(PdfError) as caught:
        _render(_PLACES[place], url)
    assert caught.value.problems[0].rule == "outside-read"
    assert "127.0.0.1" in caught.value.problems[0].message
    assert requests == []


@pytest.mark.parametrize("place", _PLACES)
def test_files_outside_are_refused(place: str) -> None:
    with pytest.raises(PdfError) as caught:
        _render(_PLACES[place], "file:///etc/passwd")
    assert caught.value.problems[0].rule == "outside-read"
    assert "/etc/" in caught.value.problems[0].message


def test_parts_of_other_drawings_are_not_even_tried(asked: tuple[str, list[str]]) -> None:
    url, requests = asked
    _render('<svg viewBox="0 0 9 9" aria-label="x"><use href="{url}#a"/></svg>', url)
    assert requests == []


@pytest.mark.parametrize("place", _ATTACHMENTS)
def test_attachments_are_refused_unread(place: str, asked: tuple[str, list[str]]) -> None:
    url, requests = asked
    for target in (url, "file:///etc/passwd"):
        with pytest.raises(LeafletsError, match="attachment"):
            _render(_ATTACHMENTS[place], target)
    assert requests == []


@pytest.mark.parametrize(
    "url",
    [
        "../../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "file://example.org/etc/passwd",
        "FILE:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "//127.0.0.1/x",
        "file:///proc/self/environ",
    ],
)
def test_ways_around_are_refused(url: str) -> None:
    with pytest.raises(PdfError, match="outside-read"):
        _render('<img src="{url}" alt="x">', url)


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    (inside / "link.svg").symlink_to(secret)
    html = replace(sheet(body='<h1>T</h1><img src="link.svg" alt="x">'), folders=(inside,))
    with pytest.raises(PdfError, match="outside-read"):
        render_pdf(html, identity="x")


def test_files_inside_and_data_are_read(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#123456"/></svg>'
    (tmp_path / "a b.svg").write_text(drawing)
    body = '<p class="kicker">k</p><h1>T</h1><img src="a%20b.svg" alt="A corner" style="width: 9mm">'
    html = replace(sheet(body=body), folders=(tmp_path,))
    assert render_pdf(html, identity="x").pages == 1
    _render('<img src="{url}" alt="x" style="width: 1mm">', "data:image/svg+xml," + quote(drawing))


def test_missing_file_inside_is_told(tmp_path: Path) -> None:
    html = replace(sheet(body='<h1>T</h1><img src="none.svg" alt="x">'), folders=(tmp_path,))
    with pytest.raises(LeafletsError, match=r"none\.svg"):
        render_pdf(html, identity="x")
