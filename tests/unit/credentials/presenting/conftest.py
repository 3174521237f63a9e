"""A request of the hub, a wallet, and surroundings in which nobody else answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.presenting.asking import query_for
from isthmus.credentials.presenting.request_object import Asked, Client, client_of_did
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.signing import SigningKey
from tests.support.vocabulary import contexts_in
from tests.support.wallet import LearnersWallet
from tests.unit.credentials.cases import Nobody


@pytest.fixture
def contexts(tmp_path: Path) -> Contexts:
    return contexts_in(tmp_path / "contexts")


@pytest.fixture
def wallet(contexts: Contexts) -> LearnersWallet:
    return LearnersWallet(contexts)


@pytest.fixture
def around(contexts: Contexts) -> Surroundings:
    return Surroundings(datetime.now(UTC), Nobody(), contexts)


@pytest.fixture
def client() -> Client:
    key = SigningKey.draw("P-256")
    did = key.did_jwk()
    return client_of_did(did, f"{did}#0", key.algorithm, key.sign)


@pytest.fixture
def asked(client: Client) -> Asked:
    now = datetime.now(UTC)
    return Asked(
        client_id=client.id,
        response_uri="https://hub.example/present/handle",
        nonce="a-nonce-nobody-could-guess",
        state="a-state-nobody-could-guess",
        query=query_for(),
        begun_at=now,
        expires_at=now + timedelta(minutes=10),
    )
