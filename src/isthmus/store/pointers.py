"""Pointers from one record at another: stored where both ends are known, else kept pending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from isthmus.model.reference import Noun
from isthmus.store import changes
from isthmus.store.database import Connection
from isthmus.store.writers import WRITERS, Link, NounWriter, Pointer

STAGE = "stage_pointer"
WORTH_ANALYSING = 500
COLUMNS = (
    "source_id", "owner_noun", "owner_id", "link", "target_uri", "target_key", "ord", "detail",
)  # fmt: skip

LINK: Final = 3
"""The place of the link's name among them."""

PointerRow = tuple[int, str, int, str, str | None, str | None, int, str | None]
"""Values of `COLUMNS`."""


async def write_pointers(
    connection: Connection, writer: NounWriter, rows: list[PointerRow]
) -> None:
    """Store pointers whose target is known; keep the others pending."""
    if not rows:
        return
    await connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {STAGE} (owner_id bigint, link text, target_uri text,"
        " target_key text, ord int, detail jsonb, source_id bigint, owner_noun text)"
        " ON COMMIT DELETE ROWS"
    )
    await connection.execute(f"DELETE FROM {STAGE}")
    await connection.copy_records_to_table(STAGE, records=rows, columns=COLUMNS)
    if len(rows) > WORTH_ANALYSING:  # else the planner takes the stage for a handful of rows
        await connection.execute(f"ANALYZE {STAGE}")
    used = {row[LINK] for row in rows}
    for name in sorted(used):
        for statement in _resolving(STAGE, writer, name, writer.links[name]):
            await connection.execute(statement)
        target, identity = target_of(writer.links[name])
        await connection.execute(
            "INSERT INTO pending_link (source_id, owner_noun, owner_id, link, target_noun,"
            " target_uri, target_key, ord, detail)"
            f" SELECT p.source_id, p.owner_noun, p.owner_id, p.link, $2, p.target_uri,"
            f" p.target_key, p.ord, p.detail FROM {STAGE} p"
            " WHERE p.link = $1 AND NOT EXISTS ("
            f" SELECT FROM {target} t WHERE t.{identity} = p.target_uri)"
            " AND NOT EXISTS (SELECT FROM record r WHERE r.source_id = p.source_id"
            " AND r.noun = $2 AND r.source_key = p.target_key)",
            name,
            writer.links[name].noun.value,
        )


async def forget_pointers(connection: Connection, writer: NounWriter, owners: list[int]) -> None:
    """Drop what some records pointed at, before they say it anew."""
    await connection.execute(
        "DELETE FROM pending_link WHERE owner_noun = $1 AND owner_id = ANY($2)",
        writer.noun.value,
        owners,
    )
    for link in writer.links.values():
        if link.table and "stated_by" in link.extra:
            column = "stated_by"
        elif link.table and link.table not in writer.children:
            column = link.owner
        else:
            continue
        await connection.execute(f"DELETE FROM {link.table} WHERE {column} = ANY($1)", owners)


async def resolve_pending(connection: Connection, noun: Noun) -> None:
    """Store pending pointers at or from records of `noun`, now that more of them are known."""
    for writer in WRITERS.values():
        for name, link in writer.links.items():
            if noun not in {link.noun, writer.noun}:
                continue
            for statement in _resolving("pending_link", writer, name, link):
                await connection.execute(statement)
            owners = await _drop_resolved(connection, writer, name, link)
            await changes.note(connection, writer.noun, changes.Op.UPDATED, owners)
            if owners:
                for statement in writer.after:
                    await connection.execute(statement, owners)


async def _drop_resolved(
    connection: Connection, writer: NounWriter, name: str, link: Link
) -> list[int]:
    target, identity = target_of(link)
    rows = await connection.fetch(
        "DELETE FROM pending_link p WHERE p.owner_noun = $1 AND p.link = $2 AND ("
        f" EXISTS (SELECT FROM {target} t WHERE t.{identity} = p.target_uri)"
        " OR EXISTS (SELECT FROM record r WHERE r.source_id = p.source_id"
        " AND r.noun = p.target_noun AND r.source_key = p.target_key)) RETURNING owner_id",
        writer.noun.value,
        name,
    )
    return sorted({row["owner_id"] for row in rows})


def target_of(link: Link) -> tuple[str, str]:
    """Name the table a link points into, and the column that identifies a row of it."""
    if link.into is not None:
        return link.into
    target = WRITERS[link.noun]
    return target.table, target.identity or "id::text"


def _resolving(stage: str, writer: NounWriter, name: str, link: Link) -> Iterable[str]:
    """Write the statements that store the pointers of one kind out of `stage`.

    One looks the target up by its identity, the other by its key in the same source.
    """
    target, identity = target_of(link)
    by_uri = f"JOIN {target} t ON t.{identity} = p.target_uri"
    by_key = (
        f"JOIN record r ON r.source_id = p.source_id AND r.noun = '{link.noun.value}'"
        f" AND r.source_key = p.target_key JOIN {target} t ON t.id = r.entity_id"
    )
    mine = f"p.owner_noun = '{writer.noun.value}' AND p.link = '{name}'"
    for join in (by_uri, by_key) if link.into is None else (by_uri,):
        if link.column is not None:
            yield (
                f"UPDATE {writer.table} o SET {link.column} = t.id FROM {stage} p {join}"
                f" WHERE {mine} AND o.id = p.owner_id AND o.{link.column} IS DISTINCT FROM t.id"
            )
        else:
            extra = f", {link.extra}" if link.extra else ""
            values = f", {link.extra_values}" if link.extra_values else ""
            # the owner may have gone since it was noted
            yield (
                f"INSERT INTO {link.table} ({link.owner}, {link.target}{extra})"
                f" SELECT DISTINCT ON (p.owner_id, t.id) p.owner_id, t.id{values}"
                f" FROM {stage} p {join} JOIN {writer.table} o ON o.id = p.owner_id"
                f" WHERE {mine} ORDER BY p.owner_id, t.id, p.ord ON CONFLICT DO NOTHING"
            )


def pointer_rows(
    source: int, noun: Noun, owner: int, pointers: Iterable[Pointer]
) -> list[PointerRow]:
    """Give the pointers of one record as rows of the stage."""
    return [
        (source, noun, owner, link, target.uri, target.source_key, ord_, detail)
        for link, target, ord_, detail in pointers
    ]


def stated_links(writer: NounWriter) -> Mapping[str, Link]:
    """Give the links of a writer that are columns of its own row, by name."""
    return {name: link for name, link in writer.links.items() if link.column is not None}


def owners_pointing_at(noun: Noun) -> list[tuple[str, str, str, Any]]:
    """List where records of `noun` are pointed at: owner's noun, table, owner and target column."""
    found: list[tuple[str, str, str, Any]] = []
    for writer in WRITERS.values():
        for link in writer.links.values():
            if link.noun is not noun or link.into is not None:
                continue
            if link.column is not None:
                found.append((writer.noun.value, writer.table, "id", link.column))
            else:
                found.append((writer.noun.value, link.table, link.owner, link.target))
    return found
