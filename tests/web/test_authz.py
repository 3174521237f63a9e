"""Everyone asks for every field, over every transport: nobody sees what is not for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from isthmus.graph.answer import Operation
from isthmus.graph.schema import build_schema
from isthmus.graph.scopes import FIELDS, Rule
from isthmus.store.database import Database
from tests.support.asking import TRANSPORTS, data_of
from tests.support.authz import OWNER, STEWARD, Matrix, Probe, canaries, has_some, headers_of
from tests.support.served import served
from tests.support.town import Town, build_town

AT_ONCE = 6
FEW = ("anonymous", "asha", "ben", "all", "skills", "credential_titles", "revoked", "stranger",
       "partner", "steward")  # fmt: skip


@dataclass
class Findings:
    """What came of asking."""

    asked: int = 0
    leaks: list[str] = field(default_factory=list)
    too_much: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pytest.fixture
async def town(own_world: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """The people."""
    found = await build_town(own_world, tmp_path)
    yield found
    await (await found.hub.stores()).close()


@asynccontextmanager
async def client_of(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    home = town.hub.settings.home
    async with (
        served(town.hub.database, home, allow_loopback=True) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
    ):
        yield client


async def expected(town: Town, probes: Sequence[Probe]) -> dict[str, bool]:
    """Tell of each probe whether there is anything to see, for whoever may."""
    graph, found = town.graph(), {}
    for probe in probes:
        who = town.callers["asha"] if probe.is_personal else town.callers["anonymous"]
        if STEWARD in probe.needs:
            who = town.callers["steward"]
        elif any(":" in need for need in probe.needs):
            who = town.callers["all"]
        if probe.roles is not None:
            found[probe.query] = True
        else:
            answer = await graph.run(Operation(probe.query), viewer=who)
            found[probe.query] = has_some(answer.data)
    return found


async def ask_all(
    town: Town, probes: Sequence[Probe], callers: Iterable[str], transports: Iterable[str]
) -> Findings:
    """Ask, and compare with what is expected."""
    found, words = Findings(), canaries(town)
    there = await expected(town, probes)
    headers, turns = await headers_of(town), asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient, probe: Probe, caller: str, transport: str) -> None:
        async with turns:
            text = await TRANSPORTS[transport](client, probe.query, headers[caller])
        name = f"{probe.name} as {caller} over {transport}: {probe.query} -> {text[:300]}"
        found.asked += 1
        may = probe.allows(town, caller) if probe.is_personal else True
        got = has_some(data_of(text))
        found.leaks += [name for word, who in words.items() if caller not in who and word in text]
        if got and not may:
            found.too_much.append(name)
        if may and there[probe.query] and not got and _is_asked(probe, transport):
            found.refused.append(name)

    async with client_of(town) as client:
        await asyncio.gather(
            *(
                one(client, probe, caller, transport)
                for probe in probes
                for caller in callers
                for transport in transports
            )
        )
    return found


def _is_asked(probe: Probe, transport: str) -> bool:
    """Tell whether a transport takes such an operation: none that only reads takes a mutation."""
    return not (probe.query.startswith("mutation") and transport == "get")


def all_probes(town: Town) -> list[Probe]:
    return list(Matrix(build_schema()._schema, town).probes())


def well(found: Findings) -> bool:
    assert found.leaks == []
    assert found.too_much == []
    assert found.refused == []
    return True


@pytest.mark.mission("M63")
async def test_nobody_sees_a_field_of_a_person_that_is_not_for_them(town: Town) -> None:
    probes = [
        probe
        for probe in all_probes(town)
        if probe.is_personal and probe.name.partition(".")[0] in PERSONAL
    ]
    assert well(found := await ask_all(town, probes, FEW, ["post"]))
    assert found.asked > 500
    there = await expected(town, probes)
    absent = {probe.name for probe in probes if not there[probe.query] and OWNER not in probe.needs}
    assert absent <= ABSENT


PERSONAL = {"Query", "Learner", "Credential", "LearnerSkill", "Trait", "Evidence", "Mutation",
            "CredentialDocument", "Source", "Connector"}  # fmt: skip


ABSENT = {"Credential.qualification", "Credential.renewal",
          "Credential.validUntil", "Credential.level", "Credential.provenance", "Evidence.hash",
          "CredentialDocument.lossy",
          "Connector.versions", "Source.config", "Source.rejected"}  # fmt: skip
"""What Asha has none of, nor the sources of the town."""


async def test_every_transport_goes_by_the_same_rules(town: Town) -> None:
    wanted = {"Learner.displayName", "Credential.title", "Learner.skills", "Credential.evidence"}
    probes = [probe for probe in all_probes(town) if probe.name in wanted]
    assert well(await ask_all(town, probes, town.callers, TRANSPORTS))


async def test_a_fault_planted_in_the_rules_is_found(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIELDS["Learner"], "displayName", Rule.ALWAYS)  # type: ignore[arg-type]
    probes = [probe for probe in all_probes(town) if probe.name == "Learner.displayName"]
    found = await ask_all(town, probes, ["skills", "revoked"], ["post"])
    assert found.too_much
    assert found.leaks


@pytest.mark.slow
async def test_the_whole_matrix_holds(town: Town) -> None:
    began, probes = time.monotonic(), all_probes(town)
    personal = [probe for probe in probes if probe.is_personal]
    found = await ask_all(town, personal, town.callers, TRANSPORTS)
    print(f"{found.asked} probes, {len(found.leaks) + len(found.too_much)} leaks,"
          f" {len(found.refused)} wrongly refused, {time.monotonic() - began:.0f} s")  # fmt: skip
    assert well(found)
    assert found.asked > 2000
    public = [probe for probe in probes if not probe.is_personal]
    assert well(await ask_all(town, public, ["anonymous", "ben", "all", "steward"], ["post"]))
