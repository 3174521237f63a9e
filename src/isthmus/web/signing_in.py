"""Where callers get tokens, and where others find what the hub's tokens verify by.

POST /auth/token              for clients (RFC 6749, 4.4)
GET  /auth/login/{provider}   for learners, at a provider of theirs
GET  /auth/callback           where the provider sends them back to
POST /auth/did/challenge      for learners with a key of their own: what to sign
POST /auth/did/token          and what they signed
GET  /.well-known/...         the hub as an issuer (RFC 8414)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from time import time
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from isthmus.identity.desk import CALLBACK, TOKEN, Desk
from isthmus.identity.granting import Granted
from isthmus.identity.refusals import SignInRefused, TokenRefused
from isthmus.settings import Settings
from isthmus.store.database import FAILURES
from isthmus.web.attempts import Attempts
from isthmus.web.bodies import BodyReader
from isthmus.web.decoding import BadRequest, decode_form
from isthmus.web.negotiating import JSON
from isthmus.web.origins import Origins

FORM = "application/x-www-form-urlencoded"
MOST = 32 * 1024
"""Bytes of a body: a token and a few words."""

COOKIE = "isthmus_sign_in"
COOKIE_SECONDS = 600
_KEEP_OUT = {"cache-control": "no-store", "pragma": "no-cache"}
_PUBLISHED = {"cache-control": "public, max-age=300"}

Work = Callable[[Request], Awaitable[Response]]


class SigningInPages:
    """Answers who wants a token."""

    def __init__(self, desk: Desk, attempts: Attempts, origins: Origins, *, seconds: float) -> None:
        self._desk = desk
        self._attempts = attempts
        self._origins = origins
        self._forms = BodyReader(most=MOST, seconds=seconds, media=FORM)
        self._objects = BodyReader(most=MOST, seconds=seconds, media=JSON)

    def routes(self) -> list[BaseRoute]:
        """Give the routes."""
        return [
            self._route(TOKEN, self.token, "POST"),
            self._route("/auth/login/{provider}", self.login, "GET"),
            self._route(CALLBACK, self.callback, "GET"),
            self._route("/auth/did/challenge", self.challenge, "POST"),
            self._route("/auth/did/token", self.did_token, "POST"),
            Route("/.well-known/jwks.json", self._safely(self.keys), methods=["GET"]),
            Route(
                "/.well-known/oauth-authorization-server",
                self._safely(self.description),
                methods=["GET"],
            ),
        ]

    async def token(self, request: Request) -> Response:
        """Grant a client a token."""
        form = decode_form(await self._body(request, self._forms))
        thumbprint = await self._thumbprint(request)
        stated = request.headers.get("authorization")
        return _granted(await self._desk.clients.grant(form, stated, thumbprint))

    async def login(self, request: Request) -> Response:
        """Send a browser to a provider, with a word to come back with."""
        begun = await self._desk.sign_in.begin(
            request.path_params["provider"], request.query_params.get("return_to")
        )
        answer = RedirectResponse(begun.address, 303, headers=_KEEP_OUT)
        answer.set_cookie(
            COOKIE,
            begun.word,
            max_age=COOKIE_SECONDS,
            path=CALLBACK,
            secure=self._desk.names.address.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return answer

    async def callback(self, request: Request) -> Response:
        """Take a browser back from its provider, and give it a token."""
        word = request.cookies.get(COOKIE)
        finished = await self._desk.sign_in.finish(dict(request.query_params), word)
        granted = await self._desk.granting.grant(finished.viewer)
        wants_json = JSON in request.headers.get("accept", "")
        if finished.return_to is None or wants_json:
            answer = _granted(granted)
        else:
            # a fragment stays in the browser: no server on the way sees the token
            there = f"{finished.return_to}#{urlencode(granted.members())}"
            answer = RedirectResponse(there, 303, headers=_KEEP_OUT)
        answer.delete_cookie(COOKIE, path=CALLBACK)
        return answer

    async def challenge(self, request: Request) -> Response:
        """Give what the key of a DID must sign."""
        asked = _object(await self._body(request, self._objects))
        return JSONResponse(await self._desk.dids.challenge(asked.get("did")), headers=_KEEP_OUT)

    async def did_token(self, request: Request) -> Response:
        """Grant whoever holds the key of a DID a token."""
        asked = _object(await self._body(request, self._objects))
        thumbprint = await self._thumbprint(request)
        viewer = await self._desk.dids.enter(asked.get("proof"))
        return _granted(await self._desk.granting.grant(viewer, thumbprint))

    async def keys(self, _: Request) -> Response:
        """Give the keys that the hub's tokens verify by."""
        return JSONResponse(await self._desk.signing.published(), headers=_PUBLISHED)

    async def description(self, _: Request) -> Response:
        """Describe the hub as an issuer."""
        return JSONResponse(self._desk.description(), headers=_PUBLISHED)

    def _route(self, path: str, work: Work, method: str) -> BaseRoute:
        return Route(path, self._counted(work), methods=[method, "OPTIONS"])

    def _counted(self, work: Work) -> Work:
        async def answer(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=self._shared(request, preflight=True))
            self._attempts.count(request.scope)
            return await work(request)

        return self._safely(answer)

    def _safely(self, work: Work) -> Work:
        """Answer in OAuth's own form whatever goes wrong."""

        async def answer(request: Request) -> Response:
            found = await _tried(work, request)
            found.headers.update(self._shared(request))
            return found

        return answer

    def _shared(self, request: Request, *, preflight: bool = False) -> dict[str, str]:
        origin = request.headers.get("origin", "").encode("latin-1") or None
        given = list(self._origins.headers(origin))
        if preflight:
            given += self._origins.preflight(origin)
        return {name.decode(): value.decode("latin-1") for name, value in given}

    async def _body(self, request: Request, reader: BodyReader) -> bytes:
        return await reader.read(dict(request.scope["headers"]), request.receive)

    async def _thumbprint(self, request: Request) -> str | None:
        """Give the key that a token shall be bound to, where its holder proves one."""
        proof = request.headers.get("dpop")
        if proof is None:
            return None
        desk, url = self._desk, f"{self._desk.names.address}{request.url.path}"
        return await desk.proofs.check(proof, method=request.method, url=url, now=time())


