"""A live source of public records is asked by whoever asks the graph, and answers as ever."""

from __future__ import annotations

import asyncio

import pytest

from isthmus.model.run import SourceMode
from tests.support.boards import JOBS, Boards, boards, job, jobs, rows, titles
from tests.support.replay import Replay, Reply, json_reply


async def test_what_a_source_has_now_is_in_the_answer(both_ways: Boards) -> None:
    both_ways.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await both_ways.add("a", board.url)
        answer = await both_ways.ask()
        assert "errors" not in answer
        assert sorted(titles(answer)) == ["Job a1", "Job a2"]
        row = rows(answer)["a"]
        assert (row["state"], row["ageSeconds"], row["returned"]) == ("OK", 0, 2)
        assert {n["provenance"][0]["freshness"] for n in answer["data"]["vacancies"]["nodes"]} == {
            "LIVE"
        }


async def test_an_answer_holds_for_as_long_as_its_manifest_says(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.ask()
        assert board.hits["/jobs"] == 1
        await asyncio.sleep(1.1)
        board.answers = {"/jobs": jobs(1, 2)}
        assert await town.titles() == ["Job a1", "Job a2"]
        assert board.hits["/jobs"] == 2


async def test_a_hundred_who_ask_at_once_are_one_call(town: Boards) -> None:
    town.kind(live="keep: 60s")
    slow = jobs(1, 2, 3)
    slow.hang = 0.3
    with Replay({"/jobs": slow}).serving() as board:
        await town.add("a", board.url)
        answers = await asyncio.gather(*(town.ask() for _ in range(100)))
        assert board.hits["/jobs"] == 1
    assert all(len(titles(answer)) == 3 for answer in answers)


async def test_what_touches_no_live_noun_asks_nobody(town: Boards) -> None:
    town.kind()
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        answer = await town.ask("{ qualifications { totalCount } sources { totalCount } }")
        assert answer["data"]["qualifications"] == {"totalCount": 0}
        assert board.hits["/jobs"] == 0


NESTED = {
    "one by its key": "{ vacancy(by: {uri: 'x:y'}) { id } }".replace("'", '"'),
    "a list below another noun": "{ organizations { nodes { vacancies { totalCount } } } }",
    "in a fragment on a node": '{ node(id: "vac_1") { ... on Vacancy { title { value } } } }',
    "a count alone": "{ vacancies { totalCount } }",
}


@pytest.mark.parametrize("document", NESTED.values(), ids=NESTED)
async def test_wherever_the_noun_stands_its_sources_are_asked(
    both_ways: Boards, document: str
) -> None:
    both_ways.kind()
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await both_ways.add("a", board.url)
        await both_ways.ask(document)
        assert board.hits["/jobs"] == 1


async def test_the_feed_of_changes_asks_nobody(town: Boards) -> None:
    town.kind()
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        await town.ask("{ changes { nodes { node { ... on Vacancy { id } } } } }")
        assert board.hits["/jobs"] == 0


async def test_a_filter_by_source_asks_only_those(town: Boards) -> None:
    town.kind()
    with boards(2) as (one, other):
        await town.add("a", one.url)
        await town.add("b", other.url)
        listed = await town.ask("{ sources { nodes { id name } } }")
        ids = {node["name"]: node["id"] for node in listed["data"]["sources"]["nodes"]}
        answer = await town.ask(
            "query ($s: [ID!]) { vacancies(filter: {source: $s}) { totalCount"
            " sources { source { name } state } } }",
            s=[ids["b"]],
        )
        assert answer["data"]["vacancies"] == {
            "totalCount": 3,
            "sources": [{"source": {"name": "b"}, "state": "OK"}],
        }
        assert (one.hits["/jobs"], other.hits["/jobs"]) == (0, 1)


async def test_three_live_lists_and_a_synced_one_are_paged_as_one(both_ways: Boards) -> None:
    both_ways.kind(live="keep: 1s")
    with boards(4) as served:
        for name, board in zip("abcd", served, strict=True):
            board.answers = {"/jobs": jobs(*range(1, 8), board=name)}
            mode = SourceMode.SYNCED if name == "d" else SourceMode.LIVE
            await both_ways.add(name, board.url, mode=mode)
        await both_ways.hub.sync()
        seen: list[tuple[str, str]] = []
        after = None
        while True:
            answer = await both_ways.ask(first=5, after=after)
            nodes = answer["data"]["vacancies"]["nodes"]
            seen += [(node["publishedAt"][:10], node["title"]["value"]) for node in nodes]
            page = answer["data"]["vacancies"]["pageInfo"]
            if not page["hasNextPage"]:
                break
            after = page["endCursor"]
            await both_ways.later(0.6)  # the live lists are asked again on the way
        days = [day for day, _ in seen]
        assert days == sorted(days, reverse=True)
        # each day has one job of each list
        assert [sorted(seen[at : at + 4]) for at in range(0, 28, 4)] == [
            [(f"2026-11-{1 + number:02}", f"Job {name}{number}") for name in "abcd"]
            for number in range(7, 0, -1)
        ]
        assert min(board.hits["/jobs"] for board in served[:3]) > 1
        assert served[3].hits["/jobs"] == 1


async def test_a_record_keeps_its_id_from_answer_to_answer(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        first = (await town.ask())["data"]["vacancies"]["nodes"][0]["id"]
        await town.later(1.1)
        board.answers = {"/jobs": json_reply({"jobs": [job(1, title="Job of another name")]})}
        answer = await town.ask(
            "query ($id: ID!) { node(id: $id) { ... on Vacancy { title { value } } } }", id=first
        )
        assert answer["data"]["node"] == {"title": {"value": "Job of another name"}}


async def test_words_are_passed_to_a_source_that_takes_them(town: Boards) -> None:
    town.kind(live="search: q, first: limit, keep: 60s")

    def search(asked: object) -> object:
        words = asked.query.get("q", "")  # type: ignore[attr-defined]
        return json_reply({"jobs": [job(1, title=f"A {words} job")]})

    with Replay({"/jobs": search}).serving() as board:  # type: ignore[dict-item]
        await town.add("a", board.url)
        assert titles(await town.ask(q="welding")) == ["A welding job"]
        assert titles(await town.ask(q="welding")) == ["A welding job"]
        assert [call.query for call in board.asked] == [{"q": "welding", "limit": "100"}]
        await town.ask(q="baking")
        assert board.asked[-1].query["q"] == "baking"


SAID = {
    "markup that repeats it": Reply(b"<h1>Nothing for nurse with HIV</h1>"),
    "a refusal": json_reply({"error": "nurse with HIV"}, 400),
    "a list with it": json_reply({"jobs": [{"id": 1, "said": "nurse"}]}),
}


@pytest.mark.parametrize("reply", SAID.values(), ids=SAID)
async def test_what_somebody_searched_for_is_written_nowhere(
    town: Boards, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    town.kind(live="search: q, keep: 60s")
    with Replay({"/jobs": reply}).serving() as board:
        await town.add("a", board.url)
        answer = await town.ask(q="nurse with HIV")
        assert board.asked[-1].query["q"] == "nurse with HIV"
    assert rows(answer)["a"]["state"] == "FAILED"
    for _ in range(100):
        if advice := await town.database.value("SELECT advice FROM source WHERE state = 'DOWN'"):
            break
        await asyncio.sleep(0.01)
    assert "did not answer a search" in advice
    held = await town.database.fetch(
        "SELECT row_to_json(s)::text FROM source s UNION ALL SELECT row_to_json(r)::text"
        " FROM live_reading r UNION ALL SELECT row_to_json(n)::text FROM sync_run n"
    )
    assert held
    assert "HIV" not in str([*held, answer]) + caplog.text


async def test_nothing_of_an_answer_that_says_what_is_held_is_written(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await asyncio.sleep(0.2)
        before = await town.database.row("SELECT records, sources FROM generation")
        await town.later(1.1)
        await town.ask()
        assert board.hits["/jobs"] == 2
        assert await town.database.row("SELECT records, sources FROM generation") == before
        assert await town.database.value("SELECT count(*) FROM sync_run") == 1


async def test_an_answer_that_was_live_is_neither_remembered_nor_tagged(town: Boards) -> None:
    town.kind(live="keep: 1s")
    query = "{ vacancies { nodes { title { value } } } organizations { nodes { name { value } } } }"
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.heard()
        before = await town.client.get("/graphql", params={"query": query})
        assert "etag" in before.headers
        await town.add("a", board.url)
        await town.heard()
        for number in (2, 3):
            board.answers = {"/jobs": jobs(number - 1, number)}
            again = await town.client.get(
                "/graphql",
                params={"query": query},
                headers={"if-none-match": before.headers["etag"]},
            )
            assert again.status_code == 200
            assert "etag" not in again.headers
            shown = [n["title"]["value"] for n in again.json()["data"]["vacancies"]["nodes"]]
            assert f"Job a{number}" in shown
            await town.later(1.1)
        # what touches no live noun still has a tag
        other = await town.client.get("/graphql", params={"query": "{ skills { totalCount } }"})
        assert "etag" in other.headers


async def test_the_document_of_a_front_end_is_valid(both_ways: Boards) -> None:
    answer = await both_ways.ask(JOBS, first=1)
    assert answer["data"]["vacancies"]["sources"] == []
