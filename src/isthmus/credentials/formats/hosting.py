"""Open Badges 2 by their addresses: the issuer's host answers for a badge, or its key signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isthmus.credentials.contract import (
    Document,
    DocumentUnreadable,
    Fetched,
    Surroundings,
    fetch_unkept,
)
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.decoding import json_object
from isthmus.credentials.formats.open_badges_2_rules import host, may_stand_at
from isthmus.credentials.proofs import jws
from isthmus.model.verification import Check, CheckKind, CheckResult

_UNKNOWN = "the issuer's profile is not to be had at its own address"


@dataclass(frozen=True, slots=True)
class Graph:
    """An assertion with what it points at, each None where it is not known."""

    assertion: Mapping[str, Any]
    badge: Mapping[str, Any] | None = None
    issuer: Mapping[str, Any] | None = None
    profile: Mapping[str, Any] | None = None
    """The issuer's profile from its own address: only that one speaks for the issuer."""
    rows: list[Check] = field(default_factory=list)
    fetched: tuple[Any, ...] = ()

    def is_fetched(self, value: Any) -> bool:
        """Tell whether a part came from its address rather than with the assertion."""
        return any(value is item for item in self.fetched)


async def fetch_graph(claims: Mapping[str, Any], surroundings: Surroundings) -> Graph:
    """Follow a badge to its class and its issuer, by address where they are not inside."""
    found: list[Check] = []
    fetched: list[Any] = []
    if "badge" not in claims and stated.url(claims) is not None:  # an image may hold an address
        claims = await _award(claims["id"], surroundings, found, fetched) or claims
    badge = await _part(claims.get("badge"), "/badge", surroundings, found, fetched)
    issuer = None
    if badge is not None:
        path = "/badge/issuer"
        issuer = await _part(badge.get("issuer"), path, surroundings, found, fetched)
    profile = await _profile(badge, issuer, surroundings)
    return Graph(claims, badge, issuer, profile, found, tuple(fetched))


async def _award(
    value: Any, surroundings: Surroundings, found: list[Check], fetched: list[Any]
) -> Mapping[str, Any] | None:
    """Get an award itself by its address: it is about a person, and is kept in no cache."""
    address = stated.url(value)
    if address is None or not address.startswith(("https://", "http://")):
        return None
    answer = await fetch_unkept(surroundings.fetcher, address)
    award = _json(answer)
    if award is None:
        found.append(_unanswered(answer, ""))
    else:
        fetched.append(award)
    return award


async def _profile(
    badge: Mapping[str, Any] | None, issuer: Mapping[str, Any] | None, surroundings: Surroundings
) -> Mapping[str, Any] | None:
    """Get the profile from the address that names the issuer; a copy inside a badge proves nothing.

    What stands at an address speaks for its own host only.
    """
    if badge is None or issuer is None:
        return None
    named = badge.get("issuer")
    address = named if isinstance(named, str) else stated.url(issuer)
    if address is None or not address.startswith(("https://", "http://")):
        return None
    profile = _json(await surroundings.fetcher.fetch(address))
    stands_for = stated.url(profile)
    return profile if stands_for is not None and host(stands_for) == host(address) else None


async def _part(
    value: Any, path: str, surroundings: Surroundings, found: list[Check], fetched: list[Any]
) -> Mapping[str, Any] | None:
    if isinstance(value, dict):
        return value
    address = stated.url(value)
    if address is None:
        return None
    if not address.startswith(("https://", "http://")):
        detail = "its address is none that can be asked"
        found.append(Check(CheckKind.REGISTER_LOOKUP, CheckResult.WARN, detail, path))
        return None
    answer = await surroundings.fetcher.fetch(address)
    part = _json(answer)
    if part is None:
        found.append(_unanswered(answer, path))
    else:
        fetched.append(part)
    return part


def _json(answer: Fetched) -> dict[str, Any] | None:
    if answer.body is None:
        return None
    try:
        return json_object(answer.body)
    except DocumentUnreadable:
        return None


def _unanswered(answer: Fetched, path: str) -> Check:
    detail = "the address did not answer" if answer.body is None else "the answer is no JSON object"
    result = CheckResult.UNREACHABLE if answer.body is None else CheckResult.FAIL
    return _about(CheckKind.REGISTER_LOOKUP, result, detail, answer, path)


