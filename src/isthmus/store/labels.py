"""The labels of every concept, for the linker, and the mark of the state they were read in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson

from isthmus.store.database import Database

BATCH = 2000


async def label_generation(database: Database) -> str:
    """Name the present state of all concepts: it differs whenever any of them changed."""
    found: str = await database.value(
        "SELECT concat_ws('/', (SELECT concat(count(*), '-', max(changed_at)) FROM skill),"
        " (SELECT concat(count(*), '-', max(changed_at)) FROM occupation))"
    )
    return found


async def concept_rows(database: Database, table: str) -> AsyncIterator[dict[str, Any]]:
    """Stream the concepts of `skill` or `occupation`: key, URI, scheme, code, labels by language.

    Headings that only gather other concepts are left out: no text means them.
    """
    async with database.pool.acquire() as connection, connection.transaction():
        rows = connection.cursor(
            "SELECT id, uri, scheme_id, code, label, label_lang, label_i18n, alt_labels,"
            f" deprecated FROM {table} WHERE NOT is_group ORDER BY id",
            prefetch=BATCH,
        )
        async for row in rows:
            preferred = {row["label_lang"]: row["label"]}
            if row["label_i18n"] is not None:
                preferred |= orjson.loads(row["label_i18n"])
            yield {
                "id": row["id"],
                "uri": row["uri"],
                "scheme": row["scheme_id"],
                "code": row["code"],
                "preferred": preferred,
                "aliases": orjson.loads(row["alt_labels"]) if row["alt_labels"] else {},
                "deprecated": row["deprecated"],
            }


async def scheme_names(database: Database) -> dict[int, list[str]]:
    """Map each scheme's key to the names a source may call it by."""
    rows = await database.fetch("SELECT id, uri, name, version FROM concept_scheme")
    return {row["id"]: [row["uri"], row["name"], f"{row['name']} {row['version']}"] for row in rows}
