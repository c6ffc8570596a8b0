"""An output folder -> the same files in a store that ``fsspec`` can reach: what has changed, whole, the manifest last.

The store's own manifest is all that is remembered. What it says there is believed where a file of that size lies there;
a line is taken out before its file is replaced, and written after it. So the manifest is true at any instant, and a
publication that was cut off goes on where it was, from whatever machine.

Stores that rename (a disk, SFTP) get a file under another name first, which is then renamed. Those that cannot are
object stores (S3, Azure, memory), where an object appears when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets.errors import NotInstalledError, PdfError, Problem, ServiceError
from leaflets.files import is_left_over, part_name
from leaflets.manifest import NAME

_SHARE, _EVERY = 20, 5.0
"""At most one part in so many of the time goes into manifests on the way, and no more than one in so many seconds."""

_SAID = {
    "AuthenticationException BadAuthenticationType": "it does not take this user with this key or password",
    "PasswordRequiredException": "the private key is locked: give it to ssh-agent",
    "UnknownHostKeyError": "its key is not in known_hosts: connect once with sftp, and compare the key",
    "BadHostKeyException": "its key is not the one in known_hosts: is it another machine?",
    "EndpointConnectionError ConnectTimeoutError TimeoutError": "nobody answers there",
    "NoCredentialsError PartialCredentialsError": "no credentials are set",
    "PermissionError": "permission denied",
    "FileNotFoundError": "there is no such place, or bucket",
    "OSError": "it gives no reason; is its disk full?",
}
"""What errors mean that have no words of their own, by the names of their classes in the stores' clients."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file that shall lie in the store."""

    path: str
    sha256: str
    size: int
    line: bytes
    """Its line of the manifest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do."""

    store: Store
    output: Path
    kept: tuple[Item, ...]
    due: tuple[Item, ...]
    gone: tuple[str, ...]
    """Files that the store's manifest names and the output folder does not hold any more."""
    claimed: frozenset[str]
    """Paths that the store's manifest names."""


@dataclass(frozen=True, slots=True)
class Store:
    """A place that was reached."""

    fs: Any
    root: str
    shown: str
    """Its address, without a password."""
    renames: bool

    def at(self, path: str) -> str:
        """The store's own path for one of ours."""
        return f"{self.root}/{path}"

    def put(self, path: str, data: bytes) -> None:
        """Write a file, whole or not at all. Raises ServiceError."""
        where = self.at(path)
        with _answers(self.shown):
            if not self.renames:
                self.fs.pipe_file(where, data)
                return
            folder = posixpath.dirname(where)
            self.fs.makedirs(folder, exist_ok=True)
            beside = posixpath.join(folder, part_name())
            try:
                self.fs.pipe_file(beside, data)
                self.fs.mv(beside, where)
            except BaseException:
                if self.fs.exists(beside):
                    self.fs.rm_file(beside)
                raise

    def remove(self, path: str) -> None:
        """Remove a file, if it is there. Raises ServiceError."""
        with _answers(self.shown):
            if self.fs.exists(self.at(path)):
                self.fs.rm_file(self.at(path))


def open_store(url: str) -> Store:
    """Reach a store. Raises NotInstalledError without what it needs, ServiceError where nothing answers."""
    try:
        import fsspec  # type: ignore[import-untyped]
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ImportError as error:
        hint = "pip install 'leaflets[remote]'"
        raise NotInstalledError(Problem("no-fsspec", "publishing needs fsspec", hint=hint)) from error
    shown = _shown(url)
    try:
        if url.startswith(("sftp://", "ssh://")):
            from leaflets.sftp import connect

            fs, root = connect(url)
        else:
            fs, root = url_to_fs(url)
        if not root.strip("/"):
            raise ValueError("a folder or bucket of its own: everything in it is looked at")
    except ImportError as error:
        hint = "for S3: pip install s3fs; for SFTP: pip install paramiko"
        raise NotInstalledError(Problem("no-protocol", f"{shown} cannot be reached: {error}", hint=hint)) from error
    except ValueError as error:
        hint = "write an address such as s3://bucket/leaflets, sftp://host/srv/leaflets or file:///srv/leaflets"
        raise NotInstalledError(Problem("no-protocol", f"{shown} is no address of a store", hint=hint)) from error
    except Exception as error:
        raise _silent(shown, error) from None
    renames = type(fs).mv is not fsspec.AbstractFileSystem.mv
    return Store(fs, root.rstrip("/"), shown, renames)


