"""Clients: the programs of platforms, partners, stewards and advisers that ask for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.model.viewer import Role


@dataclass(frozen=True, slots=True)
class Client:
    """A program that acts for a body; `jwks` are the keys it proves itself with, if it has any.

    The id of one that another issuer knows is that issuer and its name there, parted by a space:
    no id drawn by the hub has one, so neither can be taken for the other.
    """

    id: str
    name: str
    role: Role
    organization_id: int
    scopes: frozenset[str]
    jwks: Mapping[str, Any] | None = None
    created_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def is_revoked(self) -> bool:
        """Whether its tokens have ended."""
        return self.revoked_at is not None


def foreign_id(issuer: str, name: str) -> str:
    """Give the id of a client that another issuer knows by a name."""
    return f"{issuer} {name}"
