"""Whose connectors, sources and runs a caller sees: its own, or everyone's if it may approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strawberry.extensions import FieldExtension

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.context import RequestContext
from isthmus.model.connector import SHOWN
from isthmus.registering.applicant import Applicant
from isthmus.store import sources
from isthmus.store.connectors import find_connector_by_key
from isthmus.store.sources import StoredSource

SYNC = "source:read"
NOT_YOURS = "Only the owner of this source, or a steward, may see this."
NEXT = Callable[..., Any]


class OwnSource(FieldExtension):
    """Lets in those alone who own the source that the field stands in."""

    async def resolve_async(self, next_: NEXT, source: Any, info: Any, **given: Any) -> Any:
        """Check, then resolve."""
        await own_source(info.context, source.row["id"])
        found = next_(source, info, **given)
        return await found if hasattr(found, "__await__") else found


async def own_source(context: RequestContext, key: int) -> StoredSource:
    """Give a source of the caller's; refuse one of somebody else's."""
    found = (await sources.find_sources(context.loaders.database, [key])).get(key)
    if found is None or not Applicant.of(context.viewer).owns(found.owner_id):
        code = ErrorCode.UNAUTHENTICATED if context.viewer.is_anonymous else ErrorCode.FORBIDDEN
        raise Refused(code, NOT_YOURS)
    return found


async def is_shown(context: RequestContext, type_name: str, key: int) -> bool:
    """Tell whether a caller is shown an object of a type that not everyone is."""
    applicant, database = Applicant.of(context.viewer), context.loaders.database
    if type_name == "Connector":
        held = await find_connector_by_key(database, key)
        return held is not None and (held.status in SHOWN or applicant.owns(held.owner_id))
    if not context.viewer.may(SYNC):
        return False
    return applicant.sees_all or applicant.owns(await sources.owner_of_run(database, key))
