"""Forged access tokens of an issuer the hub was told of: none is taken, no address in one asked."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from isthmus.errors import Refused
from isthmus.hub import Hub
from isthmus.identity import authorities
from isthmus.identity.desk import Desk
from isthmus.model.client import Client, foreign_id
from isthmus.model.viewer import SCOPES, Role
from isthmus.store.people.clients import add_client, organization_of
from tests.flows.identity.conftest import HUB
from tests.support.forging import TokenIssuer, drawn, forgeries, jwk_of, signed
from tests.support.serving import listener, serving


@pytest.fixture
async def desk(identity_hub: Hub, issuer: TokenIssuer) -> Desk:
    """A hub that knows a platform by the issuer's name for it."""
    vault = await identity_hub.vault()
    organization = await organization_of(identity_hub.database, "app", None)
    scopes = frozenset({"learners:read"})
    client = Client(foreign_id(issuer.address, "app"), "app", Role.PLATFORM, organization, scopes)
    async with vault.on_errand() as connection:
        await add_client(vault, connection, client)
    return identity_hub.identity()


async def test_a_good_token_is_taken_with_the_scopes_of_all_three(
    desk: Desk, issuer: TokenIssuer
) -> None:
    """The token says more than the table, the table less than the role."""
    token = signed(issuer.key, issuer.header, issuer.claims(HUB))
    viewer = await desk.gate.viewer(f"Bearer {token}")
    assert (viewer.role, viewer.client) == (Role.PLATFORM, foreign_id(issuer.address, "app"))
    assert viewer.scopes == {"learners:read"}
    assert viewer.scopes < SCOPES[Role.PLATFORM]


async def test_no_forged_token_is_taken_and_no_stranger_asked(
    desk: Desk, client: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    at, stranger = listener()
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(str(request.url))
        return JSONResponse({"keys": []})

    claims = issuer.claims(HUB)
    forged = forgeries(issuer, claims, f"{stranger}/jwks.json")
    assert len(forged) >= 37
    async with serving(Starlette(routes=[Route("/{rest:path}", answer)]), at):
        for name, token in forged.items():
            headers = {"authorization": f"Bearer {token}"}
            said = await client.post("/graphql", json={"query": "{__typename}"}, headers=headers)
            assert (name, said.status_code) == (name, 401)
            assert said.headers["www-authenticate"].startswith(("Bearer", "DPoP"))
            assert token[:100] not in said.text
            assert said.json()["errors"] == [
                {
                    "message": "The token does not verify.",
                    "extensions": {"code": "UNAUTHENTICATED"},
                }
            ]
    assert asked == []
    assert set(issuer.asked) <= {"/.well-known/openid-configuration", "/keys"}


@pytest.mark.parametrize("late", [0, 29])
async def test_clocks_may_differ_by_half_a_minute(
    desk: Desk, issuer: TokenIssuer, late: int
) -> None:
    good = issuer.claims(HUB)
    claims = {**good, "exp": good["iat"] - late + 1, "iat": good["iat"] + late}
    assert await desk.gate.viewer(f"Bearer {signed(issuer.key, issuer.header, claims)}")


async def test_an_unknown_key_asks_the_issuer_again_but_not_at_every_token(
    desk: Desk, issuer: TokenIssuer
) -> None:
    good = signed(issuer.key, issuer.header, issuer.claims(HUB))
    await desk.gate.viewer(f"Bearer {good}")
    for number in range(20):
        header = {**issuer.header, "kid": f"other{number}"}
        with pytest.raises(Refused):
            await desk.gate.viewer(f"Bearer {signed(issuer.key, header, issuer.claims(HUB))}")
    assert issuer.asked.count("/keys") == 1


async def test_a_new_key_of_the_issuer_is_taken_and_the_old_one_no_more(
    desk: Desk, issuer: TokenIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = signed(issuer.key, issuer.header, issuer.claims(HUB))
    await desk.gate.viewer(f"Bearer {old}")
    monkeypatch.setattr(authorities, "AGAIN_SECONDS", 0.0)
    issuer.key, issuer.kid = drawn(), "k2"
    new = signed(issuer.key, issuer.header, issuer.claims(HUB))
    await desk.gate.viewer(f"Bearer {new}")
    with pytest.raises(Refused):
        await desk.gate.viewer(f"Bearer {old}")


async def test_an_issuer_that_is_down_is_served_from_what_it_said_before(
    desk: Desk, issuer: TokenIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(issuer.key, issuer.header, issuer.claims(HUB))
    await desk.gate.viewer(f"Bearer {token}")
    monkeypatch.setattr(authorities, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(authorities, "KEEP_SECONDS", 0.0)
    issuer.is_down = True
    assert await desk.gate.viewer(f"Bearer {token}")


async def test_an_issuer_that_calls_itself_something_else_is_not_believed(
    desk: Desk, issuer: TokenIssuer
) -> None:
    configured = issuer.address
    token = signed(issuer.key, issuer.header, issuer.claims(HUB))
    issuer.address = "https://other.example"
    with pytest.raises(Refused):
        await desk.gate.viewer(f"Bearer {token}")
    issuer.address = configured


async def test_a_client_of_the_issuer_cannot_be_one_of_the_hub_s_own(
    identity_hub: Hub, desk: Desk, issuer: TokenIssuer
) -> None:
    vault = await identity_hub.vault()
    organization = await organization_of(identity_hub.database, "own", None)
    async with vault.on_errand() as connection:
        own = Client("own", "own", Role.STEWARD, organization, SCOPES[Role.STEWARD])
        await add_client(vault, connection, own)
    claims = issuer.claims(HUB, client_id="own", sub="own", scope="connector:write me")
    with pytest.raises(Refused):
        await desk.gate.viewer(f"Bearer {signed(issuer.key, issuer.header, claims)}")


@pytest.mark.parametrize("subject", ["learner:1", "1", "app"])
async def test_a_subject_of_the_issuer_is_no_learner_until_they_signed_in(
    desk: Desk, issuer: TokenIssuer, subject: str
) -> None:
    claims = issuer.claims(HUB, client_id="reader", sub=subject, scope="me")
    with pytest.raises(Refused):
        await desk.gate.viewer(f"Bearer {signed(issuer.key, issuer.header, claims)}")


def test_the_forger_s_key_would_do_if_it_were_published() -> None:
    """The forgeries fail for what they are, not for being written badly."""
    key = drawn()
    from isthmus.identity.key_sets import read_key_set

    token = signed(key, {"alg": "RS256", "kid": "k"}, {"a": 1})
    found = read_key_set({"keys": [jwk_of(key, "k")]}).find("k")
    assert found is not None
    assert found.signed(token, {"alg": "RS256"})
    assert not found.signed(token, {"alg": "PS256"})
