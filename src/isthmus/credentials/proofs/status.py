"""Whether a credential was suspended or revoked, by lists fetched whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.model.verification import Check


async def check_status(
    credential: Mapping[str, Any], surroundings: Surroundings, *, path: str = ""
) -> list[Check]:
    """Check `credentialStatus` of a credential: a STATUS_LIST row an entry, one SKIPPED if none."""
    raise NotImplementedError


async def check_revocation_list(
    assertion: Mapping[str, Any], issuer: Mapping[str, Any], surroundings: Surroundings
) -> list[Check]:
    """Check an Open Badges 2 assertion against its issuer's `revocationList`."""
    raise NotImplementedError
