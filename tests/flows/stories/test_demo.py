"""The demo walks its stories itself; who opens it finds their operations."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from graphql import parse, validate

from isthmus.graph.schema import build_schema
from isthmus.playground.stories.callers import documents
from tests.flows.commands import isthmus

TOLD = (
    "the course at its level: NSQF-2023 4",
    "and says why: CONSENT_REVOKED",
    "one near its end says so: EXPIRING",
    "it is down: 200 FAILED SOURCE_DOWN",
)


def test_the_demo_walks_every_story_over_its_own_http(surroundings: Mapping[str, str]) -> None:
    done = isthmus(surroundings, "demo", "--check")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "steps, 0 not as told." in done.stdout
    for told in TOLD:
        assert f"as told  {told}" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("document", documents())
def test_operations_of_the_stories_are_of_this_schema(document: str) -> None:
    assert document.startswith("# The story")
    assert validate(build_schema()._schema, parse(document)) == []
