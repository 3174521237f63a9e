"""Mutations about credentials: presented, stated, endorsed, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import orjson
import strawberry

from isthmus.credentials.contract import Document
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import VERIFYING, doing, doing_for_oneself, input_of, oneself
from isthmus.graph.mutations.holding import hold, present, shown_of
from isthmus.graph.mutations.once import once
from isthmus.graph.people_inputs import (
    AddSelfStatementInput,
    DeleteCredentialInput,
    EndorseInput,
    PresentCredentialInput,
)
from isthmus.graph.types.credential import CREDENTIAL, Credential
from isthmus.graph.types.endorsement import Endorsement
from isthmus.graph.types.payload import UserError, UserErrorCode, unknown, wrong
from isthmus.graph.types.people_payloads import (
    AddSelfStatementPayload,
    DeleteCredentialPayload,
    EndorsePayload,
    PresentCredentialPayload,
)
from isthmus.model import endorsement as model
from isthmus.query.ids import encode_id, key_of
from isthmus.store.database import Connection
from isthmus.store.people.credentials import forget_credential
from isthmus.store.people.endorsements import add_endorsement

LONGEST_TITLE, LONGEST_WORDS, LONGEST_COMMENT, MOST = 500, 200, 2000, 50


@strawberry.type
class CredentialMutations:
    """What learners do with credentials."""

    @doing_for_oneself(
        "Present a credential of one's own: verified at once, and kept only with `store`.",
        VERIFYING,
    )
    async def present_credential(
        self,
        info: GraphInfo,
        input: input_of(PresentCredentialInput, "What is presented."),  # type: ignore[valid-type]
    ) -> PresentCredentialPayload | None:
        """Take it, verify it, keep it where that was said."""
        found = await present(info, oneself(info), input)
        if isinstance(found, UserError):
            return PresentCredentialPayload(user_errors=[found])
        first, *others = [Credential(made=one) for one in found]
        return PresentCredentialPayload(credential=first, others=others, user_errors=[])

    @doing_for_oneself("Delete a credential that is held. What a store has stays there.")
    async def delete_credential(
        self,
        info: GraphInfo,
        input: input_of(DeleteCredentialInput, "Which one."),  # type: ignore[valid-type]
    ) -> DeleteCredentialPayload | None:
        """Forget it."""
        key, vault = key_of(input.credential, CREDENTIAL), info.context.seeing.people.vault
        oneself(info)
        async with vault.viewing(info.context.viewer) as connection:
            gone = await forget_credential(connection, key)
        if not gone:
            return DeleteCredentialPayload(user_errors=[unknown("credential")])
        return DeleteCredentialPayload(
            deleted_id=strawberry.ID(encode_id(CREDENTIAL, key)), user_errors=[]
        )

    @doing_for_oneself("State what one has learned or done; it stands on SELF.", VERIFYING)
    async def add_self_statement(
        self,
        info: GraphInfo,
        input: input_of(AddSelfStatementInput, "What is stated."),  # type: ignore[valid-type]
    ) -> AddSelfStatementPayload | None:
        """Write the statement down as a document like any other."""
        error = _unfit(input)
        if error is not None:
            return AddSelfStatementPayload(user_errors=[error])
        learner, vault = oneself(info), info.context.seeing.people.vault
        document = Document(
            await _statement(info, input, info.context.now), media_type="application/json"
        )

        async def keep(connection: Connection) -> int:
            return await hold(vault, connection, learner, document)

        viewer = info.context.viewer
        async with vault.viewing(viewer) as connection:
            key = await once(vault, connection, viewer, "addSelfStatement", input, keep)
        made = await shown_of(info, learner, key)
        return AddSelfStatementPayload(
            credential=Credential(made=made) if made else None, user_errors=[]
        )

    @doing("Say something of a credential one may see, or of what can be earned.")
    async def endorse(
        self,
        info: GraphInfo,
        input: input_of(EndorseInput, "What is said, and of what."),  # type: ignore[valid-type]
    ) -> EndorsePayload | None:
        """Write the endorsement down."""
        if not input.relationship.strip() or len(input.relationship) > LONGEST_WORDS:
            message = f"Say it in 1 to {LONGEST_WORDS} characters."
            return _refusing(wrong(UserErrorCode.INVALID, message, "relationship"))
        if len(input.comment or "") > LONGEST_COMMENT:
            message = f"At most {LONGEST_COMMENT} characters."
            return _refusing(wrong(UserErrorCode.INVALID, message, "comment"))
        said = await _endorsement(info, input)
        if isinstance(said, UserError):
            return _refusing(said)
        return EndorsePayload(endorsement=Endorsement.of(said), user_errors=[])


def _refusing(error: UserError) -> EndorsePayload:
    return EndorsePayload(user_errors=[error])


async def _endorsement(info: GraphInfo, input: EndorseInput) -> model.Endorsement | UserError:
    viewer, target = info.context.viewer, input.target
    said = model.Endorsement(
        by_learner_id=viewer.learner_id,
        by_organization_id=None if viewer.learner_id else viewer.organization_id,
        relationship=input.relationship.strip(),
        comment=input.comment or None,
        comment_lang=input.lang or None,
        made_at=info.context.now,
    )
    if target.credential:
        key = key_of(target.credential, CREDENTIAL)
        seen = await info.context.seeing.credential(key)
        if seen is None:
            return unknown("target", "credential")
        if seen.shown.learner_id == viewer.learner_id:
            message = "Nobody endorses themselves; use addSelfStatement."
            return wrong(UserErrorCode.INVALID, message, "target", "credential")
        said = replace(said, credential_id=key, learner_id=seen.shown.learner_id)
    else:
        key = key_of(str(target.qualification), "qua")
        if await info.context.loaders.row("Qualification", key) is None:
            return unknown("target", "qualification")
        said = replace(said, qualification_id=key)
    await _write(info, input, said)
    return said


async def _write(info: GraphInfo, input: EndorseInput, said: model.Endorsement) -> None:
    vault, viewer = info.context.seeing.people.vault, info.context.viewer

    async def add(connection: Connection) -> int:
        return await add_endorsement(vault, connection, said)

    # somebody else's credential: its endorser may not write among that learner's rows
    in_whose_name = vault.on_errand() if said.learner_id else vault.viewing(viewer)
    async with in_whose_name as connection:
        await once(vault, connection, viewer, "endorse", input, add)


def _unfit(input: AddSelfStatementInput) -> UserError | None:
    if not input.title.strip() or len(input.title) > LONGEST_TITLE:
        message = f"A title has 1 to {LONGEST_TITLE} characters."
        return wrong(UserErrorCode.INVALID, message, "title")
    for name in ("skills", "evidence"):
        if len(getattr(input, name) or ()) > MOST:
            return wrong(UserErrorCode.INVALID, f"At most {MOST}.", name)
    return None


async def _statement(info: GraphInfo, input: AddSelfStatementInput, now: datetime) -> bytes:
    """Write a statement in the project's own form, its skills by their URIs."""
    skills = []
    for text in input.skills or ():
        row = await info.context.loaders.row("Skill", key_of(text, "skl"))
        if row is not None:
            skills.append({"uri": row["uri"], "text": row["label"]})
    stated = {
        "type": "LearnerStatement",
        "title": input.title.strip(),
        "language": input.lang,
        "learningType": input.learning_type.name,
        "skills": skills,
        "evidence": [{"url": url} for url in input.evidence or ()],
        "statedOn": now.date().isoformat(),
    }
    return orjson.dumps(stated)
