"""Faults of a simulated store, switched on for the calls a test or a demo names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson
from starlette.responses import Response, StreamingResponse

DRIP_BYTES = 16


@dataclass(slots=True)
class Fault:
    """What goes wrong: for paths that hold `at`, for one person or all, so many times or always.

    `kind` is down, slow, drip, garbled, limited, unauthorised, or wrong-hmac.
    """

    kind: str
    at: str = ""
    person: str | None = None
    times: int | None = None
    seconds: float = 1.0


@dataclass(slots=True)
class Faults:
    """The faults of one store that are switched on."""

    faults: list[Fault] = field(default_factory=list)

    def switch_on(self, fault: Fault) -> None:
        """Switch one on."""
        self.faults.append(fault)

    def clear(self) -> None:
        """Switch all of them off."""
        self.faults.clear()

    def take(self, path: str, person: str | None) -> Fault | None:
        """Give the fault of a call, and count it."""
        for fault in self.faults:
            if fault.at in path and fault.person in (None, person) and fault.times != 0:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


async def spoilt(fault: Fault | None, answer: Response) -> Response:
    """Give the answer as the fault leaves it."""
    if fault is None:
        return answer
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return answer
    return _spoilt(fault, answer)


def _spoilt(fault: Fault, answer: Response) -> Response:
    body = bytes(answer.body)
    match fault.kind:
        case "down":
            return _error(503, "repository_service_inactive", "Internal server error")
        case "unauthorised":
            return _error(401, "invalid_token", "The access token is invalid")
        case "limited":
            refusal = _error(429, "rate_limited", "Too many requests")
            refusal.headers["retry-after"] = f"{fault.seconds:.0f}"
            return refusal
        case "garbled":
            return Response(
                b"<html><body>Please come back later" + body[:20], media_type="text/html"
            )
        case "drip":
            kept = {k: v for k, v in answer.headers.items() if k != "content-length"}
            return StreamingResponse(_dripping(body, fault.seconds), headers=kept)
        case "wrong-hmac":
            answer.headers["hmac"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    return answer


async def _dripping(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    for at in range(0, len(body), DRIP_BYTES):
        yield body[at : at + DRIP_BYTES]
        await asyncio.sleep(seconds)


def _error(status: int, word: str, said: str) -> Response:
    body = orjson.dumps({"error": word, "error_description": said})
    return Response(body, status, media_type="application/json")
