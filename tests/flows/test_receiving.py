"""Receiving callbacks: a source is opened once, and again when it is configured anew."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from isthmus.connector import installed
from isthmus.connector.callback.contract import Awaited
from isthmus.connector.callback.refusals import CallbackRefused
from isthmus.outbound import Outbound
from isthmus.playground.simulators.beckn_wire import Participant
from isthmus.store.callbacks import StoredMailbox
from isthmus.store.database import Database
from isthmus.sync.receiving import Configured, Opened, Receiver
from tests.connectors.samples import CONNECTORS

HUB = Participant.of("hub.example", "BAP")
AWAITED = Awaited("courses", "on_search", "t-1", "m-1", seconds=30, most=10, max_bytes=100_000)


class Source:
    """A source that says how often it was opened."""

    def __init__(self, *trusted: Participant) -> None:
        self.trusted = trusted
        self.opened = 0

    async def find(self, _: str) -> Configured:
        return Configured(self.trusted, self._open)

    async def _open(self) -> Opened:
        self.opened += 1
        keys = {f"{one.subscriber}|{one.key_id}": one.public for one in self.trusted}
        own = {"subscriber_id": HUB.subscriber, "key_id": "k", "signing_key": HUB.secret}
        return installed.load_folder(CONNECTORS / "beckn-dsep").manifest, {**own, "keys": keys}


async def receive(receiver: Receiver, sender: Participant, number: int) -> None:
    context: dict[str, Any] = {
        "action": "on_search", "transaction_id": "t-1", "message_id": "m-1",
        "bap_id": HUB.subscriber, "bpp_id": sender.subscriber, "number": number,
    }  # fmt: skip
    body = orjson.dumps({"context": context})
    stated = receiver.admit({"authorization": sender.sign(body, int(time.time()))})
    calls = await receiver.calls("onest", "on_search")
    await receiver.receive("onest", calls, stated, body)


async def test_a_source_is_opened_once_and_again_when_it_is_configured_anew(
    database: Database,
) -> None:
    one, other = (Participant.of(name, "BPP") for name in ("one.example", "other.example"))
    source = Source(one)
    receiver = Receiver(database, source.find, Outbound())
    async with StoredMailbox(database, "onest").awaiting(AWAITED) as waiting:
        for number in range(3):
            await receive(receiver, one, number)
        assert source.opened == 1
        with pytest.raises(CallbackRefused, match="No valid key"):
            await receive(receiver, other, 3)
        source.trusted = (one, other)
        await receive(receiver, other, 4)
        assert source.opened == 2
        came = [orjson.loads(r.body)["context"]["number"] async for r in waiting.messages(4)]
    assert came == [0, 1, 2, 4]
    await receiver.close()


async def test_no_more_is_taken_than_a_call_may_hold_in_all(database: Database) -> None:
    one = Participant.of("one.example", "BPP")
    receiver = Receiver(database, Source(one).find, Outbound())
    awaited = Awaited("courses", "on_search", "t-1", "m-1", seconds=30, most=10, max_bytes=300)
    async with StoredMailbox(database, "onest").awaiting(awaited) as waiting:
        await receive(receiver, one, 1)
        await receive(receiver, one, 2)
        with pytest.raises(CallbackRefused, match="As many answers"):
            await receive(receiver, one, 3)
        assert await waiting.refused() == 1
    await receiver.close()
