"""An output folder in a store of another kind: what has changed, whole, and a manifest that never lies."""

from __future__ import annotations

import hashlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leaflets.errors import LeafletsError, NotInstalledError, PdfError, ServiceError
from leaflets.files import part_name
from leaflets.publish import open_store, plan_publication, publish, summary

from .conftest import ROOT

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed: pip install 'leaflets[remote]'")


def write(output: Path, files: dict[str, bytes]) -> None:
    """An output folder as a build leaves it."""
    lines = []
    for path, data in files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        lines.append(json.dumps({"slug": path, "path": path, "sha256": sha256, "bytes": len(data)}))
    lines.append(json.dumps({"slug": "withdrawn", "status": "failed", "sha256": None}))
    (output / "manifest.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


FILES = {f"en-US/patient/drug-{number}.pdf": b"%PDF " + bytes([65 + number]) * 400 for number in range(12)}


class StoreGoneError(Exception):
    """What a client of a store raises: no OSError, and the address with its password in it."""


class Shop(fsspec.AbstractFileSystem):  # type: ignore[misc,name-defined]
    """A store without a server: objects in memory, whole when they are put; it goes away after so many of them."""

    protocol = "shop"
    cachable = False
    objects: dict[str, bytes] = {}  # noqa: RUF012 - the store, whoever connects to it
    left = 10**9

    def _use(self) -> None:
        if Shop.left <= 0:
            raise StoreGoneError("shop://me:secret@bucket went away")

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> None:
        self._use()
        Shop.left -= 1
        Shop.objects[self._strip_protocol(path)] = value

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: Any) -> bytes:
        self._use()
        if self._strip_protocol(path) not in Shop.objects:
            raise FileNotFoundError(path)
        return Shop.objects[self._strip_protocol(path)]

    def find(
        self, path: str, maxdepth: int | None = None, withdirs: bool = False, detail: bool = False, **_: Any
    ) -> Any:
        self._use()
        return {name: {"size": len(data)} for name, data in Shop.objects.items()}

    def exists(self, path: str, **_: Any) -> bool:
        return self._strip_protocol(path) in Shop.objects

    def rm_file(self, path: str) -> None:
        self._use()
        del Shop.objects[self._strip_protocol(path)]


fsspec.register_implementation("shop", Shop, clobber=True)


