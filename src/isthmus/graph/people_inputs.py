"""Inputs about learners: consents, links, presentations, and what is theirs."""

from __future__ import annotations

import strawberry

from isthmus.graph.credential_enums import (
    CredentialFormat,
    CredentialStatus,
    VerificationLevel,
)
from isthmus.graph.enums import LearningType, Scale
from isthmus.graph.inputs import says
from isthmus.graph.people_enums import ConsentMode, DataScope, ExportFormat, Purpose
from isthmus.graph.scalars import URI, CountryCode, Day, LanguageTag, Moment

ID = strawberry.ID
AGAIN = (
    "The same key by the same caller within 24 hours gives the first answer again; with another"
    " input it is refused."
)
LEAST_VERIFIED = "Standing on at least this."


@strawberry.input(description="Which credentials.")
class CredentialFilter:
    """Conditions on credentials."""

    q: str | None = says("Words of the title or of the issuer's name.")
    scale: Scale | None = says("Of this size, as the source says.")
    learning_type: LearningType | None = says("Of this setting.")
    status: list[CredentialStatus] | None = says("In one of these states.")
    min_verification: VerificationLevel | None = says(LEAST_VERIFIED)
    skill: ID | None = says("Showing this skill. Whoever may not see skills is refused.")


@strawberry.input(description="Which learners, of those whose consent names the caller.")
class LearnerFilter:
    """Conditions on learners."""

    purpose: Purpose | None = says("With a consent for this purpose.")
    skill: list[ID] | None = says("Showing every one of these skills, where skills may be seen.")
    min_verification: VerificationLevel | None = says("Showing those skills on at least this.")
    country: CountryCode | None = says("Of this country, where the name may be seen.")


@strawberry.input(description="A consent that is asked of a learner.")
class RequestConsentInput:
    """What is asked for."""

    learner: ID = strawberry.field(description="Of whom.")
    purpose: Purpose = strawberry.field(description="What for.")
    fields: list[DataScope] = strawberry.field(description="What is to be seen.")
    mode: ConsentMode | None = says("Whether it may be kept.", default=ConsentMode.VIEW)
    expires_at: Moment = strawberry.field(description="Until when.")
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A consent that a learner gives, asked for or not.")
class GrantConsentInput:
    """What is granted; at most what was asked for, where it was asked for."""

    request: ID | None = says("The consent that was asked for.")
    recipient: ID = strawberry.field(description="The organization that may see it.")
    purpose: Purpose = strawberry.field(description="What for.")
    fields: list[DataScope] = strawberry.field(description="What may be seen.")
    sources: list[ID] | None = says("Only from these sources; unsaid: from every one.")
    data_from: Day | None = says("Only credentials issued from this day on.")
    data_to: Day | None = says("Only credentials issued up to this day.")
    mode: ConsentMode | None = says("Whether it may be kept.", default=ConsentMode.VIEW)
    expires_at: Moment = strawberry.field(description="Until when.")
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A consent asked for that is refused.")
class RefuseConsentInput:
    """What is refused."""

    request: ID = strawberry.field(description="The consent that was asked for.")


@strawberry.input(description="A consent that is withdrawn.")
class RevokeConsentInput:
    """What is withdrawn."""

    consent: ID = strawberry.field(description="The consent.")


@strawberry.input(description="A guardian's word on a consent of a minor.")
class ConfirmConsentInput:
    """What is confirmed, or not."""

    consent: ID = strawberry.field(description="The consent that waits.")
    agrees: bool = strawberry.field(description="Whether the guardian agrees.")


@strawberry.input(description="A guardian to be named: whoever comes with the code.")
class NameGuardianInput:
    """For whom the code is."""

    learner: ID = strawberry.field(description="The ward: the learner who asks.")


@strawberry.input(description="The code with which a grown-up becomes a learner's guardian.")
class AcceptGuardianshipInput:
    """The code."""

    code: str = strawberry.field(description="The code that the learner passed on.")


@strawberry.input(description="A guardianship that ends.")
class EndGuardianshipInput:
    """Which one."""

    guardianship: ID = strawberry.field(description="The guardianship.")


@strawberry.input(description="A credential that a learner presents.")
class PresentCredentialInput:
    """The document, or a wallet's answer to a request."""

    request: ID | None = says(
        "The presentation that was asked for. Without `document` a wallet has answered it; else"
        " `document` is what the wallet gave."
    )
    code: str | None = says("The code the wallet sent its user back with, where one was asked for.")
    document: str | None = says("The document unchanged, or base64 where it is binary.")
    format: CredentialFormat | None = says("Its format, where known; unsaid: told by its content.")
    store: bool | None = says(
        "True: kept, sealed. Else it is verified, answered and forgotten.", default=False
    )
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A presentation that is asked of a wallet.")
class RequestPresentationInput:
    """What is to be presented."""

    formats: list[CredentialFormat] | None = says("In one of these formats; unsaid: any.")
    qualification: ID | None = says("For this qualification.")
    return_url: URI | None = says(
        "Where the wallet sends its user back to, with the code that the answer is collected by."
    )


@strawberry.input(description="A held credential to be deleted.")
class DeleteCredentialInput:
    """Which one."""

    credential: ID = strawberry.field(description="The credential.")


@strawberry.input(description="What a learner says of themselves: it stands on SELF, and no more.")
class AddSelfStatementInput:
    """What is stated."""

    title: str = strawberry.field(description="What was learned or done.")
    lang: LanguageTag = strawberry.field(description="The language of the title.")
    skills: list[ID] | None = says("Skills that it shows.")
    learning_type: LearningType = strawberry.field(description="The setting.")
    evidence: list[URI] | None = says("Where it can be seen.")
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="What is endorsed: exactly one of these.", one_of=True)
class EndorsementTarget:
    """Exactly one target."""

    credential: ID | None = says("A credential that the caller may see.")
    qualification: ID | None = says("A qualification.")


@strawberry.input(description="An endorsement; one by a learner lifts nothing above PEER.")
class EndorseInput:
    """What is endorsed, and how."""

    target: EndorsementTarget = strawberry.field(description="What.")
    relationship: str = strawberry.field(description="How the caller knows, in a few words.")
    comment: str | None = says("What the caller says of it.")
    lang: LanguageTag | None = says("The language of the comment.")
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A link to a store that is begun.")
class StartSourceLinkInput:
    """Which store, and where to come back to."""

    source: ID = strawberry.field(description="The store.")
    return_url: URI = strawberry.field(
        description="Where the store sends the learner's browser when they have agreed."
    )


@strawberry.input(description="A link to a store that is finished.")
class FinishSourceLinkInput:
    """What the store gave."""

    state: str = strawberry.field(description="The state that came back.")
    code: str = strawberry.field(description="The code that came with it.")


@strawberry.input(description="A link to a store that is cut.")
class RemoveSourceLinkInput:
    """Which store."""

    source: ID = strawberry.field(description="The store.")


@strawberry.input(description="Preferences to be set; what is not said stays.")
class SetPreferencesInput:
    """What is to change."""

    languages: list[LanguageTag] | None = says("Languages in order of preference.")
    low_bandwidth: bool | None = says("Whether small answers are wanted.")


@strawberry.input(description="An export of everything held on the caller.")
class ExportMeInput:
    """In which form."""

    format: ExportFormat | None = says("The form.", default=ExportFormat.JSON_LD)


@strawberry.input(description="The caller is erased.")
class EraseMeInput:
    """Whether they mean it."""

    confirm: bool = strawberry.field(description="Must be true: nothing brings it back.")
    export_first: bool | None = says("Whether the answer brings a copy of it all.", default=True)
