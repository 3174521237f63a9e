"""Guardians: a learner names a grown-up, who confirms what the learner agrees to under age.

The learner draws a code and passes it on as they like; whoever signs in with it must be known to
be grown up by what their provider told. Either of the two may end it: what was confirmed stays,
and what is granted from then on waits.
"""

from __future__ import annotations

import secrets

from isthmus.consent import lines
from isthmus.consent.decisions import Decisions, oneself
from isthmus.consent.rules import Reason, Refusal, unknown
from isthmus.model.guardianship import Guardianship
from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection
from isthmus.store.people import audit, consents, guardianships

CODE_BYTES = 16
DAYS = 7
MOST_INVITATIONS = 3


class Guardians:
    """The guardianships of one hub."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._vault = decisions.vault

    async def invite(
        self, viewer: Viewer, *, connection: Connection | None = None
    ) -> tuple[Guardianship, str] | list[Refusal]:
        """Draw the code of a guardianship, which is shown this once and good for a week."""
        learner, code = oneself(viewer), secrets.token_urlsafe(CODE_BYTES)
        async with self._decisions.writing(viewer, connection) as open_:
            if await guardianships.count_invitations(open_, learner) >= MOST_INVITATIONS:
                message = f"{MOST_INVITATIONS} invitations are open; end one first."
                return [Refusal(Reason.QUOTA_EXCEEDED, message)]
            made = await guardianships.invite(self._vault, open_, learner, code, DAYS)
        return made, code

    async def accept(
        self, viewer: Viewer, code: str, *, connection: Connection | None = None
    ) -> Guardianship | list[Refusal]:
        """Become the guardian of whoever drew the code."""
        guardian = oneself(viewer)
        async with self._decisions.writing(viewer, connection) as open_:
            person = await self._decisions.person(open_, guardian)
            is_ward = await guardianships.has_guardian(open_, guardian)
            now = await consents.moment(open_)
            if is_ward or not self._decisions.ages.can_guard(person, now):
                message = "A guardian is known to be grown up, and has no guardian themselves."
                return [Refusal(Reason.INVALID, message)]
            await audit.as_errand(open_)
            found = await guardianships.find_invitation(self._vault, open_, code)
            if found is None:
                return [unknown("code")]
            if found.learner_id == guardian:
                return [Refusal(Reason.INVALID, "Nobody guards themselves.", ("code",))]
            made = await guardianships.accept(open_, found.id, guardian)
            await self._log(open_, lines.ACCEPTED, made)
        return made

    async def end(
        self, viewer: Viewer, guardianship_id: int, *, connection: Connection | None = None
    ) -> Guardianship | list[Refusal]:
        """End a guardianship, as the ward or as the guardian."""
        party = oneself(viewer)
        async with self._decisions.writing(viewer, connection) as open_:
            ended = await guardianships.end(open_, guardianship_id, party)
            if ended is None:
                return [unknown("guardianship")]
            await self._log(open_, lines.ENDED, ended)
        return ended

    async def of(self, viewer: Viewer) -> list[Guardianship]:
        """Give the guardianships over the learner who asks, newest first; open codes too."""
        learner = oneself(viewer)
        async with self._vault.viewing(viewer) as connection:
            return await guardianships.guardianships_over(connection, learner)

    async def wards_of(self, viewer: Viewer) -> list[Guardianship]:
        """Give the guardianships of the learner who asks over others, newest first."""
        guardian = oneself(viewer)
        async with self._vault.viewing(viewer) as connection:
            return await guardianships.guardianships_by(connection, guardian)

    async def _log(self, connection: Connection, kind: str, made: Guardianship) -> None:
        entry = audit.Entry(kind, made.learner_id, {"guardianship": made.id})
        await audit.append(self._vault, connection, [entry])
