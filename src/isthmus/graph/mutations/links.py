"""Mutations about links to stores, and about wallets."""

from __future__ import annotations

from typing import NoReturn

import strawberry

from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_for_oneself, input_of
from isthmus.graph.people_inputs import (
    FinishSourceLinkInput,
    RemoveSourceLinkInput,
    RequestPresentationInput,
    StartSourceLinkInput,
)
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.types.payload import UserErrorCode, unknown, wrong
from isthmus.graph.types.people_payloads import (
    FinishSourceLinkPayload,
    PresentationRequest,
    RemoveSourceLinkPayload,
    RequestPresentationPayload,
    StartSourceLinkPayload,
)
from isthmus.graph.types.source_link import SourceLink
from isthmus.live.presentations import Presentations
from isthmus.live.stores import Stores
from isthmus.model.credential import CredentialFormat
from isthmus.query.ids import key_of

STORE = 50
"""What a call of a store costs, in rows of ours."""


@strawberry.type
class LinkMutations:
    """What learners do with stores and wallets."""

    @doing_for_oneself("Begin a link to a store: where to send the learner's browser.", STORE)
    async def start_source_link(
        self,
        info: GraphInfo,
        input: input_of(StartSourceLinkInput, "Which store."),  # type: ignore[valid-type]
    ) -> StartSourceLinkPayload | None:
        """Begin."""
        key = key_of(input.source, "src")
        try:
            url, state = await _stores(info).start_link(info.context.viewer, key, input.return_url)
        except Refused as refused:
            told = wrong(UserErrorCode.INVALID, str(_own(refused)), "source")
            return StartSourceLinkPayload(user_errors=[told])
        return StartSourceLinkPayload(authorize_url=URI(url), state=state, user_errors=[])

    @doing_for_oneself("Finish a link with what the store gave, once.", STORE)
    async def finish_source_link(
        self,
        info: GraphInfo,
        input: input_of(FinishSourceLinkInput, "What came back."),  # type: ignore[valid-type]
    ) -> FinishSourceLinkPayload | None:
        """Finish."""
        try:
            link = await _stores(info).finish_link(info.context.viewer, input.state, input.code)
        except Refused as refused:
            told = wrong(UserErrorCode.INVALID, str(_own(refused)), "state")
            return FinishSourceLinkPayload(user_errors=[told])
        return FinishSourceLinkPayload(link=SourceLink(link=link), user_errors=[])

    @doing_for_oneself("Cut a link: forgotten here at once, and given back to the store.", STORE)
    async def remove_source_link(
        self,
        info: GraphInfo,
        input: input_of(RemoveSourceLinkInput, "Which store."),  # type: ignore[valid-type]
    ) -> RemoveSourceLinkPayload | None:
        """Cut it."""
        key = key_of(input.source, "src")
        try:
            link = await _stores(info).remove_link(info.context.viewer, key)
        except Refused as refused:
            _own(refused)
            return RemoveSourceLinkPayload(user_errors=[unknown("source")])
        return RemoveSourceLinkPayload(link=SourceLink(link=link), user_errors=[])

    @doing_for_oneself("Ask a wallet to show a credential; presentCredential collects it.")
    async def request_presentation(
        self,
        info: GraphInfo,
        input: input_of(RequestPresentationInput, "What to show."),  # type: ignore[valid-type]
    ) -> RequestPresentationPayload | None:
        """Begin a presentation."""
        formats = [
            CredentialFormat[one.name] for one in input.formats or () if one.name != "ORIGINAL"
        ]
        names: list[str] = []
        if input.qualification:
            row = await info.context.loaders.row(
                "Qualification", key_of(input.qualification, "qua")
            )
            if row is None or not row["uri"]:
                return RequestPresentationPayload(user_errors=[unknown("qualification")])
            names = [row["uri"]]
        try:
            begun = await _presentations(info).begin(
                info.context.viewer, formats, names, return_url=input.return_url or None
            )
        except PresentationRefused as refused:
            place = "returnUrl" if refused.reason is Reason.RETURN_OTHER else "formats"
            told = wrong(UserErrorCode[refused.code], str(refused), place)
            return RequestPresentationPayload(user_errors=[told])
        request = PresentationRequest(
            request=strawberry.ID(begun.request),
            request_uri=URI(begun.request_uri),
            wallet_uri=URI(begun.wallet_uri),
            nonce=begun.nonce,
            expires_at=Moment(begun.expires_at),
        )
        return RequestPresentationPayload(request=request, user_errors=[])


def _own(refused: Refused) -> Refused:
    """Let through what is no mistake of an input."""
    if refused.code is not ErrorCode.ARGUMENT_INVALID:
        raise refused
    return refused


def _stores(info: GraphInfo) -> Stores:
    found = info.context.seeing.people.stores
    return found if found is not None else _nowhere("This hub reads no stores.")


def _presentations(info: GraphInfo) -> Presentations:
    found = info.context.seeing.people.presentations
    return found if found is not None else _nowhere("This hub asks no wallets.")


def _nowhere(message: str) -> NoReturn:
    raise Refused(ErrorCode.FORBIDDEN, message)
