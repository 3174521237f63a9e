"""An issuer of access tokens for tests, and the ways its tokens can be forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from isthmus.identity.encoding import base64url


def drawn() -> rsa.RSAPrivateKey:
    """Draw a key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def part(data: Any) -> str:
    """Write one part of a token."""
    return base64url(json.dumps(data).encode())


def signed(key: rsa.RSAPrivateKey, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Sign with RS256, whatever the header says."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{base64url(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def jwk_of(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """Give the public half."""
    numbers = key.public_key().public_numbers()
    n, e = numbers.n.to_bytes(256, "big"), numbers.e.to_bytes(3, "big")
    return {
        "kty": "RSA", "n": base64url(n), "e": base64url(e), "kid": kid, "alg": "RS256",
        "use": "sig",
    }  # fmt: skip


@dataclass
class TokenIssuer:
    """An issuer that any operator could name, at an address; it counts what it is asked for."""

    address: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=drawn)
    kid: str = "k1"
    asked: list[str] = field(default_factory=list)
    is_down: bool = False

    def app(self) -> Starlette:
        """Give the application."""
        paths = ["/.well-known/openid-configuration", "/keys"]
        return Starlette(routes=[Route(path, self._answer) for path in paths])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.is_down:
            return Response(status_code=503)
        if request.url.path == "/keys":
            return JSONResponse({"keys": [jwk_of(self.key, self.kid)]})
        return JSONResponse({"issuer": self.address, "jwks_uri": f"{self.address}/keys"})

    @property
    def header(self) -> dict[str, Any]:
        """The header of its tokens."""
        return {"alg": "RS256", "typ": "at+jwt", "kid": self.kid}

    def claims(self, audience: str, **stated: Any) -> dict[str, Any]:
        """Give the claims of a good token; None takes one away."""
        now = int(time.time())
        claims = {
            "iss": self.address, "sub": "app", "aud": audience, "client_id": "app",
            "iat": now, "exp": now + 300, "jti": f"j{time.monotonic_ns()}",
            "scope": "learners:read matches:read", **stated,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def public_pem(self) -> bytes:
        """Give the public half as a forger would find it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form)


def _mac(header: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes) -> str:
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def forgeries(issuer: TokenIssuer, claims: dict[str, Any], stranger_url: str) -> dict[str, str]:
    """Forge tokens from a good one, with and without the issuer's own key."""
    return {**_by_strangers(issuer, claims, stranger_url), **_ill_claimed(issuer, claims)}


def _by_strangers(issuer: TokenIssuer, claims: dict[str, Any], stranger_url: str) -> dict[str, str]:
    header, own = issuer.header, drawn()
    good = signed(issuer.key, header, claims)
    head, body, signature = good.split(".")
    jwk = jwk_of(own, "stranger")
    far = int(time.time()) + 1_000_000
    pem = issuer.public_pem()
    return {
        **{f"alg {word}": f"{part({**header, 'alg': word})}.{body}." for word in ("none", "None")},
        "alg nOnE, signed": f"{part({**header, 'alg': 'nOnE'})}.{body}.{signature}",
        "no alg": f"{part({'typ': 'at+jwt'})}.{body}.",
        "alg is a list": f"{part({**header, 'alg': ['RS256']})}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "signature flipped": f"{head}.{body}.{signature[:-4]}AAAA",
        "two parts": f"{head}.{body}",
        "sub changed": f"{head}.{part({**claims, 'sub': 'judge'})}.{signature}",
        "exp later": f"{head}.{part({**claims, 'exp': far})}.{signature}",
        "scope widened": f"{head}.{part({**claims, 'scope': 'admin *'})}.{signature}",
        "own key": signed(own, header, claims),
        "own key in jwk": signed(own, {**header, "jwk": jwk}, claims),
        "own key in jku": signed(own, {**header, "jku": stranger_url, "kid": "stranger"}, claims),
        "own key in x5u": signed(own, {**header, "x5u": stranger_url, "kid": "stranger"}, claims),
        "own key, iss a stranger": signed(
            own, {**header, "kid": "stranger"}, {**claims, "iss": stranger_url}
        ),
        "kid a path": _mac({**header, "alg": "HS256", "kid": "../../../dev/null"}, claims, b""),
        "kid a query": _mac(
            {**header, "alg": "HS256", "kid": "x' UNION SELECT 'k'--"}, claims, b"k"
        ),
        "kid a number": signed(issuer.key, {**header, "kid": 1}, claims),
        "HS256, weak": _mac({**header, "alg": "HS256"}, claims, b"secret"),
        "HS256, public key": _mac({**header, "alg": "HS256"}, claims, pem),
        "HS256, public key trimmed": _mac({**header, "alg": "HS256"}, claims, pem.strip()),
        "ES256 of zeros": f"{part({**header, 'alg': 'ES256'})}.{body}.{base64url(bytes(64))}",
        "crit unknown": f"{part({**header, 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "crit unknown, signed": signed(issuer.key, {**header, "crit": ["x"], "x": 1}, claims),
        "b64 off": signed(issuer.key, {**header, "b64": False}, claims),
        "padded": f"{head}=.{body}.{signature}",
        "five parts": f"{head}.{body}.{signature}.{body}.{signature}",
        "garbage": "a.b.c",
        "long": "x" * 7000,
        "nul": f"{good}%00",
        "standard base64": base64.b64encode(good.encode()).decode(),
    }


def _ill_claimed(issuer: TokenIssuer, claims: dict[str, Any]) -> dict[str, str]:
    """Sign claims that no token may have, with the issuer's very key."""
    now = int(time.time())
    ill: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - 300},
        "just expired": {"exp": now - 31},
        "exp text": {"exp": "never"},
        "exp true": {"exp": True},
        "exp infinite": {"exp": 1e300},
        "nbf ahead": {"nbf": now + 3600},
        "iat ahead": {"iat": now + 3600},
        "iat text": {"iat": "now"},
        "aud another": {"aud": "https://other.example"},
        "aud others": {"aud": ["https://other.example", "https://more.example"]},
        "aud an object": {"aud": {"https://hub.example": 1}},
        "iss another": {"iss": "https://evil.example"},
        "iss a list": {"iss": [issuer.address]},
        "sub an object": {"sub": {"$ne": 1}},
        "sub empty": {"sub": ""},
        "jti a number": {"jti": 1},
        "client_id another": {"client_id": "app2"},
        "scope a list": {"scope": ["learners:read"]},
        "cnf of a kind unknown": {"cnf": {"x5t#S256": "x"}},
        "cnf of a key, sent as bearer": {"cnf": {"jkt": "x"}},
        **{f"no {name}": {name: None} for name in
           ("exp", "iat", "aud", "iss", "sub", "client_id", "jti")},
    }  # fmt: skip
    made = {
        name: signed(
            issuer.key,
            issuer.header,
            {key: value for key, value in {**claims, **wrong}.items() if value is not None},
        )
        for name, wrong in ill.items()
    }
    for kind in ("JWT", "AT+JWT", None, "dpop+jwt"):
        made[f"typ {kind}"] = signed(issuer.key, {**issuer.header, "typ": kind}, claims)
    return made
