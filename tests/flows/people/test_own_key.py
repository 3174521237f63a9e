"""A learner with nothing but a key of their own, from sign-in to the last trace of a credential.

The whole application, over HTTP: no account anywhere, no provider, no platform.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.conftest import ROOT
from tests.support.serving import listener, serving
from tests.support.vocabulary import contexts_in, vocabulary
from tests.support.wallet import MISDEEDS, LearnersWallet

ASK = """mutation ($formats: [CredentialFormat!], $back: URI) {
  requestPresentation(input: { formats: $formats, returnUrl: $back }) {
    request { request walletUri requestUri nonce expiresAt } userErrors { code path } } }"""
COLLECT = """mutation ($request: ID!, $document: String, $store: Boolean) {
  presentCredential(input: { request: $request, document: $document, store: $store }) {
    credential { id title { value } verification { outcome level checks { kind result } } }
    userErrors { code path message } } }"""
READ = """{ viewer { learner { displayName credentials { totalCount nodes { id title { value }
  document(format: ORIGINAL) { original } } } } } }"""
DELETE = """mutation ($id: ID!) { deleteCredential(input: { credential: $id }) {
  deletedId userErrors { code } } }"""


@dataclass
class Learner:
    """Somebody with a wallet at a hub."""

    http: httpx.AsyncClient
    wallet: LearnersWallet
    address: str
    token: str = ""

    async def sign_in(self) -> None:
        asked = await self.http.post("/auth/did/challenge", json={"did": self.wallet.did})
        claims = {"iss": self.wallet.did, "aud": self.address, "nonce": asked.json()["nonce"]}
        header = {"typ": "JWT", "kid": self.wallet.key.method}
        proof = self.wallet.key.token(header, {**claims, "iat": int(time.time())})
        found = await self.http.post("/auth/did/token", json={"proof": proof})
        self.token = found.json()["access_token"]

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = await self.http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.token}"},
        )
        assert "errors" not in answer.json(), answer.text
        return next(iter(answer.json()["data"].values()))

    async def asked(self, *formats: str) -> Any:
        return (await self.ask(ASK, formats=list(formats) or None))["request"]


@pytest.fixture
async def learner(database: Database, tmp_path: Path) -> AsyncIterator[Learner]:
    at, address = listener()
    contexts = contexts_in(tmp_path / "contexts")
    settings = Settings(
        home=tmp_path,
        public_url=address,
        allow_loopback=True,
        contexts_dir=str(vocabulary(tmp_path / "contexts")),
    )
    hub = Hub(settings, database, ROOT)
    async with (
        serving(create_app(hub, settings), at),
        httpx.AsyncClient(base_url=address) as http,
    ):
        found = Learner(http, LearnersWallet(contexts), address)
        await found.sign_in()
        yield found


def results(credential: Any, kind: str) -> list[str]:
    rows = credential["verification"]["checks"]
    return [row["result"] for row in rows if row["kind"] == kind]


@pytest.mark.mission("M59")
@pytest.mark.parametrize("format_", ["SD_JWT_VC", "W3C_VC_2"])
async def test_a_key_of_ones_own_is_enough_to_present_read_back_and_delete(
    learner: Learner, format_: str
) -> None:
    begun = await learner.asked(format_)
    answer = await learner.wallet.respond(learner.http, begun["walletUri"])
    assert answer.status_code == 200
    shown = await learner.ask(COLLECT, request=begun["request"], store=True)
    assert shown["userErrors"] == []
    assert results(shown["credential"], "HOLDER_BINDING") == ["PASS"]
    held = (await learner.ask(READ))["learner"]
    assert held["displayName"] is None
    assert [one["id"] for one in held["credentials"]["nodes"]] == [shown["credential"]["id"]]
    assert held["credentials"]["nodes"][0]["document"]["original"]
    gone = await learner.ask(DELETE, id=shown["credential"]["id"])
    assert gone["deletedId"] == shown["credential"]["id"]
    assert (await learner.ask(READ))["learner"]["credentials"]["totalCount"] == 0


async def test_what_is_presented_without_store_is_forgotten(learner: Learner) -> None:
    begun = await learner.asked()
    await learner.wallet.respond(learner.http, begun["walletUri"])
    shown = await learner.ask(COLLECT, request=begun["request"])
    assert shown["credential"]["verification"]["outcome"] == "PASSED_WITH_WARNINGS"
    assert (await learner.ask(READ))["learner"]["credentials"]["totalCount"] == 0
    again = await learner.ask(COLLECT, request=begun["request"])
    assert [error["code"] for error in again["userErrors"]] == ["CONFLICT"]


@pytest.mark.mission("M22")
async def test_somebody_elses_credential_is_shown_as_failed_on_its_holder(
    learner: Learner,
) -> None:
    learner.wallet.held = []
    learner.wallet.keep("ldp_vc", learner.wallet.award(to=learner.wallet.stranger.did))
    begun = await learner.asked("W3C_VC_2")
    await learner.wallet.respond(learner.http, begun["walletUri"])
    shown = await learner.ask(COLLECT, request=begun["request"])
    assert results(shown["credential"], "SIGNATURE") == ["PASS"]
    assert results(shown["credential"], "HOLDER_BINDING") == ["FAIL"]
    assert shown["credential"]["verification"]["outcome"] == "FAILED"


@pytest.mark.parametrize(
    ("misdeed", "code"),
    [
        ("an SD-JWT that another key presents", "SIGNATURE_INVALID"),
        ("a presentation for another nonce", "INVALID"),
        ("a presentation as text", "UNSUPPORTED_FORMAT"),
    ],
)
async def test_a_misdeed_has_its_code_in_the_graph(
    learner: Learner, misdeed: str, code: str
) -> None:
    begun = await learner.asked()
    await learner.wallet.respond(learner.http, begun["walletUri"], MISDEEDS[misdeed][0])
    shown = await learner.ask(COLLECT, request=begun["request"])
    assert shown["credential"] is None
    assert [error["code"] for error in shown["userErrors"]] == [code]


async def test_a_presentation_may_be_handed_over_in_the_graph(learner: Learner) -> None:
    begun = await learner.asked("SD_JWT_VC")
    request = await learner.wallet.fetch(learner.http, begun["walletUri"])
    document = learner.wallet.bound(request)
    shown = await learner.ask(COLLECT, request=begun["request"], document=document)
    assert results(shown["credential"], "HOLDER_BINDING") == ["PASS"]


async def test_what_cannot_be_asked_for_is_told_in_its_place(learner: Learner) -> None:
    refused = await learner.ask(ASK, formats=["DIGILOCKER_XML"])
    assert refused["userErrors"][0]["code"] == "UNSUPPORTED_FORMAT"
    refused = await learner.ask(ASK, back="https://lure.example/")
    assert refused["userErrors"] == [{"code": "INVALID", "path": ["returnUrl"]}]
