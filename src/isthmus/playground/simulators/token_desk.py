"""Where a simulated store gives tokens: codes proved by PKCE, renewing tokens used once.

A renewing token that comes back a second time counts as stolen, and ends everything that came of
the same agreement, as careful stores do.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

CLIENT, SECRET = "isthmus-demo", "an-open-secret-of-the-demo"

Json = dict[str, Any]


class DeskRefusal(Exception):
    """A refusal of the desk, by its word."""

    def __init__(self, word: str, status: int = 400) -> None:
        super().__init__(word)
        self.word = word
        self.status = status

    def response(self) -> Response:
        """Give it as an answer."""
        said = {"error": self.word, "error_description": self.word.replace("_", " ").capitalize()}
        return Response(orjson.dumps(said), self.status, media_type="application/json")


@dataclass(slots=True)
class Agreement:
    """What one person agreed to; every token of it ends when it does."""

    person: str
    client: str
    is_over: bool = False


@dataclass(slots=True)
class TokenDesk:
    """The codes and tokens of one store."""

    now: Callable[[], datetime]
    lifetime: timedelta = timedelta(hours=1)
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT: SECRET})
    codes: dict[str, tuple[Agreement, str, str]] = field(default_factory=dict)
    access: dict[str, tuple[Agreement, datetime]] = field(default_factory=dict)
    renewing: dict[str, Agreement] = field(default_factory=dict)
    spent: dict[str, Agreement] = field(default_factory=dict)
    renewals: int = 0
    reads: str = ""
    """What it reads only, such as `json`; else forms and JSON alike."""

    # ---- agreeing

    def agree(self, request: Request, persons: Mapping[str, str]) -> Response:
        """Show who may agree, or, once somebody is chosen, send them back with a code."""
        asked = dict(request.query_params)
        client, back, state = (asked.get(k, "") for k in ("client_id", "redirect_uri", "state"))
        challenge = asked.get("code_challenge") or asked.get("Code_challenge") or ""
        if client not in self.clients or asked.get("response_type") != "code" or not challenge:
            return DeskRefusal("invalid_request").response()
        person = asked.get("person")
        if person is None:
            return _page(request, persons)
        if person not in persons:
            return RedirectResponse(
                f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
            )
        code = secrets.token_hex(20)
        self.codes[code] = (Agreement(person, client), back, challenge)
        joint = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joint}{urlencode({'code': code, 'state': state})}", 302)

    # ---- tokens

    async def give(self, request: Request) -> tuple[Agreement, Json]:
        """Give tokens for a code, or for a renewing token; raise `DeskRefusal`."""
        if self.reads not in request.headers.get("content-type", ""):
            raise DeskRefusal("invalid_request")
        asked = await parameters(request)
        client = self._client(request, asked)
        if asked.get("grant_type") == "authorization_code":
            agreement = self._coded(asked, client)
        elif asked.get("grant_type") == "refresh_token":
            agreement = self._renewed(str(asked.get("refresh_token")), client)
        else:
            raise DeskRefusal("unsupported_grant_type")
        return agreement, self._tokens(agreement)

    async def take_back(self, request: Request) -> Response:
        """Answer a request to end what a token belongs to; an unknown one is no fault: RFC 7009."""
        asked = await parameters(request)
        try:
            self._client(request, asked)
        except DeskRefusal as refusal:
            return refusal.response()
        token = str(asked.get("token"))
        held = self.access.get(token)
        agreement = held[0] if held else self.renewing.get(token)
        if agreement is not None:
            agreement.is_over = True
        return Response(status_code=200)

    def end(self, person: str) -> None:
        """End every agreement of a person, as they would at the store itself."""
        for agreement in [a for a, _ in self.access.values()] + list(self.renewing.values()):
            if agreement.person == person:
                agreement.is_over = True

    def person_of(self, request: Request) -> str:
        """Name whom a bearer token stands for; raise `DeskRefusal` where it stands for nobody."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        held = self.access.get(token) if kind.lower() == "bearer" else None
        if held is None or held[0].is_over or held[1] <= self.now():
            raise DeskRefusal("invalid_token", 401)
        return held[0].person

    def register(self) -> Json:
        """Make a new client known (RFC 7591)."""
        client, secret = f"client-{secrets.token_hex(6)}", secrets.token_hex(20)
        self.clients[client] = secret
        return {"client_id": client, "client_secret": secret, "client_secret_expires_at": 0}

    def _client(self, request: Request, asked: Json) -> str:
        client, secret = str(asked.get("client_id")), asked.get("client_secret")
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            found = base64.b64decode(pair).decode().partition(":")
            client, secret = unquote(found[0]), unquote(found[2])
        if client not in self.clients or self.clients[client] != secret:
            raise DeskRefusal("invalid_client", 401)
        return client

    def _coded(self, asked: Json, client: str) -> Agreement:
        found = self.codes.pop(str(asked.get("code")), None)
        if found is None:
            raise DeskRefusal("invalid_grant")
        agreement, back, challenge = found
        digest = hashlib.sha256(str(asked.get("code_verifier", "")).encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (client, asked.get("redirect_uri"), proof) != (agreement.client, back, challenge):
            raise DeskRefusal("invalid_grant")
        return agreement

    def _renewed(self, token: str, client: str) -> Agreement:
        stolen = self.spent.get(token)
        if stolen is not None:
            stolen.is_over = True
        agreement = self.renewing.pop(token, None)
        if agreement is None or agreement.is_over or agreement.client != client:
            raise DeskRefusal("invalid_grant")
        self.spent[token] = agreement
        self.renewals += 1
        return agreement

    def _tokens(self, agreement: Agreement) -> Json:
        access, renewing = secrets.token_hex(20), secrets.token_hex(20)
        self.access[access] = (agreement, self.now() + self.lifetime)
        self.renewing[renewing] = agreement
        return {
            "access_token": access,
            "expires_in": int(self.lifetime.total_seconds()),
            "token_type": "Bearer",
            "scope": "files.issueddocs",
            "refresh_token": renewing,
        }


async def parameters(request: Request) -> Json:
    """Read what was sent, as a form or as JSON."""
    body = await request.body()
    if "json" in request.headers.get("content-type", ""):
        found = orjson.loads(body)
        return found if isinstance(found, dict) else {}
    return dict(parse_qsl(body.decode("utf-8", errors="replace")))


def _page(request: Request, persons: Mapping[str, str]) -> Response:
    """Ask who agrees: nobody here exists, so that nobody needs a password."""
    links = "".join(
        f'<li><a href="{escape(str(request.url.include_query_params(person=key)))}">'
        f"{escape(name)}</a></li>"
        for key, name in persons.items()
    )
    return HTMLResponse(
        "<!doctype html><meta charset=utf-8><title>Simulated store</title>"
        f"<p>A simulated store. Who agrees that the hub reads their documents?</p><ul>{links}</ul>"
    )
