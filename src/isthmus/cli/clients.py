"""`isthmus client ...`: the programs that may ask for tokens."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from isthmus.cli.surroundings import loaded, log_to_stderr, open_hub, run
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.identity.key_sets import read_key_set
from isthmus.model import viewer
from isthmus.model.client import Client, foreign_id
from isthmus.model.viewer import SCOPES
from isthmus.settings import Settings
from isthmus.store.people.clients import add_client, list_clients, organization_of, revoke_client

EVERY_SCOPE = frozenset[str]().union(*SCOPES.values())
_ID_BYTES = 12
_SECRET_BYTES = 32


class Role(StrEnum):
    """What a client can be."""

    PLATFORM = "PLATFORM"
    PARTNER = "PARTNER"
    STEWARD = "STEWARD"
    ADVISER = "ADVISER"


app = typer.Typer(help="Programs that may ask for tokens.", no_args_is_help=True)


@app.command("add")
def add_one(
    name: Annotated[str, typer.Argument(help="What it is called; the body's name too.")],
    role: Annotated[Role, typer.Option(case_sensitive=False, help="What it is to the hub.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="A scope it may have; all of the role's when none.")
    ] = None,
    organization: Annotated[
        str | None, typer.Option(help="URI of the body it acts for; a new one when none.")
    ] = None,
    jwks: Annotated[
        Path | None, typer.Option(exists=True, help="Its public keys; it then has no secret.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(help="Another issuer that knows it, one of `issuers`.")
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="Its id at that issuer.")] = None,
) -> None:
    """Add a client; its secret is printed once, and kept nowhere."""
    settings = loaded().settings
    log_to_stderr(settings.log_level)
    if (issuer is None) is not (client_id is None):
        raise Misconfigured("CLIENT_INVALID", "--issuer and --client-id go together.")
    foreign = foreign_id(issuer, client_id) if issuer and client_id else None
    wanted = frozenset(scope or EVERY_SCOPE)
    keys = None if jwks is None else _keys(jwks)
    run(_add(settings, name, role, wanted, organization, keys, foreign))


@app.command("list")
def list_all() -> None:
    """List the clients."""
    settings = loaded().settings
    log_to_stderr(settings.log_level)
    run(_list(settings))


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """End a client; its tokens end with it, within a second."""
    settings = loaded().settings
    log_to_stderr(settings.log_level)
    run(_revoke(settings, id))


def scopes_of(role: viewer.Role, wanted: frozenset[str]) -> frozenset[str]:
    """Give the scopes of a role among those wanted; raise where one is no scope at all."""
    unknown = sorted(wanted - EVERY_SCOPE)
    if unknown:
        known = ", ".join(sorted(SCOPES[role]))
        message = f"{unknown[0]!r} is no scope; a {role.value} may have {known}."
        raise Misconfigured("CLIENT_INVALID", message)
    return wanted & SCOPES[role]


async def add(
    hub: Hub,
    id_: str,
    name: str,
    role: Role,
    wanted: frozenset[str],
    organization: str | None,
    *,
    secret: str | None = None,
    jwks: Any = None,
) -> Client:
    """Write a client down."""
    vault, its_role = await hub.vault(), viewer.Role[role.value]
    body = await organization_of(hub.database, name, organization)
    client = Client(id_, name, its_role, body, scopes_of(its_role, wanted), jwks)
    async with vault.on_errand() as connection:
        await add_client(vault, connection, client, secret=secret)
    return client


async def _add(
    settings: Settings,
    name: str,
    role: Role,
    wanted: frozenset[str],
    organization: str | None,
    jwks: Any,
    foreign: str | None,
) -> None:
    id_ = foreign or secrets.token_hex(_ID_BYTES)
    needs_secret = foreign is None and jwks is None
    secret = secrets.token_urlsafe(_SECRET_BYTES) if needs_secret else None
    async with open_hub(settings) as hub:
        client = await add(hub, id_, name, role, wanted, organization, secret=secret, jwks=jwks)
    print(f"client_id      {client.id}")
    if secret is not None:
        print(f"client_secret  {secret}")
    print(f"scopes         {' '.join(sorted(client.scopes))}")


async def _list(settings: Settings) -> None:
    async with open_hub(settings) as hub:
        vault = await hub.vault()
        async with vault.on_errand() as connection:
            found = await list_clients(connection)
    for client in found:
        state = "revoked" if client.is_revoked else client.role.value.lower()
        print(f"{client.id}  {state}  {client.name}  {' '.join(sorted(client.scopes))}")


async def _revoke(settings: Settings, id_: str) -> None:
    async with open_hub(settings) as hub:
        vault = await hub.vault()
        async with vault.on_errand() as connection:
            await revoke_client(connection, id_)
    print(f"{id_} is revoked.")


def _keys(file: Path) -> Any:
    """Read public keys; one that is not fit to sign with would never let the client in."""
    try:
        data = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        data = None
    if not read_key_set(data).keys or "d" in {name for key in data["keys"] for name in key}:
        message = f"{file.name} is no JWKS of public keys for ES256, EdDSA, RS256 or PS256."
        raise Misconfigured("CLIENT_INVALID", message)
    return data
