"""Callbacks that nobody should believe: each is refused with its code, and none is taken."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from isthmus.connector.callback import signatures
from isthmus.connector.callback.refusals import CallbackRefused
from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.playground.simulators.beckn_catalogues import PLATFORMS
from isthmus.playground.simulators.beckn_network import Conduct
from isthmus.playground.simulators.beckn_wire import Json, Participant
from isthmus.store.database import Database
from tests.connectors.samples import load
from tests.support.beckn import SUBSCRIBER, Side, a_network

HOUR = 3600


@pytest.fixture
async def side(database: Database, tmp_path: Path) -> AsyncIterator[Side]:
    """A network whose platforms say nothing of their own."""
    async with a_network(database, tmp_path, callback_max_bytes=20_000) as found:
        for platform in found.network.platforms.values():
            platform.conduct = Conduct.SILENT
        await found.add(enough_answers=1)
        yield found


@asynccontextmanager
async def waited_for(side: Side) -> AsyncIterator[Json]:
    """Give the context of a call while the hub waits for answers to it."""
    reading = asyncio.create_task(side.hub.sync(["onest"]))
    try:
        await side.network.called.wait()
        yield side.network.searched[-1]["context"]
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def body_of(asked: Json, **changed: Any) -> bytes:
    kept = ("domain", "transaction_id", "message_id", "bap_id", "bap_uri")
    context = {**{name: asked[name] for name in kept}, "action": "on_search"}
    context |= {"bpp_id": PLATFORMS[0], **changed}
    return orjson.dumps({"context": context, "message": {"catalog": {"providers": []}}})


async def post(side: Side, body: bytes, *, to: str = "onest/on_search", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"content-type": "application/json", **named}
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{side.address}/callbacks/{to}", content=body, headers=sent)


@dataclass(slots=True)
class Sending:
    """A callback whose first bytes were sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes

    @classmethod
    async def begin(cls, side: Side, body: bytes, header: str) -> Sending:
        host, _, port = side.address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"POST /callbacks/onest/on_search HTTP/1.1\r\nhost: {host}\r\n"
            f"authorization: {header}\r\ncontent-type: application/json\r\n"
            f"connection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body[:10])
        return cls(reader, writer, body[10:])

    async def answer(self) -> tuple[int, str | None]:
        """Give the status and the code of the answer, which ends the connection."""
        answer = await self.reader.read()
        self.writer.close()
        said = orjson.loads(answer.partition(b"\r\n\r\n")[2])
        return int(answer.split()[1]), said.get("error", {}).get("code")


def told(answer: Any) -> tuple[int, str]:
    """Give the status and the code of a refusal, which must be a NACK."""
    said = answer.json()
    assert said["message"] == {"ack": {"status": "NACK"}}
    return answer.status_code, said["error"]["code"]


async def counts(database: Database) -> tuple[int, int]:
    """Count the callbacks that were taken, and the ones refused, to the call in question."""
    row = await database.row("SELECT sum(received), sum(refused) FROM awaited_callback")
    assert row is not None
    return int(row[0]), int(row[1])


def hostile(asked: Json, side: Side) -> dict[str, tuple[bytes, dict[str, str], tuple[int, str]]]:
    """Write every hostile callback: its body, its headers and what it should be told."""
    own, other = (side.network.platforms[name].self_ for name in PLATFORMS)
    now = int(time.time())
    good = body_of(asked)
    thief = Participant(own.subscriber, own.key_id, "BPP", Participant.of("thief", "BPP").key)
    unlisted = Participant.of("unlisted.example", "BPP")
    signed = {"authorization": own.sign(good, now)}
    by_unlisted = body_of(asked, bpp_id=unlisted.subscriber)
    as_gateway = Participant.of("gateway.false.example", "BG")
    cases: dict[str, tuple[bytes, dict[str, str], tuple[int, str]]] = {
        "no signature": (good, {}, (401, "CALLBACK_UNSIGNED")),
        "a bearer token": (good, {"authorization": "Bearer x"}, (401, "CALLBACK_UNSIGNED")),
        "forged": (good, {"authorization": thief.sign(good, now)}, (401, "SIGNATURE_BROKEN")),
        "an altered body": (good + b" ", signed, (401, "SIGNATURE_BROKEN")),
        "another body": (
            body_of(asked, ttl="PT9M"), signed, (401, "SIGNATURE_BROKEN"),
        ),
        "expired": (
            good, {"authorization": own.sign(good, now - HOUR)}, (401, "SIGNATURE_OUT_OF_TIME"),
        ),
        "of the future": (
            good, {"authorization": own.sign(good, now + HOUR)}, (401, "SIGNATURE_OUT_OF_TIME"),
        ),
        "held for a year": (
            good,
            {"authorization": own.sign(good, now, 365 * 24 * HOUR)},
            (401, "SIGNATURE_OUT_OF_TIME"),
        ),
        "another subscriber": (
            good, {"authorization": other.sign(good, now)}, (401, "SENDER_OTHER"),
        ),
        "not of the network": (
            by_unlisted,
            {"authorization": unlisted.sign(by_unlisted, now)},
            (401, "SENDER_UNKNOWN"),
        ),
        "a gateway's own key": (
            body_of(asked, bpp_id=side.network.gateway.subscriber),
            {},
            (401, "SENDER_UNKNOWN"),
        ),
        "a false gateway": (
            good,
            {**signed, "x_gateway_authorization": as_gateway.sign(good, now)},
            (401, "SENDER_UNKNOWN"),
        ),
        "a gateway that forges": (
            good,
            {
                **signed,
                "x_gateway_authorization": Participant(
                    side.network.gateway.subscriber, side.network.gateway.key_id, "BG", thief.key
                ).sign(good, now),
            },
            (401, "SIGNATURE_BROKEN"),
        ),
    }  # fmt: skip
    for name, (status, code), changed in (
        ("another transaction", (404, "CALLBACK_UNKNOWN"), {"transaction_id": "nobody-began"}),
        ("another message", (400, "CALLBACK_OTHER"), {"message_id": "another"}),
        ("another action", (400, "CALLBACK_OTHER"), {"action": "on_select"}),
        ("for another hub", (400, "CALLBACK_OTHER"), {"bap_id": "another.hub.example"}),
        ("no sender", (401, "SENDER_OTHER"), {"bpp_id": None}),
    ):
        changed_body = body_of(asked, **changed)
        headers = {"authorization": own.sign(changed_body, now)}
        cases[name] = (changed_body, headers, (status, code))
    for name, text in (
        ("no json", f"{asked['transaction_id']} {{".encode()),
        ("a list", orjson.dumps([asked["transaction_id"]])),
    ):
        headers = {"authorization": own.sign(text, now)}
        cases[name] = (text, headers, (400, "CALLBACK_UNREADABLE"))
    gateway = side.network.gateway
    body, _, wanted = cases["a gateway's own key"]
    cases["a gateway's own key"] = (body, {"authorization": gateway.sign(body, now)}, wanted)
    return cases


