"""schema.graphql is what the code says, and reads well."""

from __future__ import annotations

from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)

from isthmus.graph.schema import sdl

ROOT = Path(__file__).resolve().parents[2]
FEDERATION = {"_Any", "_Entity", "_Service"}
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"), assume_valid_sdl=True)
OWN = [
    t for t in SCHEMA.type_map.values() if not t.name.startswith("__") and t.name not in FEDERATION
]
OBJECTS = [t for t in OWN if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)]


def test_schema_file_is_current() -> None:
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(), "run `make schema`"


def test_every_type_is_described() -> None:
    nameless = {"Boolean", "Float", "ID", "Int", "String"}
    assert [t.name for t in OWN if not t.description and t.name not in nameless] == []


def test_every_field_and_argument_is_described() -> None:
    bare = [
        f"{t.name}.{name}"
        for t in OBJECTS
        for name, field in t.fields.items()
        if not name.startswith("_")
        and (not field.description or any(not a.description for a in field.args.values()))
    ]
    assert bare == []


def test_every_input_field_and_enum_value_is_described() -> None:
    bare = [
        f"{t.name}.{name}"
        for t in OWN
        if isinstance(t, GraphQLInputObjectType | GraphQLEnumType)
        for name, part in (t.fields if isinstance(t, GraphQLInputObjectType) else t.values).items()
        if not part.description
    ]
    assert bare == []


def test_every_connection_field_is_nullable_and_pages_forward() -> None:
    fields = [
        (f"{t.name}.{name}", field)
        for t in OBJECTS
        for name, field in t.fields.items()
        if str(field.type).rstrip("!").endswith("Connection")
    ]
    assert len(fields) > 10
    assert [name for name, f in fields if str(f.type).endswith("!")] == []
    assert [name for name, f in fields if not {"first", "after"} <= set(f.args)] == []


def test_connections_have_the_parts_relay_asks_for() -> None:
    for type_ in OBJECTS:
        if type_.name.endswith("Connection"):
            parts = {name: str(field.type) for name, field in type_.fields.items()}
            assert parts["pageInfo"] == "PageInfo!"
            assert parts["totalCount"] == "Int"
            assert {"edges", "nodes"} <= set(parts)


def test_enums_of_what_a_source_may_not_say_have_unknown() -> None:
    silent = ("Scale", "LearningType", "RegisterStatus", "VacancyStatus", "EmploymentType")
    for name in silent:
        assert "UNKNOWN" in SCHEMA.type_map[name].values
