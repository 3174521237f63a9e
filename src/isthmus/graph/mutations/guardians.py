"""Mutations about guardians: named, accepted, confirming, ended."""

from __future__ import annotations

import strawberry

from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.consent import payload_of, user_error
from isthmus.graph.mutations.fields import doing_for_oneself, input_of, oneself
from isthmus.graph.people_inputs import (
    AcceptGuardianshipInput,
    ConfirmConsentInput,
    EndGuardianshipInput,
    NameGuardianInput,
)
from isthmus.graph.types.consent import CONSENT
from isthmus.graph.types.guardianship import GUARDIANSHIP, Guardianship
from isthmus.graph.types.learner import LEARNER
from isthmus.graph.types.payload import unknown
from isthmus.graph.types.people_payloads import (
    AcceptGuardianshipPayload,
    ConfirmConsentPayload,
    EndGuardianshipPayload,
    NameGuardianPayload,
)
from isthmus.model import guardianship as model
from isthmus.query.ids import key_of


@strawberry.type
class GuardianMutations:
    """What learners under age and their guardians do."""

    @doing_for_oneself("Draw a code with which a grown-up becomes one's guardian.")
    async def name_guardian(
        self,
        info: GraphInfo,
        input: input_of(NameGuardianInput, "For whom."),  # type: ignore[valid-type]
    ) -> NameGuardianPayload | None:
        """Draw it."""
        if key_of(input.learner, LEARNER) != oneself(info):
            return NameGuardianPayload(user_errors=[unknown("learner")])
        made = await info.context.seeing.people.consents.guardians.invite(info.context.viewer)
        if isinstance(made, list):
            return NameGuardianPayload(user_errors=[user_error(one) for one in made])
        held, code = made
        return NameGuardianPayload(
            guardianship=Guardianship(held=held), code_shown_once=code, user_errors=[]
        )

    @doing_for_oneself("Become the guardian of whoever drew a code.")
    async def accept_guardianship(
        self,
        info: GraphInfo,
        input: input_of(AcceptGuardianshipInput, "The code."),  # type: ignore[valid-type]
    ) -> AcceptGuardianshipPayload | None:
        """Accept it."""
        guardians = info.context.seeing.people.consents.guardians
        made = await guardians.accept(info.context.viewer, input.code)
        if isinstance(made, model.Guardianship):
            return AcceptGuardianshipPayload(guardianship=Guardianship(held=made), user_errors=[])
        return AcceptGuardianshipPayload(user_errors=[user_error(one) for one in made])

    @doing_for_oneself("Say a guardian's word on a consent of one's ward.")
    async def confirm_consent(
        self,
        info: GraphInfo,
        input: input_of(ConfirmConsentInput, "Which one, and what."),  # type: ignore[valid-type]
    ) -> ConfirmConsentPayload | None:
        """Confirm it, or not."""
        made = await info.context.seeing.people.consents.confirm(
            info.context.viewer, key_of(input.consent, CONSENT), agrees=input.agrees
        )
        return payload_of(ConfirmConsentPayload, made)

    @doing_for_oneself("End a guardianship, as the ward or as the guardian.")
    async def end_guardianship(
        self,
        info: GraphInfo,
        input: input_of(EndGuardianshipInput, "Which one."),  # type: ignore[valid-type]
    ) -> EndGuardianshipPayload | None:
        """End it."""
        guardians = info.context.seeing.people.consents.guardians
        key = key_of(input.guardianship, GUARDIANSHIP)
        made = await guardians.end(info.context.viewer, key)
        if isinstance(made, model.Guardianship):
            return EndGuardianshipPayload(guardianship=Guardianship(held=made), user_errors=[])
        return EndGuardianshipPayload(user_errors=[user_error(one) for one in made])
