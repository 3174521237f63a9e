"""What ships as a framework is a whole ladder, and names who stands behind it."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.trials.mapping import ReadStream
from tests.connectors.samples import CONNECTORS, load

RUNGS = {"ECTS": 0, "EQF": 8, "ISCED": 9, "NSQF-2013": 10, "NSQF-2023": 8, "RNCP": 8}


@pytest.fixture
async def frameworks(read_stream: ReadStream) -> dict[str, Any]:
    """Every framework that ships, by its code."""
    result = await read_stream(load("frameworks"), "frameworks", {})
    assert result.rejections == []
    return result.entities


def test_the_frameworks_have_the_rungs_their_authorities_publish(
    frameworks: dict[str, Any],
) -> None:
    assert {code: len(f.levels) for code, f in frameworks.items()} == RUNGS


def test_every_ladder_begins_at_its_bottom_and_leaves_no_rung_out(
    frameworks: dict[str, Any],
) -> None:
    for framework in frameworks.values():
        ranks = [level.rank for level in framework.levels]
        assert ranks == list(range(1, len(ranks) + 1))
        assert len({level.notation for level in framework.levels}) == len(ranks)


def test_every_framework_names_its_authority_and_version(frameworks: dict[str, Any]) -> None:
    for framework in frameworks.values():
        assert framework.authority.name.value
        assert framework.authority.uri.startswith("https://")
        assert framework.version


def test_the_two_generations_of_the_indian_framework_are_two(frameworks: dict[str, Any]) -> None:
    old, new = frameworks["NSQF-2013"], frameworks["NSQF-2023"]
    assert (old.version, new.version) == ("2013", "2023")
    assert [level.notation for level in new.levels] == [str(n) for n in range(1, 9)]


def test_no_equivalent_stands_without_its_referencing_document(
    frameworks: dict[str, Any],
) -> None:
    stated = [e for f in frameworks.values() for level in f.levels for e in level.equivalents]
    assert all(equivalent.basis.startswith("https://") for equivalent in stated)


def test_every_file_of_the_folder_is_a_framework(frameworks: dict[str, Any]) -> None:
    assert len(list((CONNECTORS / "frameworks" / "data").glob("*.json"))) == len(frameworks)
