"""People, what they hold and what they allow: each row behind row level security.

Whatever says something about a person is sealed (`store/sealing.py`) under a key of that person's
own, so that erasing the key erases them; what stands in the clear are keys, moments and states.
`*_mac` columns are keyed hashes: equal values can be found, and none can be read.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class HubSecret(SQLModel, table=True):
    """A secret of the hub itself, such as the key of its keyed hashes, sealed by a master key."""

    __tablename__ = "hub_secret"

    name: str = c.text(primary_key=True)
    key_id: str = c.text(required=True)
    sealed: bytes = c.sealed(required=True)
    public: Any = c.document()
    created_at: datetime = c.moment(required=True)
    retired_at: datetime | None = c.moment()


class Client(SQLModel, table=True):
    """A platform, partner, steward or adviser that may ask for tokens."""

    __tablename__ = "client"

    id: str = c.text(primary_key=True)
    name: str = c.text(required=True)
    role: str = c.text(required=True)
    organization_id: int = c.link("organization", required=True)
    scopes: list[str] = c.texts()
    secret_mac: bytes | None = c.digest()
    jwks: Any = c.document()
    created_at: datetime = c.moment(required=True)
    revoked_at: datetime | None = c.moment()


class Handshake(SQLModel, table=True):
    """Something begun that must be finished once, soon: a sign-in, a link, a presentation."""

    __tablename__ = "handshake"
    __table_args__ = (sa.Index("handshake_expires", "expires_at"),)

    state_mac: bytes = c.mac(primary_key=True)
    kind: str = c.text(required=True)
    learner_id: int | None = c.link("learner", ondelete="CASCADE")
    sealed: bytes | None = c.sealed()
    expires_at: datetime = c.moment(required=True)
    used_at: datetime | None = c.moment()


class Learner(SQLModel, table=True):
    """A learner; what is known of the person is sealed."""

    __tablename__ = "learner"

    id: int | None = c.key()
    created_at: datetime = c.moment(required=True)
    sealed: bytes | None = c.sealed()


class LearnerKey(SQLModel, table=True):
    """A learner's own key, sealed by a master key; without it nothing of theirs can be read."""

    __tablename__ = "learner_key"
    __table_args__ = (sa.Index("learner_key_key", "key_id"),)

    learner_id: int = c.link("learner", ondelete="CASCADE", primary_key=True)
    key_id: str = c.text(required=True)
    sealed: bytes = c.sealed(required=True)


class Identity(SQLModel, table=True):
    """How a learner proves to be themselves: a subject at an issuer, or a DID."""

    __tablename__ = "identity"
    __table_args__ = (sa.Index("identity_learner", "learner_id"),)

    subject_mac: bytes = c.mac(primary_key=True)
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    kind: str = c.text(required=True)
    created_at: datetime = c.moment(required=True)


class Guardianship(SQLModel, table=True):
    """A guardian named by a learner; it holds once that grown-up accepted it."""

    __tablename__ = "guardianship"
    __table_args__ = (
        sa.Index("guardianship_learner", "learner_id"),
        sa.Index("guardianship_guardian", "guardian_id"),
    )

    id: int | None = c.key()
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    guardian_id: int | None = c.link("learner", ondelete="CASCADE")
    code_mac: bytes | None = c.digest()
    created_at: datetime = c.moment(required=True)
    expires_at: datetime | None = c.moment()
    accepted_at: datetime | None = c.moment()
    ended_at: datetime | None = c.moment()


class Consent(SQLModel, table=True):
    """A consent asked for or given; what has ended stays, so that it can be told."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index("consent_learner", "learner_id", "id"),
        sa.Index("consent_recipient", "recipient_id", "status", "learner_id"),
        sa.Index("consent_expires", "expires_at"),
    )

    id: int | None = c.key()
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    recipient_id: int = c.link("organization", required=True)
    purpose: str = c.text(required=True)
    scopes: list[str] = c.texts()
    sources: list[int] = c.keys()
    data_from: date | None = c.day()
    data_to: date | None = c.day()
    mode: str = c.text(required=True)
    status: str = c.text(required=True)
    requested_at: datetime = c.moment(required=True)
    granted_at: datetime | None = c.moment()
    confirmed_at: datetime | None = c.moment()
    expires_at: datetime = c.moment(required=True)
    revoked_at: datetime | None = c.moment()
    awaits_guardian: bool = c.flag(default="false")
    upstream: str | None = c.text()
    artefact: bytes | None = c.sealed()


class SourceLink(SQLModel, table=True):
    """A learner's link to a store, with its tokens sealed."""

    __tablename__ = "source_link"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "source_id", name="source_link_identity"),
        sa.Index("source_link_source", "source_id"),
    )

    id: int | None = c.key()
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    state: str = c.text(required=True)
    sealed: bytes | None = c.sealed()
    linked_at: datetime | None = c.moment()
    expires_at: datetime | None = c.moment()


