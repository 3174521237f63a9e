"""Mutations about consents: asked for, given, refused, withdrawn, confirmed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import strawberry

from isthmus.consent.rules import Asking, Granting, Refusal
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_for_oneself, doing_with, input_of
from isthmus.graph.mutations.once import once
from isthmus.graph.people_inputs import (
    GrantConsentInput,
    RefuseConsentInput,
    RequestConsentInput,
    RevokeConsentInput,
)
from isthmus.graph.types.consent import CONSENT, Consent
from isthmus.graph.types.learner import LEARNER
from isthmus.graph.types.payload import UserError, UserErrorCode
from isthmus.graph.types.people_payloads import (
    GrantConsentPayload,
    RefuseConsentPayload,
    RequestConsentPayload,
    RevokeConsentPayload,
)
from isthmus.model import consent as model
from isthmus.query.ids import key_of
from isthmus.store.database import Connection

P = TypeVar("P")
Step = Callable[[Connection], Awaitable[model.Consent | Sequence[Refusal]]]
ASK = "consent:request"


class Declined(Exception):
    """Nothing is written, and this is what is to be put right."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("declined")
        self.refusals = refusals


@strawberry.type
class ConsentMutations:
    """What is done with consents."""

    @doing_with(ASK, "Ask a learner for a consent; they see it among their consents.")
    async def request_consent(
        self,
        info: GraphInfo,
        input: input_of(RequestConsentInput, "What is asked for."),  # type: ignore[valid-type]
    ) -> RequestConsentPayload | None:
        """Ask."""
        asking = Asking(
            key_of(input.learner, LEARNER),
            model.Purpose[input.purpose.name],
            scopes_of(input.fields),
            input.expires_at,
            mode_of(input.mode),
        )
        consents, viewer = info.context.seeing.people.consents, info.context.viewer

        async def step(connection: Connection) -> model.Consent | Sequence[Refusal]:
            return await consents.request(viewer, asking, connection=connection)

        return await _done(info, "requestConsent", input, step, RequestConsentPayload)

    @doing_for_oneself("Give a consent: what was asked for or less, or something unasked.")
    async def grant_consent(
        self,
        info: GraphInfo,
        input: input_of(GrantConsentInput, "What is given."),  # type: ignore[valid-type]
    ) -> GrantConsentPayload | None:
        """Give it."""
        granting = Granting(
            recipient_id=key_of(input.recipient, "org"),
            purpose=model.Purpose[input.purpose.name],
            scopes=scopes_of(input.fields),
            expires_at=input.expires_at,
            mode=mode_of(input.mode),
            request_id=key_of(input.request, CONSENT) if input.request else None,
            sources=tuple(key_of(one, "src") for one in input.sources or ()),
            data_from=input.data_from or None,
            data_to=input.data_to or None,
        )
        consents, viewer = info.context.seeing.people.consents, info.context.viewer

        async def step(connection: Connection) -> model.Consent | Sequence[Refusal]:
            return await consents.grant(viewer, granting, connection=connection)

        return await _done(info, "grantConsent", input, step, GrantConsentPayload)

    @doing_for_oneself("Say no to a consent that was asked for.")
    async def refuse_consent(
        self,
        info: GraphInfo,
        input: input_of(RefuseConsentInput, "What is refused."),  # type: ignore[valid-type]
    ) -> RefuseConsentPayload | None:
        """Refuse it."""
        consents, key = info.context.seeing.people.consents, key_of(input.request, CONSENT)
        made = await consents.refuse(info.context.viewer, key)
        return payload_of(RefuseConsentPayload, made)

    @doing_for_oneself("Withdraw a consent: from now on nothing is shown by it.")
    async def revoke_consent(
        self,
        info: GraphInfo,
        input: input_of(RevokeConsentInput, "What is withdrawn."),  # type: ignore[valid-type]
    ) -> RevokeConsentPayload | None:
        """Withdraw it."""
        consents, key = info.context.seeing.people.consents, key_of(input.consent, CONSENT)
        made = await consents.revoke(info.context.viewer, key)
        return payload_of(RevokeConsentPayload, made)


async def _done(
    info: GraphInfo, mutation: str, input: Any, step: Step, kind: Callable[..., P]
) -> P:
    """Take a step once under its key; where it is declined nothing is remembered of it."""
    vault, viewer = info.context.seeing.people.vault, info.context.viewer

    async def work(connection: Connection) -> int:
        made = await step(connection)
        if not isinstance(made, model.Consent):
            raise Declined(made)
        return made.id

    try:
        async with vault.viewing(viewer) as connection:
            key = await once(vault, connection, viewer, mutation, input, work)
    except Declined as declined:
        return payload_of(kind, declined.refusals)
    found = await info.context.seeing.consent(key)
    return payload_of(kind, found or ())


def payload_of(kind: Callable[..., P], made: model.Consent | Sequence[Refusal]) -> P:
    """Give the payload of a consent, or of what is to be put right."""
    if isinstance(made, model.Consent):
        return kind(consent=Consent(held=made), user_errors=[])
    return kind(user_errors=[user_error(one) for one in made])


def user_error(refusal: Refusal) -> UserError:
    """Give a refusal as a user error."""
    code = UserErrorCode[refusal.code.name]
    return UserError(code=code, message=refusal.message, path=list(refusal.path))


def scopes_of(fields: Sequence[Any]) -> frozenset[model.DataScope]:
    """Read the scopes of an input."""
    return frozenset(model.DataScope[one.name] for one in fields)


def mode_of(mode: Any) -> model.ConsentMode:
    """Read the mode of an input."""
    return model.ConsentMode[mode.name] if mode else model.ConsentMode.VIEW
