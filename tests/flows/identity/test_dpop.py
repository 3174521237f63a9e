"""Tokens bound to a key: of no use without a fresh proof by it, for this very request."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.identity.encoding import hash_of, thumbprint
from isthmus.identity.key_pairs import KeyPair
from tests.flows.identity.conftest import HUB
from tests.support.callers import a_client

URL = f"{HUB}/graphql"
QUERY = {"query": "{ __typename }"}


@pytest.fixture
def pair() -> KeyPair:
    """The key of an honest caller."""
    return KeyPair.draw()


@pytest.fixture
async def token(identity_hub: Hub, pair: KeyPair) -> str:
    """A token bound to it."""
    desk = identity_hub.identity()
    viewer = await a_client(identity_hub)
    return await desk.tokens.issue(viewer, audience=HUB, thumbprint=thumbprint(pair.public))


def proof(pair: KeyPair, token: str, kind: str = "dpop+jwt", **stated: Any) -> str:
    claims = {
        "htm": "POST", "htu": URL, "iat": int(time.time()), "jti": f"{time.monotonic_ns()}",
        "ath": hash_of(token), **stated,
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    return pair.sign(claims, kind, jwk=pair.point())


async def asked(
    client: httpx.AsyncClient, token: str, shown: str | None, scheme: str = "DPoP"
) -> int:
    headers = {"authorization": f"{scheme} {token}"}
    if shown is not None:
        headers["dpop"] = shown
    answer = await client.post("/graphql", json=QUERY, headers=headers)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith(
            ('DPoP error="invalid_dpop_proof"', "Bearer")
        )
    return answer.status_code


async def test_a_bound_token_is_taken_with_a_proof(
    client: httpx.AsyncClient, token: str, pair: KeyPair
) -> None:
    assert await asked(client, token, proof(pair, token)) == 200


async def test_a_proof_is_taken_once_of_a_hundred_times(
    client: httpx.AsyncClient, token: str, pair: KeyPair
) -> None:
    shown = proof(pair, token)
    codes = [await asked(client, token, shown) for _ in range(101)]
    assert codes == [200] + [401] * 100


async def test_a_proof_is_taken_once_by_all_processes_of_the_hub(
    identity_hub: Hub, token: str, pair: KeyPair
) -> None:
    from isthmus.errors import Refused

    shown = proof(pair, token)
    stated: Any = {"dpop": shown, "method": "POST", "url": URL}
    await identity_hub.identity().gate.viewer(f"DPoP {token}", **stated)
    with pytest.raises(Refused):
        await identity_hub.identity().gate.viewer(f"DPoP {token}", **stated)


@pytest.mark.parametrize("scheme", ["Bearer", "DPoP"])
async def test_a_stolen_token_alone_is_of_no_use(
    client: httpx.AsyncClient, token: str, scheme: str
) -> None:
    assert await asked(client, token, None, scheme) == 401


async def test_a_thief_s_own_proof_is_of_no_use(client: httpx.AsyncClient, token: str) -> None:
    assert await asked(client, token, proof(KeyPair.draw(), token)) == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"htm": "GET"}, {"htm": None}, {"htu": "https://other.example/graphql"},
        {"htu": f"{HUB}/auth/token"}, {"htu": None},
        {"htu": "http://["}, {"jti": "a\0"}, {"iat": 1}, {"iat": None},
        {"iat": int(time.time()) + 600}, {"jti": None}, {"jti": 1}, {"ath": None},
        {"ath": hash_of("another")}, {"kind": "JWT"},
    ],
)  # fmt: skip
async def test_a_proof_is_for_one_request_and_one_token(
    client: httpx.AsyncClient, token: str, pair: KeyPair, wrong: dict[str, Any]
) -> None:
    assert await asked(client, token, proof(pair, token, **wrong)) == 401


async def test_a_proof_carries_no_secret_key(
    client: httpx.AsyncClient, token: str, pair: KeyPair
) -> None:
    from isthmus.identity.encoding import base64url

    jwk = {**pair.point(), "d": base64url(pair.secret)}
    claims = {
        "htm": "POST", "htu": URL, "iat": int(time.time()), "jti": "j", "ath": hash_of(token),
    }  # fmt: skip
    assert await asked(client, token, pair.sign(claims, "dpop+jwt", jwk=jwk)) == 401


async def test_a_client_asks_for_a_token_bound_to_its_key(
    client: httpx.AsyncClient, identity_hub: Hub, pair: KeyPair
) -> None:
    await a_client(identity_hub, "board", secret="s" * 43)
    claims = {"htm": "POST", "htu": f"{HUB}/auth/token", "iat": int(time.time()), "jti": "once"}
    headers = {"dpop": pair.sign(claims, "dpop+jwt", jwk=pair.point())}
    answer = await client.post(
        "/auth/token",
        data={"grant_type": "client_credentials"},
        auth=("board", "s" * 43),
        headers=headers,
    )
    told = answer.json()
    assert told["token_type"] == "DPoP"
    assert await asked(client, told["access_token"], None, "Bearer") == 401
    shown = proof(pair, told["access_token"])
    assert await asked(client, told["access_token"], shown) == 200
