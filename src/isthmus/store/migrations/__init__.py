"""Alembic's scripts: one file a change, up and down."""
