"""Open Badges 2.0 and 2.1: assertions hosted by the issuer, or signed, plain or baked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from isthmus.credentials.contract import DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats import achievement, issued, stated
from isthmus.credentials.formats.faults import rows
from isthmus.credentials.formats.hosting import Graph, fetch_graph, hosting_rows, signing_rows
from isthmus.credentials.formats.open_badges_2_rules import (
    CONTEXTS,
    SHAPES_2,
    form_faults,
    verification_kind,
)
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.formats.shape_rules import shape_faults
from isthmus.credentials.proofs import status
from isthmus.model.credential import (
    Credential,
    CredentialForm,
    CredentialFormat,
    StatedQualification,
    Subject,
)
from isthmus.model.organization import Organization
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind

_PARTS = {"BadgeClass": "a badge class", "Issuer": "an issuer", "Profile": "an issuer",
          "RevocationList": "a revocation list", "CryptographicKey": "a key",
          "Endorsement": "an endorsement of Open Badges 2"}  # fmt: skip


class OpenBadges2(OpenedFormat):
    """An award that mostly points at what it says: `complete` follows the addresses."""

    name = CredentialFormat.OPEN_BADGES_2
    names = (CredentialFormat.OPEN_BADGES_2,)

    def claims(self, opened: Opened) -> bool:
        """Tell by what an assertion must have, or by the context."""
        claims = opened.claims
        has_parts = "recipient" in claims and "badge" in claims
        contexts = stated.words(claims.get("@context"))
        is_part = bool(_PARTS.keys() & set(stated.words(claims.get("type"))))
        return has_parts or is_part or any(item.startswith(CONTEXTS) for item in contexts)

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read an assertion with what it holds of its badge class and issuer."""
        claims = opened.claims
        if "badge" not in claims and not opened.baked:
            kinds = stated.words(claims.get("type"))
            said = next((_PARTS[kind] for kind in kinds if kind in _PARTS), "a part of a badge")
            raise DocumentUnreadable(f"the document is {said}, not an award to somebody")
        badge = stated.first(claims.get("badge"))
        credential = assertion(claims, badge, stated.first(badge.get("issuer")), opened)
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def complete(self, reading: Reading, surroundings: Surroundings) -> Reading:
        """Add the badge class and the issuer that the assertion points at."""
        opened = opened_of(reading)
        graph = await fetch_graph(opened.claims, surroundings)
        claims = graph.assertion
        credential = assertion(claims, graph.badge or {}, graph.issuer or {}, opened)
        return replace(reading, credential=credential)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, classes, host or signature, and the revocation list."""
        opened = opened_of(reading)
        graph = await fetch_graph(opened.claims, surroundings)
        found = rows(
            CheckKind.FORMAT, form_faults(graph.assertion), "is an Open Badges 2 assertion"
        )
        found += rows(CheckKind.SCHEMA, _faults(graph), "satisfies the rules of its classes")
        found += graph.rows
        if opened.token is not None or verification_kind(graph.assertion) == "signed":
            found += await signing_rows(opened.token, graph, surroundings)
        else:
            found += await hosting_rows(opened.document, graph, surroundings)
        return found + await status.check_revocation_list(
            graph.assertion, graph.profile or graph.issuer or {}, surroundings
        )


def _faults(graph: Graph) -> list[Any]:
    found = list(shape_faults(graph.assertion, "Assertion", "", SHAPES_2))
    for name, value, path in (
        ("BadgeClass", graph.badge, "/badge"),
        ("Issuer", graph.issuer, "/badge/issuer"),
    ):
        if value is not None and graph.is_fetched(value):
            found += shape_faults(value, name, path, SHAPES_2)
    return found


def assertion(
    claims: Mapping[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any], opened: Opened
) -> Credential:
    """Read an award from an assertion, its badge class and its issuer."""
    language = stated.word(badge.get("@language")) or "und"
    name = stated.text(badge.get("name"), language)
    uri = stated.url(badge) or stated.url(claims.get("badge"))
    aligned = stated.objects(badge.get("alignment"))
    is_signed = opened.token is not None or verification_kind(claims) == "signed"
    return Credential(
        format=CredentialFormat.OPEN_BADGES_2,
        form=CredentialForm.SIGNED_DOCUMENT if is_signed else CredentialForm.HOSTED_BADGE,
        title=name,
        description=stated.text(badge.get("description"), language),
        uri=stated.url(claims.get("id")),
        issuer=_issuer(issuer or badge.get("issuer"), language),
        subject=recipient(claims),
        qualification=_qualification(name, uri, aligned),
        issued_at=stated.moment(claims.get("issuedOn")),
        valid_from=stated.moment(claims.get("issuedOn")),
        valid_until=stated.moment(claims.get("expires")),
        skills=tuple(achievement.skills(aligned, language)),
        evidence=issued.evidence(claims.get("evidence")),
        languages=tuple(stated.words(badge.get("@language"))),
    )


def _qualification(
    name: Text | None, uri: str | None, aligned: list[dict[str, Any]]
) -> StatedQualification | None:
    if name is None and uri is None:
        return None
    same = achievement.aligned_as(name, aligned)
    return StatedQualification(name=name, uri=uri, aligned=same)


def _issuer(found: Any, language: str) -> Organization | None:
    return issued.organization(found, language)


def recipient(claims: Mapping[str, Any]) -> Subject:
    """Read whom a badge was awarded to: an identity, hashed or plain."""
    found = stated.first(claims.get("recipient"))
    hashed = found.get("hashed") in (True, "true")
    return Subject(
        id=stated.url(found),
        name=stated.word(found.get("name")),
        identity=stated.word(found.get("identity")),
        identity_kind=stated.word(found.get("type")),
        hashed=hashed,
        salt=stated.word(found.get("salt")) if hashed else None,
    )
