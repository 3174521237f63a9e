"""Compiled expressions give what the library's own evaluator gives."""

from __future__ import annotations

import contextlib
from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from isthmus.connector.expression import ExpressionInvalid, compile_expression, compile_map
from isthmus.connector.functions import ConnectorFunctions

FAILED = "an error"
fields = st.sampled_from(["a", "b", "c", '"@type"'])
numbers = st.integers(-3, 3) | st.sampled_from([0.5, 0.0])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.sampled_from(["", "a", "b", "ab"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "@type"]), inner, max_size=3)
    ),
    max_leaves=12,
)
literals = st.sampled_from(["`1`", "`0`", "`[]`", "`{}`", "`null`", "`true`", '`"a"`', "'a'", "''"])
steps = st.sampled_from(
    [
        "[0]",
        "[-1]",
        "[]",
        "[*]",
        ".*",
        "[1:]",
        "[::-1]",
        "[?a]",
        "[?a == `1`]",
        "[?@ > `0`]",
        "[?!b]",
    ]
)
calls = st.sampled_from(
    ["to_array(@)", "to_string(@)", "type(@)", "not_null(@, a)", "keys(@)", "length(@)",
     "sort_by(@, &a)", "map(&b, @)", "contains(@, a)", "join('-', @)", "max_by(@, &b)"]
)  # fmt: skip


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build larger expressions out of smaller ones."""
    pair = st.tuples(inner, inner)
    return (
        st.builds(lambda e, step: f"({e}){step}", inner, steps)
        | st.builds(lambda e, step, f: f"({e}){step}.{f}", inner, steps, fields)
        | pair.map(lambda p: f"({p[0]}).{p[1]}" if p[1][0] in 'abc"' else f"({p[0]}) | {p[1]}")
        | pair.map(lambda p: f"({p[0]} || {p[1]})")
        | pair.map(lambda p: f"({p[0]} && {p[1]})")
        | st.builds(
            lambda p, how: f"({p[0]} {how} {p[1]})",
            pair,
            st.sampled_from(["==", "!=", "<", ">="]),
        )
        | inner.map(lambda e: f"!({e})")
        | pair.map(lambda p: f"[{p[0]}, {p[1]}]")
        | pair.map(lambda p: f"{{a: {p[0]}, b: {p[1]}}}")
        | st.builds(lambda e, call: f"({e}) | {call}", inner, calls)
    )


expressions = st.recursive(fields | literals | st.just("@"), grown, max_leaves=6)


def reference(expression: str, value: Any) -> Any:
    """Evaluate as the library does; its own failures count as one."""
    try:
        return jmespath.search(expression, value)
    except (JMESPathError, TypeError):
        return FAILED


def ours(expression: str, value: Any) -> Any:
    try:
        return compile_expression(expression, ConnectorFunctions())(value)
    except (JMESPathError, TypeError):
        return FAILED


@settings(derandomize=True, max_examples=600, deadline=None)
@given(expressions, values)
def test_a_compiled_expression_gives_what_the_library_gives(expression: str, value: Any) -> None:
    expected = reference(expression, value)
    found = ours(expression, value)
    if expected == FAILED:  # comparing a number with a text fails there, and is null here
        assert found == FAILED or any(sign in expression for sign in "<>")
    else:
        assert (found, repr(found)) == (expected, repr(expected))


@pytest.mark.filterwarnings("ignore:.*deprecated string literal:PendingDeprecationWarning")
@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.text(max_size=20) | st.text(alphabet="ab.[]{}()*?@|&!<>=`'\",:-019 ", max_size=30))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    with contextlib.suppress(ExpressionInvalid):  # anything else would be somebody's surprise
        compile_expression(text, ConnectorFunctions())


REFUSED = {
    "a[": "does not parse at its end",
    "a b": "does not parse at character 3",
    "": "does not parse (EmptyExpressionError)",
    "upper(a)": "calls upper(), which is not a function",
    "a[?shout(@)]": "calls shout(), which is not a function",
    "lower(a, b)": "calls lower() with 2 values where it takes 1",
    "lookup('table')": "calls lookup() with 1 values where it takes 2",
    "join('-')": "calls join() with 1 values where it takes 2",
    "not_null()": "calls not_null() with 0 values where it takes 1 or more",
    "a[::0]": "takes a slice in steps of 0",
    "(" * 900 + "a" + ")" * 900: "is nested too deep",
    "!" * 1500 + "a": "is nested too deep",
    "a" + "[*].a" * 30: "is nested too deep",
}


@pytest.mark.parametrize("expression", REFUSED, ids=lambda e: e[:20])
def test_an_expression_that_can_never_be_evaluated_is_refused_with_its_reason(
    expression: str,
) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        compile_expression(expression, ConnectorFunctions())
    assert str(refused.value) == f"the expression {expression!r} {REFUSED[expression]}"


def test_a_map_leaves_out_what_its_source_did_not_state() -> None:
    read = compile_map(
        {"title": "name", "employer": {"name": "company", "uri": "site"}, "status": "'open'"},
        ConnectorFunctions(),
    )
    assert read({"name": "Baker"}) == {"title": "Baker", "status": "open"}
    assert read({"company": "Mill", "x": 1}) == {"employer": {"name": "Mill"}, "status": "open"}


def test_a_field_that_no_expression_names_is_not_kept() -> None:
    read = compile_map({"title": "name", "places": "[].{label: name}"}, ConnectorFunctions())
    assert read({"name": "Baker", "metadata": {"recruiter": "somebody"}}) == {"title": "Baker"}


def test_a_number_and_a_text_are_in_no_order() -> None:
    assert compile_expression("a < b", ConnectorFunctions())({"a": 1, "b": "2"}) is None


def test_functions_of_connectors_work_inside_projections() -> None:
    read = compile_expression("tags[].{code: lower(trim(@))}", ConnectorFunctions())
    assert read({"tags": [" A ", None, "B"]}) == [{"code": "a"}, {"code": "b"}]


def test_a_language_that_is_not_stated_is_left_out_of_a_text() -> None:
    mapped = compile_map({"title": "{en: name.en, nl: name.nl}"}, ConnectorFunctions({}, {}))
    assert mapped({"name": {"en": "Welding"}}) == {"title": {"en": "Welding"}}
    assert mapped({"name": {}}) == {}
    assert mapped({}) == {}
