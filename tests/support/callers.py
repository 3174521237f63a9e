"""Learners and clients of a hub's own, and tokens for them."""

from __future__ import annotations

from isthmus.hub import Hub
from isthmus.identity.desk import Desk
from isthmus.model.client import Client
from isthmus.model.learner import Person
from isthmus.model.viewer import LEARNER_SCOPE, SCOPES, Role, Viewer
from isthmus.store.people.clients import add_client, organization_of
from isthmus.store.people.learners import create_learner


async def a_learner(hub: Hub, person: Person | None = None) -> Viewer:
    """Give a new learner, as they come in with a token."""
    vault = await hub.vault()
    async with vault.on_errand() as connection:
        learner = await create_learner(vault, connection, person or Person())
    return Viewer(Role.LEARNER, learner_id=learner, scopes=frozenset({LEARNER_SCOPE}))


async def a_client(
    hub: Hub, name: str = "a-platform", role: Role = Role.PLATFORM, *, secret: str | None = None
) -> Viewer:
    """Give a new client with every scope of its role, as it comes in with a token."""
    vault = await hub.vault()
    organization = await organization_of(hub.database, name, None)
    client = Client(name, name, role, organization, SCOPES[role])
    async with vault.on_errand() as connection:
        await add_client(vault, connection, client, secret=secret)
    return Viewer(role, organization_id=organization, client=name, scopes=SCOPES[role])


async def bearer(hub: Hub, viewer: Viewer, *, seconds: int = 600) -> dict[str, str]:
    """Give the header of a caller."""
    return {"authorization": f"Bearer {await token(hub.identity(), viewer, seconds=seconds)}"}


async def token(desk: Desk, viewer: Viewer, *, seconds: int = 600) -> str:
    """Give a token of a caller."""
    return await desk.tokens.issue(viewer, audience=desk.names.audience, seconds=seconds)
