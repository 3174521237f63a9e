"""`isthmus token issue`: access tokens for development; `isthmus token rotate` for operators."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from isthmus.cli.clients import EVERY_SCOPE, Role, add, scopes_of
from isthmus.cli.surroundings import loaded, log_to_stderr, open_hub, run
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.identity.desk import Desk
from isthmus.identity.enrolling import enrol
from isthmus.model import viewer
from isthmus.model.viewer import Viewer
from isthmus.settings import Settings
from isthmus.store.people.clients import find_client
from isthmus.store.people.identities import DID

LONGEST = 86_400
SOMEONE = "did:example:someone"
"""Whose token is issued where no learner was named; no key can ever prove to be it."""

app = typer.Typer(help="Access tokens.", no_args_is_help=True)


@app.command()
def issue(
    role: Annotated[viewer.Role, typer.Option(case_sensitive=False, help="Whose token.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="A scope of it; all of the role's when none.")
    ] = None,
    learner_did: Annotated[
        str | None, typer.Option(help="The learner's DID; made a learner where it is none yet.")
    ] = None,
    client: Annotated[
        str | None, typer.Option(help="Id of the client; one for development when none.")
    ] = None,
    seconds: Annotated[int, typer.Option(min=1, max=LONGEST, help="How long it lives.")] = 3600,
    force: Annotated[
        bool, typer.Option(help="Do it though `database_url` is a server others may use.")
    ] = False,
    demo: Annotated[bool, typer.Option(help="For the demo's own database.")] = False,
) -> None:
    """Print an access token, for development."""
    settings = loaded().settings
    log_to_stderr(settings.log_level)
    _refuse_server(settings, force=force)
    wanted = frozenset(scope or EVERY_SCOPE)
    print(run(_issue(settings, role, wanted, learner_did, client, seconds, demo=demo)))


@app.command()
def rotate() -> None:
    """Sign with a new key from now on; the one before is published for a day more."""
    settings = loaded().settings
    log_to_stderr(settings.log_level)
    print(f"The hub signs with {run(_rotate(settings))} now.")


def _refuse_server(settings: Settings, *, force: bool) -> None:
    if settings.database_url and not force:
        message = "`database_url` is a server; a token for development needs --force there."
        raise Misconfigured("TOKEN_NOT_ISSUED", message)


async def _rotate(settings: Settings) -> str:
    async with open_hub(settings) as hub:
        return await hub.identity().signing.rotate()


async def _issue(
    settings: Settings,
    role: viewer.Role,
    wanted: frozenset[str],
    did: str | None,
    client: str | None,
    seconds: int,
    *,
    demo: bool,
) -> str:
    async with open_hub(settings, name="isthmus_demo" if demo else "isthmus") as hub:
        desk = hub.identity()
        found = await _caller(hub, desk, role, did, client)
        found = replace(found, scopes=scopes_of(role, wanted) & found.scopes)
        return await desk.tokens.issue(found, audience=desk.names.audience, seconds=seconds)


async def _caller(
    hub: Hub, desk: Desk, role: viewer.Role, did: str | None, client: str | None
) -> Viewer:
    if role is viewer.Role.ANONYMOUS:
        raise Misconfigured("TOKEN_NOT_ISSUED", "Nobody in particular needs no token.")
    vault = await desk.vault()
    if role is viewer.Role.LEARNER:
        return await enrol(vault, DID, "", did or SOMEONE)
    id_ = client or f"development-{role.value.lower()}"
    async with vault.on_errand() as connection:
        found = await find_client(connection, id_)
    if found is None and client is None:
        found = await add(hub, id_, id_, Role[role.value], EVERY_SCOPE, None)
    if found is None or found.is_revoked or found.role is not role:
        message = f"There is no client {id_!r} with the role {role.value}."
        raise Misconfigured("CLIENT_UNKNOWN", message)
    return Viewer(role, None, found.organization_id, found.id, found.scopes)
