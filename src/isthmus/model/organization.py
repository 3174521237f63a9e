"""Bodies that provide, award, assure or employ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isthmus.model.reference import Identifier, Reference
from isthmus.model.text import Text


class OrganizationRole(StrEnum):
    """What a body does; one body may have several roles."""

    PROVIDER = "PROVIDER"
    ISSUER = "ISSUER"
    AWARDING_BODY = "AWARDING_BODY"
    ASSESSOR = "ASSESSOR"
    QUALITY_AGENCY = "QUALITY_AGENCY"
    REGULATOR = "REGULATOR"
    EMPLOYER = "EMPLOYER"
    JOB_BOARD = "JOB_BOARD"
    PROFESSIONAL_BODY = "PROFESSIONAL_BODY"
    SOCIAL_PARTNER = "SOCIAL_PARTNER"


@dataclass(frozen=True, slots=True)
class Organization:
    """Any body; never merged with another of the same name unless a URI says so."""

    name: Text
    uri: str | None = None
    roles: tuple[OrganizationRole, ...] = ()
    country: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    did: str | None = None


OrganizationLink = Reference | Organization
"""A body known by reference, or described in passing by the record that names it."""
