"""What people do in more than one story: link a store, give a consent, look themselves up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from isthmus.playground.stories.callers import Caller, StoryBroken

BACK = "http://app.localhost/linked"
"""Where a store sends people back to; their app reads what stands in the address."""
PURPOSE = "HIRING_CHECK"
ACTIVE = "ACTIVE"
_ME = """{ viewer { learner { id displayName sourceLinks { state source { name } } } } }"""
_GIVEN = """{ viewer { learner { consents(first: 50, status: ACTIVE) { nodes {
  id recipient { id } } } } } }"""
_SOURCES = "{ sources(first: 50) { nodes { id name } } }"


async def me(caller: Caller) -> Mapping[str, Any]:
    """Give what a learner sees of themselves."""
    told = await caller.ask(_ME)
    found: Mapping[str, Any] | None = (told.data.get("viewer") or {}).get("learner")
    if found is None:
        message = "the graph does not know who asks"
        raise StoryBroken(message)
    return found


async def link(caller: Caller, source: str, person: str) -> str:
    """Link a store: go to its page, choose who agrees, come back with a code."""
    told = await caller.ask(_SOURCES)
    ids = {one["name"]: one["id"] for one in told.data["sources"]["nodes"]}
    begun = await caller.do(
        "startSourceLink", "authorizeUrl state", source=ids[source], returnUrl=BACK
    )
    page = await caller.browser.get(begun["authorizeUrl"])
    back = (await caller.browser.get(page.links[person])).location
    found = parse_qs(urlsplit(back).query)
    done = await caller.do(
        "finishSourceLink", "link { state }", state=found["state"][0], code=found["code"][0]
    )
    state: str = done["link"]["state"]
    return state


async def request_consent(
    platform: Caller, learner: str, fields: Sequence[str], *, mode: str = "VIEW"
) -> Mapping[str, Any]:
    """Ask a learner for a consent of a week."""
    ends = datetime.now(UTC) + timedelta(days=7)
    done = await platform.do(
        "requestConsent",
        "consent { id status recipient { id name { value } } }",
        learner=learner, purpose=PURPOSE, fields=list(fields), expiresAt=ends.isoformat(),
        mode=mode,
    )  # fmt: skip
    consent: Mapping[str, Any] = done["consent"]
    return consent


async def grant(
    learner: Caller, asked: Mapping[str, Any], fields: Sequence[str], *, mode: str = "VIEW"
) -> Mapping[str, Any]:
    """Give a consent that was asked for."""
    ends = datetime.now(UTC) + timedelta(days=6)
    done = await learner.do(
        "grantConsent",
        "consent { id status awaitsGuardian fields }",
        request=asked["id"], recipient=asked["recipient"]["id"], purpose=PURPOSE,
        fields=list(fields), expiresAt=ends.isoformat(),
        mode=mode,
    )  # fmt: skip
    consent: Mapping[str, Any] = done["consent"]
    return consent


async def revoke(learner: Caller, consent: str) -> str:
    """Withdraw a consent."""
    done = await learner.do("revokeConsent", "consent { status }", consent=consent)
    status: str = done["consent"]["status"]
    return status


async def clear(learner: Caller) -> None:
    """Withdraw what an earlier telling left in force."""
    told = await learner.ask(_GIVEN)
    for one in told.data["viewer"]["learner"]["consents"]["nodes"]:
        await revoke(learner, one["id"])
