"""Reads a stream as a sync does, up to the canonical records: real HTTP, no database."""

from __future__ import annotations

from isthmus.trials.mapping import Mapped, Mapper, ReadStream, reading

__all__ = ["Mapped", "Mapper", "ReadStream", "reading"]
