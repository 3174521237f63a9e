"""Migrations are written in SQL, in files beside their revision: DDL reads best as itself."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from alembic import op

FOLDER = Path(__file__).parent / "versions"


def run_file(name: str) -> None:
    """Run every statement of a file beside the revisions."""
    _run(FOLDER / name)


def run_package(package: str, folder: str, newest: str) -> None:
    """Run the numbered scripts of a package that is installed, up to `newest`.

    They are read as files: what they belong to is not imported.
    """
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    for script in sorted((Path(found.origin).parent / folder).glob("*.sql")):
        if script.name <= newest:
            _run(script)


def _run(script: Path) -> None:
    # straight to the driver: SQLAlchemy would take `:` and `%` for parameters
    op.get_bind().exec_driver_sql(script.read_text(encoding="utf-8").replace("%", "%%"))
