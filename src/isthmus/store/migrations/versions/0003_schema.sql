-- The queue has a schema of its own: its names are procrastinate's, and down is one statement.
CREATE SCHEMA procrastinate;
SET LOCAL search_path TO procrastinate;
