"""A learner shows a credential from a wallet: over HTTP, with real keys, once."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from isthmus.cli.simulating import simulated_stores
from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.keys import key_of_jwk
from isthmus.credentials.verifier import Verifier
from isthmus.hub import Hub
from isthmus.live.presentation_requests import Begun
from isthmus.live.presentations import Presentations
from isthmus.live.wallet_client import WalletClient, create_wallet_client
from isthmus.model.credential import CredentialFormat
from isthmus.model.learner import Person
from isthmus.model.verification import CheckKind, VerificationOutcome
from isthmus.model.viewer import ANONYMOUS, Role, Viewer
from isthmus.outbound import Outbound
from isthmus.playground.phone import create_phone
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.people import learners
from isthmus.store.people.vault import Vault
from isthmus.web.app import create_app
from isthmus.web.presenting import PresentingPages
from tests.support.vocabulary import contexts_in
from tests.support.wallet import MISDEEDS, LearnersWallet

MOST = 100_000
PORTAL = "https://portal.example/done?from=hub"


class Nobody:
    """A world outside in which nobody answers."""

    async def fetch(self, url: str) -> Fetched:
        return Fetched(url, None, fault="offline")


@dataclass(frozen=True, slots=True)
class Scene:
    """A hub that wallets can reach, a learner of it, and that learner's wallet."""

    presentations: Presentations
    learner: Viewer
    wallet: LearnersWallet
    http: httpx.AsyncClient
    vault: Vault
    verifier: Verifier

    async def asked(self, *formats: CredentialFormat) -> Begun:
        return await self.presentations.begin(self.learner, formats)

    async def shown(self, begun: Begun, viewer: Viewer | None = None) -> tuple[Document, ...]:
        return await self.presentations.collect(viewer or self.learner, begun.request)

    async def why_not(self, begun: Begun, viewer: Viewer | None = None) -> Reason:
        with pytest.raises(PresentationRefused) as refused:
            await self.shown(begun, viewer)
        return refused.value.reason


@pytest.fixture
def contexts(tmp_path: Path) -> Contexts:
    return contexts_in(tmp_path / "contexts")


@pytest.fixture
async def scene(vault: Vault, contexts: Contexts) -> AsyncIterator[Scene]:
    async with _scene(vault, contexts) as found:
        yield found


@asynccontextmanager
async def _scene(
    vault: Vault, contexts: Contexts, *, encrypted: bool = False
) -> AsyncIterator[Scene]:
    verifier = Verifier(contexts, Nobody())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = await create_wallet_client(vault, address)
        presentations = Presentations(
            vault, verifier, client, may_return=PORTAL.__eq__, encrypted=encrypted
        )

        async def opened() -> Presentations:
            return presentations

        pages = PresentingPages(opened, most=MOST, seconds=5.0)
        app = Starlette(routes=pages.routes())
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
        task = asyncio.create_task(server._serve([listener]))
        async with httpx.AsyncClient() as http:
            learner = await _learner(vault)
            yield Scene(presentations, learner, LearnersWallet(contexts), http, vault, verifier)
        server.should_exit = True
        await task


async def _learner(vault: Vault) -> Viewer:
    async with vault.on_errand() as connection:
        learner_id = await learners.create_learner(vault, connection, Person())
    return Viewer(role=Role.LEARNER, learner_id=learner_id, scopes=frozenset({"me"}))


FORMATS = [CredentialFormat.SD_JWT_VC, CredentialFormat.W3C_VC_2]


@pytest.mark.parametrize("format_", FORMATS)
async def test_what_a_wallet_shows_is_collected_and_verifies(
    scene: Scene, format_: CredentialFormat
) -> None:
    begun = await scene.asked(format_)
    answer = await scene.wallet.respond(scene.http, begun.wallet_uri)
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["cache-control"] == "no-store"
    (document,) = await scene.shown(begun)
    reading, verification = await scene.verifier.verify(document, now=datetime.now(UTC))
    holding = [c.result.value for c in verification.checks if c.kind is CheckKind.HOLDER_BINDING]
    assert reading is not None
    assert reading.format is format_
    assert holding == ["PASS"]
    assert verification.outcome is VerificationOutcome.PASSED_WITH_WARNINGS  # no registry


