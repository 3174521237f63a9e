"""Mutations of learners about themselves: what they prefer, what is held on them, their end."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import replace

import strawberry

from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_for_oneself, input_of, oneself
from isthmus.graph.people_enums import ExportFormat
from isthmus.graph.people_inputs import EraseMeInput, ExportMeInput, SetPreferencesInput
from isthmus.graph.scalars import Moment
from isthmus.graph.types.export import LARGEST, ExportJob
from isthmus.graph.types.learner import LearnerPreferences
from isthmus.graph.types.payload import UserErrorCode, wrong
from isthmus.graph.types.people_payloads import (
    EraseMePayload,
    ExportMePayload,
    SetPreferencesPayload,
)
from isthmus.store.database import FAILURES
from isthmus.store.people.erasing import erase_learner, scrub
from isthmus.store.people.exporting import export_of, keep_export
from isthmus.store.people.learners import find_learners, update_person

WHOLE = 1000
"""What gathering everything held on a learner costs, in rows of the store."""
MOST_LANGUAGES = 20
DAY = 86_400.0


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

    @doing_for_oneself("Gather everything held on the caller into one file.", WHOLE)
    async def export_me(
        self,
        info: GraphInfo,
        input: input_of(ExportMeInput, "In which form."),  # type: ignore[valid-type]
    ) -> ExportMePayload | None:
        """Write the file, and keep it for a day."""
        learner, people = oneself(info), info.context.seeing.people
        vault, form = people.vault, (input.format or ExportFormat.JSON_LD).name
        exported = await export_of(vault, learner, receipt=people.consents.receipt)
        async with vault.viewing(info.context.viewer) as connection:
            kept = await keep_export(vault, connection, learner, exported, form, DAY)
        return ExportMePayload(job=ExportJob(kept=kept), user_errors=[])

    @doing_for_oneself("Erase the caller, now and for good.", WHOLE)
    async def erase_me(
        self,
        info: GraphInfo,
        input: input_of(EraseMeInput, "Whether they mean it."),  # type: ignore[valid-type]
    ) -> EraseMePayload | None:
        """Give a copy first where that is wanted, end links at their stores, then erase."""
        if not input.confirm:
            message = "Say `confirm: true`: nothing brings it back."
            return EraseMePayload(user_errors=[wrong(UserErrorCode.REQUIRED, message, "confirm")])
        people, learner = info.context.seeing.people, oneself(info)
        copy = None
        if input.export_first:
            receipt = people.consents.receipt
            exported = await export_of(people.vault, learner, receipt=receipt)
            if len(exported.content) > LARGEST:
                message = "The copy is too large for one answer; fetch it by exportMe first."
                told = wrong(UserErrorCode.QUOTA_EXCEEDED, message, "exportFirst")
                return EraseMePayload(user_errors=[told])
            copy = base64.b64encode(exported.content).decode()
        if people.stores is not None:
            await people.stores.withdraw(learner)
        at = await erase_learner(people.vault, learner)
        with suppress(*FAILURES):  # else the next sweep does it
            await scrub(people.vault)
        return EraseMePayload(erased_at=Moment(at), copy_base64=copy, user_errors=[])
