"""A network of Beckn beside a hub that two processes share: one is called back, the other waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isthmus.hub import Hub
from isthmus.playground.simulators.beckn_network import BecknNetwork
from isthmus.playground.simulators.beckn_wire import Participant
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.sync import SourceReport
from tests.conftest import ROOT
from tests.support.served import served
from tests.support.serving import listener, serving

SUBSCRIBER = "hub.isthmus.example"
WAIT = 6
"""Seconds; every wait of a test that is answered ends by the number of its answers."""


@dataclass(slots=True)
class Side:
    """The hub's side of a network."""

    network: BecknNetwork
    own: Participant
    address: str
    hub: Hub

    async def add(self, name: str = "onest", **config: Any) -> str:
        """Add a source that asks the gateway."""
        stated = {
            "subscriber_id": SUBSCRIBER,
            "key_id": self.own.key_id,
            "signing_key": self.own.secret,
            "registry": f"{self.network.address}/registry",
            "wait_seconds": WAIT,
        }
        base_url = f"{self.network.address}/gateway"
        chosen = {k: v for k, v in (stated | config).items() if v is not None}
        await self.hub.add_source(name, "beckn-dsep", chosen, base_url=base_url)
        return name

    async def read(self, name: str = "onest") -> SourceReport:
        """Read the source once, and let what is on its way arrive."""
        (report,) = await self.hub.sync([name])
        await self.network.settled()
        return report


@asynccontextmanager
async def a_network(database: Database, home: Path, **chosen: Any) -> AsyncIterator[Side]:
    """Serve a network and a hub; the hub that waits is another one on the same database."""
    network, own = BecknNetwork(), Participant.of(SUBSCRIBER, "BAP")
    network.subscribe(own)
    at, network.address = listener()
    async with serving(network.app(), at):
        async with served(database, home, allow_loopback=True, **chosen) as place:
            address = f"http://{place}"
            settings = Settings(
                home=home, allow_loopback=True, source_timeout=5.0, public_url=address
            )
            yield Side(network, own, address, Hub(settings, database, ROOT))
        await network.settled()
