"""A learner's token goes to the store's own host; nothing personal stands in a fault or a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from isthmus.errors import SourceFault, SourceRateLimited, SourceRefused
from isthmus.live.endpoints import is_of
from isthmus.outbound import Outbound, SourceClient, Terms
from tests.support.replay import Replay, Reply, json_reply

TERMS = Terms(timeout=5.0, attempts=1, private=True)


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Replay().serving() as serving:
        yield serving


async def get(replay: Replay, path: str, terms: Terms = TERMS) -> SourceClient:
    async with Outbound(allow_private=True).client("store", replay.url, terms) as client:
        await client.bearing("t0ken").get(path)
    return client


async def test_it_goes_to_the_store(replay: Replay) -> None:
    replay.answers["/documents"] = json_reply([])
    await get(replay, "/documents")
    assert replay.asked[0].headers["authorization"] == "Bearer t0ken"


async def test_it_does_not_go_to_another_host_that_a_record_names(replay: Replay) -> None:
    port = urlsplit(replay.url).port
    replay.answers["/elsewhere"] = json_reply([])
    await get(replay, f"http://localhost:{port}/elsewhere")
    assert "t0ken" not in str(replay.asked[0].headers)


async def test_it_does_not_follow_a_redirect_to_another_host(replay: Replay) -> None:
    port = urlsplit(replay.url).port
    replay.answers["/documents"] = Reply(b"", 302, {"location": f"http://localhost:{port}/other"})
    replay.answers["/other"] = json_reply([])
    await get(replay, "/documents")
    assert "t0ken" in replay.asked[0].headers["authorization"]
    assert "t0ken" not in str(replay.asked[1].headers)


async def test_a_form_is_not_sent_on_by_a_redirect(replay: Replay) -> None:
    replay.answers["/token"] = Reply(b"", 307, {"location": "/other"})
    replay.answers["/other"] = json_reply({})
    async with Outbound(allow_private=True).client("store", replay.url, TERMS) as client:
        await client.post_form("/token", {"client_secret": "s3cret"})
    assert "content-length" not in replay.asked[1].headers


@pytest.mark.parametrize("status", [400, 404, 429, 503])
async def test_a_fault_names_no_document(replay: Replay, status: int) -> None:
    replay.answers["/"] = json_reply({"error": "invalid_uri", "name": "Tara"}, status)
    with pytest.raises(SourceFault) as fault:
        await get(replay, "/xml/in.gov.board-HSCER-4410278")
    assert "4410278" not in str(fault.value)
    assert "Tara" not in str(fault.value)


async def test_a_refusal_keeps_the_machines_word_and_no_other(replay: Replay) -> None:
    replay.answers["/good"] = json_reply({"error": "invalid_grant"}, 400)
    replay.answers["/odd"] = json_reply({"error": "Tara Lokhande is unknown"}, 400)
    words = []
    for path in ("/good", "/odd"):
        with pytest.raises(SourceRefused) as refused:
            await get(replay, path)
        words.append((refused.value.status, refused.value.word))
    assert words == [(400, "invalid_grant"), (400, "")]


async def test_no_line_of_a_log_holds_an_address_or_a_token(
    replay: Replay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    replay.answers["/"] = json_reply([])
    await get(replay, "/xml/in.gov.board-HSCER-4410278")
    assert "4410278" not in caplog.text
    assert "t0ken" not in caplog.text


async def test_a_call_that_must_wait_too_long_for_its_turn_says_so(replay: Replay) -> None:
    replay.answers["/"] = json_reply([])
    terms = Terms(attempts=1, calls=1, per_seconds=30.0, patience=0.05)
    async with Outbound(allow_private=True).client("store", replay.url, terms) as client:
        await client.get("/a")
        with pytest.raises(SourceRateLimited):
            await client.get("/b")
    assert len(replay.asked) == 1


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://backpack.example/token", True),
        ("https://api.backpack.example/v2", True),
        ("http://backpack.example/token", False),
        ("https://backpack.example:8443/token", False),
        ("https://evilbackpack.example/token", False),
        ("https://backpack.example.evil.example/", False),
        ("https://backpack.example@evil.example/", False),
        ("https://user@api.backpack.example/", False),
        ("//backpack.example/token", False),
    ],
)
def test_a_store_may_name_its_own_hosts_only(address: str, is_own: bool) -> None:
    assert is_of("https://backpack.example", address) is is_own
