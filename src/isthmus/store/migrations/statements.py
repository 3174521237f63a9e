"""Migrations are written in SQL, in files beside their revision: DDL reads best as itself."""

from __future__ import annotations

from pathlib import Path

from alembic import op

FOLDER = Path(__file__).parent / "versions"


def run_file(name: str) -> None:
    """Run every statement of a file beside the revisions."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    # straight to the driver: SQLAlchemy would take `:` and `%` for parameters
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
