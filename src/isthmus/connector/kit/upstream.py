"""An upstream on loopback that says what it is told to, in whatever manner.

It writes the bytes itself, since no server of a library would send a wrong length, cut a
connection in the middle or let a header grow to megabytes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from isthmus.connector.kit.replies import Asked, Manner, Reply

Answer = Callable[[Asked], Reply]
CHUNK = b" " * 65_536
_STEP = 0.05
_NOT_FOUND = Reply(b'{"error": "not found"}', 404, {"content-type": "application/json"})


@dataclass(frozen=True, slots=True)
class Gate:
    """Holds answers back: `reached` once a call has come, until `opened` is set."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


class Upstream:
    """A source on loopback; set `answer` at any time, read `asked` afterwards."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: _NOT_FOUND
        self.asked: list[Asked] = []
        self.inward = 0
        """Calls that reached a port no source may be sent to."""
        self.url = ""
        self.port = 0
        self.inward_url = ""
        self.gate: Gate | None = None
        self._stopped = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    @property
    def door(self) -> tuple[str, int]:
        """The one private address that may be dialled."""
        return "127.0.0.1", self.port

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Upstream]:
        """Serve on two free ports: the source, and one behind which nobody may come."""
        source = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        inside = await asyncio.start_server(self._trespassed, "127.0.0.1", 0)
        self.port = source.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.inward_url = f"http://127.0.0.1:{inside.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            source.close()
            inside.close()
            self._stopped.set()
            if self.gate is not None:
                self.gate.opened.set()
            if self._open:
                await asyncio.wait(self._open, timeout=2)

    async def _trespassed(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.inward += 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:  # a server of asyncio always runs this as one
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            if self.gate is not None:
                self.gate.reached.set()
                await self.gate.opened.wait()
            await _write(writer, self.answer(asked), self._stopped)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # callers that hang up are part of the trials
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (e.partition(":") for e in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ", 2)
    path, _, query = target.partition("?")
    return Asked(method, path, headers, query, body)


async def _write(writer: asyncio.StreamWriter, reply: Reply, stopped: asyncio.Event) -> None:
    match reply.manner:
        case Manner.HANG:
            await stopped.wait()
        case Manner.ENDLESS:
            writer.write(_head(reply, "transfer-encoding: chunked"))
            while not stopped.is_set():
                writer.write(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
                await writer.drain()
        case Manner.DRIP:
            writer.write(_head(reply))
            for byte in reply.body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(_STEP)
        case Manner.TRUNCATED:
            writer.write(_head(reply) + reply.body[: len(reply.body) // 2])
        case Manner.RESET:
            writer.write(_head(reply, "content-length: 100000") + reply.body[:1])
            await writer.drain()
            writer.transport.abort()
        case _:
            writer.write(_head(reply) + reply.body)
    await writer.drain()


def _head(reply: Reply, length: str | None = None) -> bytes:
    size = len(reply.body) if reply.length is None else reply.length
    lines = [f"HTTP/1.1 {reply.status} So", length or f"content-length: {size}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1")
