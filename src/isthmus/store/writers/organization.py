"""Organizations as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from isthmus.model.organization import Organization, OrganizationLink
from isthmus.model.reference import Noun, Reference
from isthmus.store.writers.contract import (
    Derived,
    NounWriter,
    json_or_null,
    text_columns,
)


class OrganizationWriter(NounWriter):
    """Writes organizations."""

    noun = Noun.ORGANIZATION
    table = "organization"
    identity = "identity"
    columns = (
        "uri", "identity", "name", "name_lang", "name_i18n", "roles", "country",
        "identifiers", "did",
    )  # fmt: skip
    translated: ClassVar = ("name",)

    def identity_of(self, entity: Organization) -> str | None:
        """Give its URI."""
        return entity.uri

    def row(self, entity: Organization, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give an organization's values."""
        del known
        o = entity
        roles = [role.value for role in o.roles]
        return (
            o.uri, o.uri, *text_columns(o.name), roles, o.country,
            json_or_null(o.identifiers), o.did,
        )  # fmt: skip


def organization_key(organization: Organization) -> str:
    """Name a body described in passing, within its source: by its URI, else by its name."""
    return organization.uri or _folded(organization.name.value)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def described(links: Iterable[OrganizationLink | None]) -> Iterable[Derived]:
    """List those of `links` that are descriptions, not references."""
    for link in links:
        if link is not None and not isinstance(link, Reference):
            yield Derived(Noun.ORGANIZATION, organization_key(link), link)
