"""A small OIDC provider, true to the letter, whose people are invented and approve at once.

It is for the demo and for tests: there is no page and no password. Who signs in is the one that
`login_hint` names, else the first; a code is good once, and only with the verifier of its
challenge.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from isthmus.identity.encoding import base64url, hash_of
from isthmus.identity.key_pairs import KeyPair
from isthmus.playground.people import load_people

CODE_SECONDS = 60
TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Account:
    """An invented person at the provider: a subject and what the provider says of them."""

    subject: str
    part: str
    """What they are in a story."""
    claims: Mapping[str, Any] = field(default_factory=dict)


def load_accounts() -> tuple[Account, ...]:
    """Give everyone of the playground, a grown-up of theirs, and one of whom little is known."""
    people = [
        Account(
            person.key,
            "a learner",
            {
                "name": person.name,
                "email": person.email,
                "email_verified": True,
                "birthdate": person.born.isoformat(),
                "address": {"country": "IN"},
            },
        )
        for person in load_people().persons.values()
    ]
    return (*people, *_FURTHER)


_FURTHER = (
    Account(
        "meera",
        "a grown-up, who may be somebody's guardian",
        {
            "name": "Meera Lokhande", "email": "meera.lokhande@people.example",
            "email_verified": True, "birthdate": "1979-08-02", "address": {"country": "IN"},
        },
    ),
    Account(
        "ravi",
        "a learner under age",
        {"name": "Ravi Lokhande", "birthdate": "2012-01-20", "address": {"country": "IN"}},
    ),
    Account(
        "jonas",
        "a learner of whom little is known",
        {"name": "Jonas Keller", "email": "jonas@people.example"},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Registered:
    """A client of the provider: where it may be sent back to, and its secret, if it has one."""

    client_id: str
    redirect_uri: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class _Code:
    account: Account
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    ends: float


class Issuer:
    """One provider at one address."""

    def __init__(self, address: str, client: Registered, accounts: Sequence[Account] = ()) -> None:
        self.address = address
        self.pair = KeyPair.draw()
        self._client = client
        self._accounts = tuple(accounts) or load_accounts()
        self._codes: dict[str, _Code] = {}
        self._tokens: dict[str, Account] = {}

    def app(self) -> Starlette:
        """Give the application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/jwks.json", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/jwks.json",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic" if self._client.secret else "none"
                ],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [dict(self.pair.public)]})

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        known = (asked.get("client_id"), asked.get("redirect_uri"))
        if known != (self._client.client_id, self._client.redirect_uri):
            return _refused("invalid_request")  # nobody is sent to an address nobody registered
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return self._back(asked, error="invalid_request")
        account = self._account(asked.get("login_hint"))
        if account is None or "openid" not in asked.get("scope", "").split():
            return self._back(asked, error="access_denied")
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            account,
            self._client.client_id,
            self._client.redirect_uri,
            asked.get("code_challenge", ""),
            asked.get("nonce"),
            time.time() + CODE_SECONDS,
        )
        return self._back(asked, code=code)

    def _back(self, asked: Mapping[str, str], **answer: str) -> Response:
        told = {**answer, "iss": self.address, "state": asked.get("state", "")}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 303)

    def _account(self, hint: str | None) -> Account | None:
        if hint is None:
            return self._accounts[0]
        return next((each for each in self._accounts if each.subject == hint), None)

    async def _token(self, request: Request) -> Response:
        form = {key: each[0] for key, each in parse_qs((await request.body()).decode()).items()}
        if not self._is_client(request.headers.get("authorization", ""), form):
            return _refused("invalid_client", 401)
        found = self._codes.pop(form.get("code", ""), None)
        if form.get("grant_type") != "authorization_code" or found is None:
            return _refused("invalid_grant")
        proved = hash_of(form.get("code_verifier", "")) == found.challenge
        if not proved or form.get("redirect_uri") != found.redirect_uri:
            return _refused("invalid_grant")
        if found.ends < time.time():
            return _refused("invalid_grant")
        return JSONResponse(self._tokens_for(found))

    def _is_client(self, authorization: str, form: Mapping[str, str]) -> bool:
        if not self._client.secret:
            return form.get("client_id") == self._client.client_id
        scheme, _, stated = authorization.partition(" ")
        try:
            name, _, secret = base64.b64decode(stated, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return False
        pair = (unquote_plus(name), unquote_plus(secret))
        return scheme.lower() == "basic" and pair == (self._client.client_id, self._client.secret)

    def _tokens_for(self, code: _Code) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self._tokens[access] = code.account
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": self.id_token(code.account.subject, access, nonce=code.nonce),
        }

    def id_token(self, subject: str, access: str, **stated: Any) -> str:
        """Sign an ID token; `stated` claims replace those it would have."""
        now = int(time.time())
        digest = base64.urlsafe_b64decode(hash_of(access) + "=")
        claims = {
            "iss": self.address,
            "sub": subject,
            "aud": self._client.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "at_hash": base64url(digest[: len(digest) // 2]),
            **stated,
        }
        return self.pair.sign(claims, "JWT")

    async def _userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        account = self._tokens.get(token) if scheme.lower() == "bearer" else None
        if account is None:
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        return JSONResponse({"sub": account.subject, **account.claims})


def _refused(error: str, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status)
