"""What lets the hub in at a source: had once, renewed in time, sent to that source alone."""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from isthmus.errors import SourceGarbled, SourceRefused
from isthmus.hub import Hub
from isthmus.outbound import ClientCredentials, Credentials, Key, Outbound, SourceClient, Terms
from tests.support.replay import Asked, Replay, Reply, json_reply

SECRET = "very-secret-4711"
CONFIG = {"token_address": "/token", "client_id": "isthmus", "client_secret": SECRET}


class Desk:
    """Gives tokens, each another one, and lets in who bears the last."""

    def __init__(self, replay: Replay, seconds: float | None = 3600) -> None:
        self.given = 0
        self.seconds = seconds
        replay.answers = {"/token": self.token, "/list": self.list}

    def token(self, asked: Asked) -> Reply:
        self.form = asked.body.decode()
        self.given += 1
        body: dict[str, Any] = {"access_token": f"token-{self.given}"}
        return json_reply(body if self.seconds is None else body | {"expires_in": self.seconds})

    def list(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer token-{self.given}":
            return json_reply({"error": "invalid_token"}, 401)
        return json_reply([])


@pytest.fixture
async def http(replay: Replay) -> AsyncIterator[SourceClient]:
    """A client of `replay` that nothing lets in yet."""
    outbound = Outbound(allow_private=True)
    async with outbound.client("replay", replay.url, Terms(timeout=5.0, attempts=1)) as client:
        yield client


def credentials(**changed: Any) -> ClientCredentials:
    return ClientCredentials(
        Credentials(**({"token": "/token", "id": "a", "secret": SECRET} | changed))
    )


async def test_a_token_is_had_once_for_all_calls(replay: Replay, http: SourceClient) -> None:
    desk = Desk(replay)
    allowed = http.allowed_by(credentials(scopes=["read", "list"], form={"token_type": "jwt"}))
    for _ in range(3):
        await allowed.get("/list")
    assert desk.given == 1
    assert desk.form == (
        "grant_type=client_credentials&token_type=jwt&scope=read+list"
        f"&client_id=a&client_secret={SECRET}"
    )


async def test_id_and_secret_may_stand_in_a_header(replay: Replay, http: SourceClient) -> None:
    desk = Desk(replay)
    await http.allowed_by(credentials(basic=True)).get("/list")
    sent = replay.asked[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == f"a:{SECRET}"
    assert desk.form == "grant_type=client_credentials"


async def test_a_token_is_renewed_before_its_end(
    replay: Replay, http: SourceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, now = Desk(replay, seconds=100), [1000.0]
    monkeypatch.setattr("isthmus.outbound.authority.time.monotonic", lambda: now[0])
    allowed = http.allowed_by(credentials())
    given = []
    for at in (1000.0, 1089.0, 1091.0):
        now[0] = at
        await allowed.get("/list")
        given.append(desk.given)
    assert given == [1, 1, 2]


async def test_a_token_that_is_refused_is_asked_for_anew_once(
    replay: Replay, http: SourceClient
) -> None:
    desk = Desk(replay)
    allowed = http.allowed_by(credentials())
    await allowed.get("/list")
    desk.given += 1  # the desk has let go of what it gave
    await allowed.get("/list")
    replay.answers["/list"] = json_reply({}, 401)
    with pytest.raises(SourceRefused, match="answered 401"):
        await allowed.get("/list")
    assert (replay.hits["/token"], replay.hits["/list"]) == (3, 5)


@pytest.mark.parametrize("seconds", [None, "soon", -5, 1e30])
async def test_an_end_that_does_not_read_keeps_nobody_out(
    replay: Replay, http: SourceClient, seconds: Any
) -> None:
    Desk(replay, seconds)
    answer = await http.allowed_by(credentials()).get("/list")
    assert answer.status == 200


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"access_token": 7}', b'{"access_token": "a\\r\\nx: y"}']
)
async def test_what_is_no_token_is_never_sent(
    replay: Replay, http: SourceClient, body: bytes
) -> None:
    replay.answers = {"/token": Reply(body), "/list": json_reply([])}
    with pytest.raises(SourceGarbled, match="no token that could be used"):
        await http.allowed_by(credentials()).get("/list")
    assert replay.hits["/list"] == 0


async def test_neither_key_nor_token_follows_a_redirect_to_another_host(
    replay: Replay, http: SourceClient
) -> None:
    Desk(replay)
    with Replay({"/": json_reply([])}).serving() as other:
        replay.answers["/list"] = Reply(status=302, headers={"location": f"{other.url}/list"})
        await http.allowed_by(credentials()).get("/list")
        await http.allowed_by(Key("x-api-key", SECRET)).get("/list")
        await http.allowed_by(credentials()).get(f"{other.url}/list")
    assert len(other.asked) == 3
    for asked in other.asked:
        assert not {"authorization", "x-api-key"} & asked.headers.keys()


async def test_a_secret_asked_for_is_not_told_on_to_where_the_desk_points(
    replay: Replay, http: SourceClient
) -> None:
    with Replay({"/": json_reply({})}).serving() as other:
        replay.answers = {"/token": Reply(status=307, headers={"location": f"{other.url}/t"})}
        with pytest.raises(SourceGarbled):
            await http.allowed_by(credentials(basic=True)).get("/list")
        with pytest.raises(SourceGarbled):
            await http.allowed_by(credentials()).get("/list")
    assert [asked.body for asked in other.asked] == [b"", b""]
    assert not any("authorization" in asked.headers for asked in other.asked)


async def test_files_are_let_in_too(replay: Replay, http: SourceClient, tmp_path: Path) -> None:
    replay.answers = {"/a.csv": lambda asked: Reply(asked.headers["x-api-key"].encode())}
    file = await http.allowed_by(Key("x-api-key", SECRET)).file("/a.csv", tmp_path)
    assert file.read_text() == SECRET


async def test_no_secret_stands_in_the_store_a_log_or_a_report(
    replay: Replay, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    replay.answers = {"/token": json_reply({"error": "invalid_client"}, 401)}
    await hub.add_source("edx", "edx-discovery", CONFIG, base_url=replay.url)
    (report,) = await hub.sync(["edx"])
    assert "does not give a token for its client_id and client_secret (invalid_client)" in str(
        report
    )
    held = await hub.database.value("SELECT config::text FROM source")
    assert SECRET in replay.asked[0].body.decode()
    assert not any(SECRET in text for text in (held, caplog.text, str(report)))


async def test_a_sync_is_let_in_by_the_secret_that_was_sealed(replay: Replay, hub: Hub) -> None:
    replay.answers = {
        "/token": json_reply({"access_token": "t", "expires_in": 60}),
        "/courses": json_reply({"results": [{"uuid": "1", "title": "Weaving"}], "next": None}),
        "/programs": json_reply({"results": [], "next": None}),
    }
    await hub.add_source("edx", "edx-discovery", CONFIG, base_url=replay.url)
    (report,) = await hub.sync(["edx"])
    assert report.ok, report
    assert [a.headers["authorization"] for a in replay.asked[1:]] == ["JWT t", "JWT t"]
