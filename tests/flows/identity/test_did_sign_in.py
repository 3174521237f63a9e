"""Learners sign in with a key of their own, and nothing else."""

from __future__ import annotations

import json
import time
from typing import Any

import base58
import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from isthmus.hub import Hub
from isthmus.identity.encoding import base64url
from isthmus.identity.key_pairs import KeyPair
from isthmus.model.learner import Person
from isthmus.model.viewer import Role
from isthmus.store.people.learners import find_learners
from tests.flows.identity.conftest import HUB


class Holder:
    """Somebody with an Ed25519 key and its did:key."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.multikey = "z" + base58.b58encode(b"\xed\x01" + raw).decode()
        self.did = f"did:key:{self.multikey}"

    def proof(self, challenge: str, header: dict[str, Any] | None = None, **stated: Any) -> str:
        head = {
            "alg": "EdDSA", "typ": "JWT", "kid": f"{self.did}#{self.multikey}", **(header or {})
        }  # fmt: skip
        claims = {
            "iss": self.did,
            "aud": HUB,
            "nonce": challenge,
            "iat": int(time.time()),
            **stated,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        text = f"{base64url(json.dumps(head).encode())}.{base64url(json.dumps(claims).encode())}"
        return f"{text}.{base64url(self.key.sign(text.encode()))}"


async def challenged(client: httpx.AsyncClient, did: str) -> str:
    answer = await client.post("/auth/did/challenge", json={"did": did})
    assert answer.status_code == 200, answer.text
    nonce: str = answer.json()["nonce"]
    return nonce


async def entered(client: httpx.AsyncClient, proof: Any) -> httpx.Response:
    return await client.post("/auth/did/token", json={"proof": proof})


async def test_a_key_of_one_s_own_is_enough_to_be_a_learner_of_whom_nothing_is_known(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    holder = Holder()
    answer = await entered(client, holder.proof(await challenged(client, holder.did)))
    viewer = await identity_hub.identity().gate.viewer(f"Bearer {answer.json()['access_token']}")
    assert viewer.role is Role.LEARNER
    vault = await identity_hub.vault()
    async with vault.viewing(viewer) as connection:
        found = await find_learners(vault, connection, [viewer.learner_id or 0])
    assert found[viewer.learner_id or 0].person == Person()


async def test_the_same_key_is_the_same_learner(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    gate, holders = identity_hub.identity().gate, [Holder()] * 2 + [Holder()]
    found = []
    for holder in holders:
        answer = await entered(client, holder.proof(await challenged(client, holder.did)))
        found.append(await gate.viewer(f"Bearer {answer.json()['access_token']}"))
    assert found[0] == found[1]
    assert found[2].learner_id != found[0].learner_id


async def test_a_p_256_key_as_a_jwk_will_do_too(client: httpx.AsyncClient) -> None:
    pair = KeyPair.draw()
    did = f"did:jwk:{base64url(orjson.dumps(pair.point()))}"
    nonce = await challenged(client, did)
    claims = {"iss": did, "aud": HUB, "nonce": nonce, "iat": int(time.time())}
    answer = await entered(client, pair.sign(claims, "JWT", kid=f"{did}#0"))
    assert answer.status_code == 200


async def test_a_proof_is_good_once(client: httpx.AsyncClient) -> None:
    holder = Holder()
    proof = holder.proof(await challenged(client, holder.did))
    assert (await entered(client, proof)).status_code == 200
    assert (await entered(client, proof)).json()["error"] == "invalid_grant"


async def test_a_challenge_is_for_the_did_that_asked(client: httpx.AsyncClient) -> None:
    holder, other = Holder(), Holder()
    nonce = await challenged(client, holder.did)
    assert (await entered(client, other.proof(nonce))).json()["error"] == "invalid_grant"


async def test_a_key_speaks_for_no_other_did(client: httpx.AsyncClient) -> None:
    victim, thief = Holder(), Holder()
    nonce = await challenged(client, victim.did)
    tried = [
        thief.proof(nonce, iss=victim.did),
        thief.proof(nonce, {"kid": f"{victim.did}#{victim.multikey}"}, iss=victim.did),
        thief.proof(nonce, {"kid": f"{victim.did}#{thief.multikey}"}, iss=victim.did),
        thief.proof(nonce, {"kid": None, "jwk": {"kty": "OKP"}}, iss=victim.did),
    ]
    for proof in tried:
        assert (await entered(client, proof)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ({}, {"aud": "https://other.example"}), ({}, {"aud": None}), ({}, {"nonce": "other"}),
        ({}, {"nonce": None}), ({}, {"iat": 1}), ({}, {"iat": None}), ({}, {"exp": 1}),
        ({}, {"iat": int(time.time()) + 600}), ({"alg": "none"}, {}), ({"alg": "HS256"}, {}),
        ({"alg": ["EdDSA"]}, {}), ({"kid": {"a": 1}}, {}), ({}, {"iss": "\ud800"}),
        ({"crit": ["x"]}, {}),
    ],
)  # fmt: skip
async def test_a_proof_must_say_everything(
    client: httpx.AsyncClient, header: dict[str, Any], wrong: dict[str, Any]
) -> None:
    holder = Holder()
    proof = holder.proof(await challenged(client, holder.did), header, **wrong)
    assert (await entered(client, proof)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("proof", [None, 1, "", "a.b.c", "x" * 9000])
async def test_what_is_no_proof_signs_nobody_in(client: httpx.AsyncClient, proof: Any) -> None:
    answer = await entered(client, proof)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "did",
    [None, "", "did:web:evil.example", "did:key:", "did:example:x", "x" * 5000, ["did:key:z"]],
)
async def test_only_a_did_that_holds_its_key_is_challenged(
    client: httpx.AsyncClient, did: Any
) -> None:
    answer = await client.post("/auth/did/challenge", json={"did": did})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_did_stands_nowhere_in_the_clear(
    client: httpx.AsyncClient, identity_hub: Hub
) -> None:
    holder = Holder()
    await entered(client, holder.proof(await challenged(client, holder.did)))
    for table in ("identity", "handshake", "learner"):
        rows = await identity_hub.database.fetch(f"SELECT t::text AS it FROM {table} t")
        assert rows
        assert all(holder.multikey not in row["it"] for row in rows)
