"""A phone with a wallet on it: it scans a link, and answers the request behind it.

    GET  /phone         whose wallet it is, and what it holds
    POST /phone/scan    {"link": "openid4vp://..."}

The invented learner agrees to whatever is asked, as long as the request is truly the verifier's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from isthmus.credentials.presenting.dcql import LINKED_DATA, SD_JWT
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.signing import SigningKey
from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, Terms
from isthmus.playground.issuing import issue_sd_jwt, sign_document
from isthmus.playground.wallet import V2, RequestUnfit, Wallet

PHONE = "/phone"
_TERMS = Terms(timeout=10.0, attempts=1)


class Phone:
    """One learner's phone."""

    def __init__(self, wallet: Wallet, outbound: Outbound) -> None:
        self.wallet = wallet
        self._outbound = outbound

    def routes(self, place: str = PHONE) -> list[BaseRoute]:
        """Give the routes below a place."""
        return [
            Route(place, self.look),
            Route(f"{place}/scan", self.scan, methods=["POST"]),
        ]

    async def look(self, _: Request) -> Response:
        """Say whose wallet it is, and in which formats it holds something."""
        held = [one.format for one in self.wallet.held]
        return JSONResponse({"did": self.wallet.did, "holds": held})

    async def scan(self, request: Request) -> Response:
        """Follow a link, and say what became of the answer."""
        try:
            link = orjson.loads(await request.body())["link"]
            return JSONResponse({"answered": True, **await self.answer(link)})
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return JSONResponse({"answered": False, "why": "there is no link"}, 400)
        except (RequestUnfit, SourceFault) as fault:
            return JSONResponse({"answered": False, "why": str(fault)}, 400)

    async def answer(self, link: str) -> dict[str, Any]:
        """Fetch the request behind a link and answer it; give what the verifier says."""
        stated = parse_qs(urlsplit(link).query)
        async with self._outbound.client("verifier", "", _TERMS) as http:
            found = await http.get(stated["request_uri"][0])
            request = self.wallet.read_request(found.text(), stated["client_id"][0])
            said = await http.post_form(request["response_uri"], self.wallet.answer(request))
        told: dict[str, Any] = said.json()
        return told


def create_phone(contexts: Contexts, outbound: Outbound) -> Phone:
    """Return a phone that holds two credentials of invented colleges."""
    wallet, college = Wallet(contexts), SigningKey.draw()
    now = datetime.now(UTC)
    said = {"vct": "https://college.example/types/course", "iat": int(now.timestamp())}
    named = {"name": "Cloud basics, 40 hours", "achieved": "2026-05-02"}
    wallet.keep(SD_JWT, issue_sd_jwt(said, named, college, wallet.key))
    claims = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "name": "First aid at work",
        "issuer": college.did,
        "validFrom": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {"id": wallet.did},
    }
    wallet.keep(LINKED_DATA, sign_document(claims, college, contexts))
    return Phone(wallet, outbound)
