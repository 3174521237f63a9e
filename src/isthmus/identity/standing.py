"""Who a token's bearer is in the hub at this moment: a learner, or a client of its table.

A token says who its bearer was when it was issued. Whether the learner is still here and the
client not revoked is asked again; what was found holds for a second at most.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from isthmus.identity.claims import Claims
from isthmus.identity.refusals import refuse
from isthmus.identity.signing import Opening
from isthmus.identity.tokens import LEARNER, SIGN_IN
from isthmus.model.client import Client, foreign_id
from isthmus.model.viewer import LEARNER_SCOPE, SCOPES, Role, Viewer
from isthmus.store.people.clients import find_client
from isthmus.store.people.identities import OIDC, is_learner, learner_of

KEEP_SECONDS = 1.0
MOST_KEPT = 10_000
NOT_CLIENTS = frozenset({Role.ANONYMOUS, Role.LEARNER})
"""Roles that no client has: a learner is one by signing in."""


class Standing:
    """Finds learners and clients; `own` is the hub's name as an issuer."""

    def __init__(self, vault: Opening, own: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._vault = vault
        self._own = own
        self._clock = clock
        self._clients: dict[str, tuple[float, Client | None]] = {}
        self._learners: dict[tuple[str, str], tuple[float, int | None]] = {}

    async def viewer(self, claims: Claims) -> Viewer:
        """Give the caller that a token stands for; raise `TokenRefused` where there is none."""
        client = await self._client(self._client_id(claims))
        if client is not None:
            return _acting(client, claims)
        if claims.issuer == self._own and claims.client_id != SIGN_IN:
            refuse()
        learner = await self._learner(claims.issuer, claims.subject)
        if learner is None or LEARNER_SCOPE not in claims.scopes:
            refuse()
        return Viewer(role=Role.LEARNER, learner_id=learner, scopes=frozenset({LEARNER_SCOPE}))

    async def holds(self, viewer: Viewer) -> bool:
        """Tell whether a caller still stands."""
        if viewer.role is Role.LEARNER:
            return await self._learner(self._own, f"{LEARNER}{viewer.learner_id}") is not None
        client = await self._client(viewer.client or "")
        return client is not None and not client.is_revoked and viewer.role is client.role

    def _client_id(self, claims: Claims) -> str:
        if claims.issuer == self._own:
            return claims.client_id
        return foreign_id(claims.issuer, claims.client_id)

    async def _client(self, id_: str) -> Client | None:
        held = self._clients.get(id_)
        if held is not None and self._clock() - held[0] < KEEP_SECONDS:
            return held[1]
        vault, at = await self._vault(), self._clock()
        async with vault.on_errand() as connection:
            found = await find_client(connection, id_)
        if len(self._clients) >= MOST_KEPT:
            self._clients.clear()
        self._clients[id_] = (at, found)
        return found

    async def _learner(self, issuer: str, subject: str) -> int | None:
        held = self._learners.get((issuer, subject))
        if held is not None and self._clock() - held[0] < KEEP_SECONDS:
            return held[1]
        at, found = self._clock(), await self._find_learner(issuer, subject)
        if len(self._learners) >= MOST_KEPT:
            self._learners.clear()
        self._learners[issuer, subject] = (at, found)
        return found

    async def _find_learner(self, issuer: str, subject: str) -> int | None:
        vault = await self._vault()
        async with vault.on_errand() as connection:
            if issuer != self._own:
                return await learner_of(vault, connection, OIDC, issuer, subject)
            number = subject.removeprefix(LEARNER)
            if not subject.startswith(LEARNER) or not _is_key(number):
                return None
            return int(number) if await is_learner(connection, int(number)) else None


def _acting(client: Client, claims: Claims) -> Viewer:
    """Give the caller of a client: no scope beyond the token, the table and the role."""
    if client.is_revoked or client.role in NOT_CLIENTS:
        refuse()
    return Viewer(
        role=client.role,
        organization_id=client.organization_id,
        client=client.id,
        scopes=claims.scopes & client.scopes & SCOPES[client.role],
    )


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004 - a bigint