async def test_none_of_the_hostile_is_taken_and_the_good_one_after_them_is(
    side: Side, database: Database
) -> None:
    async with waited_for(side) as asked:
        found, wanted = {}, {}
        for name, (body, headers, refusal) in hostile(asked, side).items():
            found[name] = told(await post(side, body, **headers))
            wanted[name] = refusal
        assert found == wanted
        assert len(found) == 20
        assert (await counts(database))[0] == 0
        good = body_of(asked)
        own = side.network.platforms[PLATFORMS[0]].self_
        header = own.sign(good, int(time.time()))
        taken = await post(side, good, authorization=header)
        assert (taken.status_code, taken.json()) == (200, {"message": {"ack": {"status": "ACK"}}})
        again = await post(side, good, authorization=own.sign(good, int(time.time()) - 1))
        assert told(again)[1] in {"CALLBACK_REPEATED", "CALLBACK_LATE"}
        assert (await counts(database))[0] == 1


def test_no_platform_can_name_the_record_of_another() -> None:
    text = load("beckn-dsep").manifest.streams["courses"].id
    assert isinstance(text, str)
    find = compile_expression(text, ConnectorFunctions())
    keys = {
        find({"id": "I", "provider": {"id": provider, "network": {"bpp": bpp}}})
        for bpp, provider in (("a.example/b", "P"), ("a.example", "b/P"), ("a.example", "b|P"))
    }
    assert len(keys) == 3
    with pytest.raises(CallbackRefused, match="does not read"):  # a bar in a subscriber's name
        signatures.read(Participant.of("a.example|b", "BPP").sign(b"", 0))


async def test_a_refusal_says_how_to_sign(side: Side) -> None:
    refused = await post(side, b"{}")
    covered = 'headers="(created) (expires) digest"'
    assert covered in refused.headers["www-authenticate"]
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("to", ["onest/on_search", "onest/on_select", "nobody/on_search"])
async def test_what_nobody_waits_for_is_refused_without_reading_or_writing(
    to: str, side: Side, database: Database
) -> None:
    own = side.network.platforms[PLATFORMS[0]].self_
    body = b'{"a": "' + b"x" * 1_000_000 + b'"}'
    answer = await post(side, body, to=to, authorization=own.sign(body, int(time.time())))
    assert told(answer) == (404, "CALLBACK_UNKNOWN")
    assert side.network.looked_up == []
    assert await database.value("SELECT count(*) FROM awaited_callback") == 0


async def test_a_body_over_the_limit_is_refused_while_it_is_waited_for(
    side: Side, database: Database
) -> None:
    async with waited_for(side) as asked:
        body = body_of(asked, ttl="x" * 30_000)
        header = side.network.platforms[PLATFORMS[0]].self_.sign(body, int(time.time()))
        assert told(await post(side, body, authorization=header)) == (413, "BODY_TOO_LARGE")
        assert (await counts(database))[0] == 0


