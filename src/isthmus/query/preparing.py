"""Documents made ready: parsed, guarded and validated once, remembered by their text.

A document that does not pass raises `NotPrepared` with graphql-core's errors; nothing of it runs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from isthmus.errors import ErrorCode, Refused
from isthmus.query.selections import flag_names, nodes_of
from isthmus.query.variables import Coercer

Guard = Callable[[DocumentNode, str | None], None]
MOST_ERRORS = 20


class NotPrepared(Exception):
    """A document that cannot run, with every reason found."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(slots=True, eq=False)
class Prepared:
    """One operation of a valid document."""

    document: DocumentNode
    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    coerce: Coercer
    flags: Sequence[str]
    """The variables that `@skip` and `@include` depend on."""
    plans: dict[Any, Any] = field(default_factory=dict)
    """What was planned for each choice of the flags."""

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.definition.operation.value


class Documents:
    """The documents seen last: at most `most`, of at most `most_bytes` of text together."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        guard: Guard | None = None,
        max_tokens: int | None = None,
        introspection: bool = True,
        most: int = 1000,
        most_bytes: int = 4_000_000,
    ) -> None:
        self._schema = schema
        self._guard = guard
        self._max_tokens = max_tokens
        self._introspection = introspection
        self._rules = list(specified_rules)
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()

    def prepare(self, text: str, name: str | None) -> Prepared:
        """Give an operation ready to be planned."""
        key = (text, name)
        found = self._held.get(key)
        if found is None:
            found = self._prepare(text, name)
            self._remember(key, found)
        elif len(self._held) > self._most // 2:  # the order only counts once something must go
            self._held.move_to_end(key)
        return found

    def _remember(self, key: tuple[str, str | None], prepared: Prepared) -> None:
        self._held[key] = prepared
        self._bytes += len(key[0])
        while len(self._held) > self._most or self._bytes > self._most_bytes:
            (text, _), _ = self._held.popitem(last=False)
            self._bytes -= len(text)

    def _prepare(self, text: str, name: str | None) -> Prepared:
        document = self._parse(text)
        try:
            if self._guard is not None:
                self._guard(document, name)
        except Refused as refused:
            raise NotPrepared([refusal(refused)]) from None
        errors = self._validate(document)
        if errors:
            raise NotPrepared(errors)
        definition = _operation(document, name)
        fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        flags = flag_names(nodes_of(definition, fragments))
        coerce = Coercer(self._schema, definition, hide_suggestions=not self._introspection)
        return Prepared(document, definition, fragments, coerce, flags)

    def _parse(self, text: str) -> DocumentNode:
        most = self._max_tokens
        try:
            return parse(text, max_lexical_tokens=most, max_comments=most)
        except GraphQLSyntaxError as error:
            if "Document contains more than" in error.message:
                message = f"The document has more than {most} tokens."
                raise NotPrepared([refusal(Refused(ErrorCode.TOKENS_EXCEEDED, message))]) from None
            raise NotPrepared([error]) from None
        except (GraphQLError, RecursionError):
            message = "The document is nested too deeply to be read."
            raise NotPrepared([refusal(Refused(ErrorCode.DEPTH_EXCEEDED, message))]) from None

    def _validate(self, document: DocumentNode) -> Sequence[GraphQLError]:
        try:
            return validate(
                self._schema,
                document,
                self._rules,
                max_errors=MOST_ERRORS,
                hide_suggestions=not self._introspection,
            )
        except RecursionError:
            message = "The document is nested too deeply to be checked."
            return [refusal(Refused(ErrorCode.DEPTH_EXCEEDED, message))]


def refusal(refused: Refused) -> GraphQLError:
    """Give a refusal of ours as an error of an answer."""
    return GraphQLError(str(refused), original_error=refused)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        found = [d for d in found if d.name is not None and d.name.value == name]
    if len(found) == 1:
        return found[0]
    said = "There is no operation of that name." if name else "Several operations: name one."
    raise NotPrepared([GraphQLError(said if found or name else "There is no operation.")])
