"""Server-sent events: one request, one stream of answers (distinct connections)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from isthmus.errors import ErrorCode
from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.identity.gate import Admitted
from isthmus.web import request_ids
from isthmus.web.asgi import Header, Receive, Scope, Send
from isthmus.web.authenticating import ENDED, Authenticating
from isthmus.web.bodies import BodyReader
from isthmus.web.decoding import BadRequest, decode_body, decode_query
from isthmus.web.methods import refuse_unsafe
from isthmus.web.negotiating import EVENTS, JSON
from isthmus.web.operating import Operating, refused
from isthmus.web.origins import Origins
from isthmus.web.replying import NO_PAGE, SAFE, reply_to
from isthmus.web.staying import NoRoom, Staying

COMPLETE = b"event: complete\ndata: \n\n"
COMMENT = b":\n\n"
_EXPIRED = BadRequest(401, ENDED, ErrorCode.UNAUTHENTICATED)
_HEAD: tuple[Header, ...] = (
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, accept-language"),
    (b"x-accel-buffering", b"no"),
    *SAFE,
    NO_PAGE,
)


class StreamEndpoint:
    """Serves streams of events."""

    beat = 12.0
    """Seconds between comments on a quiet stream, so that nothing on the way takes it for dead."""

    def __init__(
        self,
        operating: Operating,
        authenticating: Authenticating,
        staying: Staying,
        origins: Origins,
        bodies: BodyReader,
        stopping: asyncio.Event,
    ) -> None:
        """Make it; `stopping` ends every stream, so that the server need not wait for them."""
        self._operating = operating
        self._authenticating = authenticating
        self._staying = staying
        self._origins = origins
        self._bodies = bodies
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream to its end."""
        headers = dict(scope["headers"])
        own = [
            (b"x-request-id", request_ids.request_id(headers.get(b"x-request-id"))),
            *self._origins.headers(headers.get(b"origin")),
        ]
        try:
            caller = await self._authenticating.caller(scope, headers)
            operation = await self._read(scope, receive)
            with self._staying:
                await send(_start(200, [*_HEAD, *own]))
                answers = self._operating.answers(operation, scope, caller)
                await self._pass_on(answers, caller, receive, send)
        except NoRoom:
            text = "As many connections stay open as may; try again later."
            await _refuse(send, BadRequest(503, text, ErrorCode.OVERLOADED), own)
        except BadRequest as bad:
            await _refuse(send, bad, own)

    async def _read(self, scope: Scope, receive: Receive) -> Operation:
        headers = dict(scope["headers"])
        if scope["method"] == "GET":
            operation = await self._operating.operation(decode_query(scope["query_string"]))
            refuse_unsafe(operation)
            return operation
        if scope["method"] != "POST":
            raise BadRequest(405, "Use GET or POST.", headers=(("allow", "GET, POST, OPTIONS"),))
        body = await self._bodies.read(headers, receive)
        return await self._operating.operation(decode_body(body))

    async def _pass_on(
        self,
        answers: AsyncGenerator[GraphAnswer, None],
        caller: Admitted,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send each answer as an event until there are no more, or either side goes.

        Only a stream that came to its end says so: a client comes back to one that broke off.
        """
        seconds = self._authenticating.seconds_left(caller)
        gone = asyncio.create_task(self._until_gone(receive, seconds))
        try:
            async with aclosing(answers):
                while (answer := await self._next(answers, gone, send)) is not None:
                    await send(_chunk(_event(answer)))
            with suppress(OSError):
                if gone.done() and gone.result():
                    await send(_chunk(_event(refused(_EXPIRED)) + COMPLETE, more=False))
                else:
                    await send(_chunk(b"" if gone.done() else COMPLETE, more=False))
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)

    async def _next(
        self, answers: AsyncGenerator[GraphAnswer, None], gone: asyncio.Task[bool], send: Send
    ) -> GraphAnswer | None:
        """Wait for an answer, with a comment now and then; None when there will be none."""
        step = asyncio.create_task(_one_more(answers))
        try:
            while not step.done() and not gone.done():
                await asyncio.wait(
                    {step, gone}, timeout=self.beat, return_when=asyncio.FIRST_COMPLETED
                )
                if not step.done() and not gone.done():
                    await send(_chunk(COMMENT))
            return step.result() if step.done() else None
        finally:
            if not step.done():
                step.cancel()
                await asyncio.gather(step, return_exceptions=True)

    async def _until_gone(self, receive: Receive, seconds: float | None) -> bool:
        """Wait until the client has left, the server stops, or the time is up: true for that."""
        waits = [
            asyncio.create_task(_until_left(receive)),
            asyncio.create_task(self._stopping.wait()),
        ]
        try:
            done, _ = await asyncio.wait(
                waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            return not done
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


def _event(answer: GraphAnswer) -> bytes:
    return b"event: next\ndata: " + answer.body + b"\n\n"


async def _one_more(answers: AsyncGenerator[GraphAnswer, None]) -> GraphAnswer | None:
    return await anext(answers, None)


async def _until_left(receive: Receive) -> None:
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass


async def _refuse(send: Send, bad: BadRequest, own: Sequence[Header]) -> None:
    reply = reply_to(refused(bad), bad.status, JSON)
    extra = [(name.encode(), value.encode()) for name, value in bad.headers]
    await send(_start(reply.status, [*reply.headers, *extra, *own]))
    await send(_chunk(reply.body, more=False))


def _start(status: int, headers: Sequence[Header]) -> dict[str, object]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _chunk(body: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": more}
