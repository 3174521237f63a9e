"""Bodies that provide, award, assure or employ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class Organization(SQLModel, table=True):
    """Any body; two of one name are two rows unless a URI joins them."""

    __tablename__ = "organization"
    __table_args__ = (
        sa.Index("organization_search", "search", postgresql_using="gin"),
        sa.Index("organization_uri", "uri"),
        sa.Index("organization_identifiers", "identifiers", postgresql_using="gin"),
        sa.Index("organization_roles", "roles", postgresql_using="gin"),
        sa.Index("organization_country", "country", "id"),
        sa.Index("organization_changed", "changed_at", "id"),
        sa.Index("organization_source", "source_id", "id"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str | None = c.text()
    identity: str | None = c.text(unique=True)
    name: str = c.text(required=True)
    name_lang: str = c.text(required=True)
    name_i18n: Any = c.document()
    roles: list[str] = c.texts()
    country: str | None = c.text()
    identifiers: Any = c.document()
    did: str | None = c.text()
    changed_at: datetime = c.moment(required=True)
    search: Any = c.search(
        "to_tsvector('simple', name) || to_tsvector('simple', coalesce(name_i18n, '{}'::jsonb))"
    )
