"""/graphql: one request in, one answer out.

The short way first: a public answer given before, at the same generation of the data, goes out
again after two look-ups. Everything else is read, admitted, run and perhaps remembered.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Hashable, Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

from isthmus.errors import ErrorCode
from isthmus.graph.allowance import Overspent
from isthmus.graph.answer import GraphAnswer, Operation, failed
from isthmus.graph.executing import Graph
from isthmus.query.languages import accepted
from isthmus.web import request_ids
from isthmus.web.admitting import Admission
from isthmus.web.asgi import Handler, Receive, Scope, Send
from isthmus.web.authenticating import Authenticating
from isthmus.web.bodies import BodyReader
from isthmus.web.budgets import Budgets, too_many
from isthmus.web.compressing import LARGE, LEAST, coding_for
from isthmus.web.decoding import Asked, BadRequest, decode_body, decode_query
from isthmus.web.documents import TrustedDocuments
from isthmus.web.explorer import Explorer
from isthmus.web.methods import refuse_unsafe
from isthmus.web.metrics import Metrics
from isthmus.web.negotiating import JSON, Wish, status_of, wish_of
from isthmus.web.origins import Origins
from isthmus.web.presence import CallerGone, Presence
from isthmus.web.replies import Replies, Reply
from isthmus.web.replying import matches, not_modified, page_reply, quoted, reply_to, unchanged
from isthmus.web.tracing import Tracing

log = logging.getLogger(__name__)

ALLOW = "GET, POST, OPTIONS"
_ASKS = re.compile(rb"(?:^|&)(?:query|documentId|extensions)=")


class Call(NamedTuple):
    """One request, as far as its head tells."""

    scope: Scope
    receive: Receive
    headers: Mapping[bytes, bytes]
    wish: Wish

    @property
    def method(self) -> str:
        """GET, POST or what it is."""
        return str(self.scope["method"])

    @property
    def is_public(self) -> bool:
        """Whether it carries nothing that names its sender."""
        return b"authorization" not in self.headers

    def key(self, body: bytes | None = None) -> Hashable:
        """Name the request among all that are asked, by what its answer hangs on."""
        asked: bytes = self.scope["query_string"]
        if body is not None:
            asked = hashlib.blake2b(body, digest_size=16).digest()
        return (body is None, asked, self.headers.get(b"accept-language"), self.wish.media)


class GraphEndpoint:
    """Serves one graph; `page` goes to browsers, `stream` takes over who asks for events."""

    def __init__(
        self,
        graph: Graph,
        *,
        authenticating: Authenticating,
        bodies: BodyReader,
        documents: TrustedDocuments,
        admission: Admission,
        budgets: Budgets,
        replies: Replies,
        origins: Origins,
        metrics: Metrics,
        tracing: Tracing,
        languages: Sequence[str] = (),
        page: Explorer | None = None,
        stream: Handler | None = None,
    ) -> None:
        self._graph = graph
        self._authenticating = authenticating
        self._bodies = bodies
        self._documents = documents
        self._admission = admission
        self._budgets = budgets
        self._replies = replies
        self._origins = origins
        self._metrics = metrics
        self._tracing = tracing
        self._languages = tuple(languages)
        self._page = page_reply(page) if page is not None else None
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless its caller leaves."""
        began = perf_counter()
        try:
            await self._answer(scope, receive, send, began)
        except CallerGone:
            self._metrics.count("none", "gone", perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, began: float) -> None:
        headers = dict(scope["headers"])
        call = Call(scope, receive, headers, wish_of(headers.get(b"accept", b"")))
        if self._stream is not None and call.wish.wants_events:
            await self._stream(scope, receive, send)
            return
        request_id = request_ids.request_id(headers.get(b"x-request-id"))
        reply = self._repeated(call) if scope["method"] == "GET" else None
        if reply is None:
            request_ids.current.set(request_id.decode())
            reply = await self._reply(call)
        if reply.etag is not None and matches(headers.get(b"if-none-match"), reply.etag):
            reply = not_modified(reply)
            self._metrics.not_modified += 1
        elif b"accept-encoding" in headers:
            reply = await self._coded(call, reply)
        own = [*reply.headers, (b"x-request-id", request_id)]
        if self._origins.any_allowed:
            own += self._origins.headers(headers.get(b"origin"))
        await send({"type": "http.response.start", "status": reply.status, "headers": own})
        await send({"type": "http.response.body", "body": reply.body})
        self._metrics.count(reply.kind, reply.outcome, perf_counter() - began)

    def _repeated(self, call: Call, body: bytes | None = None) -> Reply | None:
        if not call.is_public:
            return None
        reply = self._replies.find(call.key(body), self._graph.generation)
        if reply is not None:
            self._metrics.cache_hits += 1
        return reply

    async def _reply(self, call: Call) -> Reply:
        try:
            return await self._read(call)
        except BadRequest as bad:
            return self._refusal(bad, call)
        except Overspent as spent:
            return self._refusal(too_many(spent), call)
        except CallerGone:
            raise
        except Exception:
            name = request_ids.current.get()
            log.exception("error %s", name)
            told = {"code": ErrorCode.INTERNAL.value, "errorId": name}
            answer = failed([{"message": "Something went wrong in the hub.", "extensions": told}])
            return reply_to(answer, 500, call.wish.media or JSON)

    async def _read(self, call: Call) -> Reply:
        if call.method == "GET":
            if self._page is not None and _wants_page(call):
                return self._page
            return await self._run(call, decode_query(_query(call)), call.key())
        if call.method == "POST":
            _check_accept(call)
            body = await self._bodies.read(call.headers, call.receive)
            held = self._repeated(call, body)
            return held or await self._run(call, decode_body(body), call.key(body))
        if call.method == "OPTIONS":
            allowed = self._origins.preflight(call.headers.get(b"origin"))
            return Reply(204, [(b"allow", ALLOW.encode()), *allowed], b"")
        raise BadRequest(405, "Use GET or POST.", headers=(("allow", ALLOW),))

    async def _run(self, call: Call, asked: Asked, key: Hashable) -> Reply:
        self._metrics.cache_misses += 1
        caller = await self._authenticating.caller(call.scope, call.headers)
        allowance = self._budgets.of_caller(call.scope, caller.viewer)
        languages = self._asked(call)
        with self._tracing.operation(call.headers) as span:
            operation = await self._documents.operation(asked)
            if call.method == "GET":
                refuse_unsafe(operation)
                tag = self._known_tag(call, operation, languages)
                if tag is not None:
                    return unchanged(tag, varies_by_origin=self._origins.any_allowed)
            generation = self._graph.generation
            with self._admission, Presence(call.receive):
                answer = await self._graph.run(
                    operation, languages, viewer=caller.viewer, allowance=allowance
                )
            span.done(operation, answer)
        return self._remembered(call, key, generation, answer)

    def _known_tag(
        self, call: Call, operation: Operation, languages: Sequence[str]
    ) -> bytes | None:
        """Find the tag the answer would have, where it is the one the caller holds."""
        held = call.headers.get(b"if-none-match")
        if held is None or not call.is_public:
            return None
        tag = quoted(self._graph.etag(operation, languages))
        return tag if tag is not None and matches(held, tag) else None

    def _remembered(
        self, call: Call, key: Hashable, generation: str | None, answer: GraphAnswer
    ) -> Reply:
        media = call.wish.media or JSON
        is_public = call.is_public and answer.etag is not None
        reply = reply_to(
            answer,
            status_of(answer, media),
            media,
            cacheable=is_public and call.method == "GET",
            varies_by_origin=self._origins.any_allowed,
        )
        if is_public and generation == self._graph.generation:
            self._replies.hold(key, generation, reply)
        return reply

    async def _coded(self, call: Call, reply: Reply) -> Reply:
        """Give the reply in a coding the caller takes; a held one keeps it."""
        coding = coding_for(call.headers[b"accept-encoding"])
        if coding is None or len(reply.body) < LEAST:
            return reply
        if coding in reply.coded:
            return reply.coded[coding]
        if len(reply.body) < LARGE:
            coded = reply.in_coding(coding)
        else:
            coded = await asyncio.to_thread(reply.in_coding, coding)
        self._replies.weigh(reply)
        return coded

    def _asked(self, call: Call) -> Sequence[str]:
        stated = call.headers.get(b"accept-language", b"").decode("latin-1")
        return accepted(stated) or self._languages

    def _refusal(self, bad: BadRequest, call: Call) -> Reply:
        error = {"message": bad.message, "extensions": {"code": bad.code.value}}
        reply = reply_to(failed([error]), bad.status, call.wish.media or JSON)
        reply.kind = "none"
        reply.headers.extend((name.encode(), value.encode()) for name, value in bad.headers)
        return reply


def _check_accept(call: Call) -> None:
    if call.wish.media is None:
        raise BadRequest(406, "Accept application/graphql-response+json.")


def _query(call: Call) -> bytes:
    _check_accept(call)
    query: bytes = call.scope["query_string"]
    return query


def _wants_page(call: Call) -> bool:
    return call.wish.wants_page and not _ASKS.search(call.scope["query_string"])
