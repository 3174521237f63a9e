"""Organizations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from isthmus.connector.records import Identifier as StatedIdentifier
from isthmus.connector.records import OrganizationRecord
from isthmus.model.organization import Organization, OrganizationLink, OrganizationRole
from isthmus.model.reference import Identifier, Reference
from isthmus.model.text import UNDETERMINED
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.places import country_code
from isthmus.normalise.texts import text_of
from isthmus.normalise.words import word


def organization(
    record: OrganizationRecord,
    drift: Drift,
    *,
    roles: tuple[OrganizationRole, ...] = (),
    language: str = UNDETERMINED,
) -> Organization | None:
    """Read an organization; None where it has no name. `roles` are added to those stated."""
    own = language_tag(record.language) or language
    name = text_of(record.name, own)
    if name is None:
        return None
    stated = [word(role, OrganizationRole, {}, "roles", drift) for role in record.roles]
    return Organization(
        name=name,
        uri=record.uri,
        roles=tuple(dict.fromkeys([*roles, *(role for role in stated if role)])),
        country=country_code(record.country),
        identifiers=identifiers(record.identifiers),
        did=record.did,
    )


def organization_link(
    record: OrganizationRecord | None, role: OrganizationRole, language: str, drift: Drift
) -> OrganizationLink | None:
    """Read a body inside another record: described there, or only referred to by its URI."""
    if record is None:
        return None
    if isinstance(record.name, str) and not record.roles and not record.identifiers:
        own = language_tag(record.language) or language
        described = _named(record.name, record.uri, record.country, record.did, role, own)
    else:
        described = organization(record, drift, roles=(role,), language=language)
    if described is not None:
        return described
    return Reference(uri=record.uri) if record.uri else None


@lru_cache(maxsize=4096)
def _named(
    name: str, uri: str | None, country: str | None, did: str | None,
    role: OrganizationRole, language: str,
) -> Organization | None:  # fmt: skip
    """Read a body of which little is said; a source names the same few again and again."""
    text = text_of(name, language)
    if text is None:
        return None
    return Organization(text, uri, (role,), country_code(country), did=did)


def identifiers(stated: Sequence[StatedIdentifier]) -> tuple[Identifier, ...]:
    """Pass identifiers through, repeats dropped."""
    return tuple(dict.fromkeys(Identifier(i.scheme, i.value) for i in stated))