def plan_publication(output: Path, url: str) -> Plan:
    """Compare an output folder's manifest with what the store holds. Raises ServiceError, PdfError."""
    store = open_store(url)
    wanted = list(_items((output / NAME).read_bytes()))
    with _answers(store.shown):
        store.fs.invalidate_cache()
        known = {item.path: item for item in _items(_remote_manifest(store))}
        sizes = _sizes(store)
    kept: list[Item] = []
    due: list[Item] = []
    for item in wanted:
        there = known.get(item.path)
        same = there is not None and there.sha256 == item.sha256 and sizes.get(item.path) == item.size
        (kept if same else due).append(item)
    gone = tuple(sorted(path for path in known if path in sizes and not (output / path).exists()))
    return Plan(store, output, tuple(kept), tuple(due), gone, frozenset(known))


def publish(plan: Plan, *, prune: bool = False) -> Iterator[str]:
    """Carry a plan out and give each path that was written. The manifest is the last file that is written.

    Raises ServiceError when the store goes away, PdfError for a file that is not what the manifest says.
    """
    store, done = plan.store, [item.line for item in plan.kept]
    manifest = (plan.output / NAME).read_bytes()
    going = {item.path for item in plan.due} | (set(plan.gone) if prune else set())
    if going & plan.claimed:
        # From here on it claims nothing that is about to change.
        store.put(NAME, b"".join(done))
    written, cost = time.monotonic(), 0.0
    for item in plan.due:
        store.put(item.path, _local(plan.output, item))
        done.append(item.line)
        yield item.path
        if time.monotonic() - written > max(_EVERY, cost * _SHARE):
            began = time.monotonic()
            store.put(NAME, b"".join(done))
            written = time.monotonic()
            cost = written - began
    for path in plan.gone if prune else ():
        store.remove(path)
    with _answers(store.shown):
        same = _remote_manifest(store) == manifest
    if not same:
        store.put(NAME, manifest)


def _local(output: Path, item: Item) -> bytes:
    try:
        data = (output / item.path).read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise PdfError(Problem("not-readable", message, file=str(output / item.path))) from error
    if hashlib.sha256(data).hexdigest() != item.sha256:
        hint = "build again: what the manifest does not know is not published"
        raise PdfError(Problem("altered", "is not what the manifest says", file=str(output / item.path), hint=hint))
    return data


def _items(manifest: bytes) -> Iterator[Item]:
    """The files of a manifest. A line that is none says nothing: its file is written anew."""
    for text in manifest.splitlines(keepends=True):
        try:
            line = json.loads(text)
            if "path" in line:
                yield Item(str(line["path"]), str(line["sha256"]), int(line["bytes"]), text)
        except (ValueError, KeyError, TypeError):
            continue


def _remote_manifest(store: Store) -> bytes:
    try:
        data: bytes = store.fs.cat_file(store.at(NAME))
    except FileNotFoundError:
        return b""
    return data


def _sizes(store: Store) -> Mapping[str, int]:
    """Size of each file in the store, by path below its root. What a dead process of ours left half-written goes."""
    try:
        found = store.fs.find(store.root, detail=True)
    except FileNotFoundError:
        return {}
    sizes: dict[str, int] = {}
    for place, info in found.items():
        path = str(place).removeprefix(store.root).lstrip("/")
        if is_left_over(posixpath.basename(path)):
            store.fs.rm_file(place)
        else:
            sizes[path] = int(info.get("size") or 0)
    return sizes


@contextmanager
def _answers(shown: str) -> Iterator[None]:
    """Whatever a store's client raises, as a ServiceError: each library has its own errors for the same thing."""
    try:
        yield
    except (ServiceError, PdfError):
        raise
    except Exception as error:
        raise _silent(shown, error) from error


def _silent(shown: str, error: Exception) -> ServiceError:
    # Not the client's own words: they can hold the address with its password.
    name = type(error).__name__
    known = (words for names, words in _SAID.items() if name in names.split())
    said = getattr(error, "strerror", None) or next(known, name)
    hint = "what is there is whole: the same command goes on where it stopped"
    return ServiceError(Problem("no-store", f"{shown} does not answer as it should: {said}", hint=hint))


def _shown(url: str) -> str:
    scheme, colon, rest = url.partition("://")
    before, _, after = rest.rpartition("@")
    # A password with a slash ends the host for whoever reads the address: all before the last @ may be one.
    return f"{scheme}{colon}{'…' if '/' in before else ''}{re.split('[?#]', after)[0]}"


def summary(plan: Plan, written: Sequence[str], *, prune: bool) -> dict[str, object]:
    """What ``--json`` says of a publication."""
    said: dict[str, object] = {"url": plan.store.shown, "written": len(written), "kept": len(plan.kept)}
    return {**said, ("removed" if prune else "gone"): list(plan.gone)} if plan.gone else said
