"""Every way of cutting a list into pages: all of it comes, once, or the run says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isthmus.connector.installed import InstalledConnector, load_folder
from isthmus.errors import Misconfigured, SourceFault, SourceGarbled
from isthmus.trials.mapping import Mapped, ReadStream
from tests.support.replay import Asked, Replay, Reply, json_reply

MANIFEST = """\
isthmus: 1
id: paged
version: 1.0.0
title: Paged
maintainers: [isthmus]
transport: rest
modes: [synced]
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /v1/jobs, query: {lang: en}}
    page: PAGE
    records: RECORDS
    id: id
    deletes: snapshot
    map: {title: title}
"""
Connect = Callable[..., InstalledConnector]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Make a connector that pages in a given way."""

    def connected(page: str, records: str = "jobs") -> InstalledConnector:
        folder = tmp_path / "paged"
        folder.mkdir()
        text = MANIFEST.replace("PAGE", page).replace("RECORDS", f'"{records}"')
        (folder / "connector.yaml").write_text(text)
        return load_folder(folder)

    return connected


def jobs(*ids: int) -> list[dict[str, Any]]:
    return [{"id": id_, "title": f"Job {id_}"} for id_ in ids]


def keys(mapped: Mapped) -> list[str]:
    return list(mapped.records)


async def test_a_whole_list_in_one_answer_is_asked_for_once(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/v1/jobs": json_reply({"jobs": jobs(1, 2)})}
    mapped = await read_stream(connect("none"), "jobs", {})
    assert keys(mapped) == ["1", "2"]
    assert [dict(asked.query) for asked in replay.asked] == [{"lang": "en"}]


async def test_counted_pages_end_with_a_short_one(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    pages = {"1": jobs(1, 2), "2": jobs(3, 4), "3": jobs(5)}
    replay.answers = {"/v1/jobs": lambda asked: json_reply({"jobs": pages[asked.query["page"]]})}
    mapped = await read_stream(connect("{style: number, size: 2, size_param: per}"), "jobs", {})
    assert keys(mapped) == ["1", "2", "3", "4", "5"]
    assert [asked.query["per"] for asked in replay.asked] == ["2", "2", "2"]


async def test_counted_pages_end_where_the_total_says(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    pages = {"0": jobs(1, 2), "1": jobs(3, 4)}
    replay.answers = {
        "/v1/jobs": lambda asked: json_reply({"n": 4, "jobs": pages[asked.query["page"]]})
    }
    mapped = await read_stream(connect("{style: number, start: 0, size: 2, total: n}"), "jobs", {})
    assert keys(mapped) == ["1", "2", "3", "4"]
    assert len(replay.asked) == 2


async def test_an_offset_counts_what_came(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    held = jobs(1, 2, 3, 4)

    def answer(asked: Asked) -> Reply:
        start = int(asked.query["offset"])
        return json_reply({"jobs": held[start : start + int(asked.query["limit"])]})

    replay.answers = {"/v1/jobs": answer}
    mapped = await read_stream(connect("{style: offset, size: 2}"), "jobs", {})
    assert keys(mapped) == ["1", "2", "3", "4"]
    assert [asked.query["offset"] for asked in replay.asked] == ["0", "2", "4"]


@pytest.mark.parametrize("last", [None, ""])
async def test_cursors_are_followed_until_there_is_none(
    last: str | None, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    pages: dict[str | None, Any] = {
        None: {"jobs": jobs(1), "meta": {"next": "a b/c"}},
        "a b/c": {"jobs": jobs(2), "meta": {"next": last}},
    }
    replay.answers = {"/v1/jobs": lambda asked: json_reply(pages[asked.query.get("cursor")])}
    mapped = await read_stream(connect("{style: cursor, next: meta.next}"), "jobs", {})
    assert keys(mapped) == ["1", "2"]


LINKS = {
    "a whole address": '<{url}/v1/jobs?page=2>; rel="next"',
    "an address without its host": "</v1/jobs?page=2>; rel=next",
    "a query alone": '<?page=2>; rel="next"',
    "commas in the address": '<{url}/v1/jobs?ids=1,2&page=2>; rel="next"',
    "several links": '<{url}/v1/jobs?page=9>; rel="last", <{url}/v1/jobs?page=2>; rel="next"',
    "several relations": '<{url}/v1/jobs?page=2>; title="more"; rel="last next"',
}


@pytest.mark.parametrize("case", LINKS)
async def test_a_link_header_is_followed(
    case: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.query.get("page") == "2":
            return json_reply({"jobs": jobs(2)})
        return json_reply({"jobs": jobs(1)}, link=LINKS[case].format(url=replay.url))

    replay.answers = {"/v1/jobs": answer}
    assert keys(await read_stream(connect("{style: link}"), "jobs", {})) == ["1", "2"]


async def test_a_next_address_in_the_body_is_followed(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {
        "/v1/jobs": json_reply({"jobs": jobs(1), "next": "/v1/more"}),
        "/v1/more": json_reply({"jobs": jobs(2), "next": None}),
    }
    assert keys(await read_stream(connect("{style: link, next: next}"), "jobs", {})) == ["1", "2"]


async def test_a_next_page_on_another_host_is_never_asked_for(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    link = '<http://elsewhere.example/v1/jobs?page=2>; rel="next"'
    replay.answers = {"/v1/jobs": json_reply({"jobs": jobs(1)}, link=link)}
    with pytest.raises(SourceGarbled, match="names a next page on another host"):
        await read_stream(connect("{style: link}"), "jobs", {})


async def test_a_cursor_that_does_not_move_ends_the_reading(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/v1/jobs": json_reply({"jobs": jobs(1), "next": "same"})}
    with pytest.raises(SourceGarbled, match="same page as the next one"):
        await read_stream(connect("{style: cursor, next: next}"), "jobs", {})
    assert len(replay.asked) == 2


async def test_a_cursor_of_another_way_of_paging_ends_the_reading(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/v1/jobs": json_reply({"jobs": jobs(1)})}
    with pytest.raises(SourceGarbled, match="no longer counts as one"):
        await read_stream(connect("{style: offset, size: 1}"), "jobs", {}, cursor="a b/c")


GARBLED = {
    "markup": (Reply(b"<html>down</html>"), "jobs", "found markup"),
    "nothing": (Reply(b""), "jobs", "found an empty body"),
    "a body cut off": (Reply(b'{"jobs": [{"id": 1'), "jobs", "cut off after 18 bytes"),
    "no list": (json_reply({"results": []}), "jobs", "found nothing (a body of keys results)"),
    "a map for a list": (
        json_reply({"jobs": {}}),
        "jobs",
        "expected a list at `jobs`, found a map",
    ),
    "a list for a map": (json_reply([]), "values(@)", "`values(@)` does not apply to the answer"),
}


@pytest.mark.parametrize("case", GARBLED)
async def test_an_answer_that_is_no_page_is_told_as_what_it_is(
    case: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    reply, records, said = GARBLED[case]
    replay.answers = {"/v1/jobs": reply}
    with pytest.raises(SourceFault) as fault:
        await read_stream(connect("none", records), "jobs", {})
    assert said in str(fault.value)


async def test_a_path_whose_value_is_absent_asks_nothing(
    tmp_path: Path, replay: Replay, read_stream: ReadStream
) -> None:
    config = "config: {required: [board]}\nstreams:"
    text = MANIFEST.replace("streams:", config).replace("/v1/jobs", "'/{config.board}'")
    (tmp_path / "connector.yaml").write_text(
        text.replace("PAGE", "none").replace("RECORDS", "jobs")
    )
    with pytest.raises(Misconfigured, match="lacks a value used in the path"):
        await read_stream(load_folder(tmp_path), "jobs", {})
    assert replay.asked == []
