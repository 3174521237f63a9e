"""/graphql: one request in, one answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from isthmus.errors import ErrorCode
from isthmus.graph.answer import Operation, failed
from isthmus.graph.executing import Graph
from isthmus.query.languages import accepted
from isthmus.web.decoding import BadRequest, decode_body, decode_query
from isthmus.web.explorer import Explorer
from isthmus.web.negotiating import JSON, media_type, prefers_html, status_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept, accept-language"),
)


class GraphEndpoint:
    """Serves one graph; `page` gives the explorer to browsers, where there is one."""

    def __init__(
        self, graph: Graph, *, body_limit: int, languages: Sequence[str], page: Explorer | None
    ) -> None:
        self._graph = graph
        self._body_limit = body_limit
        self._languages = tuple(languages)
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        accept = headers.get(b"accept", "")
        media = media_type(accept) or JSON
        try:
            page = self._page if self._wants_page(scope, accept) else None
            if page is not None:
                policy = [(b"content-security-policy", page.policy.encode())]
                await _send(send, 200, "text/html; charset=utf-8", page.page, policy)
                return
            operation = await self._read(scope, headers, receive)
            answer = await self._graph.run(operation, self._asked(headers))
            await _send(send, status_of(answer, media), media, answer.body)
        except BadRequest as bad:
            error = {"message": bad.message, "extensions": {"code": bad.code.value}}
            answer = failed([error])
            extra = [(k.encode(), v.encode()) for k, v in bad.headers]
            await _send(send, bad.status, media, answer.body, extra)

    def _wants_page(self, scope: Scope, accept: str) -> bool:
        if scope["method"] not in {"GET", "HEAD"}:
            return False
        return prefers_html(accept) and b"query=" not in scope["query_string"]

    async def _read(self, scope: Scope, headers: dict[bytes, str], receive: Receive) -> Operation:
        method = scope["method"]
        if media_type(headers.get(b"accept", "")) is None:
            raise BadRequest(406, "Accept application/graphql-response+json.")
        if method == "GET":
            return decode_query(scope["query_string"])
        if method != "POST":
            allow = (("allow", "GET, POST"),)
            raise BadRequest(405, "Use GET or POST.", headers=allow)
        kind, _, parameters = headers.get(b"content-type", "").partition(";")
        if kind.strip().lower() != JSON:
            raise BadRequest(415, "The body must be application/json.")
        if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
            raise BadRequest(415, "The body must be UTF-8.")
        return decode_body(await self._body(headers, receive))

    async def _body(self, headers: dict[bytes, str], receive: Receive) -> bytes:
        """Read the body, no further than its limit."""
        stated = headers.get(b"content-length", "")
        if stated.isdigit() and int(stated) > self._body_limit:
            raise self._too_large()
        chunks, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest(400, "The connection was closed.")
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._body_limit:
                raise self._too_large()
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)

    def _too_large(self) -> BadRequest:
        message = f"The body may hold {self._body_limit} bytes."
        return BadRequest(413, message, ErrorCode.BODY_TOO_LARGE, (("connection", "close"),))

    def _asked(self, headers: dict[bytes, str]) -> Sequence[str]:
        return accepted(headers.get(b"accept-language", "")) or self._languages


async def _send(
    send: Send,
    status: int,
    media: str,
    body: bytes,
    extra: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    if media.endswith("json"):
        media += "; charset=utf-8"
    headers = [
        (b"content-type", media.encode()),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
