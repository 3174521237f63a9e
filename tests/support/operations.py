"""Makes random operations over a whole schema: valid ones, with arguments that find something.

Each is a function of its number, so that one that fails can be made again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

WORDS = ("Python", "team", "électricité", "data", "cloud", "a", "")
LANGUAGES = ("en", "fr", "es", "fr-CA", "sw")
STRANGE = ("", "x", "skl_0", "vac_1", "WyIrIiwxLDFd", "🌍")
DEEPEST = 7


class Name(str):
    """An enum's value or a variable: written without quotes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Made:
    """An operation with its variables."""

    document: str
    variables: Mapping[str, Any]


@dataclass
class Maker:
    """Makes one operation."""

    schema: GraphQLSchema
    pool: Mapping[str, Sequence[str]]
    """Ids, URIs and cursors that name something, by kind."""
    dice: random.Random
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    names: int = 0
    is_abstract: bool = False

    def make(self) -> Made:
        """Make it."""
        query = self.schema.query_type
        assert query is not None
        fields = [f for f in query.fields if not f.startswith("_")]
        asked = [self.field(f, query.fields[f], DEEPEST) for f in self.some(fields, 2)]
        head = f"({', '.join(self.declared)})" if self.declared else ""
        text = f"query It{head} {{ {' '.join(asked)} }}"
        return Made("\n".join([text, *self.fragments]), self.variables)

    def some(self, names: Sequence[str], most: int) -> list[str]:
        """Choose some names."""
        return self.dice.sample(list(names), min(len(names), self.dice.randint(1, most)))

    def fresh(self, prefix: str) -> str:
        """Give a name not used yet."""
        self.names += 1
        return f"{prefix}{self.names}"

    def field(self, name: str, definition: GraphQLField, depth: int) -> str:
        """Write a field with its arguments and whatever is below it."""
        # objects of several types stand under one key: what they share in name may not differ
        renamed = self.dice.random() < 0.25 or self.is_abstract
        alias = f"{self.fresh('a')}: " if renamed else ""
        arguments = self.arguments(definition.args)
        named = get_named_type(definition.type)
        below = "" if is_leaf_type(named) else self.selection(named, depth - 1)
        return f"{alias}{name}{arguments}{self.directive()} {below}"

    def selection(self, type_: Any, depth: int) -> str:
        """Write what is asked of an object, now and then in fragments."""
        if is_abstract_type(type_):
            before, self.is_abstract = self.is_abstract, True
            names = self.some([t.name for t in self.schema.get_possible_types(type_)], 3)
            types = [self.schema.type_map[name] for name in names]
            parts = [f"... on {t.name} {self.selection(t, depth)}" for t in types]
            self.is_abstract = before
            return f"{{ __typename {' '.join(parts)} }}"
        leaves = [n for n, f in type_.fields.items() if is_leaf_type(get_named_type(f.type))]
        others = [n for n in type_.fields if n not in leaves and depth > 0]
        chosen = self.some([*leaves, "__typename"], 4) + (self.some(others, 2) if others else [])
        parts = [n if n == "__typename" else self.field(n, type_.fields[n], depth) for n in chosen]
        if self.dice.random() < 0.15:
            return f"{{ ...{self.fragment(type_.name, parts)} __typename }}"
        if self.dice.random() < 0.1:
            return f"{{ ... {{ {' '.join(parts)} }} }}"
        return f"{{ {' '.join(parts)} }}"

    def fragment(self, type_name: str, parts: Sequence[str]) -> str:
        name = self.fresh("F")
        self.fragments.append(f"fragment {name} on {type_name} {{ {' '.join(parts)} }}")
        return name

    def directive(self) -> str:
        """Write `@skip` or `@include`, now and then, by a constant or a variable."""
        if self.dice.random() > 0.08:
            return ""
        value = self.dice.random() < 0.5
        condition = self.variable("Boolean!", value) if self.dice.random() < 0.5 else value
        return f" @{self.dice.choice(('skip', 'include'))}(if: {written(condition)})"

    def arguments(self, arguments: Mapping[str, GraphQLArgument]) -> str:
        """Write some of a field's arguments, and all that must be."""
        parts = []
        for name, argument in arguments.items():
            rarely = name in {"last", "before", "after"}
            if not is_required_argument(argument) and self.dice.random() < (0.9 if rarely else 0.5):
                continue
            value = self.value(name, argument.type)
            if self.dice.random() < 0.3:
                value = self.variable(str(argument.type), plain(value))
            parts.append(f"{name}: {written(value)}")
        return f"({', '.join(parts)})" if parts else ""

    def variable(self, type_: str, value: Any) -> Name:
        """Declare a variable."""
        name = self.fresh("v")
        default = "" if self.dice.random() < 0.8 or type_.endswith("!") else " = null"
        self.declared.append(f"${name}: {type_}{default}")
        self.variables[name] = value
        return Name(f"${name}")

    def value(self, name: str, type_: Any) -> Any:
        """Give a value that fits an argument, and mostly finds something."""
        if isinstance(type_, GraphQLNonNull):
            return self.value(name, type_.of_type)
        if isinstance(type_, GraphQLList):
            return [self.value(name, type_.of_type) for _ in range(self.dice.randint(1, 3))]
        if isinstance(type_, GraphQLEnumType):
            return Name(self.dice.choice(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            return self.input(type_)
        return self.scalar(name, get_named_type(type_).name)

    def input(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        names = list(type_.fields)
        required = [n for n, f in type_.fields.items() if isinstance(f.type, GraphQLNonNull)]
        chosen = [self.dice.choice(names)] if type_.is_one_of else self.some(names, 2)
        return {n: self.value(n, type_.fields[n].type) for n in dict.fromkeys([*required, *chosen])}

    def scalar(self, name: str, type_: str) -> Any:
        dice = self.dice
        kinds = {
            "Int": lambda: dice.choice((1, 2, 3, 5, 5, 100, 0, 101)),
            "Float": lambda: dice.choice((0.0, 5.0, 40.5)),
            "Boolean": lambda: dice.random() < 0.5,
            "LanguageTag": lambda: dice.choice(LANGUAGES),
            "CountryCode": lambda: dice.choice(("FR", "PE", "IN", "KE")),
            "DateTime": lambda: dice.choice(("2026-10-01T00:00:00Z", "2020-01-01T00:00:00+02:00")),
            "ID": lambda: self.known(name),
            "URI": lambda: self.known("uri"),
        }
        return kinds.get(type_, lambda: self.text(name))()

    def text(self, name: str) -> str:
        if name in {"after", "before"}:
            return self.known("cursor")
        return self.dice.choice(("ctid", "x")) if name == "scheme" else self.dice.choice(WORDS)

    def known(self, name: str) -> str:
        """Give something that names something, most of the time of the right kind."""
        kinds = self.pool.get(name) or [i for ids in self.pool.values() for i in ids]
        return self.dice.choice(STRANGE if self.dice.random() < 0.08 else list(kinds))


def plain(value: Any) -> Any:
    """Give a value as JSON has it."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def written(value: Any) -> str:
    """Write a value as a document has it."""
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {written(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return json.dumps(value, ensure_ascii=False)


def operation(schema: GraphQLSchema, pool: Mapping[str, Sequence[str]], number: int) -> Made:
    """Make the operation of a number."""
    return Maker(schema, pool, random.Random(number)).make()
