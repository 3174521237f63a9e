"""The Credential Registry: envelopes around graphs, in pages, newest first.

Kept on purpose: a search answers with envelopes that hold both the whole graph and the resource
found; pages are told by the headers `Link`, `Total` and `Per-Page`; a page past the end is an
empty list; a date that cannot be read is left out of account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson

from isthmus.playground.catalogue import LEARN_PROVIDER, RegistryQualification
from isthmus.playground.draw import Draw, uuid_of
from isthmus.playground.simulators.ctdl import (
    REGISTRY,
    Registered,
    ctid,
    organization_graph,
    qualification_graph,
)
from isthmus.playground.world import World

Json = dict[str, Any]
CONTEXT = "https://credreg.net/ctdl/schema/context/json"
COMMUNITY = "ce_registry"
PER_PAGE = 10
MOST_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """One published graph and when it last changed."""

    ctid: str
    owner: str
    graph: list[Json]
    updated: datetime

    @property
    def document(self) -> Json:
        """The graph as the registry stores it."""
        return {"@context": CONTEXT, "@id": f"{REGISTRY}/graph/{self.ctid}", "@graph": self.graph}


@dataclass(frozen=True, slots=True)
class PageOfEnvelopes:
    """One page and the headers that lead to the others."""

    envelopes: Sequence[Envelope]
    headers: dict[str, str]


def published(world: World) -> tuple[Envelope, ...]:
    """Return every envelope: qualifications and the organisations behind them, newest first."""
    envelopes = [_of_qualification(world, each) for each in world.registry]
    envelopes += [_of_provider(world, key) for key in world.providers if key != LEARN_PROVIDER]
    return tuple(sorted(envelopes, key=lambda each: (each.updated, each.ctid), reverse=True))


def changed_between(
    envelopes: Sequence[Envelope], *, since: str | None, until: str | None
) -> list[Envelope]:
    """Return the envelopes changed in that time; a date that cannot be read does not narrow."""
    earliest, latest = _moment(since), _moment(until)
    return [
        each for each in envelopes
        if (earliest is None or each.updated >= earliest)
        and (latest is None or each.updated <= latest)
    ]  # fmt: skip


def page_of(
    envelopes: Sequence[Envelope], *, url: str, query: dict[str, str], page: int, per_page: int
) -> PageOfEnvelopes:
    """Return one page; `url` and `query` are the request's, for the links to the others."""
    size = min(per_page, MOST_PER_PAGE)
    start = (page - 1) * size
    last = max(-(-len(envelopes) // size), 1)
    pages = {"first": 1, "prev": page - 1, "last": last, "next": page + 1}
    links = [
        f'<{url}?{urlencode(query | {"page": str(number), "per_page": str(size)})}>; rel="{rel}"'
        for rel, number in pages.items() if 1 <= number <= last
    ]  # fmt: skip
    return PageOfEnvelopes(
        envelopes=envelopes[start : start + size],
        headers={
            "Link": ", ".join(links),
            "Total": str(len(envelopes)),
            "Per-Page": str(size),
        },
    )


def search_result(envelope: Envelope) -> Json:
    """Return an envelope as `/search` writes it."""
    return {
        **_common(envelope),
        "resource_publish_type": "primary",
        "inner_resource": envelope.graph[0],
        "owned_by": envelope.owner,
        "published_by": envelope.owner,
        "last_verified_on": envelope.updated.date().isoformat(),
    }


def envelope_record(envelope: Envelope) -> Json:
    """Return an envelope as `/envelopes` writes it."""
    return {
        **_common(envelope),
        "resource_publish_type": "primary",
        "owned_by": envelope.owner,
        "published_by": envelope.owner,
        "changed": False,
        "updated_at": _written(envelope.updated),
        "last_verified_on": envelope.updated.date().isoformat(),
    }


def not_found(what: str) -> Json:
    """Return the body of a 404."""
    return {"errors": [f"{what} not found"]}


def _common(envelope: Envelope) -> Json:
    identifier = str(uuid_of(f"envelope:{envelope.ctid}"))
    return {
        "envelope_community": COMMUNITY,
        "envelope_id": identifier,
        "envelope_ceterms_ctid": envelope.ctid,
        "envelope_ctdl_type": envelope.graph[0]["@type"],
        "envelope_type": "resource_data",
        "envelope_version": "1.0.0",
        "decoded_resource": envelope.document,
        "resource_format": "json",
        "resource_encoding": "jwt",
        "publisher_id": None,
        "secondary_publisher_id": None,
        "node_headers": _node_headers(envelope, identifier),
    }


def _node_headers(envelope: Envelope, identifier: str) -> Json:
    revision = {
        "head": True,
        "event": "create",
        "created_at": _written(envelope.updated),
        "actor": None,
        "url": f"/ce-registry/envelopes/{identifier}",
    }
    return {
        "resource_digest": sha256(orjson.dumps(envelope.document)).hexdigest(),
        "revision_history": [revision],
        "created_at": _written(envelope.updated),
        "updated_at": _written(envelope.updated),
        "deleted_at": None,
    }


def _of_qualification(world: World, qualification: RegistryQualification) -> Envelope:
    provider = world.providers[qualification.provider]
    registered = Registered(qualification=qualification, provider=provider, world=world)
    return Envelope(
        ctid=ctid("qualification", qualification.key),
        owner=ctid("organization", provider.key),
        graph=qualification_graph(registered),
        updated=_updated(world, qualification.key),
    )


def _of_provider(world: World, key: str) -> Envelope:
    offered = [ctid("qualification", each.key) for each in world.registry if each.provider == key]
    identifier = ctid("organization", key)
    return Envelope(
        ctid=identifier,
        owner=identifier,
        graph=organization_graph(world.providers[key], offered),
        updated=_updated(world, key),
    )


def _updated(world: World, key: str) -> datetime:
    draw = Draw(f"updated:{key}")
    day = world.today - timedelta(days=draw.number(1, 300))
    return datetime.combine(day, time(draw.number(0, 23), draw.number(0, 59)), tzinfo=UTC)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
