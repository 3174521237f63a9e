"""Gates of fields: what a caller must be, hold or have been allowed before a resolver runs."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.federation.schema_directives import Authenticated, RequiresScopes

from isthmus.errors import ErrorCode, Refused
from isthmus.model.viewer import Viewer

NEXT = Callable[..., Any]


class Consented(FieldExtension):
    """Asks the object whether the caller may see this field of it."""

    async def resolve_async(self, next_: NEXT, source: Any, info: Any, **given: Any) -> Any:
        """Ask, then resolve."""
        await source.admit(info, info._raw_info.parent_type.name, info.field_name)  # noqa: SLF001
        return await _awaited(next_(source, info, **given))


class SignedIn(FieldExtension):
    """Lets nobody in whom no token names."""

    async def resolve_async(self, next_: NEXT, source: Any, info: Any, **given: Any) -> Any:
        """Check, then resolve."""
        check_signed_in(info.context.viewer)
        return await _awaited(next_(source, info, **given))


class Scoped(FieldExtension):
    """Lets in those alone whose token carries a scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def resolve_async(self, next_: NEXT, source: Any, info: Any, **given: Any) -> Any:
        """Check, then resolve."""
        check_scope(info.context.viewer, self.scope)
        return await _awaited(next_(source, info, **given))


async def _awaited(found: Awaitable[Any] | Any) -> Any:
    return await found if inspect.isawaitable(found) else found


def check_signed_in(viewer: Viewer) -> None:
    """Refuse whom no token names."""
    if viewer.is_anonymous:
        raise Refused(ErrorCode.UNAUTHENTICATED, "Sign in: this needs an access token.")


def check_scope(viewer: Viewer, scope: str) -> None:
    """Refuse whose token does not carry a scope."""
    check_signed_in(viewer)
    if not viewer.may(scope):
        raise Refused(ErrorCode.FORBIDDEN, f"This needs the scope {scope}.")


def signed_in() -> dict[str, Any]:
    """Give what makes a field one for those who are signed in."""
    return {"extensions": [SignedIn()], "directives": [Authenticated()]}


def scoped(scope: str) -> dict[str, Any]:
    """Give what makes a field one for those who hold a scope."""
    return {"extensions": [Scoped(scope)], "directives": [RequiresScopes(scopes=[[scope]])]}


def gated(description: str, **further: Any) -> Any:
    """Make a field of a person: shown by the rule that `scopes` has for it."""
    return strawberry.field(description=description, extensions=[Consented()], **further)
