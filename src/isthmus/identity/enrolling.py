"""Enrolment: whoever proves to be someone not yet known becomes a learner, once."""

from __future__ import annotations

from isthmus.model.learner import Person
from isthmus.model.viewer import LEARNER_SCOPE, Role, Viewer
from isthmus.store.people.identities import bind_identity, in_turn, learner_of
from isthmus.store.people.learners import create_learner
from isthmus.store.people.vault import Vault


async def enrol(
    vault: Vault, kind: str, issuer: str, subject: str, person: Person | None = None
) -> Viewer:
    """Give the learner of a subject; a new one has what is known of the person, and no more.

    What a learner says of themselves later is theirs: a known one is not changed by signing in.
    """
    async with vault.on_errand() as connection:
        await in_turn(vault, connection, kind, issuer, subject)
        learner = await learner_of(vault, connection, kind, issuer, subject)
        if learner is None:
            learner = await create_learner(vault, connection, person or Person())
            await bind_identity(vault, connection, kind, issuer, subject, learner)
    return as_viewer(learner)


async def is_known(vault: Vault, kind: str, issuer: str, subject: str) -> bool:
    """Tell whether a subject is a learner's already."""
    async with vault.on_errand() as connection:
        return await learner_of(vault, connection, kind, issuer, subject) is not None


def as_viewer(learner: int) -> Viewer:
    """Give a learner as a caller."""
    return Viewer(Role.LEARNER, learner_id=learner, scopes=frozenset({LEARNER_SCOPE}))
