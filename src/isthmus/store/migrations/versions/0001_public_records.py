"""The public half of the store: sources and their runs, concepts, supply and demand."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0001_up.sql")


def downgrade() -> None:
    run_file("0001_down.sql")
