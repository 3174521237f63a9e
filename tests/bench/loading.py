"""Load on one server: wrk on the other core, or asyncio where there is no wrk."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from tests.bench.processes import LOAD_CORE, Server, cpu_seconds, pinned

SCRIPT = Path(__file__).with_name("rotate.lua")


@dataclass(frozen=True)
class Figures:
    """What one load gave; CPU in milliseconds an answer, the server's and PostgreSQL's."""

    rate: float
    p50_ms: float
    p99_ms: float
    errors: int
    cpu_ms: float
    database_cpu_ms: float

    def as_dict(self) -> dict[str, float]:
        return {k: round(v, 4) for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Requests:
    """What is sent in turn: bodies for POST, or targets for GET."""

    lines: Sequence[bytes]
    method: str = "POST"

    @cached_property
    def file(self) -> Path:
        """Give a file with one of them on each line."""
        handle, name = tempfile.mkstemp(prefix="isthmus-bench-", suffix=".txt")
        os.write(handle, b"\n".join(self.lines) + b"\n")
        os.close(handle)
        return Path(name)


def load(
    server: Server, requests: Requests, *, connections: int, seconds: float, postmaster: int
) -> Figures:
    """Load a server; whatever it still works on afterwards is waited for."""
    before, database = cpu_seconds(server.pid), cpu_seconds(postmaster)
    generator = _with_wrk if shutil.which("wrk") else _with_asyncio
    count, took, p50, p99, errors = generator(server, requests, connections, seconds)
    used, database_used = cpu_seconds(server.pid) - before, cpu_seconds(postmaster) - database
    server.settle()
    each = 1000 / max(count, 1)
    return Figures(count / took, p50, p99, errors, used * each, database_used * each)


Raw = tuple[int, float, float, float, int]


def _with_wrk(server: Server, requests: Requests, connections: int, seconds: float) -> Raw:
    environment = {"REQUESTS": str(requests.file), "TARGET": server.spec.path,
                   "METHOD": requests.method}  # fmt: skip
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s",
               "--timeout", "30s", "--latency", "-s", str(SCRIPT), server.url]  # fmt: skip
    with pinned(LOAD_CORE):
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True,
            timeout=seconds + 60, check=True,
        )  # fmt: skip
    line = next(one for one in done.stdout.splitlines() if one.startswith("FIGURES"))
    count, micro, p50, p99, errors = map(int, line.split()[1:])
    return count, micro / 1e6, p50 / 1e3, p99 / 1e3, errors


def _with_asyncio(server: Server, requests: Requests, connections: int, seconds: float) -> Raw:
    """Load from a process of its own, pinned like wrk; it is slower, so ratios come out smaller."""
    work = {"port": server.port, "path": server.spec.path, "file": str(requests.file),
            "method": requests.method, "connections": connections,
            "seconds": seconds}  # fmt: skip
    with pinned(LOAD_CORE):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.loading", json.dumps(work)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    count, took, p50, p99, errors = json.loads(done.stdout)
    return count, took, p50, p99, errors


async def _generate(work: dict) -> Raw:
    lines = Path(work["file"]).read_bytes().splitlines()
    until, began = time.perf_counter() + work["seconds"], time.perf_counter()
    waits: list[float] = []
    errors = 0

    async def one(start: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", work["port"])
        at = start
        while time.perf_counter() < until:
            sent = time.perf_counter()
            writer.write(_raw(work, lines[at % len(lines)]))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(h.partition(b":")[2])
                for h in head.split(b"\r\n")
                if h.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
            errors += not head.startswith(b"HTTP/1.1 200")
            waits.append((time.perf_counter() - sent) * 1000)
            at += 1
        writer.close()

    await asyncio.gather(*(one(n * 7) for n in range(work["connections"])))
    took = time.perf_counter() - began
    ranked = sorted(waits) or [0.0]
    return len(waits), took, statistics.median(ranked), ranked[len(ranked) * 99 // 100], errors


def _raw(work: dict, line: bytes) -> bytes:
    if work["method"] == "GET":
        return b"GET %s HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n\r\n" % line
    head = (
        f"POST {work['path']} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n"
        f"content-type: application/json\r\ncontent-length: {len(line)}\r\n\r\n"
    )
    return head.encode() + line


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_generate(json.loads(sys.argv[1])))))
