"""What one caller may ask for in a minute: counted by cost, refused whole, told before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from isthmus.errors import Misconfigured
from isthmus.graph.allowance import Overspent
from isthmus.graph.answer import GraphAnswer
from isthmus.hub import Hub
from isthmus.settings import Settings, load
from isthmus.store.database import Database
from isthmus.web.budgets import Budgets, address_of
from tests.conftest import ROOT
from tests.support.callers import a_client, bearer
from tests.support.served import served
from tests.web.conftest import GRAPHQL, Serve, ToldGraph

ASKED = "/graphql?query={a}"


def caller(host: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (host, 5000), "headers": headers}


@pytest.mark.parametrize("media", ["application/json", GRAPHQL])
async def test_who_asks_for_too_much_is_refused_and_nothing_runs(
    media: str, serve: Serve, told: ToldGraph
) -> None:
    told.cost = 40
    client = serve(told, rate_points=100)
    answers = [await client.get(ASKED, headers={"accept": media}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert "data" not in answers[2].json()
    assert answers[2].json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert len(told.asked) == 2


async def test_every_request_is_counted_though_it_does_not_parse(serve_hub: Serve) -> None:
    client = serve_hub(rate_points=5)
    statuses = [
        (await client.post("/graphql", json={"query": "{"}, headers={"accept": GRAPHQL}))
        for _ in range(6)
    ]
    assert [answer.status_code for answer in statuses] == [400] * 5 + [429]


async def test_an_answer_from_memory_costs_nothing(serve: Serve, told: ToldGraph) -> None:
    told.answer, told.generation, told.cost = GraphAnswer(b"{}", etag="e"), "1.1", 50
    client = serve(told, rate_points=60)
    assert {(await client.get(ASKED)).status_code for _ in range(5)} == {200}
    assert (await client.get("/graphql?query={b}")).status_code == 429


async def test_without_a_limit_everything_is_answered(serve: Serve, told: ToldGraph) -> None:
    told.cost = 10**9
    client = serve(told, rate_points=0)
    assert {(await client.get(ASKED)).status_code for _ in range(5)} == {200}


async def test_a_caller_is_told_what_it_has_left(serve_hub: Serve) -> None:
    client = serve_hub(rate_points=600_000)
    text = "{ cost { limit used remaining resetsAt } skills(first: 10) { totalCount } }"
    first, second = [(await client.post("/graphql", json={"query": text})).json() for _ in range(2)]
    cost, estimate = first["data"]["cost"], first["extensions"]["cost"]["estimated"]
    assert cost["limit"] == 600_000
    assert cost["used"] == estimate + 1
    assert cost["remaining"] == cost["limit"] - cost["used"]
    assert second["data"]["cost"]["used"] == 2 * cost["used"]
    assert second["data"]["cost"]["resetsAt"] == cost["resetsAt"]


async def test_a_role_has_a_budget_and_a_limit_of_its_own(
    over: Callable[..., httpx.AsyncClient], database: Database, tmp_path: Path
) -> None:
    hub = Hub(Settings(home=tmp_path), database, ROOT)
    own = {"role_costs": ("platform=5000",), "role_points": ("platform=0",)}
    client = over(database, None, {"max_cost": 20, "rate_points": 3} | own)
    large = {"query": "{ skills(first: 50) { nodes { id } } }"}
    platform = await bearer(hub, await a_client(hub))
    told = [(await client.post("/graphql", json=large, headers=platform)).json() for _ in range(5)]
    assert {"errors" in answer for answer in told} == {False}
    assert told[0]["extensions"]["cost"]["limit"] == 5000
    refused = (await client.post("/graphql", json=large)).json()
    assert refused["errors"][0]["extensions"]["code"] == "COST_EXCEEDED"


def test_a_budget_of_no_role_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="role_costs"):
        load(directory=tmp_path, environment={"ISTHMUS_ROLE_COSTS": "king=1"})


# ---- windows and callers


def test_a_minute_later_the_points_are_there_again() -> None:
    moment = [1000.0]
    budgets = Budgets(lambda _: 10, clock=lambda: moment[0])
    budgets.request(caller("192.0.2.1")).spend(9)
    with pytest.raises(Overspent):
        budgets.request(caller("192.0.2.1"))
    moment[0] += 60.0
    assert budgets.request(caller("192.0.2.1")).used == 1


def test_callers_have_their_own_points() -> None:
    budgets = Budgets(lambda _: 10)
    budgets.request(caller("192.0.2.1")).spend(9)
    assert budgets.request(caller("192.0.2.2")).used == 1
    assert budgets.request(caller("192.0.2.1"), subject="anna").used == 1


def test_a_role_has_points_of_its_own() -> None:
    budgets = Budgets({"public": 10, "partner": 1000}.__getitem__)
    assert budgets.request(caller("192.0.2.1"), "partner").limit == 1000


def test_one_network_of_ipv6_is_one_caller() -> None:
    assert address_of(caller("2001:db8:1:2::7")) == address_of(caller("2001:db8:1:2:ffff::1"))
    assert address_of(caller("2001:db8:1:2::7")) != address_of(caller("2001:db8:1:3::7"))
    assert address_of(caller("::ffff:192.0.2.1")) == "192.0.2.1"


def test_what_a_request_says_of_its_address_is_not_believed() -> None:
    assert address_of(caller("192.0.2.1", "198.51.100.9")) == "192.0.2.1"


def test_of_trusted_proxies_only_the_outermost_names_the_caller() -> None:
    said = caller("10.0.0.1", "forged, 198.51.100.9, 10.0.0.2")
    assert address_of(said, 1) == "10.0.0.2"
    assert address_of(said, 2) == "198.51.100.9"
    assert address_of(caller("10.0.0.1", "forged", "198.51.100.9"), 1) == "198.51.100.9"
    assert address_of(caller("10.0.0.1"), 1) == "10.0.0.1"


def test_no_more_callers_are_kept_than_may_be() -> None:
    budgets = Budgets(lambda _: 10, most=3)
    for number in range(9):
        budgets.request(caller(f"192.0.2.{number}")).spend(5)
    assert budgets.request(caller("192.0.2.8")).used == 7
    assert len(budgets._held) == 3


# ---- over connections that stay


async def test_a_socket_pays_from_the_same_points(web_database: Database, tmp_path: Path) -> None:
    said = []
    async with served(web_database, tmp_path, rate_points=3) as address:
        url = f"ws://{address}/graphql"
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            await socket.send('{"type":"connection_init"}')
            await socket.recv()
            for number in ("1", "2"):
                payload = {"query": "{ skills(first: 1) { totalCount } }"}
                message = {"id": number, "type": "subscribe", "payload": payload}
                await socket.send(json.dumps(message))
                said.append(json.loads(await asyncio.wait_for(socket.recv(), 10)))
                if said[-1]["type"] == "next":
                    await asyncio.wait_for(socket.recv(), 10)
    assert [message["type"] for message in said] == ["next", "error"]
    assert said[1]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
