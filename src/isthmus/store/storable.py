"""Parts what the database can hold from what it cannot, so that one record never stops a page."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from isthmus.model.run import Rejection
from isthmus.store.database import Connection
from isthmus.store.entries import Counts, Entry
from isthmus.store.page_writer import PageWriter

LONGEST_KEY = 600
"""Characters, each of up to four bytes: an index entry holds about 2,700 bytes."""

# ValueError: asyncpg's own refusal of a value before it is sent, such as a number too large
UNSTORABLE = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
)


async def write_storable(
    connection: Connection, writer: PageWriter, entries: Sequence[Entry]
) -> tuple[Counts, list[int], list[tuple[Entry, Rejection]]]:
    """Write entries; of those the database refuses, give each with the reason.

    Halves the page until the culprits stand alone, each half in a savepoint, so that whatever
    can be stored is. Most pages are stored whole: they are tried without this first.
    """
    try:
        async with connection.transaction():
            counts, records = await writer.write(entries)
    except asyncpg.UniqueViolationError:
        raise  # another source brought the same thing: the page as a whole is tried again
    except UNSTORABLE as error:
        writer.forget()
        if len(entries) == 1:
            return Counts(), [], [(entries[0], _refused(entries[0], error))]
    else:
        return counts, records, []
    middle = len(entries) // 2
    refused: list[tuple[Entry, Rejection]] = []
    counts, records = Counts(), []
    for half in (entries[:middle], entries[middle:]):
        part, written, faulty = await write_storable(connection, writer, half)
        counts.add(part)
        records += written
        refused += faulty
    return counts, records, refused


def is_key(key: str) -> bool:
    """Tell whether the database can hold a text as the key of a record."""
    if len(key) > LONGEST_KEY:
        return False
    return "\0" not in key if key.isascii() else storable_text(key) == key


def storable_text(text: str | None) -> str | None:
    """Give a text as the database can hold it; PostgreSQL has no NUL."""
    return None if text is None else text.encode(errors="replace").decode().replace("\0", "?")


def _refused(entry: Entry, error: BaseException) -> Rejection:
    kind = type(error).__name__  # its text may hold the value
    return Rejection(
        entry.source_key, "FIELD_INVALID", f"holds a value the database cannot ({kind})"
    )
