"""Calls whose answers come later, and what has come: rows of minutes, in tables that no log keeps.

Both tables are UNLOGGED: a crash empties them, and then the calls that were waited for are over.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class AwaitedCallback(SQLModel, table=True):
    """A call that is waited for, or was a moment ago."""

    __tablename__ = "awaited_callback"
    __table_args__ = (
        sa.UniqueConstraint("source", "action", "transaction_name", name="awaited_identity"),
    )

    id: int | None = c.key()
    source: str = c.text(required=True)
    stream: str = c.text(required=True)
    action: str = c.text(required=True)
    transaction_name: str = c.text(required=True)
    message: str = c.text(required=True)
    until: datetime = c.moment(required=True)
    closed: bool = c.flag(default="false")
    most: int = c.number(required=True)
    most_bytes: int = c.big(required=True)
    received: int = c.number(default="0")
    received_bytes: int = c.big(required=True)
    refused: int = c.number(default="0")
    late: int = c.number(default="0")


class ReceivedCallback(SQLModel, table=True):
    """A callback that was taken; its body goes when it is read, its digest with the call."""

    __tablename__ = "received_callback"
    __table_args__ = (sa.UniqueConstraint("awaited_id", "digest", name="received_identity"),)

    id: int | None = c.key()
    awaited_id: int = c.link("awaited_callback", ondelete="CASCADE", required=True)
    digest: bytes = c.mac(required=True)
    sender: str = c.text(required=True)
    body: bytes | None = c.digest()
