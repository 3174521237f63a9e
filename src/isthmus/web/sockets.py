"""graphql-transport-ws: operations of any kind over one WebSocket."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass

from isthmus.errors import ErrorCode
from isthmus.web.asgi import Receive, Scope, Send
from isthmus.web.decoding import BadRequest, read_asked
from isthmus.web.operating import Operating, refused
from isthmus.web.origins import Origins
from isthmus.web.socket_messages import (
    PROTOCOL,
    Closing,
    Incoming,
    answer_message,
    plain_message,
    read_message,
    reason_text,
)
from isthmus.web.staying import NoRoom, Staying


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """What one socket may take."""

    message: int = 1_000_000
    operations: int = 100
    init_seconds: float = 10.0


class Gone(Exception):
    """The other end has left."""


class SocketEndpoint:
    """Serves sockets."""

    def __init__(
        self, operating: Operating, staying: Staying, origins: Origins, limits: SocketLimits
    ) -> None:
        self._operating = operating
        self._staying = staying
        self._origins = origins
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        await receive()
        headers = dict(scope["headers"])
        if not self._origins.may_connect(headers.get(b"origin"), headers.get(b"host")):
            await send({"type": "websocket.close", "code": 4403})  # before it opens: HTTP 403
            return
        with suppress(OSError, Gone):
            if PROTOCOL not in scope["subprotocols"]:
                await send({"type": "websocket.accept"})
                await _close(send, Closing(4406, "Subprotocol not acceptable"))
                return
            await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
            try:
                with self._staying:
                    await _Socket(self._operating, self._limits, scope, receive, send).serve()
            except NoRoom:
                await _close(send, Closing(1013, "Too many sockets are open"))
            except Closing as closing:
                await _close(send, closing)


async def _close(send: Send, closing: Closing) -> None:
    reason = reason_text(closing.reason)
    await send({"type": "websocket.close", "code": closing.code, "reason": reason})


class _Socket:
    """One socket and the operations that run over it."""

    def __init__(
        self,
        operating: Operating,
        limits: SocketLimits,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self._operating = operating
        self._limits = limits
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_known = False
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Take messages until the client leaves or breaks the protocol, then end what runs."""
        try:
            try:
                async with asyncio.timeout(self._limits.init_seconds):
                    while not self._is_known:
                        await self._take(await self._next())
            except TimeoutError:
                raise Closing(4408, "Connection initialisation timeout") from None
            while True:
                await self._take(await self._next())
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _next(self) -> Incoming:
        await asyncio.sleep(0)  # a full queue gives its messages at once: let others have a turn
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        return read_message(message.get("text"), self._limits.message)

    async def _take(self, message: Incoming) -> None:
        match message.type:
            case "connection_init":
                if self._is_known:
                    raise Closing(4429, "Too many initialisation requests")
                self._is_known = True
                await self._say(plain_message("connection_ack"))
            case "ping":
                await self._say(plain_message("pong", payload=message.payload))
            case "subscribe":
                await self._begin(message)
            case "complete":
                task = self._running.pop(message.id, None)
                if task is not None:
                    task.cancel()

    async def _begin(self, message: Incoming) -> None:
        if not self._is_known:
            raise Closing(4401, "Unauthorized")
        if message.id in self._running:
            raise Closing(4409, f"Subscriber for {message.id} already exists")
        if len(self._running) >= self._limits.operations:
            most = self._limits.operations
            text = f"{most} operations run over this socket; wait for one to end."
            answer = refused(BadRequest(429, text, ErrorCode.RATE_LIMITED))
            await self._say(answer_message(message.id, answer))
            return
        self._running[message.id] = asyncio.create_task(self._run(message))

    async def _run(self, message: Incoming) -> None:
        """Run one operation; what it says after the client ended it goes nowhere."""
        with suppress(OSError):  # the client left: the socket's own loop is told too
            try:
                asked = read_asked(message.payload)
            except BadRequest as bad:
                self._forget(message.id)
                await self._say(answer_message(message.id, refused(bad)))
                return
            executed = True
            async with aclosing(self._operating.answers(asked, self._scope)) as answers:
                async for answer in answers:
                    executed = answer.executed
                    if not executed:
                        self._forget(message.id)
                    await self._say(answer_message(message.id, answer))
            if executed:
                self._forget(message.id)
                await self._say(plain_message("complete", message.id))

    def _forget(self, id_: str) -> None:
        """Free an id before its last message goes out: the client may use it at once."""
        if self._running.get(id_) is asyncio.current_task():
            del self._running[id_]

    async def _say(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})
