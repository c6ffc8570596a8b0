"""Publishing to the real thing: an SFTP server and an S3 server, both on loopback. Skipped where they are not there."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from leaflets.errors import ServiceError
from leaflets.publish import open_store, plan_publication

from .conftest import ROOT
from .test_publish import FILES, assert_true, bring, stored, write

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed: pip install 'leaflets[remote]'")
SSHD, KEYGEN = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin"), shutil.which("ssh-keygen")
BIG = {f"en-US/patient/drug-{number}.pdf": secrets.token_bytes(150_000) for number in range(40)}
PUBLISH = (
    "import sys\nfrom pathlib import Path\nfrom leaflets.publish import plan_publication, publish\n"
    "print('go', flush=True)\nlist(publish(plan_publication(Path(sys.argv[1]), sys.argv[2])))\n"
)


@dataclass(frozen=True)
class Server:
    """A service of this test alone."""

    url: str
    process: subprocess.Popen[bytes]
    env: dict[str, str]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    process.kill()
    pytest.skip(f"the server does not start here: {log.read_text(encoding='utf-8', errors='replace')[-200:]}")


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if not find_spec("paramiko") or not SSHD or not KEYGEN:
        pytest.skip("paramiko, sshd or ssh-keygen is not installed: pip install paramiko; apt install openssh-server")
    for name in ("host", "key", "wrong"):
        subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    port, log = free_port(), tmp_path / "sshd.log"
    (tmp_path / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"AuthorizedKeysFile {tmp_path}/key.pub\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    command = [SSHD, "-D", "-f", str(tmp_path / "config"), "-E", str(log)]
    process = subprocess.Popen(command, stderr=log.open("ab"), start_new_session=True)
    wait_for(port, process, log)
    host_key = (tmp_path / "host.pub").read_text(encoding="utf-8")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="utf-8")
    (tmp_path / "store").mkdir()
    env = {"HOME": str(tmp_path), "FSSPEC_SFTP_KEY_FILENAME": str(tmp_path / "key")}
    monkeypatch.setenv("HOME", str(tmp_path))
    with_key = {"key_filename": str(tmp_path / "key"), "allow_agent": False, "look_for_keys": False}
    monkeypatch.setitem(fsspec.config.conf, "sftp", with_key)
    yield Server(f"sftp://127.0.0.1:{port}{tmp_path}/store", process, env)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if not find_spec("moto") or not find_spec("s3fs"):
        pytest.skip("s3fs or moto is not installed: pip install s3fs 'moto[server]'")
    import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import s3fs  # type: ignore[import-not-found,import-untyped,unused-ignore]

    port, log = free_port(), tmp_path / "moto.log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=log.open("ab"), stderr=log.open("ab"), start_new_session=True)
    wait_for(port, process, log)
    env = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "me", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "secret", "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    boto3.client("s3").create_bucket(Bucket="clinic")
    yield Server("s3://clinic/leaflets", process, env)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(params=["sftp", "s3"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_killed_half_way_and_spoiled_there_everything_is_whole_again(server: Server, tmp_path: Path) -> None:
    output = tmp_path / "output"
    write(output, FILES)
    assert bring(output, server.url)[0] == list(FILES)
    assert bring(output, server.url)[0] == []
    write(output, BIG)
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(output), server.url], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **server.env},
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.3, 0.9))
        process.kill()
        process.communicate()
        assert_true(server.url)
        for path, data in stored(server.url).items():
            assert path == "manifest.jsonl" or path.endswith(".part") or data in (FILES.get(path), BIG.get(path))
    bring(output, server.url)
    assert stored(server.url) == {**BIG, "manifest.jsonl": (output / "manifest.jsonl").read_bytes()}
    store = open_store(server.url)
    store.fs.pipe_file(store.at("en-US/patient/drug-3.pdf"), b"%PDF")
    store.fs.rm_file(store.at("en-US/patient/drug-4.pdf"))
    assert bring(output, server.url)[0] == ["en-US/patient/drug-3.pdf", "en-US/patient/drug-4.pdf"]
    assert_true(server.url)


def test_a_server_that_goes_away_is_told(server: Server, tmp_path: Path) -> None:
    write(tmp_path / "output", FILES)
    plan = plan_publication(tmp_path / "output", server.url)
    os.killpg(server.process.pid, signal.SIGKILL)
    if server.url.startswith("sftp"):
        plan.store.fs.client.get_transport().sock.close()  # the server's part that serves this client lives on
    with pytest.raises(ServiceError) as caught:
        plan.store.put("x", b"x")
    assert server.url in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_connection_that_died_during_a_long_build_is_made_anew(sftp: Server, tmp_path: Path) -> None:
    write(tmp_path / "output", FILES)
    open_store(sftp.url).fs.client.close()
    assert bring(tmp_path / "output", sftp.url)[0] == list(FILES)


def test_a_silent_server_is_not_waited_for_for_ever(sftp: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leaflets.sftp._SILENT", 0.5)
    store = open_store(sftp.url)
    monkeypatch.setattr(store.fs.client.get_transport(), "_send_user_message", lambda message: None)
    with pytest.raises(ServiceError, match="nobody answers there"):
        store.put("x", b"x")


def test_a_server_that_nobody_knows_gets_no_password(sftp: Server, tmp_path: Path) -> None:
    url = sftp.url.replace("sftp://", "sftp://me:secret@")
    known = tmp_path / ".ssh/known_hosts"
    place = known.read_text(encoding="utf-8").split()[0]
    for lines, said in (
        ("", "its key is not in known_hosts"),
        (f"{place} {(tmp_path / 'wrong.pub').read_text(encoding='utf-8')}", "its key is not the one in known_hosts"),
    ):
        known.write_text(lines, encoding="utf-8")
        with pytest.raises(ServiceError) as caught:
            open_store(url)
        assert said in str(caught.value)
        assert "secret" not in str(caught.value)


def test_what_a_server_refuses_is_said_in_words(sftp: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServiceError, match="No such file"):
        open_store(sftp.url.rpartition(f"{tmp_path}")[0] + "/proc/nowhere").put("x", b"x")
    monkeypatch.setitem(fsspec.config.conf["sftp"], "key_filename", str(tmp_path / "wrong"))
    with pytest.raises(ServiceError, match="does not take this user with this key"):
        open_store(sftp.url)


def test_a_bucket_that_is_not_there_is_said(s3: Server) -> None:
    with pytest.raises(ServiceError, match="no such place, or bucket"):
        open_store("s3://elsewhere/leaflets").put("x", b"x")
