"""Where the open internet stands, a redirect inwards is refused on the hop it leads to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpcore
import pytest

from isthmus.errors import SourceRefused
from isthmus.outbound import Outbound, SourceClient, Terms
from tests.support.replay import Asked, Replay, Reply, json_reply

PUBLIC = "93.184.215.14"


class Wire(httpcore.AsyncNetworkBackend):
    """The internet as this test has it: one public address, behind which the replay stands."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self.inner = inner

    async def connect_tcp(
        self, host: str, *args: object, **options: object
    ) -> httpcore.AsyncNetworkStream:
        assert host == PUBLIC, f"{host} was dialled"
        return await self.inner.connect_tcp("127.0.0.1", *args, **options)  # type: ignore[arg-type]


@asynccontextmanager
async def reaching(replay: Replay) -> AsyncIterator[SourceClient]:
    """Give a client as in production, for a source at a public address."""
    port = urlsplit(replay.url).port
    terms = Terms(timeout=5.0, attempts=1)
    async with Outbound().client("board", f"http://{PUBLIC}:{port}", terms) as client:
        guarded = client._http._transport._pool._network_backend  # type: ignore[attr-defined]
        guarded._inner = Wire(guarded._inner)
        yield client


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/inside",
        "http://localhost:{port}/inside",
        "http://2130706433:{port}/inside",
        "http://[::1]:{port}/inside",
        "http://[::ffff:127.0.0.1]:{port}/inside",
        "http://10.0.0.1/inside",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0:{port}/inside",
        "//127.0.0.1:{port}/inside",
    ],
)
async def test_a_redirect_inwards_is_refused(replay: Replay, target: str) -> None:
    port = urlsplit(replay.url).port
    replay.answers["/jobs"] = Reply(b"", 302, {"location": target.format(port=port)})
    replay.answers["/inside"] = json_reply({"secret": True})
    async with reaching(replay) as client:
        with pytest.raises(SourceRefused, match="private or reserved address"):
            await client.get("/jobs")
    assert replay.hits["/inside"] == 0


async def test_a_redirect_within_the_source_is_followed(replay: Replay) -> None:
    replay.answers["/jobs"] = Reply(b"", 307, {"location": "/v2/jobs?page=2"})
    replay.answers["/v2/jobs"] = json_reply({"jobs": []})
    async with reaching(replay) as client:
        answer = await client.get("/jobs")
    assert answer.json() == {"jobs": []}
    assert replay.asked[-1].query == {"page": "2"}


async def test_credentials_do_not_follow_to_another_host(replay: Replay) -> None:
    port = urlsplit(replay.url).port
    replay.answers["/jobs"] = Reply(b"", 302, {"location": f"http://localhost:{port}/other"})
    replay.answers["/other"] = json_reply({})
    heard: list[Asked] = replay.asked
    headers = {"authorization": "Bearer s3cret", "x-api-key": "s3cret", "cookie": "a=s3cret"}
    terms = Terms(timeout=5.0, attempts=1)
    async with Outbound(allow_private=True).client("board", replay.url, terms) as client:
        await client.get("/jobs", headers=headers)
    assert "s3cret" in heard[0].headers["authorization"]
    assert "s3cret" not in str(heard[1].headers)