async def test_an_answer_may_come_encrypted(vault: Vault, contexts: Contexts) -> None:
    async with _scene(vault, contexts, encrypted=True) as scene:
        begun = await scene.asked()
        request = await scene.wallet.fetch(scene.http, begun.wallet_uri)
        plain = scene.wallet.answer({**request, "response_mode": "direct_post"})
        refused = await scene.http.post(request["response_uri"], data=plain)
        assert refused.json()["reason"] == "UNREADABLE"
        answer = await scene.wallet.respond(scene.http, begun.wallet_uri)
        assert answer.status_code == 200
        assert len(await scene.shown(begun)) == 1


async def test_every_misdeed_is_refused_and_the_learner_told_the_same(scene: Scene) -> None:
    for name, (misdeed, reason) in MISDEEDS.items():
        begun = await scene.asked()
        answer = await scene.wallet.respond(scene.http, begun.wallet_uri, misdeed)
        assert answer.status_code == 400, name
        assert (answer.json()["reason"], answer.json()["error"]) == (reason, "invalid_request")
        told = "REQUEST_OPEN" if reason == "STATE_OTHER" else reason
        assert (await scene.why_not(begun)).value == told, name


async def test_an_answer_counts_once(scene: Scene) -> None:
    begun = await scene.asked()
    request = await scene.wallet.fetch(scene.http, begun.wallet_uri)
    form = scene.wallet.answer(request)
    replies = await asyncio.gather(
        *(scene.http.post(request["response_uri"], data=form) for _ in range(5))
    )
    assert sorted(reply.status_code for reply in replies) == [200, 410, 410, 410, 410]
    assert (await scene.http.get(request["response_uri"])).json()["reason"] == "REQUEST_USED"
    assert len(await scene.shown(begun)) == 1
    assert await scene.why_not(begun) is Reason.REQUEST_USED


async def test_an_answer_is_collected_once_by_many_at_once(scene: Scene) -> None:
    begun = await scene.asked()
    await scene.wallet.respond(scene.http, begun.wallet_uri)
    found = await asyncio.gather(*(scene.shown(begun) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, tuple) for one in found) == 1
    reasons = [one.reason for one in found if isinstance(one, PresentationRefused)]
    assert reasons == [Reason.REQUEST_USED] * 4


async def test_an_answer_to_one_request_is_none_to_another(scene: Scene) -> None:
    first, second = await scene.asked(), await scene.asked()
    one = await scene.wallet.fetch(scene.http, first.wallet_uri)
    two = await scene.wallet.fetch(scene.http, second.wallet_uri)
    assert len({one["nonce"], two["nonce"], one["state"], two["state"]}) == 4
    moved = await scene.http.post(two["response_uri"], data=scene.wallet.answer(one))
    assert moved.json()["reason"] == "STATE_OTHER"
    renamed = scene.wallet.answer(one) | {"state": two["state"]}
    replayed = await scene.http.post(two["response_uri"], data=renamed)
    assert replayed.json()["reason"] == "NONCE_OTHER"


async def test_nobody_else_learns_of_a_learners_request(scene: Scene) -> None:
    other = await _learner(scene.vault)
    begun = await scene.asked()
    assert await scene.why_not(begun, other) is Reason.REQUEST_UNKNOWN
    await scene.wallet.respond(scene.http, begun.wallet_uri)
    for stranger in (other, ANONYMOUS, Viewer(role=Role.PLATFORM, organization_id=1)):
        assert await scene.why_not(begun, stranger) is Reason.REQUEST_UNKNOWN
    assert len(await scene.shown(begun)) == 1


