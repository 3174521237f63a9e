"""People in an empty database, for tests of how they are kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring, new_key
from tests.conftest import _create, _drop

_numbers = itertools.count(1)


@pytest.fixture
async def vault(database: Database) -> Vault:
    """The people of an empty database."""
    return await Vault.open(database, Keyring("k1", {"k1": new_key()}))


@pytest.fixture
def empty_url(server: EmbeddedServer, template: str) -> Iterator[str]:
    """The address of an empty database, for tests with a loop of their own."""
    name = f"people_{next(_numbers)}"
    _create(server, name, template)
    yield server.url(name)
    _drop(server, name)
