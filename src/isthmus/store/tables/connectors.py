"""Connectors as the graph shows them, and every version of those that were registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class Connector(SQLModel, table=True):
    """A kind of source: what is in force of it, or what was brought first where nothing is yet.

    `current_id` and `previous_id` are versions; an installed connector has none.
    """

    __tablename__ = "connector"
    __table_args__ = (sa.Index("connector_owner", "owner_id", "id"),)

    id: int | None = c.key()
    name: str = c.text(required=True, unique=True)
    owner_id: int | None = c.link("organization")
    form: str = c.text(required=True)
    status: str = c.text(required=True)
    tier: str = c.text(required=True)
    title: str = c.text(required=True)
    version: str = c.text(required=True)
    transport: str = c.text(required=True)
    modes: list[str] = c.texts()
    produces: list[str] = c.texts()
    maintainers: list[str] = c.texts()
    config_schema: str = c.text(required=True)
    digest: bytes | None = c.digest()
    current_id: int | None = c.big()
    previous_id: int | None = c.big()
    created_at: datetime = c.moment(required=True)


class ConnectorVersion(SQLModel, table=True):
    """One version of a registered connector: its text, what came with it, and what became of it."""

    __tablename__ = "connector_version"
    __table_args__ = (
        sa.UniqueConstraint("connector_id", "digest", name="connector_version_content"),
        sa.UniqueConstraint("connector_id", "version", name="connector_version_number"),
    )

    id: int | None = c.key()
    connector_id: int = c.link("connector", ondelete="CASCADE", required=True)
    version: str = c.text(required=True)
    digest: bytes = c.mac(required=True)
    form: str = c.text(required=True)
    manifest: str = c.text(required=True)
    files: Any = c.document()
    address: str | None = c.text()
    status: str = c.text(required=True)
    tier: str = c.text(required=True)
    findings: Any = c.document()
    submitted_by: str = c.text(required=True)
    submitted_at: datetime = c.moment(required=True)
    approved_by: list[str] = c.texts()
    approved_at: datetime | None = c.moment()
    in_force_at: datetime | None = c.moment()
    shadow: Any = c.document()