def _about(
    kind: CheckKind, result: CheckResult, detail: str, answer: Fetched, path: str | None = None
) -> Check:
    return Check(kind, result, detail, path, answer.url, answer.at, answer.age_seconds)


async def hosting_rows(document: Document, graph: Graph, surroundings: Surroundings) -> list[Check]:
    """Ask the issuer's host for the assertion, and the issuer whether it may stand there."""
    address = stated.url(graph.assertion.get("id"))
    signature = Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, "a hosted badge is not signed")
    if address is None or not address.startswith(("https://", "http://")):
        detail = "the badge has no address that could be asked"
        return [signature, Check(CheckKind.REGISTER_LOOKUP, CheckResult.FAIL, detail, "/id")]
    answer = await fetch_unkept(surroundings.fetcher, address)
    return [
        signature,
        _confirmed(graph, answer),
        _origin(address, graph.profile),
        *_moved(document, address),
    ]


def _confirmed(graph: Graph, answer: Fetched) -> Check:
    kind, theirs = CheckKind.REGISTER_LOOKUP, _json(answer)
    if theirs is None:
        return _unanswered(answer, "/id")
    if theirs == graph.assertion:
        return _about(kind, CheckResult.PASS, "its address gives the same assertion", answer)
    if theirs.get("revoked") is True:
        return _about(CheckKind.STATUS_LIST, CheckResult.FAIL, "its address says revoked", answer)
    return _about(kind, CheckResult.FAIL, "its address gives another assertion", answer)


def _origin(address: str, profile: Mapping[str, Any] | None) -> Check:
    kind = CheckKind.ISSUER_BINDING
    if profile is None:
        return Check(kind, CheckResult.UNREACHABLE, _UNKNOWN)
    if may_stand_at(address, profile):
        return Check(kind, CheckResult.PASS, "it stands where its issuer says its badges stand")
    detail = "it stands where its issuer does not say that its badges stand"
    return Check(kind, CheckResult.FAIL, detail, path="/id")


def _moved(document: Document, address: str) -> list[Check]:
    if document.hosted_at is None or document.hosted_at == address:
        return []
    detail = "it was found at another address than it states"
    return [Check(CheckKind.REGISTER_LOOKUP, CheckResult.WARN, detail, path="/id")]


async def signing_rows(token: str | None, graph: Graph, surroundings: Surroundings) -> list[Check]:
    """Check a signed assertion by the key it names, and whether that key is its issuer's."""
    if token is None:
        detail = "it says that it is signed, but came without its signature"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, path="/verification")]
    address = _key_address(graph)
    if address is None:
        detail = "neither the assertion nor its issuer names a key"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, path="/verification/creator")]
    inside = stated.first((graph.profile or {}).get("publicKey"))
    key: Mapping[str, Any] | None = inside if inside.get("publicKeyPem") else None
    if key is None:
        answer = await surroundings.fetcher.fetch(address)
        key = _json(answer)
        if key is None:
            detail = "the address of the key did not answer"
            return [_about(CheckKind.SIGNATURE, CheckResult.UNREACHABLE, detail, answer)]
    pem = stated.word(key.get("publicKeyPem"))
    if pem is None:
        detail = "what stands at the address of the key is no key"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, source=address)]
    return [*jws.check_token_by_pem(token, pem), _owned(address, key, graph.profile)]


def _key_address(graph: Graph) -> str | None:
    found = stated.first(graph.assertion.get("verification", graph.assertion.get("verify")))
    named = stated.url(found.get("creator", found.get("url", found.get("publicKey"))))
    own = stated.many((graph.profile or {}).get("publicKey"))
    return named or next((url for item in own if (url := stated.url(item))), None)


def _owned(address: str, key: Mapping[str, Any], profile: Mapping[str, Any] | None) -> Check:
    kind = CheckKind.ISSUER_BINDING
    if profile is None:
        return Check(kind, CheckResult.UNREACHABLE, _UNKNOWN)
    named = {stated.url(item) for item in stated.many(profile.get("publicKey"))}
    if address in named and stated.url(key.get("owner")) in (None, stated.url(profile)):
        return Check(kind, CheckResult.PASS, "the issuer's profile names the key", source=address)
    detail = "the issuer's profile does not name the key that signed"
    return Check(kind, CheckResult.FAIL, detail, source=address)
