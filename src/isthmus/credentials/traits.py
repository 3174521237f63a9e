"""Traits: credentials that say what somebody is or may do, and are no skills."""

from __future__ import annotations

from enum import StrEnum

from isthmus.model.credential import Credential


class TraitKind(StrEnum):
    """What a trait is."""

    PROFESSIONAL_STATUS = "PROFESSIONAL_STATUS"
    LICENCE_TO_PRACTISE = "LICENCE_TO_PRACTISE"
    CITIZENSHIP = "CITIZENSHIP"
    FINANCIAL_STANDING = "FINANCIAL_STANDING"
    OTHER = "OTHER"


KINDS = {
    "license": TraitKind.LICENCE_TO_PRACTISE,
    "licence": TraitKind.LICENCE_TO_PRACTISE,
    "ceterms:license": TraitKind.LICENCE_TO_PRACTISE,
    "licence to practise": TraitKind.LICENCE_TO_PRACTISE,
    "drvlc": TraitKind.LICENCE_TO_PRACTISE,
    "membership": TraitKind.PROFESSIONAL_STATUS,
    "citizenship": TraitKind.CITIZENSHIP,
    "financial standing": TraitKind.FINANCIAL_STANDING,
}
"""Kinds of achievement, as Open Badges, CTDL and stores name them, that are traits."""


def trait_of(credential: Credential) -> TraitKind | None:
    """Tell what trait a credential states by its own kind; None for one that shows learning."""
    stated = credential.qualification.kind if credential.qualification else None
    return KINDS.get((stated or "").strip().casefold())
