"""Where wallets come: a request is fetched here, and its answer posted back.

GET  /present/{handle}     the request, signed
POST /present/{handle}     the answer, once
GET  /present/did.json     whose signature it is
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import MEDIA_TYPE
from isthmus.hub import Hub
from isthmus.live.presentation_requests import PATH
from isthmus.live.presentations import Presentations
from isthmus.settings import Settings
from isthmus.store.database import FAILURES
from isthmus.web.bodies import BodyReader
from isthmus.web.decoding import BadRequest, decode_form

FORM = "application/x-www-form-urlencoded"
_KEEP_OUT = {"cache-control": "no-store"}
_STATUS = {Reason.REQUEST_UNKNOWN: 404, Reason.REQUEST_USED: 410, Reason.KEY_UNREACHABLE: 502}

Opening = Callable[[], Awaitable[Presentations]]


class PresentingPages:
    """Answers wallets."""

    def __init__(self, presentations: Opening, *, most: int, seconds: float) -> None:
        self._presentations = presentations
        self._bodies = BodyReader(most=most, seconds=seconds, media=FORM)

    def routes(self) -> list[BaseRoute]:
        """Give the routes, the more particular first."""
        return [
            Route(f"{PATH}/did.json", self.identity, methods=["GET"]),
            Route(f"{PATH}/{{handle}}", self.request_object, methods=["GET"]),
            Route(f"{PATH}/{{handle}}", self.answer, methods=["POST"]),
        ]

    async def identity(self, _: Request) -> Response:
        """Give the DID document of the hub, where its DID is an address."""
        presentations = await self._presentations()
        document = presentations.identity
        if document is None:
            return _told(404, "not_found", "The hub's DID has no document here.")
        return JSONResponse(document, media_type="application/did+json")

    async def request_object(self, request: Request) -> Response:
        """Give a request to the wallet that was pointed to it."""
        return await self._safely(self._request_object, request)

    async def answer(self, request: Request) -> Response:
        """Take a wallet's answer."""
        return await self._safely(self._answer, request)

    async def _safely(
        self, work: Callable[[Request], Awaitable[Response]], request: Request
    ) -> Response:
        try:
            return await work(request)
        except PresentationRefused as refused:
            return _refused(refused)
        except BadRequest as bad:
            return _told(bad.status, "invalid_request", bad.message, dict(bad.headers))
        except FAILURES:
            message = "The hub cannot reach its database; try again."
            return _told(503, "temporarily_unavailable", message, {"retry-after": "1"})

    async def _request_object(self, request: Request) -> Response:
        presentations = await self._presentations()
        text = await presentations.request_object(request.path_params["handle"])
        return Response(text, media_type=MEDIA_TYPE, headers=_KEEP_OUT)

    async def _answer(self, request: Request) -> Response:
        headers = dict(request.scope["headers"])
        form = decode_form(await self._bodies.read(headers, request.receive))
        presentations = await self._presentations()
        place = await presentations.receive(request.path_params["handle"], form)
        return JSONResponse({} if place is None else {"redirect_uri": place}, headers=_KEEP_OUT)


def create_presenting(hub: Hub, settings: Settings) -> PresentingPages:
    """Make the pages of a hub."""
    return PresentingPages(
        hub.presentations, most=settings.body_max_bytes, seconds=settings.request_timeout
    )


def _refused(refused: PresentationRefused) -> Response:
    reason = refused.reason
    if reason is Reason.WALLET_DECLINED:  # which is an answer, and was taken
        return JSONResponse({}, headers=_KEEP_OUT)
    told = {"reason": reason.value}
    return _told(_STATUS.get(reason, 400), "invalid_request", str(refused), more=told)


def _told(
    status: int,
    error: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    content = {"error": error, "error_description": message, **(more or {})}
    return JSONResponse(content, status, headers={**_KEEP_OUT, **(headers or {})})
