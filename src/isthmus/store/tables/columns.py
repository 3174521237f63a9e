"""The kinds of column the tables are made of, so that a table reads as a list of facts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field

NOW = sa.text("now()")


def key() -> Any:
    """Give the hub's own key: a number that PostgreSQL hands out once."""
    return Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(), primary_key=True))


def link(
    target: str,
    *,
    ondelete: str | None = None,
    required: bool = False,
    primary_key: bool = False,
) -> Any:
    """Point at a row of `target`; what happens when that row goes is `ondelete`.

    Unsaid, an optional pointer becomes NULL and a required one forbids the removal.
    """
    if ondelete is None:
        ondelete = "NO ACTION" if required or primary_key else "SET NULL"
    column = sa.Column(
        sa.BigInteger,
        sa.ForeignKey(f"{target}.id", ondelete=ondelete),
        nullable=not (required or primary_key),
        primary_key=primary_key,
    )
    return Field(default=None, sa_column=column)


def text(*, required: bool = False, unique: bool = False, primary_key: bool = False) -> Any:
    """Hold text of any length."""
    nullable = not (required or primary_key)
    return Field(
        default=None,
        sa_column=sa.Column(sa.Text, nullable=nullable, unique=unique, primary_key=primary_key),
    )


def sort_key() -> Any:
    """Hold text to sort by, compared byte by byte, so that paging is the same everywhere."""
    return Field(default=None, sa_column=sa.Column(sa.Text(collation="C"), nullable=False))


def texts() -> Any:
    """Hold a short list of texts; empty when the source stated none."""
    return Field(
        default=None,
        sa_column=sa.Column(pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    )


def number(*, required: bool = False, primary_key: bool = False, default: str | None = None) -> Any:
    """Hold a whole number."""
    return Field(
        default=None,
        sa_column=sa.Column(
            sa.Integer,
            nullable=not (required or primary_key or default is not None),
            primary_key=primary_key,
            autoincrement=False,
            server_default=None if default is None else sa.text(default),
        ),
    )


def big(*, required: bool = False) -> Any:
    """Hold a hub key of a row that may stand in one of several tables."""
    return Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=not required))


def real(*, required: bool = False) -> Any:
    """Hold a number with a fraction, where rounding in the last digit does no harm."""
    return Field(default=None, sa_column=sa.Column(sa.Double, nullable=not required))


def money() -> Any:
    """Hold an exact decimal amount."""
    return Field(default=None, sa_column=sa.Column(sa.Numeric))


def flag(*, default: str | None = None) -> Any:
    """Hold true or false; NULL only where a source may be silent (no default)."""
    return Field(
        default=None,
        sa_column=sa.Column(
            sa.Boolean,
            nullable=default is None,
            server_default=None if default is None else sa.text(default),
        ),
    )


def moment(*, required: bool = False) -> Any:
    """Hold a moment in time; a required one starts as the transaction's own."""
    return Field(
        default=None,
        sa_column=sa.Column(
            sa.DateTime(timezone=True),
            nullable=not required,
            server_default=NOW if required else None,
        ),
    )


def day() -> Any:
    """Hold a calendar date."""
    return Field(default=None, sa_column=sa.Column(sa.Date))


def document() -> Any:
    """Hold small structured data that is read and written whole."""
    return Field(default=None, sa_column=sa.Column(pg.JSONB))


def digest() -> Any:
    """Hold a hash."""
    return Field(default=None, sa_column=sa.Column(sa.LargeBinary))


def mac(*, required: bool = False, primary_key: bool = False) -> Any:
    """Hold a keyed hash of what must be found and never read."""
    return Field(
        default=None,
        sa_column=sa.Column(
            sa.LargeBinary, nullable=not (required or primary_key), primary_key=primary_key
        ),
    )


def sealed(*, required: bool = False) -> Any:
    """Hold what is sealed: nonce, text and tag, bound to its row."""
    return Field(default=None, sa_column=sa.Column(sa.LargeBinary, nullable=not required))


def big_key() -> Any:
    """Hold a number that is given by whoever writes the row, one after the other."""
    column = sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    return Field(default=None, sa_column=column)


def search(expression: str) -> Any:
    """Hold the words of a record for full-text search, kept by PostgreSQL itself."""
    return Field(
        default=None, sa_column=sa.Column(pg.TSVECTOR, sa.Computed(expression, persisted=True))
    )


def keys() -> Any:
    """Hold a list of hub keys."""
    return Field(
        default=None,
        sa_column=sa.Column(
            pg.ARRAY(sa.BigInteger), nullable=False, server_default=sa.text("'{}'")
        ),
    )


def moments() -> Any:
    """Hold a list of moments."""
    kind = pg.ARRAY(sa.DateTime(timezone=True))
    column: Any = sa.Column(kind, nullable=False, server_default=sa.text("'{}'"))
    return Field(default=None, sa_column=column)


def reals() -> Any:
    """Hold a list of small measures."""
    column: Any = sa.Column(pg.ARRAY(sa.REAL), nullable=False, server_default=sa.text("'{}'"))
    return Field(default=None, sa_column=column)
