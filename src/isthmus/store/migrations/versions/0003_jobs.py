"""Jobs and limits: the queue's own tables, what all processes share of a source, when it is due."""

from __future__ import annotations

from isthmus.store.migrations.statements import run_file, run_package

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEWEST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The last of procrastinate's scripts that this revision runs; newer ones are a new revision's."""


def upgrade() -> None:
    run_file("0003_schema.sql")
    run_package("procrastinate", "sql/migrations", NEWEST)
    run_file("0003_up.sql")


def downgrade() -> None:
    run_file("0003_down.sql")
