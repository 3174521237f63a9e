"""JMESPath expressions of a manifest, compiled: one alone, or a whole map of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from jmespath.functions import Functions

from isthmus.connector.expression_code import Writer
from isthmus.connector.functions import ConnectorFunctions
from isthmus.errors import Misconfigured

Compiled = Callable[[Any], Any]
Map = Mapping[str, "str | Map"]
_BUILTIN = frozenset(Functions.FUNCTION_TABLE)


class ExpressionInvalid(Misconfigured):
    """An expression that does not parse, or calls a function that is not there."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__("MANIFEST_INVALID", f"the expression {expression!r} {reason}")


def parse(expression: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse one expression; raise `ExpressionInvalid` saying what is wrong and where."""
    try:
        tree: Mapping[str, Any] = jmespath.compile(expression).parsed
    except ParseError as error:
        where = (
            f"at character {error.lex_position + 1}" if error.lex_position >= 0 else "at its end"
        )
        raise ExpressionInvalid(expression, f"does not parse {where}") from None
    except JMESPathError as error:
        raise ExpressionInvalid(expression, f"does not parse ({type(error).__name__})") from None
    for name in sorted(_called(tree)):
        if name not in own and name not in _BUILTIN:
            raise ExpressionInvalid(expression, f"calls {name}(), which is not a function")
    return tree


def compile_expression(expression: str, functions: ConnectorFunctions) -> Compiled:
    """Compile one expression into a function of one value."""
    own = functions.by_name()
    writer = Writer(own)
    return writer.function(writer.write(parse(expression, own), "x"))


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
            value = writer.write(parse(expression, writer.own), "x")
            writer.line(f"if {value} is not None: {out}[{name!r}] = {value}")
        else:
            inner = _write_map(expression, writer)
            writer.line(f"if {inner}: {out}[{name!r}] = {inner}")
    return out


def _called(node: Any) -> set[str]:
    names: set[str] = set()
    if isinstance(node, Mapping):
        if node.get("type") == "function_expression":
            names.add(node["value"])
        for child in node.get("children", ()):
            names |= _called(child)
    return names
