"""Inputs about readings of sources."""

from __future__ import annotations

import strawberry


@strawberry.input(description="Which source to read.")
class StartSyncInput:
    """A reading to begin."""

    source: strawberry.ID = strawberry.field(description="Its id.")
    full: bool = strawberry.field(
        description="Whether every record is read anew, also where nothing changed.", default=False
    )


@strawberry.input(description="Which removals to let go.")
class ConfirmRemovalsInput:
    """Removals to confirm."""

    run: strawberry.ID = strawberry.field(description="The run that held them back.")
