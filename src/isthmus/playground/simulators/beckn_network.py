"""A network of Beckn on loopback: a registry, a gateway, and two provider platforms.

POST /registry/lookup           the subscribers that match, to subscribers only
POST /gateway/search            ACK; each platform is asked afterwards
POST /platforms/{name}/search   ACK; the platform calls back afterwards
POST /gateway/on_search         ACK; the callback goes on to the buyer, with the gateway's signature

How a platform behaves is its `conduct`, which tests and demos change.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, Terms
from isthmus.playground.simulators.beckn_catalogues import PLATFORMS, catalogue
from isthmus.playground.simulators.beckn_wire import (
    ACK,
    Json,
    Participant,
    answer_to,
    is_signed,
    nack,
)

GATEWAY = "gateway.sahyadri.example"
_UNAUTHORIZED = 401
_TERMS = Terms(timeout=5.0, attempts=1)


class Conduct(StrEnum):
    """How a platform answers a search."""

    ANSWERS = auto()
    SILENT = auto()
    LATE = auto()
    """It calls back when nobody waits any more: after `Platform.delay`."""
    TWICE = auto()
    """It sends the same message twice."""
    FORGES = auto()
    """It signs with a key that is not its own."""
    ALTERS = auto()
    """It changes the body after signing it."""
    EXPIRED = auto()
    ELSEWHERE = auto()
    """It answers a transaction that nobody began."""
    AS_ANOTHER = auto()
    """It signs as itself what it says is from another platform."""
    ERRS = auto()
    """It calls back with an error."""


@dataclass(slots=True)
class Platform:
    """One provider platform."""

    self_: Participant
    conduct: Conduct = Conduct.ANSWERS
    delay: float = 0.0
    is_direct: bool = False
    """Whether it calls the buyer back itself, and not through the gateway."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a callback was answered with."""

    sender: str
    status: int
    body: Any


