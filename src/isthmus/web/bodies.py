"""Reads bodies no further than their limit, and no longer than the deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from isthmus.errors import ErrorCode
from isthmus.web.asgi import Receive
from isthmus.web.decoding import BadRequest
from isthmus.web.negotiating import JSON

CLOSE = (("connection", "close"),)


class BodyReader:
    """Reads JSON bodies of POST requests."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds

    async def read(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """Read one body; raise `BadRequest` where it is not JSON by its type, or too large."""
        _check_type(headers.get(b"content-type", b""))
        stated = headers.get(b"content-length", b"")
        if stated.isdigit() and (len(stated) > len(str(self._most)) or int(stated) > self._most):
            raise self._too_large()
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
                raise self._too_large()
            if not message.get("more_body"):
                return bytes(body)

    def _too_large(self) -> BadRequest:
        message = f"The body may hold {self._most} bytes."
        return BadRequest(413, message, ErrorCode.BODY_TOO_LARGE, CLOSE)


def _check_type(content_type: bytes) -> None:
    """Take JSON only: a form or plain text could be sent by any page without being asked."""
    if content_type == b"application/json":
        return
    kind, _, parameters = content_type.decode("latin-1").lower().partition(";")
    if kind.strip() != JSON:
        raise BadRequest(415, "The body must be application/json.")
    if "charset" in parameters and "utf-8" not in parameters:
        raise BadRequest(415, "The body must be UTF-8.")
