"""A live preview on this machine: the leaflets of one source in a browser, drawn again whenever a file changes."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from urllib.parse import urlsplit

from leaflets.errors import Problem

FRAME_POLICY = "default-src 'self' 'unsafe-inline' data:"
LEAFLET_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the browser shows now."""

    version: int
    said: str
    pages: Mapping[str, str]
    """HTML by variant; a leaflet that is not made has a page that says why."""
    problems: tuple[Problem, ...]


class PreviewServer(ThreadingHTTPServer):
    """Serves one preview on the loopback address only. ``frame`` is ``templates/preview.html``."""

    daemon_threads = True

    def __init__(self, port: int, source: str, frame: str, first: Preview) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.source = source
        self.frame = frame
        self.preview = first
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def show(self, make: Callable[[int], Preview]) -> None:
        """Put a newer preview in place."""
        with self._lock:
            self.preview = make(self.preview.version + 1)


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer

    def do_GET(self) -> None:  # the name that http.server calls
        # Another site's page must not read a monograph through the reader's own browser (DNS rebinding).
        if self.headers.get("Host") not in (
            f"127.0.0.1:{self.server.server_port}",
            f"localhost:{self.server.server_port}",
        ):
            return self.answer(403, "text/plain", "this server answers this machine only")
        preview = self.server.preview
        path = urlsplit(self.path).path
        if path == "/":
            names = list(preview.pages)
            buttons = "".join(f'<button data-v="{html.escape(n)}">{html.escape(n)}</button>' for n in names)
            first = json.dumps(names[0] if names else "")
            page = Template(self.server.frame).substitute(
                source=html.escape(self.server.source), buttons=buttons, first=first
            )
            return self.answer(200, "text/html", page)
        if path == "/state":
            problems = [problem.to_json() for problem in preview.problems]
            state = {"version": preview.version, "said": preview.said, "problems": problems}
            return self.answer(200, "application/json", json.dumps(state))
        name = path.removeprefix("/leaflet/")
        if path.startswith("/leaflet/") and name in preview.pages:
            return self.answer(200, "text/html", preview.pages[name])
        return self.answer(404, "text/plain", "nothing here")

    def answer(self, code: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        # A leaflet has no program in it and asks for nothing; the frame around it has its own.
        policy = FRAME_POLICY if self.path == "/" else LEAFLET_POLICY
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is the author's."""
