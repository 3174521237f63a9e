"""Calls that sources answer later, and what has come."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0006_callbacks_up.sql")


def downgrade() -> None:
    run_file("0006_callbacks_down.sql")
