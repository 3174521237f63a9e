"""The other half of the store: people, what they hold, what they allow, and who may see it."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0002_up.sql")


def downgrade() -> None:
    run_file("0002_down.sql")
