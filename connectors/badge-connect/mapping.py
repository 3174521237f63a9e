"""What an assertion of a backpack says at first sight; its class is read when it is checked."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any


def credentials(payload: Any) -> dict[str, Any]:
    """Read an assertion, or the claims of a signed one."""
    claims = payload if isinstance(payload, dict) else _claims(str(payload))
    badge = claims.get("badge")
    inside = badge if isinstance(badge, dict) else {}
    found = {
        "title": _text(inside.get("name")),
        "uri": _text(claims.get("id")),
        "kind": "Assertion",
        "issued_at": _text(claims.get("issuedOn")),
        "media_types": ["application/ld+json" if isinstance(payload, dict) else "application/jwt"],
    }
    return {name: value for name, value in found.items() if value is not None}


def _claims(token: str) -> dict[str, Any]:
    """Read the claims of a token, unchecked; one that does not read is no badge."""
    part = token.split(".")[1]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except binascii.Error:
        raise ValueError(part) from None
    if not isinstance(found, dict):
        raise TypeError(type(found))
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
