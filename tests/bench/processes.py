"""Servers under load: one process each, pinned to a core, with its CPU time and memory."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0]
LOAD_CORE = CORES[-1]
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@contextlib.contextmanager
def pinned(core: int) -> Iterator[None]:
    """Let what is started inside run on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(one for child in text.split() for one in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Sum the CPU time of a process and its descendants, those that have ended among them."""
    ticks = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def memory_mb(pid: int, what: str = "VmRSS") -> float:
    """Sum the memory of a process and its descendants: VmRSS now, VmHWM at its peak."""
    found = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith(f"{what}:"):
                    found += int(line.split()[1])
    return found / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Spec:
    """How a server is started; `{port}` in its command and environment is filled in."""

    key: str
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    path: str = "/graphql"


class Server:
    """One running server."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{spec.path}"
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `stop`
        command = [part.format(port=self.port) for part in spec.command]
        environment = {k: v.format(port=self.port) for k, v in spec.environment.items()}
        with pinned(SERVER_CORE):
            self.process = subprocess.Popen(
                command, cwd=spec.folder, env={**os.environ, **environment},
                stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        """Give the end of what the server printed."""
        self.log.seek(0)
        return self.log.read()[-2000:]

    def wait(self, path: str | None = None) -> float:
        """Wait until it answers; give the seconds that took."""
        began = time.perf_counter()
        url = self.url if path is None else f"http://127.0.0.1:{self.port}{path}"
        while time.perf_counter() - began < START_SECONDS and self.process.poll() is None:
            if _answers(url):
                return time.perf_counter() - began
            time.sleep(0.01)
        raise RuntimeError(f"{self.spec.key} does not answer: {self.said()}")

    def settle(self, most: float = 10) -> None:
        """Wait until requests that the load generator left behind are worked off."""
        until, last = time.monotonic() + most, cpu_seconds(self.pid)
        while time.monotonic() < until:
            time.sleep(0.05)
            now = cpu_seconds(self.pid)
            if now - last <= 1 / TICKS:
                return
            last = now

    def stop(self) -> None:
        """End the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()


def _answers(url: str) -> bool:
    """Tell whether something speaks HTTP there, and is not merely starting."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


@contextlib.contextmanager
def running(specs: Sequence[Spec]) -> Iterator[dict[str, Server]]:
    """Start servers side by side, and stop them; idle ones cost nothing."""
    servers: dict[str, Server] = {}
    try:
        for spec in specs:
            servers[spec.key] = Server(spec)
        for server in servers.values():
            server.wait()
        yield servers
    finally:
        for server in servers.values():
            server.stop()
