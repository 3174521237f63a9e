"""Finding public records by what a document calls them: a body, what can be earned, a level."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.store.database import Database


async def organizations_named(database: Database, names: Sequence[str]) -> dict[str, int]:
    """Find bodies by DID or URI; where several have the same, the first of them."""
    rows = await database.read(
        "SELECT n.name, min(o.id) AS id FROM unnest($1::text[]) AS n(name)"
        " JOIN organization o ON o.uri = n.name OR o.did = n.name GROUP BY n.name",
        list(names),
    )
    return {row["name"]: row["id"] for row in rows}


async def qualifications_named(database: Database, uris: Sequence[str]) -> dict[str, int]:
    """Find qualifications by URI; where several have the same, the first of them."""
    rows = await database.read(
        "SELECT uri, min(id) AS id FROM qualification WHERE uri = ANY($1::text[]) GROUP BY uri",
        list(uris),
    )
    return {row["uri"]: row["id"] for row in rows}


async def qualifications_coded(database: Database, codes: Sequence[str]) -> dict[str, int]:
    """Find qualifications by a code that exactly one of them has."""
    rows = await database.read(
        "SELECT code, min(id) AS id FROM qualification WHERE code = ANY($1::text[])"
        " GROUP BY code HAVING count(*) = 1",
        list(codes),
    )
    return {row["code"]: row["id"] for row in rows}


async def levels_marked(
    database: Database, marks: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Find levels by the code of their framework and their notation in it."""
    rows = await database.read(
        "SELECT m.framework, m.notation, min(l.id) AS id"
        " FROM unnest($1::text[], $2::text[]) AS m(framework, notation)"
        " JOIN framework f ON upper(f.code) = upper(m.framework)"
        " JOIN level l ON l.framework_id = f.id AND l.notation = m.notation"
        " GROUP BY m.framework, m.notation",
        [framework for framework, _ in marks],
        [notation for _, notation in marks],
    )
    return {(row["framework"], row["notation"]): row["id"] for row in rows}