@pytest.fixture(params=["file", "memory", "shop"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    Shop.objects, Shop.left = {}, 10**9
    name = secrets.token_hex(4)
    yield {
        "file": f"file://{tmp_path}/store/leaflets", "memory": f"memory://{name}/leaflets", "shop": "shop://b/leaflets"
    }[request.param]  # fmt: skip
    Shop.left = 10**9


def stored(url: str) -> dict[str, bytes]:
    store = open_store(url)
    found = store.fs.find(store.root)
    return {str(path).removeprefix(store.root).lstrip("/"): store.fs.cat_file(path) for path in found}


def bring(output: Path, url: str, *, prune: bool = False) -> tuple[list[str], dict[str, object]]:
    plan = plan_publication(output, url)
    written = list(publish(plan, prune=prune))
    return written, summary(plan, written, prune=prune)


def assert_true(url: str) -> None:
    """Every line of the store's manifest tells the truth about its file."""
    found = stored(url)
    for text in found.get("manifest.jsonl", b"").splitlines():
        line = json.loads(text)
        if "path" in line:
            assert hashlib.sha256(found[line["path"]]).hexdigest() == line["sha256"]


def test_everything_then_nothing_then_what_has_changed(url: str, tmp_path: Path) -> None:
    output = tmp_path / "output"
    write(output, FILES)
    written, said = bring(output, url)
    assert written == list(FILES)
    assert (said["written"], said["kept"]) == (12, 0)
    assert stored(url) == {**FILES, "manifest.jsonl": (output / "manifest.jsonl").read_bytes()}
    assert bring(output, url)[0] == []
    # As long as before, and another text.
    write(output, {**FILES, "en-US/patient/drug-3.pdf": b"%PDF " + b"z" * 400})
    assert bring(output, url)[0] == ["en-US/patient/drug-3.pdf"]
    assert_true(url)


def test_what_was_lost_or_cut_in_the_store_is_brought_again(url: str, tmp_path: Path) -> None:
    write(tmp_path / "output", FILES)
    bring(tmp_path / "output", url)
    store = open_store(url)
    store.fs.rm_file(store.at("en-US/patient/drug-1.pdf"))
    store.fs.pipe_file(store.at("en-US/patient/drug-2.pdf"), b"%PDF")
    store.fs.pipe_file(store.at("mine.txt"), b"not ours")
    assert bring(tmp_path / "output", url)[0] == ["en-US/patient/drug-1.pdf", "en-US/patient/drug-2.pdf"]
    store.fs.pipe_file(store.at("manifest.jsonl"), b"{}\nnonsense\n[1]\n")
    assert len(bring(tmp_path / "output", url)[0]) == 12
    assert stored(url)["mine.txt"] == b"not ours"
    assert_true(url)


def test_what_is_gone_here_is_told_and_removed_when_asked(url: str, tmp_path: Path) -> None:
    output = tmp_path / "output"
    write(output, FILES)
    bring(output, url)
    gone = "en-US/patient/drug-5.pdf"
    (output / gone).unlink()
    # A build of less: what lies here still belongs there.
    write(output, {path: data for path, data in FILES.items() if path < "en-US/patient/drug-5.pdf"})
    assert bring(output, url)[1]["gone"] == [gone]
    assert gone in stored(url)
    write(output, {path: data for path, data in FILES.items() if path != gone})
    bring(output, url)
    assert gone in stored(url)  # the store's manifest does not name it any more: it may be anybody's
    (output / gone).write_bytes(FILES[gone])
    write(output, FILES)
    bring(output, url)
    (output / gone).unlink()
    write(output, {path: data for path, data in FILES.items() if path != gone})
    assert bring(output, url, prune=True)[1]["removed"] == [gone]
    assert sorted(stored(url)) == sorted({*FILES, "manifest.jsonl"} - {gone})
    assert_true(url)


@pytest.mark.parametrize("left", range(1, 15))
def test_a_store_that_goes_away_keeps_whole_files_and_a_true_manifest(tmp_path: Path, left: int) -> None:
    url, output = "shop://me:secret@bucket/leaflets", tmp_path / "output"
    Shop.objects, Shop.left = {}, 10**9
    write(output, {path: data.lower() for path, data in FILES.items()})
    bring(output, url)
    write(output, FILES)
    Shop.left = left
    if left < 14:
        with pytest.raises(ServiceError) as caught:
            bring(output, url)
        assert "secret" not in str(caught.value)
        assert "shop://bucket/leaflets does not answer as it should: StoreGoneError" in str(caught.value)
    else:
        bring(output, url)
    Shop.left = 10**9
    assert_true(url)
    for path, data in stored(url).items():
        assert path == "manifest.jsonl" or data in (FILES[path], FILES[path].lower())
    bring(output, url)
    assert stored(url) == {**FILES, "manifest.jsonl": (output / "manifest.jsonl").read_bytes()}
    assert_true(url)


def test_a_second_run_goes_on_from_what_the_manifest_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, output = "shop://b/leaflets", tmp_path / "output"
    Shop.objects, Shop.left = {}, 20
    monkeypatch.setattr("leaflets.publish._EVERY", 0.0)  # a manifest after each file
    monkeypatch.setattr("leaflets.publish._SHARE", 0)
    write(output, FILES)
    with pytest.raises(ServiceError):
        bring(output, url)
    Shop.left = 10**9
    assert_true(url)
    assert bring(output, url)[0] == list(FILES)[10:]


def test_killed_at_any_moment_no_file_is_torn(tmp_path: Path) -> None:
    output, url = tmp_path / "output", f"file://{tmp_path}/store"
    big = {f"en-US/patient/drug-{number}.pdf": secrets.token_bytes(400_000) for number in range(40)}
    write(output, big)
    code = (
        "import sys\nfrom pathlib import Path\nfrom leaflets.publish import plan_publication, publish\n"
        "print('go', flush=True)\nlist(publish(plan_publication(Path(sys.argv[1]), sys.argv[2])))\n"
    )
    chance = random.Random(3)
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(output), url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.1, 0.5))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for path in (tmp_path / "store").rglob("*.pdf"):
            assert path.read_bytes() == big[path.relative_to(tmp_path / "store").as_posix()]
        if chance.random() < 0.4:
            shutil.rmtree(tmp_path / "store", ignore_errors=True)
    # What another machine, or a process that lives, has not finished yet is theirs.
    others = tmp_path / "store" / f".00000000-1-{16 * 'a'}.part"
    others.parent.mkdir(exist_ok=True)
    others.write_bytes(b"")
    living = tmp_path / "store" / part_name()
    living.write_bytes(b"")
    bring(output, url)
    assert set((tmp_path / "store").rglob("*.part")) == {others, living}
    assert {path: data for path, data in stored(url).items() if path.endswith(".pdf")} == big


