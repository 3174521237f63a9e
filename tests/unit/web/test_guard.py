from __future__ import annotations

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import ErrorCode, Refused
from isthmus.web.guard import DocumentGuard, GuardLimits
from isthmus.web.measuring import Measure, Measurer
from isthmus.web.repeats import most_repeated

guard = DocumentGuard()


def code_of(document: str, limits: GuardLimits | None = None) -> ErrorCode | None:
    try:
        DocumentGuard(limits)(parse(document, no_location=True))
    except Refused as refused:
        return refused.code
    return None


def nested(levels: int, name: str = "a") -> str:
    return f"{{ {name} " * levels + "}" * levels


def times(count: int, text: str) -> str:
    return " ".join(text.replace("#", str(n)) for n in range(count))


LIMITS = {
    "depth": (nested, 12, ErrorCode.DEPTH_EXCEEDED),
    "depth through fragments": (
        lambda n: "{ a { ...F } } fragment F on X " + nested(n - 1),
        12,
        ErrorCode.DEPTH_EXCEEDED,
    ),
    "depth of introspection": (
        lambda n: "{ __schema { types " + nested(n - 2, "ofType") + "} }",
        16,
        ErrorCode.DEPTH_EXCEEDED,
    ),
    "lists of types": (
        lambda n: '{ __type(name: "A") ' + "{ fields { type " * n + "{ name }" + "} }" * n + "}",
        2,
        ErrorCode.DEPTH_EXCEEDED,
    ),
    "aliases": (lambda n: "{ a { " + times(n, "a#: b") + "} }", 30, ErrorCode.ALIASES_EXCEEDED),
    "aliases through fragments": (
        lambda n: "{ a { ...F } b { ...F } } fragment F on X { " + times(n // 2, "a#: b") + "}",
        30,
        ErrorCode.ALIASES_EXCEEDED,
    ),
    "root fields": (lambda n: "{ " + times(n, "f#") + "}", 20, ErrorCode.ALIASES_EXCEEDED),
    "root fields through fragments": (
        lambda n: "{ ...F ... { x } } fragment F on Query { " + times(n - 1, "f#") + "}",
        20,
        ErrorCode.ALIASES_EXCEEDED,
    ),
    "directives": (lambda n: "{ a " + times(n, "@skip(if: false)") + "}", 10,
                   ErrorCode.ALIASES_EXCEEDED),
    "repeats": (lambda n: "{ a { " + times(n, "b") + "} }", 30, ErrorCode.ALIASES_EXCEEDED),
    "repeats through merging": (
        lambda n: "{ " + times(n // 5, "a { " + times(5, "b") + "}") + "}",
        30,
        ErrorCode.ALIASES_EXCEEDED,
    ),
    "operations": (lambda n: times(n, "query Q# { a }"), 10, ErrorCode.TOKENS_EXCEEDED),
    "fragments": (
        lambda n: "{ ...F0 } " + times(n, "fragment F# on X { a }"), 100,
        ErrorCode.TOKENS_EXCEEDED,
    ),
    "variables": (
        lambda n: "query (" + times(n, "$v#: Int") + ") { a }", 100, ErrorCode.TOKENS_EXCEEDED,
    ),
    "nested values": (
        lambda n: "{ a(b: " + "[" * n + "]" * n + ") }", 16, ErrorCode.DEPTH_EXCEEDED,
    ),
    "nested types": (
        lambda n: "query ($a: " + "[" * (n - 1) + "A" + "]" * (n - 1) + ") { a }", 16,
        ErrorCode.DEPTH_EXCEEDED,
    ),
    "selections": (
        lambda n: "{ a { " + times(n // 100, "b# { ...F }") + "} } fragment F on X { "
        + times(98, "c#") + "}",
        5000,
        ErrorCode.ALIASES_EXCEEDED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_lets_its_own_figure_pass(name: str) -> None:
    made, most, _ = LIMITS[name]
    assert code_of(made(most if name != "selections" else 4900)) is None


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_refuses_just_above(name: str) -> None:
    made, most, code = LIMITS[name]
    step = {"aliases through fragments": 2, "repeats through merging": 5}.get(name, 1)
    assert code_of(made(most + step)) is code


def test_the_introspection_of_tools_passes() -> None:
    everything = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert code_of(everything) is None


def test_circular_introspection_is_refused() -> None:
    circle = "fields { type { " * 8 + "name" + "} }" * 8
    assert code_of(f"{{ __schema {{ types {{ {circle} }} }} }}") is ErrorCode.DEPTH_EXCEEDED


def test_circular_introspection_through_fragments_is_refused() -> None:
    fragments = times(4, "fragment F# on __Type { fields { type { ...G# } } }")
    for n in range(4):
        fragments = fragments.replace(f"...G{n} ", f"...F{n + 1} " if n < 3 else "name ")
    assert code_of("{ __schema { types { ...F0 } } } " + fragments) is ErrorCode.DEPTH_EXCEEDED


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on X { ...A }",
        "{ ...A } fragment A on X { a { ...B } } fragment B on X { ... { ...A } }",
        "{ a } fragment A on X { ...B } fragment B on X { ...A }",
    ],
)
def test_a_fragment_that_leads_back_to_itself_is_refused(document: str) -> None:
    assert code_of(document) is ErrorCode.VALIDATION_FAILED


def test_two_fragments_of_one_name_are_refused() -> None:
    document = "{ ...A } fragment A on X { a } fragment A on X { b }"
    assert code_of(document) is ErrorCode.VALIDATION_FAILED


def test_an_unknown_fragment_is_left_to_validation() -> None:
    assert code_of("{ ...Nowhere a }") is None


def test_exponential_fragments_are_refused_and_measured_once() -> None:
    levels = 90
    document = "{ a { ...F0 } } " + " ".join(
        f"fragment F{n} on X {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)
    )
    document += f" fragment F{levels} on X {{ a }}"
    measurer = _measured(document)
    assert measurer.steps < 10 * levels
    assert code_of(document) is ErrorCode.ALIASES_EXCEEDED


def test_a_long_chain_of_deep_fragments_needs_no_deep_stack() -> None:
    deep = "... { " * 15
    document = "{ a { ...F0 } } " + " ".join(
        f"fragment F{n} on X {{ {deep} ...F{n + 1} {'}' * 16}" for n in range(99)
    )
    document += " fragment F99 on X { a }"
    assert code_of(document) is None


# ---- against a naive expansion


NAMES = st.sampled_from(["a", "b", "x: a", "y: b", "fields", "__schema", "a @d", "a(v: [[1]])"])


@st.composite
def selections(draw: st.DrawFn, spreads: list[str], depth: int = 3) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 3)) if depth else 0
        if kind == 3 and spreads:
            parts.append("..." + draw(st.sampled_from(spreads)))
        elif kind == 2:
            parts.append("... on X " + draw(selections(spreads, depth - 1)))
        elif kind == 1:
            parts.append(draw(NAMES) + " " + draw(selections(spreads, depth - 1)))
        else:
            parts.append(draw(NAMES))
    return "{ " + " ".join(parts) + " }"


@st.composite
def documents(draw: st.DrawFn) -> str:
    count = draw(st.integers(0, 5))
    names = [f"F{n}" for n in range(count)]
    parts = [draw(selections(names))]
    for n, name in enumerate(names):
        parts.append(f"fragment {name} on X " + draw(selections(names[n + 1 :])))
    return " ".join(draw(st.permutations(parts)))


@given(documents())
def test_counts_equal_those_of_a_naive_expansion(document: str) -> None:
    parsed = parse(document, no_location=True)
    fragments = {d.name.value: d for d in parsed.definitions if d.kind == "fragment_definition"}
    operation = next(d for d in parsed.definitions if d.kind == "operation_definition")
    measurer = Measurer(fragments)
    measurer.fragments()
    assert measurer.operation(operation) == _naive(operation.selection_set, fragments)
    assert most_repeated(operation.selection_set, fragments) == _naive_repeats(operation, fragments)


@given(documents())
def test_measuring_is_linear_in_the_document(document: str) -> None:
    assert _measured(document).steps <= 4 * len(document)


def _measured(document: str) -> Measurer:
    parsed = parse(document, no_location=True)
    fragments = {d.name.value: d for d in parsed.definitions if d.kind == "fragment_definition"}
    measurer = Measurer(fragments)
    measurer.fragments()
    for definition in parsed.definitions:
        if definition.kind == "operation_definition":
            measurer.operation(definition)
    return measurer


def _naive(selection_set, fragments) -> Measure:
    found = Measure()
    for node in selection_set.selections if selection_set else ():
        if node.kind == "field":
            found.field(node, _naive(node.selection_set, fragments))
        else:
            inner = node if node.kind == "inline_fragment" else fragments[node.name.value]
            found.size += 1
            found.beside(_naive(inner.selection_set, fragments))
    return found


def _naive_repeats(operation, fragments) -> int:
    """Write every path with the identity of its nodes; a fragment merges with itself."""
    places: dict[tuple[str, ...], set[int]] = {}

    def walk(selection_set, path: tuple[str, ...]) -> None:
        for node in selection_set.selections if selection_set else ():
            if node.kind == "field":
                here = (*path, (node.alias or node.name).value)
                places.setdefault(here, set()).add(id(node))
                walk(node.selection_set, here)
            else:
                inner = node if node.kind == "inline_fragment" else fragments[node.name.value]
                walk(inner.selection_set, path)

    walk(operation.selection_set, ())
    return max((len(nodes) for nodes in places.values()), default=0)
