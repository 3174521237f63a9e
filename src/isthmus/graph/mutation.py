"""The root of every mutation: what is asked to be done."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.credentials.contract import Document
from isthmus.credentials.verifier import Verifier
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.credential_inputs import VerifyCredentialInput
from isthmus.graph.fields import PLAN, GraphInfo
from isthmus.graph.mutations.consent import ConsentMutations
from isthmus.graph.mutations.credentials import CredentialMutations
from isthmus.graph.mutations.documents import document_of
from isthmus.graph.mutations.fields import VERIFYING
from isthmus.graph.mutations.guardians import GuardianMutations
from isthmus.graph.mutations.holding import others_with
from isthmus.graph.mutations.links import LinkMutations
from isthmus.graph.mutations.oneself import OwnMutations
from isthmus.graph.mutations.syncing import SyncMutations
from isthmus.graph.types.credential import CREDENTIAL, Credential
from isthmus.graph.types.payload import UserError, UserErrorCode, unknown
from isthmus.graph.types.verification import VerifyCredentialPayload
from isthmus.model.verification import CheckKind
from isthmus.query.ids import key_of
from isthmus.query.vocabulary import Errand
from isthmus.store.people.credentials import digest_of

BODY, ADDRESS = ["target", "document", "body"], ["target", "badgeUrl"]


@strawberry.type(description="Everything that can be done.")
class Mutation(
    ConsentMutations,
    GuardianMutations,
    CredentialMutations,
    LinkMutations,
    OwnMutations,
    SyncMutations,
):
    """The root."""

    @strawberry.federation.field(
        description="Verify a credential, and show every check. Nothing of it is stored.",
        metadata={PLAN: Errand(VERIFYING)},
        directives=[Cost(weight=VERIFYING)],
    )
    async def verify_credential(
        self,
        info: GraphInfo,
        input: Annotated[
            VerifyCredentialInput, strawberry.argument(description="What to verify, and how far.")
        ],
    ) -> VerifyCredentialPayload | None:
        """Read and check."""
        if info.context.verifier is None:
            raise Refused(ErrorCode.FORBIDDEN, "This graph verifies nothing.")
        verifier = info.context.verifier()
        kinds = {CheckKind[kind.name] for kind in input.checks or ()}
        if input.target.credential:
            return await _of_held(info, str(input.target.credential), kinds)
        found = await _document(input, verifier)
        if isinstance(found, UserError):
            return VerifyCredentialPayload.refusing(found)
        reading, made = await verifier.verify(found, now=info.context.now, kinds=kinds)
        if reading is None:
            code, unread = UserErrorCode.UNSUPPORTED_FORMAT, made.checks[0].detail
            place = BODY if input.target.document else ADDRESS
            return VerifyCredentialPayload.refusing(
                UserError(code=code, message=unread, path=place)
            )
        return VerifyCredentialPayload.of(made)


async def _of_held(info: GraphInfo, id: str, kinds: set[CheckKind]) -> VerifyCredentialPayload:
    """Verify a credential that the caller may see the title of."""
    seeing = info.context.seeing
    found = await seeing.credential(key_of(id, CREDENTIAL))
    if found is None:
        return VerifyCredentialPayload.refusing(unknown("target", "credential"))
    await Credential(made=found).admit(info, "Credential", "verification")
    digest = digest_of(found.shown.document.body)
    known = await others_with(info, found.shown.learner_id, digest)
    made = await seeing.verify(found.shown, known, kinds=kinds, endorsements=found.endorsements)
    return VerifyCredentialPayload.of(made.verification)


async def _document(asked: VerifyCredentialInput, verifier: Verifier) -> Document | UserError:
    given = asked.target.document
    if given:
        return document_of(given.body, given.format or None, BODY)
    url = str(asked.target.badge_url)
    answer = await verifier.fetch(url)
    if answer.body is None:
        message = "The address did not answer with a badge."
        return UserError(code=UserErrorCode.SOURCE_UNREACHABLE, message=message, path=ADDRESS)
    return Document(answer.body, hosted_at=url)