async def test_a_wallet_never_learns_what_collects_its_answer(scene: Scene) -> None:
    begun = await scene.asked()
    request = await scene.wallet.fetch(scene.http, begun.wallet_uri)
    assert begun.request not in json.dumps(request) + begun.wallet_uri
    handle = urlsplit(begun.request_uri).path.rpartition("/")[2]
    await scene.wallet.respond(scene.http, begun.wallet_uri)
    assert await scene.why_not(replace(begun, request=handle)) is Reason.REQUEST_UNKNOWN


async def test_whoever_lured_another_into_answering_lacks_the_code(scene: Scene) -> None:
    begun = await scene.presentations.begin(scene.learner, return_url=PORTAL)
    answer = await scene.wallet.respond(scene.http, begun.wallet_uri)
    place = urlsplit(answer.json()["redirect_uri"])
    assert (place.netloc, place.query) == ("portal.example", "from=hub")
    assert await scene.why_not(begun) is Reason.CODE_OTHER
    with pytest.raises(PresentationRefused):
        await scene.presentations.collect(scene.learner, begun.request, code="é")
    (code,) = parse_qs(place.fragment)["response_code"]
    shown = await scene.presentations.collect(scene.learner, begun.request, code=code)
    assert len(shown) == 1


async def test_a_wallet_sends_its_user_only_where_the_operator_says(scene: Scene) -> None:
    with pytest.raises(PresentationRefused) as refused:
        await scene.presentations.begin(scene.learner, return_url="https://lure.example/")
    assert refused.value.reason is Reason.RETURN_OTHER


async def test_a_wallet_may_decline(scene: Scene) -> None:
    scene.wallet.held.clear()
    begun = await scene.asked()
    answer = await scene.wallet.respond(scene.http, begun.wallet_uri)
    assert (answer.status_code, answer.json()) == (200, {})
    assert await scene.why_not(begun) is Reason.WALLET_DECLINED


async def test_a_request_that_expired_is_unknown(scene: Scene) -> None:
    begun = await scene.asked()
    async with scene.vault.on_errand() as connection:
        await connection.execute("UPDATE handshake SET expires_at = now() - interval '1 second'")
    answer = await scene.http.get(begun.request_uri)
    assert (answer.status_code, answer.json()["reason"]) == (404, "REQUEST_UNKNOWN")
    assert await scene.why_not(begun) is Reason.REQUEST_UNKNOWN


BODIES = {
    "too large": ({"content-type": "application/x-www-form-urlencoded"}, b"a" * (MOST + 1), 413),
    "of another type": ({"content-type": "application/json"}, b"{}", 415),
    "no form": ({"content-type": "application/x-www-form-urlencoded"}, b"\xff=1", 400),
    "with a field twice": (
        {"content-type": "application/x-www-form-urlencoded"}, b"state=1&state=2", 400
    ),
    "empty": ({"content-type": "application/x-www-form-urlencoded"}, b"", 400),
}  # fmt: skip


async def test_a_body_that_does_not_read_leaves_the_request_open(scene: Scene) -> None:
    begun = await scene.asked()
    for name, (headers, body, status) in BODIES.items():
        answer = await scene.http.post(begun.request_uri, content=body, headers=headers)
        assert answer.status_code == status, name
        assert await scene.why_not(begun) is Reason.REQUEST_OPEN, name


async def test_nothing_shown_rests_in_the_clear(scene: Scene) -> None:
    begun = await scene.asked()
    await scene.wallet.respond(scene.http, begun.wallet_uri)
    async with scene.vault.on_errand() as connection:
        rows = await connection.fetch("SELECT sealed, state_mac FROM handshake")
    bodies = b"".join(row["sealed"] + row["state_mac"] for row in rows)
    secrets = (scene.wallet.did, begun.request, begun.nonce, "Welding", "vct")
    assert len(rows) == 2
    assert not any(secret.encode() in bodies for secret in secrets)


