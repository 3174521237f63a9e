from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from isthmus.credentials.proofs.fetching import CachingFetcher
from isthmus.outbound import Outbound

BODY = b'{"list": []}'


class Publisher:
    """A server on loopback that counts what it is asked, and may stop answering."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split()[1].decode())
        status, size = self.status, len(BODY)
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n".encode()
        )
        writer.write(BODY)
        await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/list"


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    made = Publisher()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> CachingFetcher:
    return CachingFetcher(Outbound(allow_private=True), now=clock, keep_seconds=600)


async def test_an_answer_is_kept_and_grows_old(
    publisher: Publisher, fetcher: CachingFetcher, clock: Clock
) -> None:
    assert (await fetcher.fetch(publisher.url)).age_seconds == 0
    clock.pass_by(599)
    again = await fetcher.fetch(publisher.url)
    assert (again.body, again.age_seconds, len(publisher.asked)) == (BODY, 599, 1)


async def test_an_answer_past_its_time_is_asked_for_again(
    publisher: Publisher, fetcher: CachingFetcher, clock: Clock
) -> None:
    await fetcher.fetch(publisher.url)
    clock.pass_by(601)
    assert (await fetcher.fetch(publisher.url)).age_seconds == 0
    assert len(publisher.asked) == 2


async def test_many_who_ask_at_once_are_one_call(
    publisher: Publisher, fetcher: CachingFetcher
) -> None:
    found = await asyncio.gather(*(fetcher.fetch(publisher.url) for _ in range(20)))
    assert {answer.body for answer in found} == {BODY}
    assert len(publisher.asked) == 1


async def test_the_fragment_is_never_sent(publisher: Publisher, fetcher: CachingFetcher) -> None:
    await fetcher.fetch(f"{publisher.url}#23")
    assert publisher.asked == ["/list"]


async def test_a_source_that_refuses_gives_no_body_and_the_reason(
    publisher: Publisher, fetcher: CachingFetcher
) -> None:
    publisher.status = 404
    found = await fetcher.fetch(publisher.url)
    assert (found.body, found.fault) == (None, "answered 404 for /list")


async def test_what_a_source_said_last_outlives_its_fall(
    publisher: Publisher, fetcher: CachingFetcher, clock: Clock
) -> None:
    await fetcher.fetch(publisher.url)
    clock.pass_by(1000)
    publisher.status = 404
    found = await fetcher.fetch(publisher.url)
    assert (found.body, found.age_seconds) == (BODY, 1000)
    assert found.fault == "answered 404 for /list"


async def test_a_silent_source_is_left_in_peace_for_a_while(
    publisher: Publisher, fetcher: CachingFetcher, clock: Clock
) -> None:
    publisher.status = 404
    await fetcher.fetch(publisher.url)
    await fetcher.fetch(publisher.url)
    assert len(publisher.asked) == 1
    clock.pass_by(31)
    await fetcher.fetch(publisher.url)
    assert len(publisher.asked) == 2


async def test_offline_nobody_is_asked(publisher: Publisher, clock: Clock) -> None:
    fetcher = CachingFetcher(Outbound(allow_private=True), now=clock, offline=True)
    found = await fetcher.fetch(publisher.url)
    assert (found.body, found.fault) == (None, "offline, and not at hand")
    assert publisher.asked == []


async def test_a_private_address_is_not_asked(publisher: Publisher, clock: Clock) -> None:
    found = await CachingFetcher(Outbound(), now=clock).fetch(publisher.url)
    assert found.body is None
    assert publisher.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "urn:uuid:1",
        "did:web:a.example",
        "",
        "https://",
        "https://[",
        "https://a b.example/",
        "https://a.example:port/",
        "https://a.example:99999/",
        "https://{host}/",
        "https://\n.example/",
    ],
)
async def test_only_the_web_is_asked(fetcher: CachingFetcher, url: str) -> None:
    assert (await fetcher.fetch(url)).fault == "not an address of the web"
