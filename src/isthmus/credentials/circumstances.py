"""What a level depends on besides the checks: who says it of whom, read from a reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Reading
from isthmus.credentials.formats import issued, stated, w3c_rules
from isthmus.credentials.formats.opened_format import opened_of
from isthmus.credentials.holding import presenter_is
from isthmus.credentials.levels import Circumstances
from isthmus.model.credential import CredentialForm

OWN_FORMS = frozenset({CredentialForm.SELF_STATEMENT, CredentialForm.NFT_RECORD})
ENDORSEMENTS = frozenset({"EndorsementCredential"})
PERSONS = frozenset({"Person", "NaturalPerson", "schema:Person"})


def circumstances_of(reading: Reading, shown_by: str | None = None) -> Circumstances:
    """Tell the facts that a level depends on; `shown_by` is the holder of a presentation."""
    claims = claims_of(reading)
    presenters = [shown_by, reading.document.presented_by]
    return Circumstances(
        is_own_statement=_is_own(reading, [name for name in presenters if name]),
        is_endorsement=bool(ENDORSEMENTS & set(stated.words(claims.get("type")))),
        issued_by_person=bool(PERSONS & set(stated.words(_issuer(claims).get("type")))),
    )


def claims_of(reading: Reading) -> Mapping[str, Any]:
    """Give the claims of a document, whether it is JSON or a token; none of XML."""
    return issued.credential_of(opened_of(reading))


def is_presentation(reading: Reading) -> bool:
    """Tell whether a document only shows credentials that others made."""
    claims = claims_of(reading)
    return bool(claims) and w3c_rules.is_presentation(claims)


def holder_of(reading: Reading) -> str | None:
    """Give the holder that a presentation states."""
    return stated.url(claims_of(reading).get("holder"))


def _issuer(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    return stated.first(claims.get("issuer"))


def _is_own(reading: Reading, presenters: list[str]) -> bool:
    credential = reading.credential
    if credential.form in OWN_FORMS:
        return True
    issuer = credential.issuer
    ids = {x for x in (issuer.did, issuer.uri) if x} if issuer else set()
    return credential.subject.id in ids or any(
        presenter_is(presenter, name) for name in ids for presenter in presenters
    )
