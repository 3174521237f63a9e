"""What the mutations about connectors and sources share: whose they are, and what is put right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.once import once
from isthmus.graph.registering import Registering
from isthmus.graph.types.payload import UserError, UserErrorCode
from isthmus.registering.applicant import Applicant, Declined, Refusal
from isthmus.registering.registry import Work, Writing
from isthmus.store.database import Connection

P = TypeVar("P")
TRYING = 2000
"""What trying a connector costs, in rows of the store."""
LOOKING = 500
"""What a first look at a source costs."""


async def registering(info: GraphInfo) -> Registering:
    """Give the services; a graph without a hub takes nothing in."""
    give = info.context.registering
    if give is None:
        raise Refused(ErrorCode.FORBIDDEN, "This graph takes no connectors in.")
    return await give()


def applicant(info: GraphInfo) -> Applicant:
    """Give who asks."""
    return Applicant.of(info.context.viewer)


async def answered(kind: Callable[..., P], work: Callable[[], Awaitable[P]]) -> P:
    """Do some work; where it is declined give what is to be put right."""
    try:
        return await work()
    except Declined as declined:
        return kind(user_errors=user_errors(declined.refusals))


def user_errors(refusals: Sequence[Refusal]) -> list[UserError]:
    """Give refusals as user errors."""
    return [
        UserError(code=UserErrorCode[one.code], message=one.message, path=list(one.path))
        for one in refusals
    ]


def writing_once(info: GraphInfo, services: Registering, mutation: str, input: Any) -> Writing:
    """Give what does some work in one transaction, once under an input's key."""
    vault, viewer = services.vault, info.context.viewer

    async def writing(work: Work) -> int:
        async def beside(connection: Connection) -> int:
            async with vault.beside_people(connection):
                return await work(connection)

        async with vault.viewing(viewer) as connection:
            return await once(vault, connection, viewer, mutation, input, beside)

    return writing
