"""Finds where a store's tokens are had: named by its manifest, or by a document of the store's own.

A document may name addresses of the store's own host and of hosts below it, and of no other, so
that whoever can alter it cannot lead a learner's token away.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from jmespath.exceptions import JMESPathError

from isthmus.connector import template
from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.live_words import Discovery, OAuth2
from isthmus.errors import Misconfigured, SourceGarbled
from isthmus.live.oauth import ClientKeys, Endpoints, register
from isthmus.outbound import SourceClient
from isthmus.store.people.hub_secrets import find_secret, keep_secret
from isthmus.store.people.vault import Vault

KEPT_SECONDS = 3600.0
_NAMES = ("authorize", "token", "revoke", "register", "base")


class EndpointFinder:
    """The addresses of one store, and by what it knows the hub."""

    def __init__(
        self,
        vault: Vault,
        source_id: int,
        words: OAuth2 | None,
        config: Mapping[str, Any],
        http: SourceClient,
    ) -> None:
        self._vault = vault
        self._source_id = source_id
        self._words = words
        self._config = config
        self._http = http
        self._found: tuple[float, Endpoints] | None = None
        self._lock = asyncio.Lock()

    async def endpoints(self) -> Endpoints:
        """Give the addresses; a document of the store is asked for once an hour."""
        words = self._words
        if words is None:
            raise Misconfigured("CONFIG_INVALID", "the source has no tokens")
        if words.discover is None:
            return self._named(words)
        async with self._lock:
            now = time.monotonic()
            if self._found is None or now - self._found[0] > KEPT_SECONDS:
                self._found = (now, await self._discovered(words.discover))
            return self._found[1]

    async def client(self, back: str) -> ClientKeys:
        """Give by what the store knows the hub, registering it where the config says nothing."""
        stated = self._config.get("client_id")
        if stated is not None:
            return ClientKeys(str(stated), self._config.get("client_secret"))
        name = f"client/{self._source_id}/{hashlib.sha256(back.encode()).hexdigest()[:32]}"
        async with self._lock:
            held = await self._held(name)
        if held is not None:
            return held
        endpoints = await self.endpoints()
        if endpoints.register is None or self._words is None:
            raise Misconfigured("CONFIG_INVALID", "the config lacks client_id")
        async with self._lock:
            found = await register(
                self._http, endpoints.register, back=back, scopes=self._words.scopes
            )
            await self._keep(name, found)
            return await self._held(name) or found

    def _named(self, words: OAuth2) -> Endpoints:
        values = {"config": self._config}
        filled = {
            name: self._http.url(template.fill(stated, values, encode=True) or "")
            for name in ("authorize", "token", "revoke")
            if (stated := getattr(words, name)) is not None
        }
        return Endpoints(**filled)

    async def _discovered(self, words: Discovery) -> Endpoints:
        body = (await self._http.get(words.path)).json()
        found: dict[str, str] = {}
        for name in _NAMES:
            expression = getattr(words, name)
            stated = _evaluated(expression, body) if expression is not None else None
            if stated is None:
                continue
            if not isinstance(stated, str) or not is_of(self._http.base_url, stated):
                raise SourceGarbled("names addresses that are not its own")
            found[name] = stated
        if not {"authorize", "token"} <= found.keys():
            raise SourceGarbled("does not name where its tokens are had")
        return Endpoints(**found)

    # ---- the hub as the store knows it

    async def _held(self, name: str) -> ClientKeys | None:
        async with self._vault.on_errand() as connection:
            text = await find_secret(self._vault, connection, name)
        return None if text is None else ClientKeys(**orjson.loads(text))

    async def _keep(self, name: str, client: ClientKeys) -> None:
        text = orjson.dumps({"id": client.id, "secret": client.secret})
        async with self._vault.on_errand() as connection:
            # whoever came first is who the store knows
            await keep_secret(self._vault, connection, name, text)


def is_of(own: str, address: str) -> bool:
    """Tell whether an address is on the host of `own`, or on one below it, and no less guarded."""
    mine, theirs = urlsplit(own), urlsplit(address)
    if mine.scheme != theirs.scheme or theirs.username or not theirs.hostname:
        return False
    if mine.netloc.lower() == theirs.netloc.lower():
        return True
    return mine.port == theirs.port and theirs.hostname.endswith(f".{mine.hostname}")


def _evaluated(expression: str, body: Any) -> Any:
    try:
        return compile_expression(expression, ConnectorFunctions())(body)
    except (JMESPathError, TypeError, ValueError):
        return None
