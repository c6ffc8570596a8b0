"""A persistent headless Chromium that prints HTML, driven through its debugging pipe."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
)  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")


class Chromium:
    """Open it once, print many pages, close it."""

    def __init__(self) -> None:
        program = shutil.which("chromium")
        if program is None:
            raise FileNotFoundError("there is no chromium on this machine")
        self.profile = tempfile.mkdtemp(prefix="leaflets-bench-")
        to_read, self.writes = os.pipe()
        self.reads, to_write = os.pipe()

        def place() -> None:
            high_read, high_write = os.dup(to_read), os.dup(to_write)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        command = [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, preexec_fn=place, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.rest = b""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.frame = self.call("Page.getFrameTree", {})["frameTree"]["frame"]["id"]

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if session := getattr(self, "session", None):
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writes, data) :]
        while True:
            head, nul, self.rest = self.rest.partition(b"\0")
            if not nul:
                more = os.read(self.reads, 1 << 20)
                if not more:
                    raise ConnectionError("chromium went away")
                self.rest = head + more
                continue
            answer = json.loads(head)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])

    def print_pdf(self, html: str) -> bytes:
        """The PDF of an HTML text, tagged and with an outline, as ours is."""
        self.call("Page.setDocumentContent", {"frameId": self.frame, "html": html})
        options = {"preferCSSPageSize": True, "generateTaggedPDF": True, "generateDocumentOutline": True}
        return base64.b64decode(self.call("Page.printToPDF", options)["data"])

    def cpu(self) -> float:
        """CPU seconds of it and of all its processes, those included that have ended and were waited for."""
        parents: dict[int, int] = {}
        used: dict[int, float] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(stat.parent.name)
            parents[pid] = int(fields[1])
            used[pid] = sum(map(int, fields[11:15])) / TICKS
        tree = {self.process.pid}
        for _ in range(6):
            tree |= {pid for pid, parent in parents.items() if parent in tree}
        return sum(used.get(pid, 0) for pid in tree)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        time.sleep(0.2)
        shutil.rmtree(self.profile, ignore_errors=True)