@dataclass(slots=True)
class BecknNetwork:
    """The network; `address` is set once it is served, and `told` fills with what it is told."""

    address: str = ""
    refuses: bool = False
    told: list[Told] = field(default_factory=list)
    looked_up: list[Json] = field(default_factory=list)
    searched: list[Json] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a search has come."""
    gateway: Participant = field(default_factory=lambda: Participant.of(GATEWAY, "BG"))
    platforms: dict[str, Platform] = field(
        default_factory=lambda: {name: Platform(Participant.of(name, "BPP")) for name in PLATFORMS}
    )
    _others: list[Participant] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _outbound: Outbound = field(default_factory=lambda: Outbound(allow_private=True))

    def subscribe(self, participant: Participant) -> None:
        """Take a participant into the registry."""
        self._others.append(participant)

    def app(self) -> Starlette:
        """Give the application that is the network."""
        return Starlette(
            routes=[
                Route("/registry/lookup", self._lookup, methods=["POST"]),
                Route("/gateway/search", self._gateway_search, methods=["POST"]),
                Route("/gateway/on_search", self._gateway_on_search, methods=["POST"]),
                Route("/platforms/{name}/search", self._platform_search, methods=["POST"]),
            ]
        )

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    # ---- the registry

    def _entries(self) -> list[Participant]:
        return [self.gateway, *(one.self_ for one in self.platforms.values()), *self._others]

    def _keys(self) -> dict[tuple[str, str], str]:
        return {(one.subscriber, one.key_id): one.public for one in self._entries()}

    async def _lookup(self, request: Request) -> Response:
        body = await request.body()
        if not self._is_from_subscriber(request, "authorization", body):
            return _refused(_UNAUTHORIZED)
        wanted = orjson.loads(body)
        self.looked_up.append(wanted)
        entries = [one.entry(datetime.now(UTC)) for one in self._entries()]
        found = [e for e in entries if all(e.get(k) == v for k, v in wanted.items())]
        return _json(found)

    def _is_from_subscriber(self, request: Request, header: str, body: bytes) -> bool:
        return is_signed(request.headers.get(header, ""), body, self._keys(), int(time.time()))

    # ---- the gateway

    async def _gateway_search(self, request: Request) -> Response:
        body = await request.body()
        if not self._is_from_subscriber(request, "authorization", body):
            return _refused(_UNAUTHORIZED)
        if self.refuses:
            return _json(nack("POLICY-ERROR", "50000", "Not now."))
        self.searched.append(orjson.loads(body))
        self.called.set()
        headers = {
            "authorization": request.headers["authorization"],
            "x-gateway-authorization": self.gateway.sign(body, int(time.time())),
        }
        for name in self.platforms:
            self._later(
                self._post(GATEWAY, f"{self.address}/platforms/{name}/search", body, headers)
            )
        return _json(ACK)

    async def _gateway_on_search(self, request: Request) -> Response:
        body = await request.body()
        signed = request.headers.get("authorization", "")
        headers = {
            "authorization": signed,
            "x-gateway-authorization": self.gateway.sign(body, int(time.time())),
        }
        context = orjson.loads(body)["context"]
        self._later(
            self._post(
                context["bpp_id"], f"{context['bap_uri']}/on_search", body, headers, told=True
            )
        )
        return _json(ACK)

    # ---- the platforms

    async def _platform_search(self, request: Request) -> Response:
        body = await request.body()
        platform = self.platforms[request.path_params["name"]]
        is_trusted = self._is_from_subscriber(request, "authorization", body)
        via = "x-gateway-authorization"
        if via in request.headers:
            is_trusted = is_trusted and self._is_from_subscriber(request, via, body)
        if not is_trusted:
            return _refused(_UNAUTHORIZED)
        if platform.conduct is not Conduct.SILENT:
            self._later(self._call_back(platform, orjson.loads(body)))
        return _json(ACK)

    async def _call_back(self, platform: Platform, asked: Json) -> None:
        if platform.conduct is Conduct.LATE:
            await asyncio.sleep(platform.delay)
        body, header = _callback(platform, asked, self.address)
        direct = f"{asked['context']['bap_uri']}/on_search"
        address = direct if platform.is_direct else f"{self.address}/gateway/on_search"
        times = 2 if platform.conduct is Conduct.TWICE else 1
        for _ in range(times):
            await self._post(
                platform.self_.subscriber, address, body, {"authorization": header},
                told=platform.is_direct,
            )  # fmt: skip

    # ---- the wire

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(
        self, sender: str, address: str, body: bytes, headers: dict[str, str], *, told: bool = False
    ) -> None:
        sent = {"content-type": "application/json", **headers}
        async with self._outbound.client("beckn", address, _TERMS) as client:
            try:
                answer = await client.call("POST", "", headers=sent, body=body)
                status, said = answer.status, answer.json()
            except SourceFault as fault:
                status, said = getattr(fault, "status", None) or 0, None
        if told:
            self.told.append(Told(sender, status, said))


def _callback(platform: Platform, asked: Json, address: str) -> tuple[bytes, str]:
    """Write a callback and its signature, as the platform's conduct has it."""
    conduct, self_ = platform.conduct, platform.self_
    item = asked["message"]["intent"].get("item", {})
    words = item.get("descriptor", {}).get("name", "")
    context = answer_to(asked["context"], self_, f"{address}/platforms/{self_.subscriber}")
    spoil: dict[Conduct, Callable[[], None]] = {
        Conduct.ELSEWHERE: lambda: context.update(transaction_id="a-transaction-nobody-began"),
        Conduct.AS_ANOTHER: lambda: context.update(bpp_id="another.platform.example"),
    }
    spoil.get(conduct, lambda: None)()
    offered = catalogue(self_.subscriber, context["domain"], words)
    message: Json = {"context": context, "message": {"catalog": offered}}
    if conduct is Conduct.ERRS:
        message = {"context": context, "error": {"code": "40000", "message": "Business error"}}
    body = orjson.dumps(message)
    now = int(time.time())
    made = now - 3600 if conduct is Conduct.EXPIRED else now
    other = Participant.of(self_.subscriber, "BPP", "forged")
    header = (replace(self_, key=other.key) if conduct is Conduct.FORGES else self_).sign(
        body, made
    )
    return (body + b" " if conduct is Conduct.ALTERS else body), header


def _json(data: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(data), status, media_type="application/json")


def _refused(status: int) -> Response:
    refusal = _json(nack("POLICY-ERROR", "50000", "The signature does not hold."), status)
    refusal.headers["www-authenticate"] = (
        'Signature realm="network",headers="(created) (expires) digest"'
    )
    return refusal
