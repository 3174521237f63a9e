"""Every field of a person has a rule, and a field without one is shown to nobody."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType

from isthmus.errors import Refused
from isthmus.graph.gates import Consented
from isthmus.graph.permits import Permits
from isthmus.graph.rows import PEOPLE
from isthmus.graph.schema import build_schema
from isthmus.graph.scopes import FIELDS, Rule
from isthmus.model.consent import DataScope
from isthmus.model.viewer import Role, Viewer

SCHEMA = build_schema()._schema


def fields_of(name: str) -> dict[str, Any]:
    type_ = SCHEMA.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return dict(type_.fields)


def is_gated(field: Any) -> bool:
    extensions = field.extensions["strawberry-definition"].extensions
    return any(isinstance(extension, Consented) for extension in extensions)


def test_every_field_of_a_person_has_a_rule() -> None:
    assert set(PEOPLE.values()) <= set(FIELDS)
    for name, rules in FIELDS.items():
        assert set(rules) == set(fields_of(name)), name


def test_every_field_with_a_scope_asks_before_it_is_resolved() -> None:
    for name, rules in FIELDS.items():
        for field, rule in rules.items():
            asks = isinstance(rule, DataScope) or rule is Rule.OWNER
            # a list that may not be null asks by itself, and is empty instead
            if (name, field) != ("Credential", "provenance"):
                assert is_gated(fields_of(name)[field]) == asks, f"{name}.{field}"


async def test_a_field_without_a_rule_is_shown_to_nobody_but_the_learner() -> None:
    permits = Permits(Viewer(Role.PLATFORM, organization_id=1), None)
    with pytest.raises(Refused):
        await permits.admit(1, "Learner", "shoeSize")
