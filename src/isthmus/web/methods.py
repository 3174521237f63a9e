"""GET changes nothing: a page elsewhere can have a browser send it without asking."""

from __future__ import annotations

from functools import lru_cache

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse

from isthmus.graph.answer import Operation
from isthmus.web.decoding import BadRequest

MOST_TOKENS = 20_000


def refuse_unsafe(operation: Operation) -> None:
    """Raise `BadRequest` for a mutation. The word must stand in a document that has one."""
    if "mutation" in operation.document and _is_mutation(operation.document, operation.name):
        message = "A mutation needs POST."
        raise BadRequest(405, message, headers=(("allow", "POST"),))


@lru_cache(maxsize=64)
def _is_mutation(document: str, name: str | None) -> bool:
    try:
        definitions = parse(document, no_location=True, max_tokens=MOST_TOKENS).definitions
    except GraphQLError:
        return False  # the graph says what is wrong with it
    return any(
        isinstance(found, OperationDefinitionNode)
        and found.operation is OperationType.MUTATION
        and (name is None or (found.name is not None and found.name.value == name))
        for found in definitions
    )
