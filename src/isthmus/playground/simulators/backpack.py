"""A badge backpack that speaks Badge Connect 2.1, and the host of the badges in it.

Addresses are those it was asked at, so that it serves from any port. One badge in it was awarded
to somebody else, and one is an image with its assertion baked in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from isthmus.playground.people import HeldBadge, People, Person
from isthmus.playground.simulators.faults import Faults, spoilt
from isthmus.playground.simulators.images import baked_png
from isthmus.playground.simulators.learn_records import SITE
from isthmus.playground.simulators.token_desk import DeskRefusal, TokenDesk

Json = dict[str, Any]
CONTEXT = "https://w3id.org/openbadges/v2"
SCOPES = [
    "https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.readonly",
    "https://purl.imsglobal.org/spec/ob/v2p1/scope/profile.readonly",
]
TITLES = {
    "cloud-operator": "Harbourlight Certified: Cloud Operator",
    "web-associate": "Harbourlight Certified: Web Associate",
    "data-associate": "Harbourlight Certified: Data Associate",
    "support-fundamentals": "Harbourlight Certified: Support Fundamentals",
}
LIMIT = 50


@dataclass(slots=True)
class Backpack:
    """One backpack service with its badge host."""

    people: People
    desk: TokenDesk
    now: Callable[[], datetime]
    faults: Faults = field(default_factory=Faults)
    calls: list[str] = field(default_factory=list)

    def routes(self, at: str) -> list[Route]:
        """Return its routes below an address."""
        api, host = f"{at}/ims/ob/v2p1", f"{at}/badges"
        return [
            Route(f"{at}/.well-known/badgeconnect.json", self._on_manifest),
            Route(f"{at}/register", self._on_register, methods=["POST"]),
            Route(f"{at}/authorize", self._on_authorize),
            Route(f"{at}/token", self._on_token, methods=["POST"]),
            Route(f"{at}/revoke", self.desk.take_back, methods=["POST"]),
            Route(f"{api}/assertions", self._on_assertions),
            Route(f"{api}/profile", self._on_profile),
            Route(f"{host}/assertions/{{key}}", self._on_assertion),
            Route(f"{host}/images/{{key}}", self._on_image),
            Route(f"{host}/classes/{{key}}", self._on_badge_class),
            Route(f"{host}/issuer", self._on_issuer),
        ]

    # ---- Badge Connect

    async def _on_manifest(self, request: Request) -> Response:
        at = _base(request)
        api = {
            "id": f"{at}/.well-known/badgeconnect.json#api",
            "type": "BadgeConnectAPI",
            "name": "Simulated backpack",
            "version": "v2p1",
            "apiBase": f"{at}/ims/ob/v2p1",
            "authorizationUrl": f"{at}/authorize",
            "tokenUrl": f"{at}/token",
            "tokenRevocationUrl": f"{at}/revoke",
            "registrationUrl": f"{at}/register",
            "privacyPolicyUrl": f"{at}/privacy",
            "termsOfServiceUrl": f"{at}/terms",
            "scopesOffered": SCOPES,
        }
        known = f"{at}/.well-known/badgeconnect.json"
        return _json({"id": known, "type": "Manifest", "badgeConnectAPI": [api]})

    async def _on_register(self, request: Request) -> Response:
        told = orjson.loads(await request.body())
        return _json({**told, **self.desk.register()}, 201)

    async def _on_authorize(self, request: Request) -> Response:
        holders = {p.key: p.name for p in self.people.persons.values() if p.badges}
        return self.desk.agree(request, holders)

    async def _on_token(self, request: Request) -> Response:
        try:
            _, tokens = await self.desk.give(request)
        except DeskRefusal as refusal:
            return refusal.response()
        return _json(tokens | {"scope": " ".join(SCOPES)})

    async def _on_assertions(self, request: Request) -> Response:
        person = self._person(request)
        if isinstance(person, Response):
            return person
        limit = _counted(request, "limit", LIMIT)
        offset = _counted(request, "offset", 0)
        since = request.query_params.get("since")
        found = [
            self._assertion(request, each, person)
            for each in person.badges
            if since is None or self._issued(each) > datetime.fromisoformat(since)
        ]
        answer = _json(
            {"status": _status(200), "assertions": found[offset : offset + limit],
             "signedAssertions": []}
        )  # fmt: skip
        answer.headers["x-total-count"] = f"{len(found)}"
        if offset + limit < len(found):
            further = request.url.include_query_params(limit=limit, offset=offset + limit)
            answer.headers["link"] = f'<{further}>; rel="next"'
        return await spoilt(self.faults.take(request.url.path, person.key), answer)

    async def _on_profile(self, request: Request) -> Response:
        person = self._person(request)
        if isinstance(person, Response):
            return person
        profile = {
            "@context": CONTEXT,
            "id": f"{_base(request)}/profiles/{person.locker_id}",
            "type": "Profile",
            "name": person.name,
            "email": person.email,
        }
        return _json({"status": _status(200), "profile": profile})

    # ---- the host of the badges

    async def _on_assertion(self, request: Request) -> Response:
        found = self._find(request.path_params["key"])
        if found is None:
            return _json({"error": "not found"}, 404)
        answer = _json(self._assertion(request, found[1], found[0]))
        return await spoilt(self.faults.take(request.url.path, found[0].key), answer)

    async def _on_image(self, request: Request) -> Response:
        found = self._find(request.path_params["key"].removesuffix(".png"))
        if found is None:
            return _json({"error": "not found"}, 404)
        assertion = self._assertion(request, found[1], found[0])
        return Response(baked_png(orjson.dumps(assertion)), media_type="image/png")

    async def _on_badge_class(self, request: Request) -> Response:
        key, at = request.path_params["key"], _base(request)
        if key not in TITLES:
            return _json({"error": "not found"}, 404)
        page = f"{SITE}/en-us/credentials/certifications/{key}/"
        return _json(
            {
                "@context": CONTEXT,
                "id": f"{at}/badges/classes/{key}",
                "type": "BadgeClass",
                "name": TITLES[key],
                "description": f"Whoever passed the examination: {TITLES[key]}.",
                "image": f"{at}/badges/images/{key}.png",
                "criteria": {"id": page},
                "issuer": f"{at}/badges/issuer",
                "alignment": [{"targetName": TITLES[key], "targetUrl": page}],
            }
        )

    async def _on_issuer(self, request: Request) -> Response:
        at = _base(request)
        return _json(
            {
                "@context": CONTEXT,
                "id": f"{at}/badges/issuer",
                "type": "Issuer",
                "name": "Harbourlight",
                "url": SITE,
                "email": "badges@harbourlight.example",
            }
        )

    def _assertion(self, request: Request, badge: HeldBadge, holder: Person) -> Json:
        at, issued = _base(request), self._issued(badge)
        owner = self.people.persons[badge.belongs_to or holder.key]
        salt = hashlib.sha256(badge.key.encode()).hexdigest()[:12]
        hashed = hashlib.sha256((owner.email + salt).encode()).hexdigest()
        found = {
            "@context": CONTEXT,
            "id": f"{at}/badges/assertions/{badge.key}",
            "type": "Assertion",
            "recipient": {"type": "email", "hashed": True, "salt": salt,
                          "identity": f"sha256${hashed}"},
            "badge": f"{at}/badges/classes/{badge.badge_class}",
            "image": f"{at}/badges/images/{badge.key}.png",
            "issuedOn": issued.isoformat(),
            "verification": {"type": "HostedBadge"},
        }  # fmt: skip
        if badge.valid_days is not None:
            found["expires"] = (issued + timedelta(days=badge.valid_days)).isoformat()
        return found

    def _issued(self, badge: HeldBadge) -> datetime:
        day = self.now().replace(hour=9, minute=0, second=0, microsecond=0)
        return day - timedelta(days=badge.issued_days_ago)

    def _find(self, key: str) -> tuple[Person, HeldBadge] | None:
        for person in self.people.persons.values():
            for badge in person.badges:
                if badge.key == key:
                    return person, badge
        return None

    def _person(self, request: Request) -> Person | Response:
        try:
            key = self.desk.person_of(request)
        except DeskRefusal:
            return _json({"status": _status(401)}, 401)
        self.calls.append(f"{request.url.path} {key}")
        return self.people.persons[key]


def _base(request: Request) -> str:
    path = request.url.path
    ends = ("/.well-known/", "/badges/", "/ims/")
    at = min((path.index(end) for end in ends if end in path), default=len(path))
    return f"{request.url.scheme}://{request.url.netloc}{path[:at]}"


def _status(code: int) -> Json:
    words = {200: "OK", 401: "UNAUTHENTICATED"}
    return {"error": None if code == 200 else "Unauthorized", "statusCode": code,  # noqa: PLR2004
            "statusText": words[code]}  # fmt: skip


def _counted(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
