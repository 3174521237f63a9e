"""Sources, their runs, and where every record came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class Source(SQLModel, table=True):
    """One configured use of a connector."""

    __tablename__ = "source"

    id: int | None = c.key()
    name: str = c.text(required=True, unique=True)
    connector: str = c.text(required=True)
    connector_version: str = c.text(required=True)
    produces: list[str] = c.texts()
    config: Any = c.document()
    base_url: str | None = c.text()
    mode: str = c.text(required=True)
    every_seconds: int | None = c.number()
    licence: str | None = c.text()
    attribution: str | None = c.text()
    redistributable: bool = c.flag(default="false")
    paused: bool = c.flag(default="false")
    state: str = c.text(required=True)
    state_since: datetime = c.moment(required=True)
    last_success: datetime | None = c.moment()
    fault_code: str | None = c.text()
    advice: str | None = c.text()
    drift: list[str] = c.texts()
    created_at: datetime = c.moment(required=True)
    began_at: datetime | None = c.moment()
    retry_at: datetime | None = c.moment()
    failures: int = c.number(default="0")


class SourceTraffic(SQLModel, table=True):
    """What all processes share of the calls to one source.

    `turns` say when each of the calls that its rate allows may be made again, `recent` how many
    milliseconds each of its last calls took, below zero where it failed.
    """

    __tablename__ = "source_traffic"

    source_id: int = c.link("source", ondelete="CASCADE", primary_key=True)
    calls: int = c.number(default="0")
    per_seconds: float | None = c.real()
    turns: list[datetime] = c.moments()
    faults: int = c.number(default="0")
    circuit: str = c.text(required=True)
    peace_seconds: float | None = c.real()
    open_until: datetime | None = c.moment()
    limited_until: datetime | None = c.moment()
    recent: list[float] = c.reals()


class SyncRun(SQLModel, table=True):
    """One reading of one stream of one source; its counts are counted in the store."""

    __tablename__ = "sync_run"
    __table_args__ = (sa.Index("sync_run_source", "source_id", "id"),)

    id: int | None = c.key()
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    stream: str = c.text(required=True)
    state: str = c.text(required=True)
    started_at: datetime = c.moment(required=True)
    heartbeat_at: datetime = c.moment(required=True)
    finished_at: datetime | None = c.moment()
    pages: int = c.number(default="0")
    seen: int = c.number(default="0")
    added: int = c.number(default="0")
    changed: int = c.number(default="0")
    unchanged: int = c.number(default="0")
    removed: int = c.number(default="0")
    rejected: int = c.number(default="0")
    removals_held: int = c.number(default="0")
    statements: int = c.number(default="0")
    matched: int = c.number(default="0")
    fault_code: str | None = c.text()
    fault: str | None = c.text()
    drift: list[str] = c.texts()


class RunPage(SQLModel, table=True):
    """A page of an unfinished run: what was seen, so that a run can resume and then remove."""

    __tablename__ = "run_page"

    run_id: int = c.link("sync_run", ondelete="CASCADE", primary_key=True)
    number: int = c.number(primary_key=True)
    digest: bytes | None = c.digest()
    records: list[int] = c.keys()


class StreamState(SQLModel, table=True):
    """Where reading of a stream stands: moved only together with the records before it."""

    __tablename__ = "stream_state"

    source_id: int = c.link("source", ondelete="CASCADE", primary_key=True)
    stream: str = c.text(primary_key=True)
    run_id: int | None = c.link("sync_run")
    cursor: str | None = c.text()
    watermark: str | None = c.text()
    etag: str | None = c.text()
    last_complete: datetime | None = c.moment()


class Record(SQLModel, table=True):
    """One record of one source and the entity it became: the provenance."""

    __tablename__ = "record"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "stream", "source_key", name="record_identity"),
        sa.Index("record_entity", "noun", "entity_id"),
        sa.Index("record_key", "source_id", "noun", "source_key"),
    )

    id: int | None = c.key()
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    stream: str = c.text(required=True)
    source_key: str = c.text(required=True)
    noun: str = c.text(required=True)
    entity_id: int = c.big(required=True)
    uri: str | None = c.text()
    raw_hash: bytes | None = c.digest()
    content_hash: bytes | None = c.digest()
    retrieved_at: datetime = c.moment(required=True)
    changed_at_source: datetime | None = c.moment()
    gone_at: datetime | None = c.moment()
    overlay: Any = c.document()


class RejectedRecord(SQLModel, table=True):
    """A record that could not be read, with the reason and a scrubbed sample."""

    __tablename__ = "rejected_record"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "stream", "source_key", name="rejected_identity"),
    )

    id: int | None = c.key()
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    stream: str = c.text(required=True)
    run_id: int | None = c.link("sync_run")
    source_key: str = c.text(required=True)
    reason: str = c.text(required=True)
    message: str = c.text(required=True)
    field: str | None = c.text()
    sample: str | None = c.text()
    at: datetime = c.moment(required=True)


class PendingLink(SQLModel, table=True):
    """A pointer at a record the store does not hold yet; resolved after each run."""

    __tablename__ = "pending_link"
    __table_args__ = (
        sa.Index("pending_link_owner", "owner_noun", "owner_id"),
        sa.Index("pending_link_uri", "target_noun", "target_uri"),
        sa.Index("pending_link_key", "source_id", "target_noun", "target_key"),
    )

    id: int | None = c.key()
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    owner_noun: str = c.text(required=True)
    owner_id: int = c.big(required=True)
    link: str = c.text(required=True)
    target_noun: str = c.text(required=True)
    target_uri: str | None = c.text()
    target_key: str | None = c.text()
    ord: int = c.number(default="0")
    detail: Any = c.document()
