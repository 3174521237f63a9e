"""Takes an occupation only where its title and text stand by themselves."""

from __future__ import annotations

import re
from typing import Any

from isthmus.connector.record_fault import RecordFault

BESIDE = re.compile(r"ISCO 08|Unit Group Details|VOLUME [IVX]+|Family \d{4}")
SCHEME = {"uri": "urn:nco-2015", "name": "nco-2015", "version": "2015"}


def occupations(row: dict[str, Any]) -> dict[str, Any]:
    """Map a row; raise where text of the column beside it ran into it."""
    code, line = row["code"], row["@line"]
    title = row["title"].replace(code, "").strip()
    if not title:
        message = f"line {line}, column title: holds the code {code} and no title"
        raise RecordFault(message, reason="FIELD_MISSING", field="title")
    found = BESIDE.search(title) or BESIDE.search(row["description"])
    if found:
        message = f"line {line}: text of the column beside it ran into it ({found[0]})"
        raise RecordFault(message, reason="TEXT_INTERLEAVED", field="description")
    return {
        "uri": f"urn:nco-2015:{code}", "scheme": SCHEME, "code": code, "label": title,
        "description": row["description"], "language": "en",
    }  # fmt: skip
