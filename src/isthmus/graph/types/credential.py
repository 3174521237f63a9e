"""Credentials: awards made to one learner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost

from isthmus.credentials.renewing import renewal_of
from isthmus.errors import ErrorCode, Refused
from isthmus.graph import stated
from isthmus.graph.credential_enums import CredentialForm, CredentialFormat, CredentialStatus
from isthmus.graph.enums import LearningType, Scale
from isthmus.graph.fields import GraphInfo, Languages, listed
from isthmus.graph.gates import gated
from isthmus.graph.linking import row_of, skills_of, skills_of_outcome
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import ID, Node, Sourced
from isthmus.graph.references import (
    LearnerRef,
    LevelRef,
    OrganizationRef,
    ProvenanceRef,
    QualificationRef,
)
from isthmus.graph.rows import NO_KEY, entity_of, of_people
from isthmus.graph.scalars import URI, Day
from isthmus.graph.seeing import Verified, fits
from isthmus.graph.texts import in_language
from isthmus.graph.types.alignment import SkillAlignment
from isthmus.graph.types.credential_parts import CredentialDocument, Evidence
from isthmus.graph.types.framework import CreditValue
from isthmus.graph.types.outcome import LearningOutcome
from isthmus.graph.types.qualification import Assessment
from isthmus.graph.types.renewal import Renewal
from isthmus.graph.types.verification import Verification
from isthmus.model import qualification as q
from isthmus.model.consent import DataScope
from isthmus.query.costing import ASSUMED
from isthmus.query.ids import encode_id

CREDENTIAL = "crd"
WEIGHT = 50
"""What fetching, reading and verifying one comes to, in rows of the store."""
SHORT = {"directives": [listed(ASSUMED)]}


@of_people(CREDENTIAL, "Credential", WEIGHT)
@strawberry.federation.type(
    description="An award made to one learner. What no consent covers is null, and an error says"
    " so.",
    keys=["id"],
    directives=[Cost(weight=WEIGHT)],
)
class Credential(Node, Sourced):
    """A credential."""

    made: strawberry.Private[Verified]

    async def admit(self, info: GraphInfo, type_name: str, field_name: str) -> None:
        """Let a field be shown; one of a trait needs the scope for traits too."""
        permits, made = info.context.seeing.permits, self.made

        def covers(consent: Any) -> bool:
            return fits(consent, made)

        permit = await permits.admit(made.shown.learner_id, type_name, field_name, covers)
        if made.trait is not None:
            permits.use(permit, DataScope.TRAITS, covers)

    @strawberry.field(description=ID)  # type: ignore[misc]  # over a Node's, which is of a row
    def id(self) -> strawberry.ID:
        """Give the id."""
        return self.named()

    def named(self, *parts: str) -> strawberry.ID:
        """Give the id of it, or of something that only its document names."""
        key = self.made.shown.named or encode_id(CREDENTIAL, self.made.shown.id)
        return strawberry.ID(".".join((key, *parts)))

    @strawberry.field(description="Whose it is.")
    def learner(self) -> LearnerRef | None:
        """Give the learner."""
        from isthmus.graph.types.learner import Learner  # noqa: PLC0415 - they name each other

        return Learner(learner_id=self.made.shown.learner_id)

    @gated("Its name at its source, or the one it states itself.")
    def uri(self) -> URI | None:
        """Give the name."""
        found = self.made.credential.uri or self.made.shown.uri
        return URI(found) if found else None

    @gated("What was earned, where the catalogue has it.")
    async def qualification(self, info: GraphInfo) -> QualificationRef | None:
        """Find the catalogue entry."""
        row = await self._earned(info)
        return None if row is None else entity_of("Qualification", row)

    async def _earned(self, info: GraphInfo) -> Any:
        named = self.made.credential.qualification
        key = await info.context.seeing.catalogue.qualification(named) if named else None
        return None if key is None else await info.context.loaders.row("Qualification", key)

    @gated("Who issued it: the body the hub knows, or as the document names it.")
    async def issuer(self, info: GraphInfo) -> OrganizationRef | None:
        """Find the issuer."""
        body = self.made.credential.issuer
        if body is None:
            return None
        key = await info.context.seeing.catalogue.organization(body)
        row = None if key is None else await info.context.loaders.row("Organization", key)
        if row is None:
            row = stated.organization_row(self.named("issuer"), body, self.made.shown.retrieved_at)
        found: OrganizationRef = entity_of("Organization", row)
        return found

    @gated("What it is called.")
    def title(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Give the title."""
        return in_language(info, lang, self.made.credential.title)

    @gated("Micro or macro, only where it says so, or the catalogue does.")
    async def scale(self, info: GraphInfo) -> Scale | None:
        """Name the size."""
        return await self.stated_scale(info)

    async def stated_scale(self, info: GraphInfo) -> Scale:
        """Give the size it states, or its catalogue entry."""
        said = self.made.credential.scale
        if said is q.Scale.UNKNOWN and (row := await self._earned(info)) is not None:
            return Scale[row["scale"]]
        return Scale[said.name]

    @gated("The setting of the learning, only where it says so, or the catalogue does.")
    async def learning_type(self, info: GraphInfo) -> LearningType | None:
        """Name the setting."""
        return await self.stated_setting(info)

    async def stated_setting(self, info: GraphInfo) -> LearningType:
        """Give the setting it states, or its catalogue entry."""
        said = self.made.credential.learning_type
        if said is q.LearningType.UNKNOWN and (row := await self._earned(info)) is not None:
            return LearningType[row["learning_type"]]
        return LearningType[said.name]

    @gated("What kind of thing it is.")
    def form(self) -> CredentialForm | None:
        """Name the form."""
        return CredentialForm[self.made.credential.form.name]

    @gated("When it was issued.")
    def issued_on(self) -> Day | None:
        """Give the day."""
        return _day(self.made.credential.issued_at or self.made.credential.valid_from)

    @gated("Until when it is valid; null when it states no end.")
    def valid_until(self) -> Day | None:
        """Give the day."""
        return _day(self.made.credential.valid_until)

    @gated("How it is renewed; null where it has no end, or no rule for that is known.")
    async def renewal(self, info: GraphInfo) -> Renewal | None:
        """Find the rule of whoever provides what was earned."""
        earned = await self._earned(info)
        key = earned["provider_id"] if earned is not None else None
        provider = None if key is None else await info.context.loaders.row("Organization", key)
        ends = self.made.credential.valid_until
        known = renewal_of(
            provider["uri"] if provider is not None else None,
            ends.date() if ends else None,
            info.context.now.date(),
        )
        return None if known is None else Renewal(known=known)

    @gated("Whether it stands, computed at the moment of the request.")
    def status(self) -> CredentialStatus | None:
        """Name the status."""
        return CredentialStatus[self.made.status.name]

    @gated("What it says its holder knows or can do.", **SHORT)
    async def outcomes(self, info: GraphInfo) -> list[LearningOutcome] | None:
        """Give the outcomes."""
        linker = await info.context.seeing.people.linker()
        return [
            entity_of(
                "LearningOutcome",
                stated.outcome_row(
                    self.named("outcome", str(number)), one, skills_of_outcome(linker, one)
                ),
            )
            for number, one in enumerate(self.made.credential.outcomes)
        ]

    @gated("The skills it shows, and what was not linked; none for a trait.", **SHORT)
    async def skills(self, info: GraphInfo) -> list[SkillAlignment] | None:
        """Link the skills."""
        if self.made.trait is not None:
            return []
        linker = await info.context.seeing.people.linker()
        found = skills_of(linker, self.made.credential)
        return [entity_of("SkillAlignment", row_of(one)) for one in found]

    @gated("Its credit points.", **SHORT)
    def credits(self) -> list[CreditValue] | None:
        """Give the points."""
        rows = [stated.credit_row(one) for one in self.made.credential.credits]
        return [entity_of("CreditValue", row) for row in rows]

    @gated("Its level; null outside any framework.")
    async def level(self, info: GraphInfo) -> LevelRef | None:
        """Find the level."""
        mark = self.made.credential.level
        key = await info.context.seeing.catalogue.level(mark) if mark else None
        row = None if key is None else await info.context.loaders.row("Level", key)
        return None if row is None else entity_of("Level", row)

    @gated("How achievement was assessed, and what came of it.")
    def assessment(self) -> Assessment | None:
        """Give the assessment."""
        said = self.made.credential.assessment
        return None if said is None else entity_of("Assessment", stated.assessment_row(said))

    @gated("What shows the achievement.", **SHORT)
    def evidence(self) -> list[Evidence] | None:
        """Give the evidence."""
        return [Evidence(stated=one) for one in self.made.credential.evidence]

    @gated("Every check that was made of it, and what they come to.")
    def verification(self) -> Verification | None:
        """Give the verification."""
        return Verification(made=self.made.verification, endorsed=self.made.endorsements)

    @gated("The document. Only the original can be given so far.")
    def document(
        self,
        format: Annotated[CredentialFormat, strawberry.argument(description="In which format.")],
    ) -> CredentialDocument | None:
        """Give the original bytes."""
        if self.made.shown.is_withheld:
            message = "Its bytes carry a number that the hub neither keeps nor passes on."
            raise Refused(ErrorCode.FORBIDDEN, message)
        own = self.made.reading.format if self.made.reading else None
        if format is not CredentialFormat.ORIGINAL and (own is None or format.name != own.name):
            message = "It cannot be given in that format; ask for ORIGINAL."
            raise Refused(ErrorCode.ARGUMENT_INVALID, message)
        document = self.made.shown.document
        return CredentialDocument.original_of(document.body, document.media_type, own)

    @strawberry.field(  # type: ignore[misc]  # over that of a Sourced, which is of rows
        description="The store it came from; empty for what the learner brought. Its name there"
        " stands in it only where CREDENTIAL_DETAIL may be seen.",
        directives=[listed(1)],
    )
    async def provenance(self, info: GraphInfo) -> list[ProvenanceRef]:
        """Say where it came from; a list that may not be null is empty where that is hidden."""
        shown = self.made.shown
        if shown.source_id in {None, NO_KEY}:
            return []
        try:
            await self.admit(info, "Credential", "provenance")
        except Refused:
            return []
        source = await info.context.loaders.row("Source", shown.source_id or NO_KEY)
        try:
            await self.admit(info, "Credential", "uri")
        except Refused:
            uri_too = False
        else:
            uri_too = True
        licence = source["licence"] if source else None
        row = stated.provenance_row(shown, licence, uri_too=uri_too)
        return [entity_of("Provenance", row)]


def _day(moment: datetime | None) -> Day | None:
    return Day(moment.date()) if moment else None
