"""JMESPath expressions of a manifest, compiled: one alone, or a whole map of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from jmespath.functions import Functions

from isthmus.connector.expression_code import Writer
from isthmus.connector.functions import ConnectorFunctions
from isthmus.errors import Misconfigured

Compiled = Callable[[Any], Any]
Map = Mapping[str, "str | Map"]
Own = Mapping[str, Callable[..., Any]]


class ExpressionInvalid(Misconfigured):
    """An expression that does not parse, or calls a function that is not there."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__("MANIFEST_INVALID", f"the expression {expression!r} {reason}")


class _TooDeep(ExpressionInvalid):
    """An expression of more levels than can be written out."""

    def __init__(self, expression: str) -> None:
        super().__init__(expression, "is nested too deep")


def parse(expression: str, own: Own) -> Mapping[str, Any]:
    """Parse one expression; raise `ExpressionInvalid` saying what is wrong and where."""
    try:
        tree = _tree(expression)
        reason = next(_faults(tree, own), None)
    except RecursionError:
        raise _TooDeep(expression) from None
    if reason is not None:
        raise ExpressionInvalid(expression, reason)
    return tree


def _tree(expression: str) -> Mapping[str, Any]:
    try:
        tree: Mapping[str, Any] = jmespath.compile(expression).parsed
    except ParseError as error:
        inside = 0 <= error.lex_position < len(expression)
        where = f"at character {error.lex_position + 1}" if inside else "at its end"
        raise ExpressionInvalid(expression, f"does not parse {where}") from None
    except (JMESPathError, ValueError) as error:
        raise ExpressionInvalid(expression, f"does not parse ({type(error).__name__})") from None
    return tree


def compile_expression(expression: str, functions: ConnectorFunctions) -> Compiled:
    """Compile one expression into a function of one value."""
    own = functions.by_name()
    tree = parse(expression, own)
    writer = Writer(own)
    try:
        return writer.function(writer.write(tree, "x"))
    except (RecursionError, SyntaxError):  # Python allows twenty loops in one another
        raise _TooDeep(expression) from None


def compile_map(mapping: Map, functions: ConnectorFunctions) -> Compiled:
    """Compile a map of names to expressions into one function that gives a dict.

    Names whose value is null are left out, so that a record holds only what its source stated;
    a nested map of which nothing was found is left out whole.
    """
    writer = Writer(functions.by_name())
    return writer.function(_write_map(mapping, writer))


def _write_map(mapping: Map, writer: Writer) -> str:
    out = writer.name("{}")
    for name, expression in mapping.items():
        if isinstance(expression, str):
            node = parse(expression, writer.own)
            value = writer.write(node, "x")
            if node["type"] == "multi_select_dict":  # a text of which a language is not stated
                value = writer.name(f"_stated({value})")
            writer.line(f"if {value} is not None: {out}[{name!r}] = {value}")
        else:
            inner = _write_map(expression, writer)
            writer.line(f"if {inner}: {out}[{name!r}] = {inner}")
    return out


def _faults(node: Any, own: Own) -> Iterator[str]:
    """Say what parses but can never be evaluated."""
    if not isinstance(node, Mapping):
        return
    children = node.get("children", ())
    if node.get("type") == "function_expression":
        yield from _fault_of_call(node["value"], len(children), own)
    if node.get("type") == "slice" and len(children) > _STEP and children[_STEP] == 0:
        yield "takes a slice in steps of 0"
    for child in children:
        yield from _faults(child, own)


_STEP = 2


def _fault_of_call(name: str, given: int, own: Own) -> Iterator[str]:
    if name in own:
        takes, more = len(inspect.signature(own[name]).parameters), False
    elif name in Functions.FUNCTION_TABLE:
        signature = Functions.FUNCTION_TABLE[name]["signature"]
        takes, more = len(signature), bool(signature and signature[-1].get("variadic"))
    else:
        yield f"calls {name}(), which is not a function"
        return
    if given < takes or (given > takes and not more):
        yield f"calls {name}() with {given} values where it takes {takes}{' or more' * more}"
