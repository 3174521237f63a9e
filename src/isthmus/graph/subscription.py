"""The root of every subscription: what is told as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.types import Info

from isthmus.graph.context import StreamContext
from isthmus.graph.gates import check_signed_in
from isthmus.graph.loading import Loaders
from isthmus.graph.rows import entity_of
from isthmus.graph.standing import changes_of_standing
from isthmus.graph.types.change import Change, ChangeTypes, nouns_of, place_of
from isthmus.graph.types.credential import Credential
from isthmus.graph.types.learner import LEARNER
from isthmus.graph.types.source import Source
from isthmus.query.ids import key_of
from isthmus.query.vocabulary import Whole
from isthmus.store.changes import SOURCE
from isthmus.store.following import follow

BREATH = 0.025
"""Seconds between the sources told of at first, so that who has heard enough can say so."""

StreamInfo = Info[StreamContext, None]


@strawberry.type(description="Everything that is told as it happens.")
class Subscription:
    """The root."""

    @strawberry.subscription(
        description="Changes in their order, from now on or from a cursor on: none is left out,"
        " and none is told twice. After a break, go on with the cursor of the last one; an empty"
        " text begins with the oldest change that is kept."
    )
    async def changed(
        self,
        info: StreamInfo,
        types: ChangeTypes = UNSET,
        after: Annotated[
            str | None, strawberry.argument(description="Begin after the change of this cursor.")
        ] = UNSET,
    ) -> AsyncGenerator[Change, None]:
        """Follow the feed."""
        context = info.context
        place = await (context.feed.start() if after == "" else place_of(context.feed, after))
        rows = follow(context.feed, context.listener, place, nouns=nouns_of(types))
        async for row in rows:
            yield entity_of("Change", row)

    @strawberry.subscription(
        description="A credential of a learner, each time its status changes: one event a change."
        " Consent is looked at anew for each; where it ended, so does the subscription."
    )
    async def credential_status_changed(
        self,
        info: StreamInfo,
        learner: Annotated[strawberry.ID, strawberry.argument(description="Whose credentials.")],
    ) -> AsyncGenerator[Credential, None]:
        """Watch them."""
        check_signed_in(info.context.viewer)
        key = key_of(learner, LEARNER)
        async for made in changes_of_standing(key, info.context.look):
            yield Credential(made=made)

    @strawberry.subscription(
        description="Each source as it is now, and again each time its state of health changes."
    )
    async def source_health_changed(
        self,
        info: StreamInfo,
        source: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this source.")
        ] = UNSET,
    ) -> AsyncGenerator[Source, None]:
        """Give the sources, then follow their changes; the place is taken before they are read."""
        context = info.context
        key = key_of(source, "src") if source else None
        place = await context.feed.end()
        for row in await Loaders(context.reader).whole(Whole("Source", "{t}.id"), {}):
            if key in {None, row["id"]}:
                yield entity_of("Source", row)
                await asyncio.sleep(BREATH)
        async for change in follow(context.feed, context.listener, place, nouns=[SOURCE], key=key):
            loaders = Loaders(context.reader)  # else a row read before would be given again
            found: Any = await loaders.row("Source", change["entity_id"])
            if found is not None:
                yield entity_of("Source", found)
