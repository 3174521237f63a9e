"""The shared fixtures of credentials, with their pinned contexts."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.contexts import Contexts
from tests.unit.credentials.proofs.around import surroundings


@pytest.fixture(scope="session")
def credentials(fixtures: Path) -> Path:
    return fixtures / "credentials"


@pytest.fixture(scope="session")
def contexts(credentials: Path) -> Contexts:
    return Contexts.of_folder(credentials / "jsonld-contexts")


@pytest.fixture
def offline(contexts: Contexts) -> Surroundings:
    """Surroundings with the publishers' contexts, in which nobody answers."""
    return surroundings(contexts=contexts)
