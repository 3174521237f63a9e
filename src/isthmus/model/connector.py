"""Kinds of sources: how one came, where it stands, and how far it was tried."""

from __future__ import annotations

from enum import StrEnum


class ConnectorForm(StrEnum):
    """How a connector came."""

    MANIFEST = "MANIFEST"
    FEED = "FEED"
    PACKAGE = "PACKAGE"


class ConnectorStatus(StrEnum):
    """Where a connector, or one version of it, stands.

    ::

        SUBMITTED ──> CHECKED ──> APPROVED ──> ACTIVE ──> RETIRED
                └──> REJECTED                    └──> QUARANTINED (and back)
    """

    SUBMITTED = "SUBMITTED"
    CHECKED = "CHECKED"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    QUARANTINED = "QUARANTINED"
    RETIRED = "RETIRED"
    REJECTED = "REJECTED"


class ConnectorTier(StrEnum):
    """How far a connector was tried; computed, never claimed."""

    DRAFT = "DRAFT"
    BRONZE = "BRONZE"
    SILVER = "SILVER"
    GOLD = "GOLD"


IN_USE = frozenset({ConnectorStatus.ACTIVE})
"""The states in which sources of a connector are read."""
SHOWN = frozenset({ConnectorStatus.ACTIVE, ConnectorStatus.QUARANTINED, ConnectorStatus.RETIRED})
"""The states of a connector that everyone is shown; before them it is its owner's own."""
