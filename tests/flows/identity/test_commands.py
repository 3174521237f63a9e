"""Tokens and clients at the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from isthmus.cli.introducing import introduce
from isthmus.errors import Refused
from isthmus.hub import Hub
from isthmus.model.viewer import SCOPES, Role
from isthmus.settings import Settings
from isthmus.store.database import Database
from tests.conftest import ROOT
from tests.flows.commands import isthmus

DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


async def _hub(at_home: Mapping[str, str]) -> Hub:
    home = Path(at_home["ISTHMUS_HOME"])
    return Hub(Settings(home=home), await Database.open(home=home), ROOT)


async def test_a_token_for_development_is_taken_by_a_server_of_the_same_home(
    at_home: Mapping[str, str],
) -> None:
    learner = isthmus(at_home, "token", "issue", "--role", "learner", "--learner-did", DID)
    platform = isthmus(at_home, "token", "issue", "--role", "platform", "--scope", "learners:read")
    assert (learner.returncode, platform.returncode) == (0, 0), learner.stderr + platform.stderr
    async with await _hub(at_home) as hub:
        gate = hub.identity().gate
        first = await gate.viewer(f"Bearer {learner.stdout.strip()}")
        second = await gate.viewer(f"Bearer {platform.stdout.strip()}")
    assert (first.role, second.role) == (Role.LEARNER, Role.PLATFORM)
    assert second.scopes == {"learners:read"}
    assert second.organization_id is not None


def test_no_token_is_issued_where_the_database_is_a_server(
    surroundings: Mapping[str, str],
) -> None:
    elsewhere = {**surroundings, "ISTHMUS_DATABASE_URL": "postgresql://nowhere.test/hub"}
    done = isthmus(elsewhere, "token", "issue", "--role", "learner")
    assert done.returncode == 2
    assert "[TOKEN_NOT_ISSUED]" in done.stderr
    assert done.stdout == ""


async def test_a_client_is_added_with_a_secret_that_is_shown_once_and_revoked(
    at_home: Mapping[str, str],
) -> None:
    added = isthmus(
        at_home, "client", "add", "Job board", "--role", "platform", "--scope", "learners:read"
    )
    assert added.returncode == 0, added.stderr
    told = dict(line.split(maxsplit=1) for line in added.stdout.splitlines())
    assert len(told["client_secret"]) == 43
    listed = isthmus(at_home, "client", "list").stdout
    assert f"{told['client_id']}  platform  Job board  learners:read" in listed
    assert told["client_secret"] not in listed
    token = isthmus(
        at_home, "token", "issue", "--role", "platform", "--client", told["client_id"]
    ).stdout.strip()
    assert isthmus(at_home, "client", "revoke", told["client_id"]).returncode == 0
    assert "revoked" in isthmus(at_home, "client", "list").stdout
    async with await _hub(at_home) as hub:
        with pytest.raises(Refused):
            await hub.identity().gate.viewer(f"Bearer {token}")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["client", "add", "x", "--role", "platform", "--scope", "admin"], "CLIENT_INVALID"),
        (["client", "add", "x", "--role", "platform", "--issuer", "i"], "CLIENT_INVALID"),
        (["client", "revoke", "nobody"], "CLIENT_UNKNOWN"),
        (["token", "issue", "--role", "anonymous"], "TOKEN_NOT_ISSUED"),
        (["token", "issue", "--role", "steward", "--client", "nobody"], "CLIENT_UNKNOWN"),
    ],
)
def test_a_mistake_is_a_sentence(
    at_home: Mapping[str, str], arguments: list[str], code: str
) -> None:
    done = isthmus(at_home, *arguments)
    assert done.returncode == 2
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.stderr


async def test_the_demo_introduces_callers_whose_tokens_are_taken(
    database: Database, tmp_path: Path
) -> None:
    hub = Hub(Settings(home=tmp_path), database, ROOT)
    lines = [line for _ in range(2) for line in await introduce(hub, "http://issuer.test")]
    tokens = [line.rpartition(" ")[2] for line in lines]
    found = [await hub.identity().gate.viewer(f"Bearer {token}") for token in tokens]
    half = len(found) // 2
    assert found[:half] == found[half:]  # they are who they were, at the next start too
    assert {viewer.role for viewer in found} == {Role.LEARNER, Role.PLATFORM}
    assert found[-1].scopes == SCOPES[Role.PLATFORM]
