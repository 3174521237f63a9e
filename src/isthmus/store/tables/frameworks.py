"""Frameworks and their levels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class Framework(SQLModel, table=True):
    """A ladder in one version; records name it by its code."""

    __tablename__ = "framework"

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    code: str = c.text(required=True, unique=True)
    name: str = c.text(required=True)
    name_lang: str = c.text(required=True)
    name_i18n: Any = c.document()
    kind: str = c.text(required=True)
    version: str | None = c.text()
    authority_id: int | None = c.link("organization")
    changed_at: datetime = c.moment(required=True)


class Level(SQLModel, table=True):
    """One rung of a framework; records name it by its code, such as `EQF/5`."""

    __tablename__ = "level"
    __table_args__ = (sa.UniqueConstraint("framework_id", "notation", name="level_identity"),)

    id: int | None = c.key()
    framework_id: int = c.link("framework", ondelete="CASCADE", required=True)
    code: str = c.text(required=True, unique=True)
    notation: str = c.text(required=True)
    rank: int = c.number(required=True)
    title: str | None = c.text()
    title_lang: str | None = c.text()
    title_i18n: Any = c.document()
    equivalents: Any = c.document()


class LevelEquivalent(SQLModel, table=True):
    """Two levels that a referencing document puts side by side."""

    __tablename__ = "level_equivalent"

    level_id: int = c.link("level", ondelete="CASCADE", primary_key=True)
    equivalent_id: int = c.link("level", ondelete="CASCADE", primary_key=True)
    basis: str = c.text(required=True)
