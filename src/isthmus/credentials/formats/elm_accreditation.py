"""Accreditations that a European credential states: by whom, and whether they cover the award.

Nobody but the accrediting body can confirm one, so that none is ever a reason to trust. What can
be told from the document alone is whether it contradicts itself: an accreditation that had ended
when the award was made, or that is limited to other qualifications or levels, is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.credentials.formats.elm_claims import text_of
from isthmus.credentials.formats.faults import MAX_ROWS, pointer
from isthmus.model.verification import Check, CheckKind, CheckResult

_LIMITS = {"limitQualification": "qualification", "limitEQFLevel": "EQF level"}
Claim = Mapping[str, Any]


def accreditation_rows(claims: Claim) -> list[Check]:
    """Give a row for each accreditation that a credential states; none for none."""
    made = stated.moment(claims.get("issuanceDate", claims.get("issued")))
    found = []
    for path, holder, spec in _holders(claims):
        for at, item in enumerate(stated.objects(holder.get("accreditation"))):
            here = pointer(path, "accreditation", at)
            contradictions = list(_contradictions(item, spec, made))
            found += [
                Check(CheckKind.ISSUER_TRUST, CheckResult.WARN, c, here) for c in contradictions
            ]
            if not contradictions:
                found.append(Check(CheckKind.ISSUER_TRUST, CheckResult.SKIPPED, _said(item), here))
    return found[:MAX_ROWS]


def _holders(claims: Claim) -> Iterator[tuple[str, Claim, Claim]]:
    """Yield what may be accredited, with the specification of the award it stands behind."""
    subject = stated.first(claims.get("credentialSubject"))
    awards = list(enumerate(stated.objects(subject.get("hasClaim"))))
    first = stated.first(awards[0][1].get("specifiedBy")) if awards else {}
    yield "/issuer", stated.first(claims.get("issuer")), first
    for at, award in awards:
        path, spec = f"/credentialSubject/hasClaim/{at}", stated.first(award.get("specifiedBy"))
        yield f"{path}/specifiedBy", spec, spec
        for body in stated.objects(stated.first(award.get("awardedBy")).get("awardingBody")):
            yield f"{path}/awardedBy/awardingBody", body, spec


def _contradictions(item: Claim, spec: Claim, made: Any) -> Iterator[str]:
    ended = stated.moment(item.get("expiryDate"))
    if ended is not None and made is not None and ended < made:
        yield "the accreditation that it states had ended when the award was made"
    awarded = {
        "limitQualification": stated.url(spec),
        "limitEQFLevel": stated.url(stated.first(spec.get("eqfLevel"))),
    }
    for name, what in _LIMITS.items():
        allowed = {url for one in stated.many(item.get(name)) if (url := stated.url(one))}
        if allowed and awarded[name] is not None and awarded[name] not in allowed:
            yield f"the accreditation that it states does not cover the {what} it awards"


def _said(item: Claim) -> str:
    body = stated.first(item.get("accreditingAgent"))
    name = text_of(body.get("legalName")) or text_of(body.get("prefLabel"))
    by = f" by {name.value}" if name else ""
    return f"an accreditation{by} is stated in it, which nobody was asked to confirm"
