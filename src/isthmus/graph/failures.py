"""From failures to what a caller sees: a code, a sentence, and nothing of the inside."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from isthmus.errors import ConsentMissing, ErrorCode, IsthmusError, SourceFault

log = logging.getLogger(__name__)
UNREADABLE = "A value does not fit its type."


def published(errors: Sequence[GraphQLError] | None) -> list[dict[str, Any]]:
    """Write errors as the answer holds them, each with a code of ours."""
    return [_published(error) for error in errors or ()]


def _published(error: GraphQLError) -> dict[str, Any]:
    cause = error.original_error
    if isinstance(cause, IsthmusError) and cause.code in set(ErrorCode):
        message, extensions = str(cause), _extensions(cause)
    elif isinstance(error, GraphQLSyntaxError):
        message, extensions = error.message, {"code": ErrorCode.PARSE_FAILED.value}
    elif isinstance(cause, ValueError) and not error.path:
        # a value that its type could not read; what the library says of it is not for callers
        message, extensions = UNREADABLE, {"code": ErrorCode.VALIDATION_FAILED.value}
    elif cause is None or isinstance(cause, GraphQLError):
        message = error.message
        extensions = {"code": _code_of(error)}
    else:
        message, extensions = _masked(cause)
    answer: dict[str, Any] = {"message": message}
    if error.locations:
        answer["locations"] = [location.formatted for location in error.locations]
    if error.path:
        answer["path"] = error.path
    return answer | {"extensions": extensions}


def _code_of(error: GraphQLError) -> str:
    """Give the code of an error of the library: stated, or that of validation."""
    stated = (error.extensions or {}).get("code")
    return stated if stated in set(ErrorCode) else ErrorCode.VALIDATION_FAILED.value


def _extensions(error: IsthmusError) -> dict[str, Any]:
    found: dict[str, Any] = {"code": str(error.code)}
    if isinstance(error, SourceFault):
        found |= {"source": error.source, "retryable": error.retryable}
        if error.retry_after is not None:
            found["retryAfterSeconds"] = error.retry_after
    if isinstance(error, ConsentMissing):
        found["requestUrl"] = error.request_url
    return found


def _masked(cause: BaseException) -> tuple[str, dict[str, Any]]:
    """Keep a fault of ours to the log, under an id the caller can quote."""
    name = secrets.token_hex(6)
    log.error("error %s", name, exc_info=cause)
    code = ErrorCode.INTERNAL
    if isinstance(cause, TimeoutError):
        code = ErrorCode.DEADLINE_EXCEEDED
    return "Something went wrong in the hub.", {"code": code.value, "errorId": name}
