"""The document guard: refuses what is too deep, too wide or too repetitive, before validation.

Every definition is walked once and every fragment measured once, however often it is spread, so
that the work is bounded by the text. Validation compares fields of one place pair by pair; the
last step bounds how many there can be, and it runs only once the expanded size is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
)

from isthmus.errors import ErrorCode, Refused
from isthmus.web.measuring import Measure, Measurer
from isthmus.web.repeats import Fragments, most_repeated

LARGE = ErrorCode.TOKENS_EXCEEDED
DEEP = ErrorCode.DEPTH_EXCEEDED
WIDE = ErrorCode.ALIASES_EXCEEDED
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """What a document may hold; each figure is the largest that passes."""

    depth: int = 12
    introspection_depth: int = 16
    aliases: int = 30
    root_fields: int = 20
    selections: int = 5000
    directives: int = 10
    repeats: int = 30
    operations: int = 10
    fragments: int = 100
    variables: int = 100
    value_depth: int = 16
    introspection_lists: int = 2
    """How often lists of `__Type` may stand inside one another: each multiplies the answer."""


class DocumentGuard:
    """Refuses documents over its limits; to be called with what the parser gave."""

    def __init__(self, limits: GuardLimits | None = None) -> None:
        self._limits = limits or GuardLimits()

    def __call__(self, document: DocumentNode, name: str | None = None) -> None:
        """Raise `Refused` naming the limit; all operations count, since all are validated."""
        try:
            self._check(document)
        except RecursionError:
            message = "The document is nested too deeply to be read."
            raise Refused(ErrorCode.DEPTH_EXCEEDED, message) from None

    def _check(self, document: DocumentNode) -> None:
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = _fragments(document)
        self._count(operations, fragments)
        measurer = Measurer(fragments)
        measures = measurer.fragments()
        asked = [measurer.operation(operation) for operation in operations]
        for measure in asked:
            _within(WIDE, "root fields", measure.here, self._limits.root_fields)
        # validation reads what nothing spreads too; all other fragments are in what spreads them
        lonely = [name for name in fragments if name not in measurer.spread]
        roots = (*asked, *(measures[name] for name in lonely))
        for measure in roots:
            self._judge(measure)
        self._judge_nodes(measurer)
        size = sum(measure.size for measure in roots)
        _within(WIDE, "selections, fragments written out", size, self._limits.selections)
        definitions = [*operations, *(fragments[name] for name in lonely)]
        for definition in definitions:
            repeats = most_repeated(definition.selection_set, fragments)
            _within(WIDE, "fields of one name in one place", repeats, self._limits.repeats)

    def _count(self, operations: Sequence[OperationDefinitionNode], fragments: Fragments) -> None:
        limits = self._limits
        _within(LARGE, "operations", len(operations), limits.operations)
        _within(LARGE, "fragments", len(fragments), limits.fragments)
        for operation in operations:
            count = len(operation.variable_definitions or ())
            _within(LARGE, "variables", count, limits.variables)

    def _judge(self, measure: Measure) -> None:
        limits = self._limits
        _within(DEEP, "levels", measure.depth, limits.depth)
        _within(DEEP, "levels of introspection", measure.meta, limits.introspection_depth)
        _within(DEEP, "nested lists of types", measure.lists, limits.introspection_lists)
        _within(WIDE, "aliases", measure.aliases, limits.aliases)

    def _judge_nodes(self, measurer: Measurer) -> None:
        limits = self._limits
        _within(WIDE, "directives in one place", measurer.most_directives, limits.directives)
        _within(DEEP, "levels of a value", measurer.value_depth, limits.value_depth)


def _fragments(document: DocumentNode) -> Fragments:
    found: dict[str, FragmentDefinitionNode] = {}
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            name = definition.name.value
            if name in found:
                message = f"There are two fragments named `{name}`."
                raise Refused(ErrorCode.VALIDATION_FAILED, message)
            found[name] = definition
    return found


def _within(code: ErrorCode, what: str, count: int, most: int) -> None:
    if count > most:
        raise Refused(code, f"The document has {_figure(count)} {what}; {most} are allowed.")


def _figure(count: int) -> str:
    """Write a count; those of exponential documents have no end."""
    return str(count) if count < MILLION else "over a million"
