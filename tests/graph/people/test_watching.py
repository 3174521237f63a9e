"""Open subscriptions: told once when a credential's status changes, and never after a no."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isthmus.graph import standing
from isthmus.graph.answer import Operation
from isthmus.graph.subscribing import Subscriptions
from isthmus.store.people.credentials import hold_credential
from tests.support.people import HeldCredential
from tests.support.town import Town
from tests.unit.credentials.signing import Signer, an_award, written

TEXT = """subscription Watch($id: ID!) { credentialStatusChanged(learner: $id) {
    id status evidence { url } } }"""


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "EVERY", 0.1)


async def ending(town: Town, seconds: float) -> str:
    """Let Asha hold a credential that ends soon; give its id."""
    signer, ends = Signer(), datetime.now(UTC) + timedelta(seconds=seconds)
    award = an_award(signer.did, validUntil=ends.isoformat(timespec="milliseconds"))
    held = HeldCredential(0, town.asha, None, "urn:ending", written(signer.sign(award)))
    vault = await town.hub.vault()
    async with vault.on_errand() as connection:
        return f"crd_{await hold_credential(vault, connection, held)}"


def watched(town: Town, who: str) -> AsyncIterator[Any]:
    subscriptions = Subscriptions(town.graph(), town.hub.database, town.hub.listener)
    operation = Operation(TEXT, variables={"id": f"lrn_{town.asha}"})
    return subscriptions.run(operation, viewer=town.callers[who])


@pytest.mark.mission("M27")
@pytest.mark.parametrize("who", ["asha", "credential_titles"])
async def test_a_status_that_changes_is_told_once(town: Town, who: str) -> None:
    id, heard = await ending(town, 1.5), []

    async def listen() -> None:
        async for answer in watched(town, who):
            heard.append(answer.read())  # noqa: PERF401 - it never ends by itself

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listen(), 3)
    assert [h["data"]["credentialStatusChanged"]["id"] for h in heard] == [id]
    assert heard[0]["data"]["credentialStatusChanged"]["status"] == "EXPIRED"
    codes = [error["extensions"]["code"] for error in heard[0].get("errors", ())]
    assert codes == ([] if who == "asha" else ["CONSENT_REQUIRED"])


@pytest.mark.parametrize(
    ("who", "code"),
    [("anonymous", "UNAUTHENTICATED"), ("ben", "CONSENT_REQUIRED"), ("skills", "CONSENT_REQUIRED"),
     ("revoked", "CONSENT_REVOKED")],
)  # fmt: skip
async def test_who_may_not_see_them_watches_nothing(town: Town, who: str, code: str) -> None:
    answers = [answer async for answer in watched(town, who)]
    assert [answer.codes for answer in answers] == [(code,)]


@pytest.mark.mission("M62")
async def test_a_consent_withdrawn_ends_what_is_open(town: Town) -> None:
    await ending(town, 1.5)
    stream = asyncio.create_task(_all(town))
    await asyncio.sleep(0.6)
    consents = (await town.hub.people()).consents
    key = int(town.ids["consent of credential_titles"].removeprefix("cns_"))
    await consents.revoke(town.callers["asha"], key)
    (answer,) = await asyncio.wait_for(stream, 5)
    assert answer.codes == ("CONSENT_REVOKED",)
    log = await consents.accesses_of(town.callers["asha"], town.asha, None, 10)
    assert log == []


async def _all(town: Town) -> list[Any]:
    return [answer async for answer in watched(town, "credential_titles")]
