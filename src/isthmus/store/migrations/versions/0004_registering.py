"""Connectors as rows: those that partners bring, their versions, and who owns a source."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0004_up.sql")


def downgrade() -> None:
    run_file("0004_down.sql")
