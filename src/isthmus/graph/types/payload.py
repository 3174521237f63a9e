"""What every mutation answers: its result, and what the caller can act on."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="What is wrong with an input.")
class UserErrorCode(Enum):
    """What is wrong with an input."""

    INVALID = enum_value("INVALID", description="A value does not read, or is out of range.")
    UNSUPPORTED_FORMAT = enum_value(
        "UNSUPPORTED_FORMAT", description="A document of no format that the hub reads."
    )
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
