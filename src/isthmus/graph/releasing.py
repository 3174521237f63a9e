"""What becomes of an answer whose consents ended while it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode

from isthmus.errors import ErrorCode, Refused

UNNAMED = "unnamed"
LONGEST_NAME = 100
WITHDRAWN = "A consent that the answer rested on ended while it was made."


def name_of(operation: OperationDefinitionNode) -> str:
    """Give the name that an operation's reads are logged under."""
    return operation.name.value[:LONGEST_NAME] if operation.name else UNNAMED


def denied(result: ExecutionResult) -> ExecutionResult:
    """Give the answer to what was read and may not be shown: nothing, with the reason."""
    return ExecutionResult(None, [_error(list(result.data or ())[:1])])


def withheld(result: ExecutionResult) -> ExecutionResult:
    """Give the answer to what was done: each root is null, with the reason.

    Errors of its own stay, since they hold nothing but codes and sentences of the hub.
    """
    if result.data is None:
        return result
    errors = [*(result.errors or ()), *(_error([key]) for key in result.data)]
    return ExecutionResult(dict.fromkeys(result.data), errors)


def beside(result: ExecutionResult, faults: Sequence[GraphQLError]) -> ExecutionResult:
    """Give a result with the faults of sources beside its data."""
    if not faults:
        return result
    return ExecutionResult(result.data, [*(result.errors or ()), *faults])


def _error(path: list[Any]) -> GraphQLError:
    cause = Refused(ErrorCode.CONSENT_REVOKED, WITHDRAWN)
    return GraphQLError(str(cause), path=path, original_error=cause)
