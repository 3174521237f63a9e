"""Where sources call back that answer later.

POST /callbacks/{source}/{action}    one callback: ACK, or NACK with a code

Any replica may be called: what is taken passes through the database to whoever waits for it. What
nobody waits for costs one look at a small table, and an address that sends too much of it is told
to come later.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.replies import ACK, nack
from isthmus.errors import ErrorCode, IsthmusError
from isthmus.hub import Hub, create_outbound
from isthmus.settings import Settings
from isthmus.store import sources
from isthmus.store.database import FAILURES
from isthmus.sync.calling_back import PATH
from isthmus.sync.receiving import Configured, Opened, Receiver
from isthmus.web.attempts import Attempts
from isthmus.web.bodies import BodyReader
from isthmus.web.decoding import BadRequest
from isthmus.web.metrics import Metrics

AT_ONCE = 16
"""Callbacks that are read at once: with the limit of one, a limit of what they hold."""
_STATUS = {
    Reason.UNKNOWN: 404, Reason.LATE: 410, Reason.REPEATED: 409, Reason.TOO_MANY: 429,
    Reason.OTHER: 400, Reason.UNREADABLE: 400, Reason.KEY_UNREACHABLE: 503,
}  # fmt: skip
_UNAUTHORIZED = 401
_ITS_OWN_DOING = frozenset({400, 408, 413, 415})
"""The refusals of a body that count against the address it came from."""


class CallbackPages:
    """Answers those who call back."""

    def __init__(
        self, receiver: Receiver, realm: str, bodies: BodyReader, attempts: Attempts
    ) -> None:
        self._receiver = receiver
        self._realm = realm
        self._bodies = bodies
        self._attempts = attempts
        self._places = asyncio.Semaphore(AT_ONCE)
        self.taken = 0
        self.refused = 0

    def routes(self) -> list[BaseRoute]:
        """Give the route."""
        return [Route(f"{PATH}/{{source}}/{{action}}", self.take, methods=["POST"])]

    async def close(self) -> None:
        """Let go of the connections to registries."""
        await self._receiver.close()

    def figures(self) -> dict[str, float]:
        """Give the figures that the metrics show."""
        return {"callbacks_taken": self.taken, "callbacks_refused": self.refused}

    async def take(self, request: Request) -> Response:
        """Take one callback."""
        try:
            self._attempts.check(request.scope)
            await self._take(request)
        except CallbackRefused as refused:
            return self._told(request, refused)
        except BadRequest as bad:
            if bad.status in _ITS_OWN_DOING:
                self._attempts.note(request.scope)
            return self._nack(bad.status, bad.code.value, bad.message, dict(bad.headers))
        except FAILURES:
            return self._busy("The hub cannot reach its database; try again.")
        except IsthmusError:  # the source is gone, or its config does not read
            return self._told(request, CallbackRefused(Reason.UNKNOWN))
        self.taken += 1
        return JSONResponse(ACK)

    async def _take(self, request: Request) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        stated = self._receiver.admit(headers)
        source, action = request.path_params["source"], request.path_params["action"]
        calls = await self._receiver.calls(source, action)
        if self._places.locked():
            retry = (("retry-after", "1"),)
            message = "As many callbacks are read as may be; try again."
            raise BadRequest(503, message, ErrorCode.OVERLOADED, retry)
        async with self._places:
            raw = await self._bodies.read(dict(request.scope["headers"]), request.receive)
            await self._receiver.receive(source, calls, stated, raw)

    def _told(self, request: Request, refused: CallbackRefused) -> Response:
        reason = refused.reason
        if reason is not Reason.KEY_UNREACHABLE:  # which is not the sender's doing
            self._attempts.note(request.scope)
        status = _STATUS.get(reason, _UNAUTHORIZED)
        headers = {"retry-after": "1"} if reason is Reason.KEY_UNREACHABLE else {}
        if status == _UNAUTHORIZED:
            kind = "proxy-authenticate" if reason is Reason.GATEWAY_OTHER else "www-authenticate"
            headers[kind] = f'Signature realm="{self._realm}",headers="(created) (expires) digest"'
        return self._nack(status, reason.value, str(refused), headers)

    def _busy(self, message: str) -> Response:
        return self._nack(503, ErrorCode.OVERLOADED.value, message, {"retry-after": "1"})

    def _nack(self, status: int, code: str, message: str, headers: dict[str, Any]) -> Response:
        self.refused += 1
        kept = {"cache-control": "no-store", **headers}
        return JSONResponse(nack(code, message), status, headers=kept)


def create_calling_back(hub: Hub, settings: Settings, metrics: Metrics) -> CallbackPages:
    """Make the pages of a hub."""

    async def find(name: str) -> Configured:
        source = await sources.get_source(hub.database, name)

        async def opened() -> Opened:
            connector = await hub.connectors.current(source.connector)
            return connector.manifest, (await hub.connectors.opened(source, connector)).config

        return Configured((source.connector, source.connector_version, source.config), opened)

    receiver = Receiver(hub.database, find, create_outbound(settings))
    bodies = BodyReader(most=settings.callback_max_bytes, seconds=settings.request_timeout)
    attempts = Attempts(settings.callback_refusals, settings.trusted_proxies)
    pages = CallbackPages(receiver, settings.name, bodies, attempts)
    metrics.watch(pages.figures)
    return pages
