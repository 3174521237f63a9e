"""Turns a parsed JMESPath expression into lines of Python.

The library's evaluator walks its tree for every record; the same tree written out once as
Python runs about ten times faster, which is most of the cost of a sync. The library stays
the parser and the reference: a property test compares both on random expressions and data.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from jmespath.functions import Functions

Node = Mapping[str, Any]

_ORDER = {"lt": operator.lt, "gt": operator.gt, "lte": operator.le, "gte": operator.ge}
_builtins = Functions()


class Writer:
    """Writes statements of one function; every node's value ends in a variable of its own."""

    def __init__(self, own: Mapping[str, Callable[..., Any]]) -> None:
        self.own = own
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {
            "_true": is_true,
            "_equal": equal,
            "_ordered": ordered,
            "_call": _builtin,
            "_stated": stated,
        }
        self._depth = 1
        self._count = 0

    def write(self, node: Node, at: str) -> str:
        """Write the statements for `node` applied to the variable `at`; name the result."""
        kind: str = node["type"]
        return str(getattr(self, f"_{kind}")(node, at))

    def line(self, text: str) -> None:
        """Add one statement at the present depth."""
        self.lines.append("    " * self._depth + text)

    def name(self, value: str) -> str:
        """Assign `value` (Python source) to a new variable."""
        self._count += 1
        variable = f"v{self._count}"
        self.line(f"{variable} = {value}")
        return variable

    def constant(self, value: Any) -> str:
        """Hand a value in from outside the text."""
        self._count += 1
        name = f"c{self._count}"
        self.constants[name] = value
        return name

    def _into(self, variable: str, node: Node, at: str) -> None:
        self._depth += 1
        self.line(f"{variable} = {self.write(node, at)}")
        self._depth -= 1

    def _field(self, node: Node, at: str) -> str:
        return self.name(f"{at}.get({node['value']!r}) if {at}.__class__ is dict else None")

    def _subexpression(self, node: Node, at: str) -> str:
        for child in node["children"]:
            at = self.write(child, at)
        return at

    _pipe = _index_expression = _subexpression

    def _identity(self, _node: Node, at: str) -> str:
        return at

    _current = _identity

    def _literal(self, node: Node, _at: str) -> str:
        value = node["value"]
        plain = isinstance(value, str | int | None)
        return self.name(repr(value) if plain else self.constant(value))

    def _index(self, node: Node, at: str) -> str:
        i = int(node["value"])
        guard = f"{at}.__class__ is list and -len({at}) <= {i} < len({at})"
        return self.name(f"{at}[{i}] if {guard} else None")

    def _slice(self, node: Node, at: str) -> str:
        part = self.constant(slice(*node["children"]))
        return self.name(f"{at}[{part}] if {at}.__class__ is list else None")

    def _flatten(self, node: Node, at: str) -> str:
        at = self.write(node["children"][0], at)
        out = self.name("None")
        self.line(f"if {at}.__class__ is list:")
        self._depth += 1
        self.line(f"{out} = []")
        item = f"{out}_i"
        self.line(f"for {item} in {at}:")
        self.line(f"    if {item}.__class__ is list: {out}.extend({item})")
        self.line(f"    else: {out}.append({item})")
        self._depth -= 1
        return out

    def _projection(self, node: Node, at: str) -> str:
        at = self.write(node["children"][0], at)
        return self._project(node["children"][1], at, f"{at}.__class__ is list", at)

    def _value_projection(self, node: Node, at: str) -> str:
        at = self.write(node["children"][0], at)
        return self._project(node["children"][1], at, f"{at}.__class__ is dict", f"{at}.values()")

    def _filter_projection(self, node: Node, at: str) -> str:
        left, right, condition = node["children"]
        at = self.write(left, at)
        return self._project(right, at, f"{at}.__class__ is list", at, condition)

    def _project(
        self, right: Node, at: str, guard: str, items: str, condition: Node | None = None
    ) -> str:
        out = self.name("None")
        self.line(f"if {guard}:")
        self._depth += 1
        self.line(f"{out} = []")
        item = f"{out}_i"
        self.line(f"for {item} in {items}:")
        self._depth += 1
        if condition is not None:
            kept = self.write(condition, item)
            self.line(f"if not _true({kept}): continue")
        value = self.write(right, item)
        self.line(f"if {value} is not None: {out}.append({value})")
        self._depth -= 2
        return out

    def _comparator(self, node: Node, at: str) -> str:
        left, right = (self.write(child, at) for child in node["children"])
        name = node["value"]
        if name in {"eq", "ne"}:
            return self.name(f"{'' if name == 'eq' else 'not '}_equal({left}, {right})")
        return self.name(f"_ordered({self.constant(_ORDER[name])}, {left}, {right})")

    def _not_expression(self, node: Node, at: str) -> str:
        return self.name(f"not _true({self.write(node['children'][0], at)})")

    def _or_expression(self, node: Node, at: str) -> str:
        return self._short_circuit(node, at, "not _true")

    def _and_expression(self, node: Node, at: str) -> str:
        return self._short_circuit(node, at, "_true")

    def _short_circuit(self, node: Node, at: str, test: str) -> str:
        left, right = node["children"]
        out = self.name(self.write(left, at))
        self.line(f"if {test}({out}):")
        self._into(out, right, at)
        return out

    def _multi_select_list(self, node: Node, at: str) -> str:
        return self._select(node, at, lambda: self._list_of(node, at))

    def _multi_select_dict(self, node: Node, at: str) -> str:
        return self._select(node, at, lambda: self._dict_of(node, at))

    def _select(self, node: Node, at: str, build: Callable[[], str]) -> str:
        out = self.name("None")
        self.line(f"if {at} is not None:")
        self._depth += 1
        self.line(f"{out} = {build()}")
        self._depth -= 1
        return out

    def _list_of(self, node: Node, at: str) -> str:
        return f"[{', '.join(self.write(child, at) for child in node['children'])}]"

    def _dict_of(self, node: Node, at: str) -> str:
        pairs = ((p["value"], self.write(p["children"][0], at)) for p in node["children"])
        return "{" + ", ".join(f"{key!r}: {value}" for key, value in pairs) + "}"

    def _function_expression(self, node: Node, at: str) -> str:
        arguments = [self.write(child, at) for child in node["children"]]
        if node["value"] in self.own:
            called = self.constant(self.own[node["value"]])
            return self.name(f"{called}({', '.join(arguments)})")
        if node["value"] == "to_string":  # most ids are numbers: the library takes ten times longer
            at = arguments[0]
            plain = f"{at} if {at}.__class__ is str else str({at}) if {at}.__class__ is int"
            return self.name(f"{plain} else _call('to_string', [{at}])")
        return self.name(f"_call({node['value']!r}, [{', '.join(arguments)}])")

    def _expref(self, node: Node, _at: str) -> str:
        inner = Writer(self.own)
        result = inner.write(node["children"][0], "x")
        return self.constant(_Expression(inner.function(result)))

    def function(self, result: str) -> Callable[[Any], Any]:
        """Compile what was written into a function of one value, giving the variable `result`."""
        text = "\n".join(["def f(x):", *self.lines, f"    return {result}"])
        scope = dict(self.constants)
        exec(compile(text, "<expression>", "exec"), scope)  # noqa: S102 - written above, from a parsed tree
        made: Callable[[Any], Any] = scope["f"]
        return made


class _Expression:  # the library knows expression arguments by this very name
    """What `&expr` becomes: the shape the library's `sort_by` and its kin call."""

    expression: dict[str, Any]

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.expression = {}
        self.interpreter = self

    def visit(self, _expression: Any, value: Any) -> Any:
        return self._function(value)


def stated(value: Any) -> Any:
    """Give a map without what is null in it, or None where all of it is."""
    if value.__class__ is not dict:
        return value
    return {name: held for name, held in value.items() if held is not None} or None


def is_true(value: Any) -> bool:
    """JMESPath's truth: null, false and what is empty are false; every number is true."""
    return bool(value) or (value.__class__ in (int, float))


def equal(left: Any, right: Any) -> bool:
    """JMESPath's equality: Python's, but 1 and true differ."""
    if left.__class__ is bool or right.__class__ is bool:
        return left is right
    return bool(left == right)


def ordered(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool | None:
    """Compare two numbers or two strings; anything else gives null."""
    kinds = {left.__class__, right.__class__}
    return compare(left, right) if kinds <= {int, float} or kinds == {str} else None


def _builtin(name: str, arguments: list[Any]) -> Any:
    return _builtins.call_function(name, arguments)
