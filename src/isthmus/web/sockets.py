"""graphql-transport-ws: operations of any kind over one WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from isthmus.errors import ErrorCode
from isthmus.identity.gate import Admitted
from isthmus.web.asgi import Receive, Scope, Send
from isthmus.web.authenticating import Authenticating
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
        self,
        operating: Operating,
        authenticating: Authenticating,
        staying: Staying,
        origins: Origins,
        limits: SocketLimits,
    ) -> None:
        self._operating = operating
        self._authenticating = authenticating
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
                    await _Socket(
                        self._operating, self._authenticating, self._limits, scope, receive, send
                    ).serve()
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
        authenticating: Authenticating,
        limits: SocketLimits,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self._operating = operating
        self._authenticating = authenticating
        self._limits = limits
        self._scope = scope
        self._headers = dict(scope["headers"])
        self._receive = receive
        self._send = send
        self._caller: Admitted | None = None
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Take messages until the client leaves or breaks the protocol, then end what runs."""
        try:
            try:
                async with asyncio.timeout(self._limits.init_seconds):
                    while self._caller is None:
                        await self._take(await self._next())
            except TimeoutError:
                raise Closing(4408, "Connection initialisation timeout") from None
            await self._converse(self._authenticating.seconds_left(self._caller))
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _converse(self, seconds: float | None) -> None:
        """Take messages for as long as the token lives that opened the socket."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._take(await self._next())
        except TimeoutError:
            raise Closing(4403, "The token has expired") from None

    async def _admit(self, payload: Mapping[str, Any]) -> None:
        if self._caller is not None:
            raise Closing(4429, "Too many initialisation requests")
        try:
            self._caller = await self._authenticating.opener(self._scope, self._headers, payload)
        except BadRequest as bad:
            raise Closing(4403, bad.message) from None
        await self._say(plain_message("connection_ack"))

    async def _next(self) -> Incoming:
        await asyncio.sleep(0)  # a full queue gives its messages at once: let others have a turn
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        return read_message(message.get("text"), self._limits.message)

    async def _take(self, message: Incoming) -> None:
        match message.type:
            case "connection_init":
                await self._admit(message.payload)
            case "ping":
                await self._say(plain_message("pong", payload=message.payload))
            case "subscribe":
                await self._begin(message)
            case "complete":
                task = self._running.pop(message.id, None)
                if task is not None:
                    task.cancel()

    async def _begin(self, message: Incoming) -> None:
        caller = self._caller
        if caller is None:
            raise Closing(4401, "Unauthorized")
        if message.id in self._running:
            raise Closing(4409, f"Subscriber for {message.id} already exists")
        if len(self._running) >= self._limits.operations:
            most = self._limits.operations
            text = f"{most} operations run over this socket; wait for one to end."
            answer = refused(BadRequest(429, text, ErrorCode.RATE_LIMITED))
            await self._say(answer_message(message.id, answer))
            return
        self._running[message.id] = asyncio.create_task(self._run(message, caller))

    async def _run(self, message: Incoming, caller: Admitted) -> None:
        """Run one operation; what it says after the client ended it goes nowhere."""
        with suppress(OSError):  # the client left: the socket's own loop is told too
            try:
                asked = read_asked(message.payload)
            except BadRequest as bad:
                self._forget(message.id)
                await self._say(answer_message(message.id, refused(bad)))
                return
            executed = True
            run = self._operating.answers(asked, self._scope, caller)
            async with aclosing(run) as answers:
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
