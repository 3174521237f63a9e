"""What every answer beside the graph's own has in common: safe headers, an id, no crash."""

from __future__ import annotations

import logging

from isthmus.web import request_ids
from isthmus.web.asgi import Handler, Message, Receive, Scope, Send
from isthmus.web.replying import NO_PAGE, SAFE

log = logging.getLogger(__name__)
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")


class Guarded:
    """Adds the headers to whatever an application answers, and answers where it fails."""

    def __init__(self, app: Handler) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = request_ids.request_id(dict(scope["headers"]).get(b"x-request-id"))
        request_ids.current.set(name.decode())
        began = False

        async def send_safely(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                told = {key for key, _ in message["headers"]}
                own = [pair for pair in (*SAFE, NO_PAGE) if pair[0] not in told]
                message["headers"] = [*message["headers"], *own, (b"x-request-id", name)]
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception:
            log.exception("error %s", name.decode())
            if not began:
                start = {"type": "http.response.start", "status": 500, "headers": [_PLAIN]}
                await send_safely(start)
                await send({"type": "http.response.body", "body": b"Something went wrong."})
