"""The shapes of ASGI, and the application's own routing: a table, and the rest to Starlette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Handler: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]


class Routes:
    """Sends a connection to the handler of its type and path, or to `rest`.

    The graph's own path meets nothing else on its way: routing, exceptions and responses of a
    framework would cost as much as an answer from the cache.
    """

    def __init__(self, table: Mapping[tuple[str, str], Handler], rest: Handler) -> None:
        self._table = table
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one connection on."""
        handler = self._table.get((scope["type"], scope.get("path", "")), self._rest)
        await handler(scope, receive, send)