class Credential(SQLModel, table=True):
    """A credential of a learner; sealed where it is held, a bare key where it is only seen live."""

    __tablename__ = "credential"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "key_mac", name="credential_identity"),
        sa.Index("credential_digest", "digest_mac"),
        sa.Index("credential_consent", "consent_id"),
        sa.Index("credential_expires", "expires_at"),
        sa.Index("credential_source", "source_id"),
    )

    id: int | None = c.key()
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    source_id: int | None = c.link("source")
    consent_id: int | None = c.link("consent")
    key_mac: bytes = c.mac(required=True)
    digest_mac: bytes | None = c.digest()
    sealed: bytes | None = c.sealed()
    status: str | None = c.text()
    held_at: datetime | None = c.moment()
    expires_at: datetime | None = c.moment()
    checked_at: datetime | None = c.moment()


class Endorsement(SQLModel, table=True):
    """What a learner or a body says of a credential, or of what can be earned.

    `content` holds, in the clear, what a body says of what can be earned; all else is sealed.
    """

    __tablename__ = "endorsement"
    __table_args__ = (
        sa.Index("endorsement_credential", "credential_id"),
        sa.Index("endorsement_qualification", "qualification_id"),
        sa.Index("endorsement_by", "by_learner_id"),
    )

    id: int | None = c.key()
    credential_id: int | None = c.link("credential", ondelete="CASCADE")
    qualification_id: int | None = c.link("qualification", ondelete="CASCADE")
    learner_id: int | None = c.link("learner", ondelete="CASCADE")
    by_learner_id: int | None = c.link("learner", ondelete="CASCADE")
    by_organization_id: int | None = c.link("organization", ondelete="CASCADE")
    sealed: bytes | None = c.sealed()
    content: Any = c.document()
    made_at: datetime = c.moment(required=True)


class AuditEvent(SQLModel, table=True):
    """One line of the audit log: a link of a chain, its content sealed for the learner.

    `learner_mac` is a pseudonym under the learner's own key, which goes when they are erased;
    `digest` covers every other column and the digest before it.
    """

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("audit_event_learner", "learner_mac", "id"),)

    id: int = c.big_key()
    at: datetime = c.moment(required=True)
    kind: str = c.text(required=True)
    learner_mac: bytes | None = c.digest()
    sealed: bytes | None = c.sealed()
    digest: bytes = c.mac(required=True)


class ExportFile(SQLModel, table=True):
    """Everything held on a learner, sealed, until it was fetched or expires."""

    __tablename__ = "export_file"
    __table_args__ = (
        sa.Index("export_file_learner", "learner_id"),
        sa.Index("export_file_expires", "expires_at"),
    )

    id: int | None = c.key()
    learner_id: int = c.link("learner", ondelete="CASCADE", required=True)
    state: str = c.text(required=True)
    format: str = c.text(required=True)
    records: int | None = c.number()
    sealed: bytes | None = c.sealed()
    created_at: datetime = c.moment(required=True)
    expires_at: datetime = c.moment(required=True)


class Idempotency(SQLModel, table=True):
    """What a caller's key stood for, for a day, so that a retry writes nothing twice."""

    __tablename__ = "idempotency"
    __table_args__ = (sa.Index("idempotency_at", "at"),)

    caller_mac: bytes = c.mac(primary_key=True)
    key_mac: bytes = c.mac(primary_key=True)
    mutation: str = c.text(required=True)
    input_mac: bytes = c.mac(required=True)
    record_id: int | None = c.big()
    learner_id: int | None = c.link("learner", ondelete="CASCADE")
    at: datetime = c.moment(required=True)


class Erasure(SQLModel, table=True):
    """That a learner was erased, not who; `scrubbed_at`: since when no file holds the old key."""

    __tablename__ = "erasure"
    __table_args__ = (
        sa.Index("erasure_left", "id", postgresql_where=sa.text("scrubbed_at IS NULL")),
    )

    id: int | None = c.key()
    at: datetime = c.moment(required=True)
    scrubbed_at: datetime | None = c.moment()
