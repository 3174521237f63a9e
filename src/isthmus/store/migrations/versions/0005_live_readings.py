"""Live sources of public records: what was asked of them, and when."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0005_up.sql")


def downgrade() -> None:
    run_file("0005_down.sql")
