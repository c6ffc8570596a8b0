"""``sftp://user@host/folder`` -> a file system of ``fsspec``. The only door to paramiko.

That of ``fsspec`` sends a password to whatever server answers, waits for ever for one that has gone silent, and for an
answer after each 32 kB: thirty times as long for a leaflet.
"""

from __future__ import annotations

import io
import logging
from contextlib import suppress
from typing import Any

import paramiko  # type: ignore[import-not-found,import-untyped,unused-ignore]
from fsspec.implementations.sftp import SFTPFileSystem  # type: ignore[import-untyped]

_SYSTEM_HOSTS = "/etc/ssh/ssh_known_hosts"
_CONNECTING, _SILENT = 20.0, 60.0
"""Seconds."""

# What it logs of a lost connection is a traceback; what it means is said by `leaflets.publish`.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class KnownSftp(SFTPFileSystem):  # type: ignore[misc]
    """SFTP to a server whose key stands in ``known_hosts``, as ``ssh`` keeps it."""

    cachable = False  # a connection from before a long build may be dead after it

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        with suppress(OSError):
            self.client.load_system_host_keys(_SYSTEM_HOSTS)
        self.client.set_missing_host_key_policy(_Refuse())
        limits = {"timeout": _CONNECTING, "banner_timeout": _CONNECTING, "auth_timeout": _CONNECTING}
        self.client.connect(self.host, **{**limits, **self.ssh_kwargs})
        self.ftp = self.client.open_sftp()
        self.ftp.get_channel().settimeout(_SILENT)

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        """Write a file, many pieces under way at once; afterwards the server is asked for its size."""
        self.ftp.putfo(io.BytesIO(value), self._strip_protocol(path))


class UnknownHostKeyError(paramiko.SSHException):  # type: ignore[misc,unused-ignore]
    """The server is not in ``known_hosts``."""


class _Refuse(paramiko.MissingHostKeyPolicy):  # type: ignore[misc,unused-ignore]
    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
        raise UnknownHostKeyError(hostname)


def connect(url: str) -> tuple[Any, str]:
    """A file system and the folder in it. Raises ValueError for an address without a host."""
    options = KnownSftp._get_kwargs_from_urls(url)
    if not options.get("host"):
        raise ValueError("no host")
    return KnownSftp(**options), KnownSftp._strip_protocol(url)
