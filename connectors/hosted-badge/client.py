"""Fetches badges from the addresses a learner gave: assertions, signed ones, or baked images."""

from __future__ import annotations

from collections.abc import AsyncIterator

from isthmus.connector.original import Listed, Original
from isthmus.connector.page import Page
from isthmus.connector.part import Connector, LiveContext, document, stream

ACCEPT = "application/ld+json, application/json, image/png, image/svg+xml, */*;q=0.5"


class HostedBadge(Connector):
    """The addresses of one learner."""

    @stream("credentials")
    async def credentials(self, context: LiveContext, cursor: str | None) -> AsyncIterator[Page]:
        """Give the addresses; nothing is asked for them yet."""
        del cursor
        yield Page([{"address": address} for address in context.addresses])

    @document("credentials")
    async def fetch(self, context: LiveContext, listed: Listed) -> Original:
        """Fetch one badge; what it points at is asked for when it is checked."""
        answer = await context.http.get(listed.key, headers={"accept": ACCEPT})
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        # an image stands beside its assertion, not at the assertion's address
        hosted_at = listed.key if "json" in kind else None
        return Original(answer.body, kind or None, hosted_at=hosted_at)
