"""Learners sign in with a provider, end to end: the hub, the provider and a browser."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.model.learner import Person
from isthmus.model.viewer import Role, Viewer
from isthmus.playground.issuer import Issuer
from isthmus.store.people.learners import find_learners
from tests.flows.identity.conftest import BACK

JSON = {"accept": "application/json"}


async def begun(client: httpx.AsyncClient, **query: str) -> str:
    """Begin, as a browser does; give the provider's address."""
    answer = await client.get("/auth/login/town", params=query)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def approved(address: str, hint: str = "tara") -> str:
    """Let somebody approve; give the address the provider sends them back to."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(f"{address}&login_hint={hint}")
    location: str = answer.headers["location"]
    return location


async def signed_in(client: httpx.AsyncClient, hint: str = "tara") -> str:
    """Sign somebody in; give the token."""
    back = await approved(await begun(client), hint)
    answer = await client.get(back, headers=JSON)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def person_of(hub: Hub, viewer: Viewer) -> Person:
    vault = await hub.vault()
    async with vault.viewing(viewer) as connection:
        found = await find_learners(vault, connection, [viewer.learner_id or 0])
    return found[viewer.learner_id or 0].person


async def test_a_learner_signs_in_and_is_known_by_what_the_provider_says(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    viewer = await identity_hub.identity().gate.viewer(f"Bearer {await signed_in(client)}")
    assert (viewer.role, viewer.scopes) == (Role.LEARNER, {"me"})
    person = await person_of(identity_hub, viewer)
    assert person == Person(
        name="Tara Lokhande",
        email="tara.lokhande@people.example",
        born_on=date(2004, 1, 5),
        country="IN",
    )


async def test_what_a_provider_does_not_say_for_sure_is_unknown(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    """The address of this one was never verified."""
    token = await signed_in(client, "jonas")
    viewer = await identity_hub.identity().gate.viewer(f"Bearer {token}")
    assert await person_of(identity_hub, viewer) == Person(name="Jonas Keller")


async def test_whoever_comes_again_is_the_same_learner_and_another_is_not(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    gate = identity_hub.identity().gate
    tokens = [await signed_in(client, hint) for hint in ("tara", "tara", "meera")]
    first, again, other = [await gate.viewer(f"Bearer {token}") for token in tokens]
    assert first == again
    assert other.learner_id != first.learner_id


async def test_an_answer_of_the_provider_is_good_once(client: httpx.AsyncClient) -> None:
    back = await approved(await begun(client))
    assert (await client.get(back)).status_code == 200
    again = await client.get(back)
    assert (again.status_code, again.json()["error"]) == (400, "access_denied")


async def test_only_the_browser_that_began_can_finish(client: httpx.AsyncClient) -> None:
    back = await approved(await begun(client))
    client.cookies.clear()
    answer = await client.get(back)
    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")


async def test_the_word_of_a_browser_is_out_of_reach_of_pages(client: httpx.AsyncClient) -> None:
    answer = await client.get("/auth/login/town")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert answer.headers["cache-control"] == "no-store"


async def test_a_sign_in_asks_with_a_challenge_a_state_and_a_nonce(
    client: httpx.AsyncClient,
) -> None:
    asked = parse_qs(urlsplit(await begun(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://hub.test/auth/callback"]
    secrets = [asked[name][0] for name in ("code_challenge", "state", "nonce")]
    assert len(set(secrets)) == 3
    assert min(map(len, secrets)) >= 43


async def test_a_token_comes_back_in_the_fragment_of_an_allowed_address(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    back = await approved(await begun(client, return_to=BACK))
    answer = await client.get(back)
    address, _, fragment = answer.headers["location"].partition("#")
    assert (answer.status_code, address) == (303, BACK)
    token = dict(parse_qsl(fragment))["access_token"]
    assert (await identity_hub.identity().gate.viewer(f"Bearer {token}")).role is Role.LEARNER


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "https://app.example/back/more", "https://app.example.evil/back",
        "https://app.example@evil.example/back", "http://app.example/back", "//app.example/back",
        "https://app.example\\@evil.example/back", "https://wallet.example/in/../out",
        "https://wallet.example/in/%2e%2e/out", "https://wallet.example/inner",
        "javascript:alert(1)", "https://app.example/back#x", "https://[", "",
    ],
)  # fmt: skip
async def test_a_sign_in_leads_nowhere_else(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get("/auth/login/town", params={"return_to": address})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "forged",
    [
        {"aud": "another"}, {"aud": ["hub", "another"]}, {"azp": "another"},
        {"aud": ["hub", "another"], "azp": "another"}, {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60}, {"iat": int(time.time()) + 600}, {"nonce": "another"},
        {"nonce": None}, {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, {"sub": None}, {"sub": 7},
        {"exp": None},
    ],
)  # fmt: skip
async def test_an_id_token_that_is_not_for_this_sign_in_signs_nobody_in(
    client: httpx.AsyncClient,
    provider: Issuer,
    monkeypatch: pytest.MonkeyPatch,
    forged: Mapping[str, Any],
) -> None:
    """The provider itself signs it, so that nothing but the claim can be what is refused."""
    real = provider.id_token
    monkeypatch.setattr(provider, "id_token", lambda *a, **stated: real(*a, **{**stated, **forged}))
    answer = await client.get(await approved(await begun(client)))
    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")
    assert "access_token" not in answer.text


async def test_an_answer_from_another_provider_is_not_taken(client: httpx.AsyncClient) -> None:
    back = await approved(await begun(client))
    parts = urlsplit(back)
    query = {**dict(parse_qsl(parts.query)), "iss": "https://evil.example"}
    answer = await client.get("/auth/callback", params=query)
    assert answer.status_code == 400


async def test_a_code_without_its_verifier_is_worth_nothing(
    client: httpx.AsyncClient, provider: Issuer
) -> None:
    """The provider of the playground is as strict as a real one."""
    back = await approved(await begun(client))
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    form = {
        "grant_type": "authorization_code", "code": code, "code_verifier": "x" * 43,
        "redirect_uri": "http://hub.test/auth/callback",
    }  # fmt: skip
    async with httpx.AsyncClient() as thief:
        auth = ("hub", "s3cret of the provider")
        answer = await thief.post(f"{provider.address}/token", data=form, auth=auth)
    assert answer.json() == {"error": "invalid_grant"}


async def test_an_id_token_is_no_access_token(client: httpx.AsyncClient, provider: Issuer) -> None:
    token = provider.id_token("tara", "x", aud="http://hub.test")
    headers = {"authorization": f"Bearer {token}"}
    answer = await client.post("/graphql", json={"query": "{__typename}"}, headers=headers)
    assert answer.status_code == 401


async def test_a_provider_nobody_named_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/auth/login/other")).status_code == 404
