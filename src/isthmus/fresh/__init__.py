"""Live sources of public records: asked while a question waits, written, then read as ever.

Promise: what a source gives is in the store before the query is answered, by the same engine as a
sync; nobody waits past the deadline, nor for a source that is known to be down; a question is put
once, however many ask it. What does not belong here: personal records (`live`), meaning, SQL.
"""
