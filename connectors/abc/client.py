"""Writes each row of a bank of credits as a certificate, since the bank has rows and no documents.

What is about the person (account, register number, name) stays in the bank: a row is theirs
because their own token gave it.
"""

from __future__ import annotations

import json
from typing import Any

from isthmus.connector.original import Listed, Original
from isthmus.connector.part import Connector, LiveContext, document

REGISTER = "Academic Bank of Credits"


class CreditBank(Connector):
    """One learner's balance and entries."""

    @document("entries")
    async def entry(self, context: LiveContext, listed: Listed) -> Original:
        """Give one subject with its credits."""
        del context
        row = listed.raw
        course = {
            "name": row.get("COURSE_NAME"),
            "code": row.get("SUBJECT_CODE"),
            "credits": row.get("CREDIT"),
        }
        performance = {
            "result": row.get("RESULT"),
            "grade": row.get("GRADE"),
            "resultDate": row.get("RESULT_DATE"),
        }
        data = {"Course": course, "Performance": performance}
        issuer = row.get("ORG_CODE")
        return _certificate(
            listed, data, str(row.get("ORG_NAME") or ""), f"abc:{issuer}" if issuer else None
        )

    @document("balance")
    async def balance(self, context: LiveContext, listed: Listed) -> Original:
        """Give the credits earned so far."""
        del context
        data = {"Course": {"credits": listed.raw.get("credits_earned")}}
        return _certificate(listed, data, REGISTER, None)


def _certificate(
    listed: Listed, data: dict[str, Any], issuer: str, known_as: str | None
) -> Original:
    record = listed.record
    certificate: dict[str, Any] = {
        "name": record.title,
        "type": record.kind,
        "number": listed.key,
        "issueDate": record.issued_at,
        "IssuedBy": {"Organization": {"name": issuer, "Address": {"country": "IN"}}},
        "IssuedTo": {"Person": {}},
        "CertificateData": data,
    }
    body = json.dumps(certificate, ensure_ascii=False).encode()
    return Original(body, "application/json", register=REGISTER, issuer=known_as)
