"""What changed, how often, and the documents that are trusted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from isthmus.store.tables import columns as c


class Xid8(UserDefinedType[int]):
    """The number of a transaction, 64 bits wide, so that it never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Name the type in SQL."""
        return "xid8"


ischema_names["xid8"] = Xid8  # so that Alembic knows it when it compares


def _transaction(default: str) -> Any:
    column = sa.Column(Xid8, nullable=False, server_default=sa.text(default))
    return Field(default=None, sa_column=column)


def _count(default: str = "0") -> Any:
    column = sa.Column(sa.BigInteger, nullable=False, server_default=sa.text(default))
    return Field(default=None, sa_column=column)


class Generation(SQLModel, table=True):
    """The one row that says how often records and sources changed, and whose hub this is.

    `swept_xid` and `swept_id` are the last change that is no longer kept.
    """

    __tablename__ = "generation"
    __table_args__ = (sa.CheckConstraint("one", name="generation_one"),)

    one: bool = Field(
        default=True,
        sa_column=sa.Column(sa.Boolean, primary_key=True, server_default=sa.text("true")),
    )
    records: int = _count()
    sources: int = _count()
    hub: str = Field(
        default=None,
        sa_column=sa.Column(
            sa.Text, nullable=False, server_default=sa.text("gen_random_uuid()::text")
        ),
    )
    swept_xid: int = _transaction("'0'::xid8")
    swept_id: int = _count()


class Change(SQLModel, table=True):
    """One change of one record or source.

    Read in the order of (xid, id), and only below the oldest transaction still open: a
    transaction that commits late can never slip in before what was already read.
    """

    __tablename__ = "change"
    __table_args__ = (
        sa.Index("change_order", "xid", "id"),
        sa.Index("change_at", "at", postgresql_using="brin"),
    )

    xid: int = _transaction("pg_current_xact_id()")
    id: int | None = c.key()
    noun: str = c.text(required=True)
    op: str = c.text(required=True)
    entity_id: int = c.big(required=True)
    at: datetime = c.moment(required=True)


class TrustedDocument(SQLModel, table=True):
    """A GraphQL document an operator trusts, by the hash of its text."""

    __tablename__ = "trusted_document"

    id: str = c.text(primary_key=True)
    document: str = c.text(required=True)
    added_at: datetime = c.moment(required=True)
