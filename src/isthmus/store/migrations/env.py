"""How Alembic reaches the database: one synchronous psycopg connection, given by the caller."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from isthmus.store.tables import metadata

engine = sa.create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        # two processes that start at once must not both create the tables
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7046820911)"))
        context.run_migrations()
engine.dispose()
