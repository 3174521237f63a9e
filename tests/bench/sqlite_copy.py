"""A SQLite file with what the operations read of the hub's tables, for peers that use SQLite.

Keys are the hub's; moments are RFC 3339 text and sort as such; indexes are those of the hub's
tables that the operations need.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import asyncpg

PUBLISHED = "to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')"
TABLES: dict[str, tuple[str, str]] = {
    "vacancy": (
        (
            "id INTEGER PRIMARY KEY, title TEXT NOT NULL, employer_id INTEGER, locations TEXT,"
            " published_at TEXT NOT NULL, employment_type TEXT NOT NULL, salary_min TEXT,"
            " salary_currency TEXT"
        ),
        (
            f"id, title, employer_id, locations::text, {PUBLISHED}, employment_type,"
            " salary_min::text, salary_currency"
        ),
    ),
    "organization": (
        "id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT",
        "id, name, country",
    ),
    "skill": (
        "id INTEGER PRIMARY KEY, uri TEXT NOT NULL, label TEXT NOT NULL",
        "id, uri, label",
    ),
    "occupation": (
        "id INTEGER PRIMARY KEY, uri TEXT NOT NULL, label TEXT NOT NULL",
        "id, uri, label",
    ),
    "occupation_skill": (
        "occupation_id INTEGER, skill_id INTEGER, PRIMARY KEY (occupation_id, skill_id)",
        "occupation_id, skill_id",
    ),
    "requirement": (
        (
            "vacancy_id INTEGER, ord INTEGER, must BOOLEAN NOT NULL, skill_id INTEGER,"
            " PRIMARY KEY (vacancy_id, ord)"
        ),
        "vacancy_id, ord, must, skill_id",
    ),
    "level": (
        "id INTEGER PRIMARY KEY, notation TEXT NOT NULL, rank INTEGER NOT NULL",
        "id, notation, rank",
    ),
    "qualification": (
        (
            "id INTEGER PRIMARY KEY, title TEXT NOT NULL, register_status TEXT NOT NULL,"
            " provider_id INTEGER, level_id INTEGER, credits TEXT"
        ),
        "id, title, register_status, provider_id, level_id, credits::text",
    ),
    "qualification_awarding_body": (
        (
            "qualification_id INTEGER, organization_id INTEGER,"
            " PRIMARY KEY (qualification_id, organization_id)"
        ),
        "qualification_id, organization_id",
    ),
    "learning_outcome": ("id INTEGER PRIMARY KEY, text TEXT NOT NULL", "id, text"),
    "qualification_outcome": (
        (
            "qualification_id INTEGER, outcome_id INTEGER, ord INTEGER NOT NULL,"
            " PRIMARY KEY (qualification_id, outcome_id)"
        ),
        "qualification_id, outcome_id, ord",
    ),
    "outcome_skill": (
        "outcome_id INTEGER, ord INTEGER, skill_id INTEGER, PRIMARY KEY (outcome_id, ord)",
        "outcome_id, ord, skill_id",
    ),
}
"""Each table: its columns in SQLite, and what they are read from."""

INDEXES = (
    "CREATE INDEX vacancy_published ON vacancy (published_at, id)",
    "CREATE INDEX occupation_skill_skill ON occupation_skill (skill_id, occupation_id)",
)


async def write(url: str, path: Path) -> None:
    """Copy the database at `url` to a new file."""
    source = await asyncpg.connect(url)
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(half)) as target:
        target.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        for name, (columns, picks) in TABLES.items():
            rows = [tuple(row) for row in await source.fetch(f"SELECT {picks} FROM {name}")]
            target.execute(f"CREATE TABLE {name} ({columns})")
            marks = ",".join("?" * len(rows[0]))
            target.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        for statement in INDEXES:
            target.execute(statement)
        target.commit()
        target.executescript("ANALYZE; PRAGMA journal_mode=WAL;")
    await source.close()
    half.rename(path)
