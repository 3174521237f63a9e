"""Gives each assertion of a backpack as it came, and whose backpack it is."""

from __future__ import annotations

import asyncio
import json

from isthmus.connector.original import Listed, Original
from isthmus.connector.part import Connector, LiveContext, document


class BadgeConnect(Connector):
    """One learner's backpack."""

    @document("credentials")
    async def fetch(self, context: LiveContext, listed: Listed) -> Original:
        """Give an assertion, presented by the owner of the backpack: a badge may be another's."""
        owner = await _owner(context)
        if isinstance(listed.raw, str):
            return Original(listed.raw.encode(), "application/jwt", presented_by=owner)
        body = json.dumps(listed.raw, ensure_ascii=False).encode()
        return Original(body, "application/ld+json", presented_by=owner)


async def _owner(context: LiveContext) -> str | None:
    """Ask once in a fetch whose backpack it is; the address stays in memory for that long."""
    asked = context.shared.get("owner")
    if asked is None:
        asked = context.shared["owner"] = asyncio.ensure_future(_asked(context))
    found: str | None = await asyncio.shield(asked)
    return found


async def _asked(context: LiveContext) -> str | None:
    answer = (await context.http.get("/profile")).json()
    profile = answer.get("profile") if isinstance(answer, dict) else None
    email = profile.get("email") if isinstance(profile, dict) else None
    return email if isinstance(email, str) and "@" in email else None
