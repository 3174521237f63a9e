"""Who asks in the demo: invented learners, a grown-up and a platform, each with a token."""

from __future__ import annotations

import msgspec

from isthmus.cli.clients import EVERY_SCOPE, Role, add
from isthmus.hub import Hub
from isthmus.identity.desk import CALLBACK
from isthmus.identity.enrolling import enrol
from isthmus.identity.id_tokens import person_of
from isthmus.model.viewer import Viewer
from isthmus.playground.issuer import Account, Issuer, Registered, load_accounts
from isthmus.settings import Settings
from isthmus.store.people.clients import find_client
from isthmus.store.people.identities import OIDC

SECONDS = 86_400
PLATFORM = "demo-platform"
PROVIDER = "demo"
CLIENT = "isthmus"


def create_provider(address: str, settings: Settings) -> tuple[Issuer, Settings]:
    """Make the provider of the invented people at an address, and settings that know it."""
    registered = Registered(CLIENT, f"{settings.address}{CALLBACK}")
    stated = (*settings.providers, f"{PROVIDER} {CLIENT} {address}")
    return Issuer(address, registered), msgspec.structs.replace(settings, providers=stated)


async def introduce(hub: Hub, issuer: str) -> list[str]:
    """Make a provider's people learners, and give a line with a token for each caller."""
    vault = await hub.vault()
    callers = [
        (
            _said(account),
            await enrol(vault, OIDC, issuer, account.subject, person_of(account.claims)),
        )
        for account in load_accounts()
    ]
    callers.append((f"{PLATFORM}, a platform", await _platform(hub)))
    return [
        f"{said}:\n  authorization: Bearer {await _token(hub, viewer)}" for said, viewer in callers
    ]


async def platform_token(hub: Hub) -> str:
    """Give a token of the platform."""
    return await _token(hub, await _platform(hub))


async def _token(hub: Hub, viewer: Viewer) -> str:
    desk = hub.identity()
    return await desk.tokens.issue(viewer, audience=desk.names.audience, seconds=SECONDS)


async def _platform(hub: Hub) -> Viewer:
    vault = await hub.vault()
    async with vault.on_errand() as connection:
        found = await find_client(connection, PLATFORM)
    if found is None:
        found = await add(hub, PLATFORM, "Demo platform", Role.PLATFORM, EVERY_SCOPE, None)
    return Viewer(found.role, None, found.organization_id, found.id, found.scopes)


def _said(account: Account) -> str:
    return f"{account.claims.get('name', account.subject)}, {account.part}"
