"""Who asks in the demo: invented learners, a grown-up and a platform, each with a token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from isthmus.cli.clients import EVERY_SCOPE, Role, add
from isthmus.consent.rules import Granting
from isthmus.hub import Hub
from isthmus.identity.desk import CALLBACK
from isthmus.identity.enrolling import enrol
from isthmus.identity.id_tokens import person_of
from isthmus.model.consent import EVERYTHING, Purpose
from isthmus.model.viewer import Viewer
from isthmus.playground.issuer import Account, Issuer, Registered, load_accounts
from isthmus.settings import Settings
from isthmus.store.people.clients import find_client
from isthmus.store.people.identities import OIDC

SECONDS = 86_400
PLATFORM = "demo-platform"
PROVIDER = "demo"
CLIENT = "isthmus"
AGREED = ("imran", "usha", "otto", "meera")


def create_provider(address: str, settings: Settings) -> tuple[Issuer, Settings]:
    """Make the provider of the invented people at an address, and settings that know it."""
    registered = Registered(CLIENT, f"{settings.address}{CALLBACK}")
    stated = (*settings.providers, f"{PROVIDER} {CLIENT} {address}")
    return Issuer(address, registered), msgspec.structs.replace(settings, providers=stated)


async def introduce(hub: Hub, issuer: str) -> list[str]:
    """Make a provider's people learners, and give a line with a token for each caller.

    Some of them have agreed to be seen by the platform, so that its list of learners is not empty.
    """
    vault, platform = await hub.vault(), await _platform(hub)
    callers = []
    for account in load_accounts():
        viewer = await enrol(vault, OIDC, issuer, account.subject, person_of(account.claims))
        callers.append((_said(account), viewer))
        if account.subject in AGREED:
            await _agree(hub, viewer, platform)
    callers.append((f"{PLATFORM}, a platform that {len(AGREED)} of them agreed with", platform))
    return [
        f"{said}:\n  authorization: Bearer {await _token(hub, viewer)}" for said, viewer in callers
    ]


async def _agree(hub: Hub, learner: Viewer, platform: Viewer) -> None:
    """Let a learner agree that the platform sees all of theirs, unless they have before."""
    consents = (await hub.people()).consents
    key, body = learner.learner_id, platform.organization_id
    if key is None or body is None or (await consents.permits(platform, [key]))[key].consents:
        return
    until = datetime.now(UTC) + timedelta(days=365)
    await consents.grant(learner, Granting(body, Purpose.JOB_MATCHING, EVERYTHING, until))


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
