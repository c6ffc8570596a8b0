"""The only door through which the engine reads: files of the given folders, and ``data:``.

Imports the engine; to be imported inside functions only.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import DataHandler, OpenerDirector, Request, url2pathname

from weasyprint.urls import (  # type: ignore[import-untyped]
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)

# The stdlib's own table: the machine's /etc/mime.types must not change what a style sheet is.
_TYPES = mimetypes.MimeTypes()
_TYPES.add_type("font/ttf", ".ttf")
_TYPES.add_type("font/otf", ".otf")
_TYPES.add_type("font/woff2", ".woff2")


class OutsideReadError(FatalURLFetchingError):  # type: ignore[misc]
    """Something asked for what lies outside. Like its base no `Exception`, so that the engine cannot swallow it."""


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Reads files below ``folders``; everything else ends the render."""

    def __init__(self, folders: Sequence[Path]) -> None:
        # Not URLFetcher's own __init__: it installs handlers for HTTP, FTP and proxies. Without handlers there is
        # nothing that could open a socket.
        OpenerDirector.__init__(self)
        self._fail_on_errors = False
        self._folders = tuple(folder.resolve() for folder in folders)
        self.refused: list[str] = []
        """What was asked for in vain. The engine swallows even the exception where it draws SVG."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The content behind ``url``, or `OutsideReadError`."""
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            response = DataHandler().data_open(Request(url))
            return URLFetcherResponse(url, response.read(), {"Content-Type": response.headers["Content-Type"]})
        if scheme != "file":
            raise self._refusal(url)
        path = self._inside(url)
        kind = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    def open(self, url: Any, data: Any = None, timeout: Any = None) -> URLFetcherResponse:
        """The base class opens requests with it; there is one way in."""
        return self.fetch(url.full_url if isinstance(url, Request) else url)

    def _inside(self, url: str) -> Path:
        try:
            parts = urlsplit(url)
            # Resolved first, links and `..` included: what counts is the file that would be read.
            path = Path(url2pathname(parts.path)).resolve()
        except ValueError as error:
            raise self._refusal(url) from error
        if parts.netloc not in ("", "localhost") or not any(path.is_relative_to(folder) for folder in self._folders):
            raise self._refusal(unquote(url))
        return path

    def _refusal(self, url: str) -> OutsideReadError:
        self.refused.append(url)
        return OutsideReadError(url)
