"""What the hub remembers: tables, migrations, reading and writing.

Promise: rows of one page and the cursor behind them are written in one transaction, and a
record that could not be read never replaces the last good one. With `query` this is the only
place with SQL, and the only one that knows SQLModel, Alembic and asyncpg. What does not
belong here: deciding what a record means, or who may see it.
"""
