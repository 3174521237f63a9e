"""Who asks, as far as a verified token says: nobody is anyone until a token says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a caller is to the hub; it bounds the scopes a token can carry."""

    ANONYMOUS = "ANONYMOUS"
    LEARNER = "LEARNER"
    PLATFORM = "PLATFORM"
    PARTNER = "PARTNER"
    STEWARD = "STEWARD"
    ADVISER = "ADVISER"


LEARNER_SCOPE = "me"
"""The one scope of a learner: everything of their own, and nothing of anyone else's."""

SCOPES: dict[Role, frozenset[str]] = {
    Role.ANONYMOUS: frozenset(),
    Role.LEARNER: frozenset({LEARNER_SCOPE}),
    Role.PLATFORM: frozenset(
        {"learners:read", "matches:read", "consent:request", "webhook:write", "export:read"}
    ),
    Role.ADVISER: frozenset({"learners:read", "matches:read", "consent:request"}),
    Role.PARTNER: frozenset(
        {"connector:write", "source:read", "source:write", "webhook:write", "export:read"}
    ),
    Role.STEWARD: frozenset(
        {
            "connector:write", "connector:approve", "source:read", "source:write",
            "mapping:write", "webhook:write", "export:read",
        }
    ),
}  # fmt: skip
"""The most a token of each role may carry; a scope beyond it counts as not said."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller.

    A learner has `learner_id`; whoever acts for a body has `organization_id` and `client`.
    """

    role: Role = Role.ANONYMOUS
    learner_id: int | None = None
    organization_id: int | None = None
    client: str | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing is known of the caller."""
        return self.role is Role.ANONYMOUS

    def may(self, scope: str) -> bool:
        """Tell whether the caller holds a scope, and its role can."""
        return scope in self.scopes and scope in SCOPES[self.role]


ANONYMOUS = Viewer()
