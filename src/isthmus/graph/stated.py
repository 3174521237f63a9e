"""What a document states of things the store has no row of, as the graph's types have rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from isthmus.graph.linking import row_of
from isthmus.graph.rows import UnstoredRow
from isthmus.graph.texts import text_columns
from isthmus.graph.types.provenance import freshness
from isthmus.graph.types.qualification import identification, results, supervision
from isthmus.graph.types.source import no_wait
from isthmus.graph.wallet import Answer, Shown
from isthmus.model.alignment import Alignment
from isthmus.model.credential import CredentialAssessment, StatedOutcome
from isthmus.model.organization import Organization
from isthmus.model.qualification import AssessmentMethod, CreditValue
from isthmus.query.sources import is_retryable, known_code, lag, outcome


def organization_row(named: str, body: Organization, at: datetime) -> UnstoredRow:
    """Give a body that a document names."""
    identifiers = [{"scheme": one.scheme, "value": one.value} for one in body.identifiers]
    return UnstoredRow(
        named,
        lists={"Provenance": ()},
        changed_at=at,
        roles=[role.value for role in body.roles] or ["ISSUER"],
        uri=body.uri,
        country=body.country,
        identifiers=identifiers,
        did=body.did,
        **text_columns("name", body.name),
    )


def outcome_row(named: str, stated: StatedOutcome, skills: Sequence[Alignment]) -> UnstoredRow:
    """Give an outcome that a document states, with the skills it was linked to."""
    return UnstoredRow(
        named,
        lists={"OutcomeAlignment": [row_of(one) for one in skills], "Provenance": ()},
        uri=stated.uri,
        domain="UNKNOWN",
        **text_columns("text", stated.text),
    )


def assessment_row(stated: CredentialAssessment) -> UnstoredRow:
    """Give an assessment; its results are in the document's own words."""
    said = [
        ": ".join(word for word in (one.name, one.value or one.status) if word)
        for one in stated.results
    ]
    return UnstoredRow(
        told={
            supervision: stated.supervised,
            identification: stated.identity_checked,
            results: "; ".join(word for word in said if word) or None,
        },
        assessment=(stated.method or AssessmentMethod.UNKNOWN).value,
    )


def credit_row(stated: CreditValue) -> Mapping[str, Any]:
    """Give points of a credit system."""
    return {
        "framework": stated.framework,
        "points": stated.points,
        "hours_per_point": stated.hours_per_point,
    }


def provenance_row(shown: Shown, licence: str | None, *, uri_too: bool) -> UnstoredRow:
    """Say where a credential came from; its name there only where that may be seen."""
    return UnstoredRow(
        told={freshness: "LIVE" if shown.is_live else "OFFLINE_COPY"},
        source_id=shown.source_id,
        uri=shown.uri if uri_too else None,
        retrieved_at=shown.retrieved_at,
        licence=licence,
    )


def source_row(answer: Answer, returned: int) -> UnstoredRow:
    """Say how a store answered."""
    return UnstoredRow(
        told={
            outcome: answer.outcome,
            lag: answer.age,
            known_code: answer.code,
            is_retryable: answer.retryable,
            no_wait: answer.retry_after,
        },
        id=answer.source_id,
        returned=returned,
    )