def create_signing_in(desk: Desk, settings: Settings) -> SigningInPages:
    """Make the pages from the settings."""
    return SigningInPages(
        desk,
        Attempts(settings.sign_in_attempts, settings.trusted_proxies),
        Origins(settings.cors_origins),
        seconds=settings.request_timeout,
    )


async def _tried(work: Work, request: Request) -> Response:
    try:
        return await work(request)
    except SignInRefused as refused:
        return _told(refused.status, refused.error, str(refused), _asked(refused, request))
    except TokenRefused:
        return _told(400, "invalid_dpop_proof", "The DPoP proof does not hold.", {})
    except BadRequest as bad:
        return _told(bad.status, _WORDS.get(bad.status, "invalid_request"), bad.message,
                     dict(bad.headers))  # fmt: skip
    except FAILURES:
        message = "The hub cannot reach its database; try again."
        return _told(503, "temporarily_unavailable", message, {"retry-after": "1"})


_WORDS = {429: "temporarily_unavailable"}


def _asked(refused: SignInRefused, request: Request) -> dict[str, str]:
    """Ask for what RFC 6749 wants asked where a client came with a header and was not known."""
    if refused.error == "invalid_client" and "authorization" in request.headers:
        return {"www-authenticate": 'Basic realm="isthmus"'}
    return {}


def _told(status: int, error: str, message: str, headers: Mapping[str, str]) -> Response:
    content = {"error": error, "error_description": message}
    return JSONResponse(content, status, {**_KEEP_OUT, **headers})


def _granted(granted: Granted) -> Response:
    return JSONResponse(granted.members(), headers=_KEEP_OUT)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise BadRequest(400, "The body must be a JSON object.")
    return found
