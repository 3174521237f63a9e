"""Which columns never hold NULL is told twice: both must say the same."""

from __future__ import annotations

from isthmus.store.required import REQUIRED
from isthmus.store.tables import metadata


def test_required_columns_are_those_of_the_table_classes() -> None:
    assert {table: sorted(columns) for table, columns in REQUIRED.items()} == {
        name: sorted(c.name for c in table.columns if not c.nullable)
        for name, table in metadata.tables.items()
    }