def test_a_file_that_is_not_what_the_manifest_says_is_not_published(tmp_path: Path) -> None:
    write(tmp_path / "output", FILES)
    (tmp_path / "output/en-US/patient/drug-4.pdf").write_bytes(b"spoiled")
    with pytest.raises(PdfError) as caught:
        bring(tmp_path / "output", f"file://{tmp_path}/store")
    assert caught.value.problems[0].rule == "altered"
    assert_true(f"file://{tmp_path}/store")
    (tmp_path / "output/en-US/patient/drug-4.pdf").unlink()
    with pytest.raises(PdfError):
        bring(tmp_path / "output", f"file://{tmp_path}/store")


@pytest.mark.parametrize("url", ["nonsense://x/y", "s3://me:secret@bucket/x", "sftp://me:secret@host/x"])
def test_what_is_missing_for_an_address_is_said(url: str) -> None:
    for package in ("s3fs", "paramiko"):
        if package in sys.modules or (url[:2] in ("s3", "sf") and _installed(package)):
            pytest.skip(f"{package} is installed")
    with pytest.raises(LeafletsError) as caught:
        open_store(url)
    assert isinstance(caught.value, NotInstalledError)
    assert "secret" not in str(caught.value)
    assert caught.value.problems[0].hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sftp://me:sec/ret@host:port/x", "sftp://…host:port/x"),
        ("nonsense://me:a?secret@host/x", "nonsense://host/x"),
        ("nonsense://me:secret@host/x?token=secret", "nonsense://host/x"),
        ("nonsense://host/at@home", "nonsense://…home"),
    ],
)
def test_no_password_is_printed_wherever_it_stands(url: str, shown: str) -> None:
    with pytest.raises(NotInstalledError) as caught:
        open_store(url)
    assert caught.value.problems[0].message.startswith(f"{shown} ")
    assert "sec" not in str(caught.value).split("hint")[0]


@pytest.mark.parametrize("url", ["file:///", "memory://"])
def test_a_store_without_a_folder_of_its_own_is_refused(url: str) -> None:
    with pytest.raises(NotInstalledError, match="is no address of a store"):
        open_store(url)


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def test_without_fsspec_the_hint_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(NotInstalledError) as caught:
        open_store("file:///tmp/x")
    assert "leaflets[remote]" in str(caught.value)


def test_a_build_publishes_what_it_has_built(tmp_path: Path) -> None:
    (tmp_path / "monographs").mkdir()
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    for slug in ("salbutamol", "metformin"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", tmp_path / "monographs")
    args = [sys.executable, "-m", "leaflets", "build", "monographs", "--format", "html", "--json"]

    def build(url: str, *more: str) -> subprocess.CompletedProcess[str]:
        command = [*args, "--publish", url, *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    url = f"file://{tmp_path}/store"
    said = json.loads(build(url).stdout)["published"]
    assert said == {"url": url, "written": 4, "kept": 0}
    assert_true(url)
    (tmp_path / "monographs/salbutamol.md").unlink()
    said = json.loads(build(url, "--prune").stdout)["published"]
    assert (said["written"], said["kept"], len(said["removed"])) == (0, 2, 2)
    assert len(stored(url)) == 3
    result = build("file:///proc/nowhere")
    assert result.returncode == 8, result.stderr
    assert "Traceback" not in result.stderr
    assert build("nonsense://x").returncode == 2
