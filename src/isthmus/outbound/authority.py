"""What lets the hub in at a source: a key, or a token had for its own credentials.

It is sent to the source's own host and to no other, stands in no message, and is never written.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from isthmus.errors import SourceGarbled, SourceRefused
from isthmus.outbound.answer import Answer

FORM = "application/x-www-form-urlencoded"
UNSAID_SECONDS = 300.0
"""How long a token is taken to hold whose end is not said."""
LONGEST_SECONDS = 86_400.0
EARLY = 0.1
"""The part of its life before the end of which a token is renewed."""
_LONGEST_TOKEN = 16_384


class Sender(Protocol):
    """The part of a client that a token is asked with."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Make one call, trying again where that may help."""
        ...


class Authority(Protocol):
    """Gives the headers that let a call in."""

    async def headers(self, sender: Sender) -> dict[str, str]:
        """Give them, asking for what they need where it is not at hand."""
        ...

    def forget(self) -> bool:
        """Forget what was refused; tell whether there could be anything better."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A key in a header."""

    header: str
    value: str = field(repr=False)

    async def headers(self, sender: Sender) -> dict[str, str]:
        """Give the header."""
        del sender
        return {self.header: self.value}

    def forget(self) -> bool:
        """Say that there is no other key."""
        return False


@dataclass(frozen=True, slots=True)
class Credentials:
    """By what a source knows the hub, and where it gives tokens for it."""

    token: str
    id: str
    secret: str = field(repr=False)
    scopes: Sequence[str] = ()
    basic: bool = False
    scheme: str = "Bearer"
    form: Mapping[str, str] = field(default_factory=dict)


class ClientCredentials:
    """OAuth 2 client credentials: one token for all calls, renewed before its end."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._until = 0.0

    async def headers(self, sender: Sender) -> dict[str, str]:
        """Give the token, asking for one where none is held that holds long enough."""
        async with self._lock:
            if self._token is None or time.monotonic() >= self._until:
                self._token, self._until = await self._asked(sender)
            return {"authorization": f"{self._credentials.scheme} {self._token}"}

    def forget(self) -> bool:
        """Forget the token: another may be taken."""
        self._token = None
        return True

    async def _asked(self, sender: Sender) -> tuple[str, float]:
        credentials = self._credentials
        headers = {"content-type": FORM, "accept": "application/json"}
        form = {"grant_type": "client_credentials", **credentials.form}
        if credentials.scopes:
            form["scope"] = " ".join(credentials.scopes)
        if credentials.basic:
            pair = f"{quote(credentials.id, safe='')}:{quote(credentials.secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": credentials.id, "client_secret": credentials.secret}
        asked = time.monotonic()
        try:
            answer = await sender.call(
                "POST", credentials.token, headers=headers, body=urlencode(form).encode()
            )
        except SourceRefused as refused:
            if refused.status is None:  # the address is refused, and nobody was asked
                raise
            word = f" ({refused.word})" if refused.word else ""
            message = f"does not give a token for its client_id and client_secret{word}"
            raise SourceRefused(message, word=refused.word) from None
        token, seconds = _read(answer)
        return token, asked + seconds * (1 - EARLY)


def _read(answer: Answer) -> tuple[str, float]:
    try:
        found: Any = answer.json()
    except SourceGarbled:
        found = None
    token = found.get("access_token") if isinstance(found, dict) else None
    # what could end a header early, or is none, is never sent
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise SourceGarbled("gave no token that could be used")
    if not 0 < len(token) <= _LONGEST_TOKEN or " " in token:
        raise SourceGarbled("gave no token that could be used")
    stated = found.get("expires_in")
    try:
        seconds = float(stated) if stated is not None else UNSAID_SECONDS
    except (TypeError, ValueError):
        seconds = UNSAID_SECONDS
    return token, min(max(seconds, 0.0), LONGEST_SECONDS)
