"""The enums of connectors."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="How a connector came to the hub.")
class ConnectorForm(Enum):
    """How a connector came to the hub."""

    MANIFEST = enum_value("MANIFEST", description="As data: a manifest, with its tables.")
    FEED = enum_value("FEED", description="As a server of the partner's own, which is asked.")
    PACKAGE = enum_value("PACKAGE", description="With Python that the hub's operator installed.")


@strawberry.enum(description="How a system speaks.")
class Transport(Enum):
    """How a system speaks."""

    REST = enum_value("REST", description="JSON over HTTP.")
    GRAPHQL = enum_value("GRAPHQL", description="GraphQL.")
    SPARQL = enum_value("SPARQL", description="SPARQL.")
    XML_FILE = enum_value("XML_FILE", description="Files of XML.")
    CSV_FILE = enum_value("CSV_FILE", description="Files of rows.")
    JSON_LINES = enum_value("JSON_LINES", description="JSON, a record a line.")
    JSON_LD = enum_value("JSON_LD", description="JSON-LD, also inside pages.")
    RSS = enum_value("RSS", description="RSS.")
    OAI_PMH = enum_value("OAI_PMH", description="OAI-PMH.")
    OAUTH_STORE = enum_value("OAUTH_STORE", description="A store that learners link by OAuth.")
    WALLET_PRESENTATION = enum_value("WALLET_PRESENTATION", description="A wallet that shows.")
    ASYNC_CALLBACK = enum_value("ASYNC_CALLBACK", description="Answers that come back later.")


@strawberry.enum(description="How far a connector was tried; computed, never claimed.")
class ConnectorTier(Enum):
    """How far a connector was tried; computed, never claimed."""

    DRAFT = enum_value("DRAFT", description="It reads, and nothing is wrong in what it says.")
    BRONZE = enum_value("BRONZE", description="Its samples and every fault went well.")
    SILVER = enum_value("SILVER", description="A month of good runs.")
    GOLD = enum_value("GOLD", description="Checked nightly against the live system.")


@strawberry.enum(description="Where a connector, or a version of one, stands.")
class ConnectorStatus(Enum):
    """Where a connector, or a version of one, stands."""

    SUBMITTED = enum_value("SUBMITTED", description="It was sent in, and is being tried.")
    CHECKED = enum_value("CHECKED", description="The hub found nothing wrong; approve it.")
    APPROVED = enum_value("APPROVED", description="It may be put in force, and is not.")
    ACTIVE = enum_value("ACTIVE", description="It is in force.")
    QUARANTINED = enum_value("QUARANTINED", description="Nothing is read by it until released.")
    RETIRED = enum_value("RETIRED", description="Nothing is read by it any more.")
    REJECTED = enum_value("REJECTED", description="The hub found faults; its findings say which.")
