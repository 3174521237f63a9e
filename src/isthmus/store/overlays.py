"""What a second source adds to an entity another source owns: languages, and nothing else.

The owner's words stand; a second source fills in the languages it lacks. Each record keeps
what it added, so that the owner's next change can be laid under it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from isthmus.model.text import Text
from isthmus.store.database import Connection
from isthmus.store.entries import Entry
from isthmus.store.writers import NounWriter


def overlay_of(writer: NounWriter, entity: Any) -> str | None:
    """Give the texts of an entity by column and language, as JSON; None when it has none."""
    found: dict[str, Mapping[str, Any]] = {}
    for column in writer.translated:
        text = getattr(entity, column)
        if isinstance(text, Text):
            found[column] = {text.language: text.value, **text.others}
    labels = getattr(entity, "alt_labels", None)
    if labels:
        found["alt_labels"] = labels
    return orjson.dumps(found).decode() if found else None


async def write_overlays(
    connection: Connection,
    writer: NounWriter,
    added: Sequence[tuple[Entry, int]],
    *,
    again: Sequence[int] = (),
) -> None:
    """Lay texts over entities of other owners; `again` are entities their owner just rewrote."""
    if not writer.translated:
        return
    if again:
        rows = await connection.fetch(
            "SELECT entity_id, overlay FROM record WHERE noun = $1 AND entity_id = ANY($2)"
            " AND overlay IS NOT NULL ORDER BY id",
            writer.noun.value,
            list(again),
        )
        pairs = [(row["entity_id"], row["overlay"]) for row in rows]
    else:
        pairs = [(key, overlay_of(writer, entry.entity)) for entry, key in added]
    pairs = [(key, overlay) for key, overlay in pairs if overlay is not None]
    if pairs:
        await connection.executemany(_laying(writer), pairs)


def _laying(writer: NounWriter) -> str:
    """Write the statement: each language of the overlay ($2) that the owner does not have."""
    values = [
        f"{column}_i18n = nullif((coalesce($2::jsonb->'{column}', '{{}}'::jsonb)"
        f" || coalesce({column}_i18n, '{{}}'::jsonb)) - coalesce({column}_lang, ''), '{{}}'::jsonb)"
        for column in writer.translated
    ]
    if "alt_labels" in writer.columns:
        values.append(
            "alt_labels = nullif(coalesce($2::jsonb->'alt_labels', '{}'::jsonb)"
            " || coalesce(alt_labels, '{}'::jsonb), '{}'::jsonb)"
        )
    return f"UPDATE {writer.table} SET {', '.join(values)}, changed_at = now() WHERE id = $1"
