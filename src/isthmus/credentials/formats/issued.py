"""What all W3C-shaped credentials have in common: issuer, subject, dates, proofs, nesting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.proofs import data_integrity, jws, sd_jwt
from isthmus.credentials.proofs.contexts import ContextUnknown
from isthmus.model.credential import CredentialForm, Evidence, EvidenceKind, Subject
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.reference import Identifier
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind, CheckResult

# credential property -> JWT claim that stands for it
_CLAIMS = {"id": "jti", "issuer": "iss"}


def credential_of(opened: Opened) -> dict[str, Any]:
    """Give the credential inside, whether it came bare, in a JWT's `vc`, or as the claims."""
    claims = opened.claims
    inner = claims.get("vc", claims.get("vp"))
    if opened.token is None and opened.sd_jwt is None:
        return claims
    if not isinstance(inner, dict):
        return claims
    found = dict(inner)
    for name, claim in _CLAIMS.items():
        if name not in found and isinstance(claims.get(claim), str):
            found[name] = claims[claim]
    _date(found, "issuanceDate", claims.get("nbf", claims.get("iat")))
    _date(found, "expirationDate", claims.get("exp"))
    return found


def _date(found: dict[str, Any], name: str, seconds: Any) -> None:
    modern = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}[name]
    if name in found or modern in found:
        return
    at = stated.moment(seconds) if isinstance(seconds, int | float) else None
    if at is not None:
        found[name] = at.isoformat().replace("+00:00", "Z")


def common(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of `Credential` that every W3C-shaped credential states alike."""
    language = _language(claims)
    return {
        "form": CredentialForm.VERIFIABLE_CREDENTIAL,
        "title": stated.text(claims.get("name"), language),
        "description": stated.text(claims.get("description"), language),
        "uri": stated.url(claims.get("id")),
        "issuer": organization(claims.get("issuer"), language),
        "issued_at": _issued_at(claims),
        "valid_from": _valid_from(claims),
        "valid_until": _valid_until(claims),
        "evidence": evidence(claims.get("evidence")),
    }


def _language(claims: Mapping[str, Any]) -> str:
    for item in stated.objects(claims.get("@context")):
        if found := stated.word(item.get("@language")):
            return found
    return "und"


def _issued_at(claims: Mapping[str, Any]) -> Any:
    return stated.moment(claims.get("awardedDate", claims.get("issued"))) or _valid_from(claims)


def _valid_from(claims: Mapping[str, Any]) -> Any:
    return stated.moment(claims.get("validFrom", claims.get("issuanceDate")))


def _valid_until(claims: Mapping[str, Any]) -> Any:
    return stated.moment(claims.get("validUntil", claims.get("expirationDate")))


def organization(value: Any, language: str = "und") -> Organization | None:
    """Read a body from a URL or a profile; one without a name is known by its address."""
    profile = {"id": value} if isinstance(value, str) else stated.first(value)
    uri = stated.url(profile)
    name = stated.text(profile.get("name", profile.get("legalName")), language)
    if name is None and uri is None:
        return None
    return Organization(
        name=name or Text(uri or ""),
        uri=uri,
        roles=(OrganizationRole.ISSUER,),
        country=_country(profile),
        identifiers=tuple(_identifiers(profile)),
        did=stated.did(profile),
    )


def _country(profile: Mapping[str, Any]) -> str | None:
    found = stated.word(stated.first(profile.get("address")).get("addressCountryCode"))
    return found if found is not None and len(found) == 2 else None  # noqa: PLR2004 - alpha-2


def _identifiers(profile: Mapping[str, Any]) -> list[Identifier]:
    found = []
    for item in stated.objects(profile.get("otherIdentifier")):
        kind, value = stated.word(item.get("identifierType")), stated.word(item.get("identifier"))
        if kind and value:
            found.append(Identifier(kind, value))
    return found


def subject_id(claims: Mapping[str, Any]) -> str | None:
    """Give the id of the first subject."""
    return stated.url(stated.first(claims.get("credentialSubject")))


def subject(claims: Mapping[str, Any]) -> Subject:
    """Read whom a credential was awarded to: an id, and an identity hashed or plain."""
    found = stated.first(claims.get("credentialSubject"))
    entry = stated.first(found.get("identifier"))
    name = stated.word(found.get("name")) if isinstance(found.get("name"), str) else None
    if not entry:
        return Subject(id=stated.url(found), name=name)
    return Subject(
        id=stated.url(found),
        name=name,
        identity=stated.word(entry.get("identityHash")),
        identity_kind=stated.word(entry.get("identityType")),
        hashed=entry.get("hashed") is True,
        salt=stated.word(entry.get("salt")) if entry.get("hashed") is True else None,
    )


def evidence(value: Any) -> tuple[Evidence, ...]:
    """Read evidence: its address, its title; what kind it is only where it says so."""
    found = []
    for item in stated.many(value):
        entry = {"id": item} if isinstance(item, str) else item
        if isinstance(entry, dict):
            title = stated.text(entry.get("name", entry.get("narrative")))
            found.append(Evidence(EvidenceKind.OTHER, title, stated.url(entry)))
    return tuple(found)


async def proof_rows(opened: Opened, surroundings: Surroundings) -> list[Check]:
    """Check whatever signs a document: a token, an SD-JWT, an envelope or proofs inside."""
    if opened.sd_jwt is not None:
        found = await sd_jwt.check_sd_jwt(opened.sd_jwt, surroundings)
        return _without_silence(found) if opened.document.presented_by else found
    if opened.token is not None:
        issuer = stated.url(credential_of(opened).get("issuer"))
        return await jws.check_token(opened.token, surroundings, issuer=issuer)
    if opened.envelope is not None:
        return await jws.check_jades(opened.envelope, surroundings)
    return await data_integrity.check_proofs(opened.claims, surroundings)


def _without_silence(found: list[Check]) -> list[Check]:
    """Leave out that the holder did not sign it, where they proved elsewhere to be there."""
    silent = (CheckKind.HOLDER_BINDING, CheckResult.SKIPPED)
    return [check for check in found if (check.kind, check.result) != silent]


def terms_at_hand(url: str, surroundings: Surroundings) -> set[str] | None:
    """Name the terms a pinned context defines; None where it is not at hand."""
    try:
        found = surroundings.contexts.document(url)
    except (ContextUnknown, AttributeError):
        return None
    terms: set[str] = set()
    for item in stated.objects(found.get("@context")):
        terms |= {term for term, meaning in item.items() if meaning is not None}
    return terms
