"""Tokens of learners' links, renewed by one at a time in all processes.

A store that gives a new renewing token with each renewal takes the earlier one for stolen when it
sees it again; so whoever renews holds the link's lock in PostgreSQL, and whoever waited for it
reads again before asking. A renewal once begun is finished and written, whoever has given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from isthmus.errors import SourceRefused
from isthmus.live import oauth
from isthmus.live.sources import LiveSource
from isthmus.model.learner import SourceLink, SourceLinkState, StoreTokens
from isthmus.store.database import Connection
from isthmus.store.people import links
from isthmus.store.people.vault import Vault

EARLY = timedelta(seconds=30)
"""How long before its end a token counts as over."""
AT_ONCE = 3
"""Renewals at once: each holds a connection while the store answers."""
_ENDED = "no longer takes the learner's tokens"
_FINAL = frozenset({"invalid_grant", "invalid_token", "access_denied", "unauthorized_client"})


class TokenKeeper:
    """Gives tokens that can be used."""

    def __init__(
        self, vault: Vault, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._vault = vault
        self._now = now
        self._few = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[StoreTokens]] = set()

    async def close(self) -> None:
        """Wait for renewals under way: their tokens must not get lost."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def fresh(
        self, source: LiveSource, link: SourceLink, *, refused: str | None = None
    ) -> StoreTokens:
        """Give a link's tokens, renewed where they are over, or the store refused that one."""
        async with self._vault.on_errand() as connection:
            held = await self._held(connection, link)
        if self._fits(held, refused):
            return held
        task = asyncio.create_task(self._renewed(source, link, held, refused))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[StoreTokens]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it; where nobody does, it is no one's news

    async def _renewed(
        self, source: LiveSource, link: SourceLink, earlier: StoreTokens, refused: str | None
    ) -> StoreTokens:
        known = await self._known(source, earlier)  # may need a connection of its own
        async with self._few, self._vault.on_errand() as connection:
            await links.lock_link(connection, link.id)
            held = await self._held(connection, link)
            if self._fits(held, refused):
                return held
            renewed = await self._ask(source, known, held)
            if renewed is None:
                state = SourceLinkState.REVOKED if held.refresh else SourceLinkState.EXPIRED
                await links.end_link(connection, link.id, state)
            else:
                await links.keep_tokens(self._vault, connection, link, renewed)
        if renewed is None:  # said only after the transaction that ended the link
            raise SourceRefused(_ENDED, source=source.stored.name)
        return renewed

    async def _known(
        self, source: LiveSource, held: StoreTokens
    ) -> tuple[oauth.Endpoints, oauth.ClientKeys] | None:
        if source.connector.manifest.auth.oauth2 is None or held.refresh is None:
            return None
        client = await source.endpoints.client(held.back or "")
        return await source.endpoints.endpoints(), client

    async def _ask(
        self,
        source: LiveSource,
        known: tuple[oauth.Endpoints, oauth.ClientKeys] | None,
        held: StoreTokens,
    ) -> StoreTokens | None:
        """Renew; None where the store says that there is nothing to renew any more."""
        words = source.connector.manifest.auth.oauth2
        if words is None or known is None or held.refresh is None:
            return None
        endpoints, client = known
        try:
            return await oauth.renew(
                source.http, endpoints, client, words, held=held, now=self._now()
            )
        except SourceRefused as refused:
            if refused.word in _FINAL:
                return None
            raise

    async def _held(self, connection: Connection, link: SourceLink) -> StoreTokens:
        held = await links.tokens_of(self._vault, connection, link)
        if held is None:
            raise SourceRefused(_ENDED)
        return held

    def _fits(self, held: StoreTokens, refused: str | None) -> bool:
        if held.access == refused:
            return False
        return held.expires_at is None or held.expires_at - EARLY > self._now()
