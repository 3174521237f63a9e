"""Reads bodies no further than their limit, and no longer than the deadline."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from isthmus.errors import ErrorCode
from isthmus.web.asgi import Receive
from isthmus.web.decoding import BadRequest
from isthmus.web.negotiating import JSON

CLOSE = (("connection", "close"),)
PATIENCE = 32
"""How many times its limit a body may hold and still be read to its end, though not kept."""

PATIENCE_SECONDS = 2.0


class BodyReader:
    """Reads bodies of POST requests, of one media type."""

    def __init__(self, *, most: int, seconds: float, media: str = JSON) -> None:
        self._most = most
        self._seconds = seconds
        self._media = media

    async def read(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """Read one body; raise `BadRequest` where it is of another type, or too large."""
        _check_type(headers.get(b"content-type", b""), self._media)
        stated = headers.get(b"content-length", b"")
        if stated.isdigit() and (len(stated) > len(str(self._most)) or int(stated) > self._most):
            raise await self._too_large(receive)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._whole(receive)
        except TimeoutError:
            message = f"The body did not arrive within {self._seconds:g} s."
            raise BadRequest(408, message, ErrorCode.DEADLINE_EXCEEDED, CLOSE) from None

    async def _whole(self, receive: Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest(400, "The connection was closed.")
            body += message.get("body", b"")
            if len(body) > self._most:
                if not message.get("more_body"):
                    raise self._refused(())
                raise await self._too_large(receive)
            if not message.get("more_body"):
                return bytes(body)

    async def _too_large(self, receive: Receive) -> BadRequest:
        """Let go of the rest, within bounds, and give the refusal.

        A caller that is still sending when the connection is closed may never read the answer.
        """
        size, most = 0, PATIENCE * self._most
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(PATIENCE_SECONDS, self._seconds)):
                while size < most:
                    message = await receive()
                    size += len(message.get("body", b""))
                    if not message.get("more_body"):
                        return self._refused(())
        return self._refused(CLOSE)

    def _refused(self, headers: tuple[tuple[str, str], ...]) -> BadRequest:
        message = f"The body may hold {self._most} bytes."
        return BadRequest(413, message, ErrorCode.BODY_TOO_LARGE, headers)


def _check_type(content_type: bytes, media: str) -> None:
    """Take one type only: where JSON is meant, a form could be sent by any page without asking."""
    if content_type == media.encode():
        return
    kind, _, parameters = content_type.decode("latin-1").lower().partition(";")
    if kind.strip() != media:
        raise BadRequest(415, f"The body must be {media}.")
    if "charset" in parameters and "utf-8" not in parameters:
        raise BadRequest(415, "The body must be UTF-8.")