async def test_a_presentation_may_come_by_the_learners_own_hands(scene: Scene) -> None:
    begun = await scene.asked()
    text = scene.wallet.bind(scene.wallet.sd_jwt(), begun.nonce, begun.client_id)
    other = await _learner(scene.vault)
    with pytest.raises(PresentationRefused) as refused:
        await scene.presentations.present(other, begun.request, text)
    assert refused.value.reason is Reason.REQUEST_UNKNOWN
    (document,) = await scene.presentations.present(scene.learner, begun.request, text)
    assert document.presented_by == scene.wallet.did
    with pytest.raises(PresentationRefused) as refused:
        await scene.presentations.present(scene.learner, begun.request, text)
    assert refused.value.reason is Reason.REQUEST_USED


async def test_a_request_without_a_token_is_collected_by_whoever_has_it(scene: Scene) -> None:
    begun = await scene.presentations.begin(ANONYMOUS)
    await scene.wallet.respond(scene.http, begun.wallet_uri)
    assert await scene.why_not(begun, ANONYMOUS) is Reason.REQUEST_UNKNOWN
    assert len(await scene.shown(begun)) == 1


@pytest.mark.parametrize("is_offline", [False, True])
async def test_the_demos_phone_scans_a_link(
    scene: Scene, contexts: Contexts, is_offline: bool
) -> None:
    phone = create_phone(Contexts([], {}) if is_offline else contexts, Outbound(allow_private=True))
    transport = httpx.ASGITransport(Starlette(routes=phone.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://phone") as http:
        assert (await http.get("/phone")).json()["did"] == phone.wallet.did
        for format_ in FORMATS:
            begun = await scene.asked(format_)
            answer = await http.post("/phone/scan", json={"link": begun.wallet_uri})
            assert answer.json() == {"answered": True}
            (document,) = await scene.shown(begun)
            assert document.presented_by == phone.wallet.did
        again = await http.post("/phone/scan", json={"link": begun.wallet_uri})
        assert (again.status_code, again.json()["answered"]) == (400, False)
        assert (await http.post("/phone/scan", json={})).status_code == 400


async def test_the_demo_has_a_phone_beside_its_stores(hub: Hub, contexts: Contexts) -> None:
    async with _scene(await hub.vault(), contexts) as scene, simulated_stores(hub) as place:
        begun = await scene.asked(CredentialFormat.SD_JWT_VC)
        answer = await scene.http.post(f"{place}/phone/scan", json={"link": begun.wallet_uri})
        assert answer.json() == {"answered": True}
        assert len(await scene.shown(begun)) == 1


# ---- the hub as wallets know it


async def test_a_hub_at_a_public_address_publishes_whose_signature_it_is(vault: Vault) -> None:
    client = await create_wallet_client(vault, "https://hub.example:8443/learn")
    again = await create_wallet_client(vault, "https://hub.example:8443/learn")
    did = "did:web:hub.example%3A8443:learn:present"
    assert client.id == f"decentralized_identifier:{did}"
    assert client.document is not None
    assert client.document == again.document
    (method,) = client.document["verificationMethod"]
    assert client.client.header == {"kid": method["id"]}
    assert "d" not in method["publicKeyJwk"]
    assert client.client.sign is not None
    key = key_of_jwk(method["publicKeyJwk"])
    assert key.verifies(client.client.sign(b"a request"), b"a request")


async def test_the_application_has_the_pages(database: Database, tmp_path: Path, hub: Hub) -> None:
    settings = Settings(home=tmp_path, public_url="https://hub.example")
    hub = Hub(settings, database, tmp_path)
    transport = httpx.ASGITransport(create_app(hub, settings))
    async with httpx.AsyncClient(transport=transport, base_url="https://hub.example") as http:
        identity = await http.get("/present/did.json")
        begun = await (await hub.presentations()).begin(ANONYMOUS)
        request = await http.get(begun.request_uri)
        missing = await http.get("/present/nothing")
    assert identity.json()["id"] == "did:web:hub.example:present"
    assert request.status_code == 200
    assert request.headers["x-content-type-options"] == "nosniff"
    assert missing.status_code == 404
    assert isinstance((await hub.presentations())._client, WalletClient)
