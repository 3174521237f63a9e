"""What every mutation answers: its result, and what the caller can act on."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value

NOTHING = "Null where there is something to put right."


@strawberry.enum(description="What is wrong with an input.")
class UserErrorCode(Enum):
    """What is wrong with an input."""

    REQUIRED = enum_value("REQUIRED", description="Something that must be given is missing.")
    INVALID = enum_value("INVALID", description="A value does not read, or is out of range.")
    UNSUPPORTED_FORMAT = enum_value(
        "UNSUPPORTED_FORMAT", description="A document of no format that the hub reads."
    )
    NOT_FOUND = enum_value(
        "NOT_FOUND", description="It names nothing, or nothing that the caller may see."
    )
    DUPLICATE = enum_value("DUPLICATE", description="It is there already.")
    CONFLICT = enum_value(
        "CONFLICT", description="It does not fit what is there, such as a consent that ended."
    )
    SIGNATURE_INVALID = enum_value(
        "SIGNATURE_INVALID", description="A proof is not good for what it is shown for."
    )
    CONSENT_REQUIRED = enum_value(
        "CONSENT_REQUIRED", description="The learner, or a guardian, has not agreed."
    )
    CONSENT_EXPIRED = enum_value("CONSENT_EXPIRED", description="There was a consent; it ended.")
    SCOPE_TOO_WIDE = enum_value(
        "SCOPE_TOO_WIDE", description="More than was asked for, or than may be asked for."
    )
    QUOTA_EXCEEDED = enum_value("QUOTA_EXCEEDED", description="Too many of them.")
    SOURCE_UNREACHABLE = enum_value(
        "SOURCE_UNREACHABLE", description="An address in the input did not answer."
    )


@strawberry.type(description="Something the caller can put right.")
class UserError:
    """Something the caller can put right."""

    code: UserErrorCode = strawberry.field(description="What is wrong.")
    message: str = strawberry.field(description="The same in plain English, for developers.")
    path: list[str] = strawberry.field(
        description="Names from the input inwards; empty for the whole input."
    )


@strawberry.interface(
    description="What the caller can act on is in `userErrors`; else it is a top-level error."
)
class Payload:
    """Has user errors."""

    user_errors: list[UserError] = strawberry.field(description="What to put right; else empty.")


def payload(mutation: str) -> str:
    """Describe a payload."""
    return f"What came of `{mutation}`."


def wrong(code: UserErrorCode, message: str, *path: str) -> UserError:
    """Say what is wrong with an input, and where."""
    return UserError(code=code, message=message, path=list(path))


def unknown(*path: str) -> UserError:
    """Say that an id names nothing the caller may see, in the same words whatever the reason."""
    return wrong(UserErrorCode.NOT_FOUND, "There is nothing of this id, or not for you.", *path)
