"""What the mutations about people answer."""

from __future__ import annotations

import strawberry

from isthmus.graph.connection import FREE
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.types.consent import Consent
from isthmus.graph.types.credential import Credential
from isthmus.graph.types.endorsement import Endorsement
from isthmus.graph.types.export import ExportJob
from isthmus.graph.types.guardianship import Guardianship
from isthmus.graph.types.learner import LearnerPreferences
from isthmus.graph.types.payload import NOTHING, Payload, payload
from isthmus.graph.types.source_link import SourceLink


@strawberry.federation.type(description=payload("requestConsent"))
class RequestConsentPayload(Payload):
    """A consent."""

    consent: Consent | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("grantConsent"))
class GrantConsentPayload(Payload):
    """A consent."""

    consent: Consent | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("refuseConsent"))
class RefuseConsentPayload(Payload):
    """A consent."""

    consent: Consent | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("revokeConsent"))
class RevokeConsentPayload(Payload):
    """A consent."""

    consent: Consent | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("confirmConsent"))
class ConfirmConsentPayload(Payload):
    """A consent."""

    consent: Consent | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(
    description="A presentation that a wallet can be asked for.", directives=[FREE]
)
class PresentationRequest:
    """What to show the wallet."""

    request: strawberry.ID = strawberry.field(
        description="What `presentCredential` collects the answer by."
    )
    request_uri: URI = strawberry.field(description="Where the wallet fetches the request.")
    wallet_uri: URI = strawberry.field(description="The link, or QR code, that opens a wallet.")
    nonce: str = strawberry.field(description="What the wallet's proof must be made for.")
    expires_at: Moment = strawberry.field(description="Until when it can be answered.")


@strawberry.federation.type(description=payload("requestPresentation"))
class RequestPresentationPayload(Payload):
    """A request."""

    request: PresentationRequest | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("presentCredential"))
class PresentCredentialPayload(Payload):
    """A credential."""

    credential: Credential | None = strawberry.field(description=NOTHING, default=None)
    others: list[Credential] = strawberry.field(
        description="What a wallet showed besides.", default_factory=list
    )


@strawberry.federation.type(description=payload("deleteCredential"))
class DeleteCredentialPayload(Payload):
    """An id."""

    deleted_id: strawberry.ID | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("addSelfStatement"))
class AddSelfStatementPayload(Payload):
    """A credential."""

    credential: Credential | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("endorse"))
class EndorsePayload(Payload):
    """An endorsement."""

    endorsement: Endorsement | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("startSourceLink"))
class StartSourceLinkPayload(Payload):
    """Where to go."""

    authorize_url: URI | None = strawberry.field(
        description="Where the learner agrees, at the store.", default=None
    )
    state: str | None = strawberry.field(description="What comes back with the code.", default=None)


@strawberry.federation.type(description=payload("finishSourceLink"))
class FinishSourceLinkPayload(Payload):
    """A link."""

    link: SourceLink | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("removeSourceLink"))
class RemoveSourceLinkPayload(Payload):
    """A link."""

    link: SourceLink | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("setPreferences"))
class SetPreferencesPayload(Payload):
    """What is preferred now."""

    preferences: LearnerPreferences | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("exportMe"))
class ExportMePayload(Payload):
    """An export."""

    job: ExportJob | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("eraseMe"))
class EraseMePayload(Payload):
    """When it was done."""

    erased_at: Moment | None = strawberry.field(
        description="When it was done; nothing of the learner is left to be read.", default=None
    )
    copy_base64: str | None = strawberry.field(
        description="The copy made first, where one was asked for: it is kept nowhere else.",
        default=None,
    )


@strawberry.federation.type(description=payload("nameGuardian"))
class NameGuardianPayload(Payload):
    """A guardianship."""

    guardianship: Guardianship | None = strawberry.field(description=NOTHING, default=None)
    code_shown_once: str | None = strawberry.field(
        description="The code to pass on, good for a week and shown this once.", default=None
    )


@strawberry.federation.type(description=payload("acceptGuardianship"))
class AcceptGuardianshipPayload(Payload):
    """A guardianship."""

    guardianship: Guardianship | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("endGuardianship"))
class EndGuardianshipPayload(Payload):
    """A guardianship."""

    guardianship: Guardianship | None = strawberry.field(description=NOTHING, default=None)