async def test_a_registry_that_is_away_is_told_and_worth_another_try(
    side: Side, database: Database
) -> None:
    await side.hub.add_source(
        "onest", "beckn-dsep",
        {
            "subscriber_id": SUBSCRIBER, "key_id": side.own.key_id,
            "signing_key": side.own.secret, "registry": "http://127.0.0.1:9/registry",
        },
        base_url=f"{side.network.address}/gateway", replace=True,
    )  # fmt: skip
    async with waited_for(side) as asked:
        body = body_of(asked)
        header = side.network.platforms[PLATFORMS[0]].self_.sign(body, int(time.time()))
        answer = await post(side, body, authorization=header)
        assert told(answer) == (503, "KEY_UNREACHABLE")
        assert answer.headers["retry-after"] == "1"


async def test_one_call_takes_no_more_callbacks_than_it_may(side: Side, database: Database) -> None:
    async with waited_for(side) as asked:
        await database.execute("UPDATE awaited_callback SET most = 0")
        body = body_of(asked)
        header = side.network.platforms[PLATFORMS[0]].self_.sign(body, int(time.time()))
        refused = await post(side, body, authorization=header)
        assert told(refused) == (429, "CALLBACK_TOO_MANY")


async def test_a_body_that_does_not_arrive_or_is_no_json_is_refused_and_counted(
    database: Database, tmp_path: Path
) -> None:
    async with a_network(database, tmp_path, request_timeout=0.3, callback_refusals=2) as side:
        for platform in side.network.platforms.values():
            platform.conduct = Conduct.SILENT
        await side.add()
        own = side.network.platforms[PLATFORMS[0]].self_
        async with waited_for(side) as asked:
            body = body_of(asked)
            header = own.sign(body, int(time.time()))
            slow = await Sending.begin(side, body, header)
            assert await slow.answer() == (408, "DEADLINE_EXCEEDED")
            form = await post(side, body, authorization=header, content_type="text/plain")
            assert told(form) == (415, "PARSE_FAILED")
            over = await post(side, body, authorization=header)
            assert told(over) == (429, "RATE_LIMITED")
            assert (await counts(database))[0] == 0


async def test_as_many_as_may_be_are_read_at_once_and_the_next_is_told_to_try_again(
    side: Side, database: Database
) -> None:
    async with waited_for(side) as asked:
        body = body_of(asked)
        header = side.network.platforms[PLATFORMS[0]].self_.sign(body, int(time.time()))
        sending = [await Sending.begin(side, body, header) for _ in range(20)]
        answers = [asyncio.create_task(one.answer()) for one in sending]
        while sum(answer.done() for answer in answers) < 4:
            await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED, timeout=0.05)
        for one, answer in zip(sending, answers, strict=True):
            if not answer.done():
                one.writer.write(one.rest)
        found = Counter(await asyncio.gather(*answers))
        assert found[(503, "OVERLOADED")] == 4
        assert found[(200, None)] == 1
        assert {code for _, code in found} <= {
            None, "OVERLOADED", "CALLBACK_REPEATED", "CALLBACK_LATE",
        }  # fmt: skip
        assert (await counts(database))[0] == 1


async def test_what_answered_one_call_is_not_taken_as_the_answer_to_the_next(
    side: Side, database: Database
) -> None:
    own = side.network.platforms[PLATFORMS[0]].self_
    async with waited_for(side) as asked:
        body = body_of(asked)
        header = own.sign(body, int(time.time()))
        assert (await post(side, body, authorization=header)).status_code == 200
    side.network.searched.clear()
    side.network.called.clear()
    async with waited_for(side) as asked:
        replayed = await post(side, body, authorization=header)
        assert told(replayed) == (404, "CALLBACK_UNKNOWN")
        renamed = body_of(asked)  # the next call's names under the old signature
        assert told(await post(side, renamed, authorization=header)) == (401, "SIGNATURE_BROKEN")
        assert (await counts(database))[0] == 0


async def test_those_behind_one_proxy_do_not_wait_for_each_other(
    database: Database, tmp_path: Path
) -> None:
    async with a_network(database, tmp_path, callback_refusals=2, trusted_proxies=1) as side:
        hops = ["198.51.100.7", "198.51.100.7", "198.51.100.7", "203.0.113.9"]
        codes = [told(await post(side, b"{}", x_forwarded_for=hop))[0] for hop in hops]
    assert codes == [401, 401, 429, 401]


async def test_an_address_that_sends_too_much_of_it_is_told_to_come_later(
    database: Database, tmp_path: Path
) -> None:
    async with a_network(database, tmp_path, callback_refusals=3) as side:
        refusals = [told(await post(side, b"{}")) for _ in range(5)]
    assert refusals[:3] == [(401, "CALLBACK_UNSIGNED")] * 3
    assert refusals[3:] == [(429, "RATE_LIMITED")] * 2


async def test_many_at_once_are_bounded_and_taken_once(side: Side, database: Database) -> None:
    async with waited_for(side) as asked:
        body = body_of(asked)
        header = side.network.platforms[PLATFORMS[0]].self_.sign(body, int(time.time()))
        answers = await asyncio.gather(*(post(side, body, authorization=header) for _ in range(30)))
        codes = [answer.status_code for answer in answers]
        assert codes.count(200) == 1
        assert set(codes) <= {200, 409, 410, 503}
        assert (await counts(database))[0] == 1
    assert len(side.network.looked_up) <= 2
