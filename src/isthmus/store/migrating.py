"""Bringing a database to the version this code expects, and back.

Whether there is anything to do is asked in one cheap query; Alembic and the table classes are
imported only then, which keeps the start of a server on an existing store fast.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from isthmus.errors import Misconfigured

SCRIPTS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r"^(\d{4})_\w+\.py$")


def head() -> str:
    """Name the newest revision: migrations are numbered, so it is the last file."""
    numbers = [m[1] for f in (SCRIPTS / "versions").iterdir() if (m := _REVISION.match(f.name))]
    return max(numbers)


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up; safe when two processes do so at once."""
    _command("upgrade", url, revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision` (`base` for an empty database)."""
    _command("downgrade", url, revision)


def _command(name: str, url: str, revision: str) -> None:
    import sqlalchemy.exc  # noqa: PLC0415 - see the module's docstring
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = sqlalchemy_url(url)
    try:
        getattr(command, name)(config, revision)
    except sqlalchemy.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        message = f"The database could not be migrated: {reason}."
        raise Misconfigured("DATABASE_UNREACHABLE", message) from None


def sqlalchemy_url(url: str) -> str:
    """Give the address in SQLAlchemy's form, for psycopg."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        message = "ISTHMUS_DATABASE_URL must begin with postgresql://"
        raise Misconfigured("SETTING_INVALID", message)
    return "postgresql+psycopg" + url[len(parts.scheme) :]
