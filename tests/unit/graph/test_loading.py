"""One row's failure never reaches the rows that wait for the same key."""

import asyncio
from collections.abc import Sequence

import pytest
import strawberry

from isthmus.graph.loading import HubLoader


async def test_a_failing_sibling_does_not_cancel_a_shared_load() -> None:
    async def fetch(keys: list[int]) -> Sequence[str]:
        await asyncio.sleep(0.01)
        return [f"skill {key}" for key in keys]

    loader = HubLoader(fetch)

    @strawberry.type
    class Credential:
        number: strawberry.Private[int]

        @strawberry.field
        async def issuer(self) -> str:
            if self.number == 0:
                raise ValueError
            return "issuer"

        @strawberry.field
        async def skill(self) -> str:
            return await loader.load(1)

    @strawberry.type
    class Query:
        @strawberry.field
        def credentials(self) -> list[Credential | None]:
            return [Credential(number=n) for n in range(3)]

    schema = strawberry.Schema(Query)
    schema.process_errors = lambda *_: None  # type: ignore[assignment,method-assign]
    result = await schema.execute("{ credentials { issuer skill } }")
    assert result.data is not None
    assert result.data["credentials"][0] is None
    assert [row["skill"] for row in result.data["credentials"][1:]] == ["skill 1", "skill 1"]


async def test_keys_of_one_moment_are_one_batch() -> None:
    batches: list[list[int]] = []

    async def fetch(keys: list[int]) -> Sequence[int]:
        batches.append(keys)
        return keys

    loader = HubLoader(fetch)
    assert await asyncio.gather(loader.load(1), loader.load(2), loader.load(1)) == [1, 2, 1]
    assert batches == [[1, 2]]


async def test_a_batch_that_hangs_ends_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isthmus.graph.loading.BATCH_SECONDS", 0.05)

    async def fetch(keys: list[int]) -> Sequence[int]:
        await asyncio.sleep(5)
        return keys

    with pytest.raises(TimeoutError):
        await HubLoader(fetch).load(1)
