"""Senders' keys: which entry of a registry is believed, and for how long."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from isthmus.connector.callback import signatures
from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.sender_keys import DOUBTED, GATEWAY, SENDER, SenderKeys
from isthmus.connector.callback.signatures import Signer
from isthmus.errors import SourceUnavailable
from isthmus.outbound import Answer

SIGNER = Signer.of("hub.example", "k", base64.b64encode(bytes(32)).decode(), "signing_key")
PUBLIC = SIGNER.public
HOUR = 3600.0


class Registry:
    """A registry that gives what it was told to, and counts."""

    def __init__(self, *entries: Any) -> None:
        self.entries: Any = list(entries)
        self.asked: list[Any] = []
        self.is_away = False

    async def call(self, method: str, path: str, *, headers: Any, body: bytes) -> Answer:
        signatures.read(headers["authorization"]).check(body, key())
        self.asked.append((method, path, orjson.loads(body)))
        if self.is_away:
            raise SourceUnavailable("is away", source="registry")
        return Answer("https://registry.example/lookup", 200, {}, orjson.dumps(self.entries))


def key() -> Any:
    found = signatures.public_key(PUBLIC)
    assert found is not None
    return found


def entry(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "subscriber_id": "a.example", "type": "BPP", "key_id": "k-1", "status": "SUBSCRIBED",
        "signing_public_key": PUBLIC, "valid_from": (now - timedelta(days=1)).isoformat(),
        "valid_until": (now + timedelta(days=1)).isoformat(), **changed,
    }  # fmt: skip


def keys(registry: Registry | None, pinned: Any = None, clock: Any = lambda: 0.0) -> SenderKeys:
    return SenderKeys(pinned or {}, registry, SIGNER, HOUR, clock)


async def refusal_of(senders: SenderKeys, role: str = SENDER) -> Reason:
    with pytest.raises(CallbackRefused) as caught:
        await senders.get("a.example", "k-1", role)
    return caught.value.reason


async def test_a_key_is_asked_for_signed_and_once() -> None:
    registry = Registry(entry())
    senders = keys(registry)
    for _ in range(3):
        assert (await senders.get("a.example", "k-1", SENDER)).public_bytes_raw()
    wanted = {"subscriber_id": "a.example", "key_id": "k-1", "type": "BPP"}
    assert registry.asked == [("POST", "/lookup", wanted)]


PAST = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "changed",
    [
        {"subscriber_id": "b.example"},
        {"key_id": "k-2"},
        {"ukId": "k-2"},
        {"type": "BAP"},
        {"status": "UNSUBSCRIBED"},
        {"valid_until": PAST},
        {"valid_from": "2999-01-01T00:00:00Z"},
        {"valid_until": None},
        {"signing_public_key": "no key"},
        {"signing_public_key": None},
    ],
)
async def test_an_entry_that_is_not_the_senders_valid_one_is_not_believed(
    changed: dict[str, Any],
) -> None:
    assert await refusal_of(keys(Registry(entry(**changed)))) is Reason.SENDER_UNKNOWN


@pytest.mark.parametrize("odd", [None, {}, "x", [None], [7], []])
async def test_an_answer_of_another_form_is_no_key(odd: Any) -> None:
    registry = Registry()
    registry.entries = odd
    assert await refusal_of(keys(registry)) is Reason.SENDER_UNKNOWN


async def test_a_platforms_key_is_not_a_gateways() -> None:
    assert await refusal_of(keys(Registry(entry())), GATEWAY) is Reason.SENDER_UNKNOWN


async def test_a_key_is_believed_for_its_time_and_no_longer_than_it_is_valid() -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=100)).isoformat()
    for until, believed in ((entry()["valid_until"], HOUR), (soon, 100.0)):
        time, registry = [0.0], Registry(entry(valid_until=until))
        senders = keys(registry, clock=lambda time=time: time[0])
        for moment in (0.0, believed - 5, believed + 1):
            time[0] = moment
            await senders.get("a.example", "k-1", SENDER)
        assert len(registry.asked) == 2


async def test_that_there_is_no_key_is_remembered_for_a_minute() -> None:
    time, registry = [0.0], Registry()
    senders = keys(registry, clock=lambda: time[0])
    await refusal_of(senders)
    registry.entries = [entry()]
    time[0] = DOUBTED - 1
    assert await refusal_of(senders) is Reason.SENDER_UNKNOWN
    time[0] = DOUBTED
    await senders.get("a.example", "k-1", SENDER)
    assert len(registry.asked) == 2


async def test_a_registry_that_is_away_says_nothing_of_the_key() -> None:
    registry = Registry(entry())
    registry.is_away = True
    senders = keys(registry)
    assert await refusal_of(senders) is Reason.KEY_UNREACHABLE
    registry.is_away = False
    await senders.get("a.example", "k-1", SENDER)


async def test_pinned_keys_need_no_registry_and_others_are_unknown() -> None:
    senders = keys(None, {"a.example|k-1": PUBLIC})
    assert (await senders.get("a.example", "k-1", SENDER)).public_bytes_raw()
    with pytest.raises(CallbackRefused, match="No valid key"):
        await senders.get("a.example", "k-2", SENDER)
