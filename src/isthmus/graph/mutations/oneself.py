"""Mutations of learners about themselves: what they prefer, what is held on them, their end."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_for_oneself, input_of, oneself
from isthmus.graph.people_inputs import SetPreferencesInput
from isthmus.graph.types.learner import LearnerPreferences
from isthmus.graph.types.payload import UserErrorCode, wrong
from isthmus.graph.types.people_payloads import (
    SetPreferencesPayload,
)
from isthmus.store.people.learners import find_learners, update_person

WHOLE = 1000
"""What gathering everything held on a learner costs, in rows of the store."""
MOST_LANGUAGES = 20


@strawberry.type
class OwnMutations:
    """What learners do about themselves."""

    @doing_for_oneself("Set what one prefers.")
    async def set_preferences(
        self,
        info: GraphInfo,
        input: input_of(SetPreferencesInput, "What is to change."),  # type: ignore[valid-type]
    ) -> SetPreferencesPayload | None:
        """Set it."""
        if len(input.languages or ()) > MOST_LANGUAGES:
            told = wrong(UserErrorCode.INVALID, f"At most {MOST_LANGUAGES}.", "languages")
            return SetPreferencesPayload(user_errors=[told])
        learner, vault = oneself(info), info.context.seeing.people.vault
        async with vault.viewing(info.context.viewer) as connection:
            person = (await find_learners(vault, connection, [learner]))[learner].person
            if input.languages:
                person = replace(person, languages=tuple(map(str, input.languages)))
            if isinstance(input.low_bandwidth, bool):
                person = replace(person, low_bandwidth=input.low_bandwidth)
            await update_person(vault, connection, learner, person)
        return SetPreferencesPayload(preferences=LearnerPreferences.of(person), user_errors=[])
