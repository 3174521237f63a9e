"""A served hub, its partners and stewards, and what they ask of it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.model.viewer import Role, Viewer
from isthmus.store.embedded import EmbeddedServer
from isthmus.trials.bench import Bench
from tests.support.callers import a_client, bearer
from tests.support.catalogue import brought, manifest
from tests.support.served import served

REGISTER = """
mutation Register($input: RegisterConnectorInput!) {
  registerConnector(input: $input) {
    connector { id name version status tier form }
    dryRun { fetched accepted rejected { sourceKey reason field message } sample }
    differences { word before after breaking }
    userErrors { code message path }
  }
}"""
APPROVE = """
mutation Approve($connector: ID!, $version: String!) {
  approveConnector(input: {connector: $connector, version: $version}) {
    connector { id status version }
    differences { word before after breaking }
    userErrors { code message path }
  }
}"""
ADD = """
mutation Add($input: AddSourceInput!) {
  addSource(input: $input) {
    source { id name connector { name } owner { id } health { state } }
    dryRun { fetched accepted rejected { sourceKey reason field } sample }
    userErrors { code message path }
  }
}"""


@dataclass
class Caller:
    """Somebody who asks over HTTP."""

    http: httpx.AsyncClient
    viewer: Viewer
    headers: dict[str, str] = field(repr=False)

    async def whole(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask, and give the whole answer."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post("/graphql", json=body, headers=self.headers)
        found: dict[str, Any] = answer.json()
        return found

    async def ask(self, query: str, **variables: Any) -> Any:
        """Ask, and give the one field that was asked for."""
        answer = await self.whole(query, **variables)
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return found

    async def register(self, **input: Any) -> Any:
        """Send a connector in."""
        return await self.ask(REGISTER, input=input)

    async def approve(self, connector: str, version: str = "1.0.0") -> Any:
        """Approve of a version."""
        return await self.ask(APPROVE, connector=connector, version=version)

    async def add(self, **input: Any) -> Any:
        """Add a source."""
        config = [{"name": n, "value": v} for n, v in input.pop("config", {}).items()]
        return await self.ask(ADD, input={"mode": "SYNCED", "config": config, **input})


@dataclass
class Quay:
    """The hub, and everyone by name."""

    hub: Hub
    callers: dict[str, Caller]

    def __getattr__(self, name: str) -> Caller:
        return self.callers[name]


@pytest.fixture
async def quay(hub: Hub, server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Quay]:
    """Serve a hub to two partners, two stewards and nobody in particular."""
    roles = {
        "partner": Role.PARTNER, "rival": Role.PARTNER, "steward": Role.STEWARD,
        "second": Role.STEWARD, "platform": Role.PLATFORM,
    }  # fmt: skip
    hub.connectors.bench = Bench(server, is_short=True)
    async with (
        served(hub.database, tmp_path, bench=hub.connectors.bench, allow_loopback=True) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as http,
    ):
        callers = {}
        for name, role in roles.items():
            viewer = await a_client(hub, name, role)
            callers[name] = Caller(http, viewer, await bearer(hub, viewer))
        callers["anyone"] = Caller(http, Viewer(), {})
        yield Quay(hub, callers)


@pytest.fixture
async def registered(quay: Quay, replay: Any) -> tuple[Quay, str]:
    """The partner's connector, approved; and its id."""
    key = f"con_{await brought(quay.hub, quay.partner.viewer, manifest(replay.url))}"
    assert (await quay.steward.approve(key))["userErrors"] == []
    return quay, key
