"""Who asks for something to be registered, and what is theirs."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.errors import ErrorCode, Refused
from isthmus.model.viewer import Role, Viewer
from isthmus.store.connectors import StoredConnector
from isthmus.store.sources import StoredSource

APPROVE = "connector:approve"
UNKNOWN = "There is nothing of this id, or not for you."


@dataclass(frozen=True, slots=True)
class Applicant:
    """A partner, a steward, or the hub's operator.

    `body` owns what a partner brings. A steward sees everyone's, and may approve where the scope
    says so.
    """

    name: str
    body: int | None
    sees_all: bool
    may_approve: bool
    is_operator: bool = False
    """Whether files of the hub's own machine are theirs to name."""

    @classmethod
    def of(cls, viewer: Viewer) -> Applicant:
        """Give the one who asks over the graph."""
        name, is_steward = viewer.client or viewer.role.value, viewer.role is Role.STEWARD
        return cls(name, viewer.organization_id, is_steward, viewer.may(APPROVE))

    def owns(self, owner: int | None) -> bool:
        """Tell whether something of that owner is theirs to see and touch."""
        return self.sees_all or (owner is not None and owner == self.body)

    def may_use(self, connector: StoredConnector) -> bool:
        """Tell whether they may add sources of a connector: their own, or one nobody owns."""
        return self.owns(connector.owner_id) or connector.owner_id is None

    def must_approve(self, what: str) -> None:
        """Refuse who may not approve."""
        if not self.may_approve:
            raise Refused(ErrorCode.FORBIDDEN, f"{what} needs the scope {APPROVE} as well.")


def operator(name: str) -> Applicant:
    """Give the operator at the command line."""
    return Applicant(f"operator {name}", None, sees_all=True, may_approve=True, is_operator=True)


class Declined(Exception):
    """Nothing is written, and this is what is to be put right."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(refusal.message for refusal in refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing to put right: a code of `UserErrorCode`, a sentence, and where in the input."""

    code: str
    message: str
    path: tuple[str, ...] = ()


def unknown(*path: str) -> Declined:
    """Say that something is not there, or is another's: nobody can tell which."""
    return Declined(Refusal("NOT_FOUND", UNKNOWN, path))


def own_source(applicant: Applicant, source: StoredSource | None) -> StoredSource:
    """Give a source that is the applicant's; raise `Declined`."""
    if source is None or not applicant.owns(source.owner_id):
        raise unknown("source")
    return source
