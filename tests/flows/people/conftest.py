"""People in an empty database, for tests of how they are kept."""

from __future__ import annotations

import pytest

from isthmus.store.database import Database
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring, new_key


@pytest.fixture
async def vault(database: Database) -> Vault:
    """The people of an empty database."""
    return await Vault.open(database, Keyring("k1", {"k1": new_key()}))
