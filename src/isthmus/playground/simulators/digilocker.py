"""A locker of issued documents, as DigiLocker answers its partners.

Kept on purpose, because the original does it too: `/1/` and `/2/` of the same calls, a birthday
that is a number and so loses its first nought, media types as a text or as a list, `hmac` beside
every document as base64 of the digest or of its hex text, `Code_challenge` spelt either way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from isthmus.playground.people import HeldCertificate, People, Person
from isthmus.playground.simulators.certificates import document_of, title_of
from isthmus.playground.simulators.faults import Faults, spoilt
from isthmus.playground.simulators.token_desk import SECRET, DeskRefusal, TokenDesk

Json = dict[str, Any]
PDF, XML = "application/pdf", "application/xml"


@dataclass(slots=True)
class Locker:
    """One locker service; `hex_hmac` writes the digest in its other form."""

    people: People
    desk: TokenDesk
    faults: Faults = field(default_factory=Faults)
    hex_hmac: bool = False
    calls: list[str] = field(default_factory=list)
    """Path and person of each call for something, for those who count them."""

    def routes(self, at: str) -> list[Route]:
        """Return its routes below an address."""
        oauth = f"{at}/oauth2/{{version:int}}"
        return [
            Route(f"{oauth}/authorize", self._on_authorize),
            Route(f"{oauth}/token", self._on_token, methods=["POST"]),
            Route(f"{oauth}/revoke", self.desk.take_back, methods=["POST"]),
            Route(f"{oauth}/user", self._on_user),
            Route(f"{oauth}/files/issued", self._on_issued),
            Route(f"{oauth}/xml/{{uri:path}}", self._on_xml),
            Route(f"{oauth}/file/{{uri:path}}", self._on_file),
        ]

    async def _on_authorize(self, request: Request) -> Response:
        holders = {p.key: p.name for p in self.people.persons.values() if p.certificates}
        return self.desk.agree(request, holders)

    async def _on_token(self, request: Request) -> Response:
        fault = self.faults.take(request.url.path, None)
        try:
            agreement, tokens = await self.desk.give(request)
        except DeskRefusal as refusal:
            return refusal.response()
        person = self.people.persons[agreement.person]
        return await spoilt(fault, _json(tokens | _account(person) | {"reference_key": "0" * 32}))

    async def _on_user(self, request: Request) -> Response:
        return await self._answer(request, lambda person: _json(_account(person)))

    async def _on_issued(self, request: Request) -> Response:
        as_list = request.path_params["version"] > 1
        return await self._answer(
            request, lambda person: _json(self._items(person, as_list=as_list))
        )

    async def _on_xml(self, request: Request) -> Response:
        return await self._answer(request, lambda person: self._document(request, person, "xml"))

    async def _on_file(self, request: Request) -> Response:
        return await self._answer(request, lambda person: self._document(request, person, "file"))

    # ---- what they hold

    async def _answer(self, request: Request, give: Any) -> Response:
        try:
            key = self.desk.person_of(request)
            self.calls.append(f"{request.url.path} {key}")
            answer: Response = give(self.people.persons[key])
        except DeskRefusal as refusal:
            return refusal.response()
        return await spoilt(self.faults.take(request.url.path, key), answer)

    def _items(self, person: Person, *, as_list: bool) -> Json:
        return {
            "items": [self._item(each, as_list=as_list) for each in person.certificates],
            "resource": "D:\\Issued Documents",
        }

    def _item(self, held: HeldCertificate, *, as_list: bool) -> Json:
        kinds = [PDF] if held.form == "pdf" else [PDF, XML]
        return {
            "name": title_of(held),
            "type": "file",
            "size": "",
            "date": held.issued.strftime("%d-%m-%Y"),
            "parent": "",
            "mime": kinds if as_list else kinds[-1],
            "uri": held.uri,
            "doctype": held.kind,
            "description": title_of(held),
            "issuerid": held.issuer,
            "issuer": self.people.issuers[held.issuer].name,
        }

    def _document(self, request: Request, person: Person, way: str) -> Response:
        uri = unquote(request.path_params["uri"])
        held = next((each for each in person.certificates if each.uri == uri), None)
        if held is None:
            return _refused(404, "invalid_uri", "No file found for given URI")
        body, media_type = document_of(person, held, self.people.issuers[held.issuer])
        if (media_type == "application/xml") != (way == "xml"):
            return _refused(404, "invalid_uri", "No file found for given URI")
        return Response(body, media_type=media_type, headers={"hmac": self._hmac(body)})

    def _hmac(self, body: bytes) -> str:
        made = hmac.new(SECRET.encode(), body, hashlib.sha256)
        return base64.b64encode(
            made.hexdigest().encode() if self.hex_hmac else made.digest()
        ).decode()


def _account(person: Person) -> Json:
    return {
        "digilocker_id": person.locker_id,
        "digilockerid": person.locker_id,
        "name": person.name,
        "dob": int(person.born.strftime("%d%m%Y")),  # a number: 05 of January begins with 5
        "gender": person.gender,
        "eaadhar": "N",
    }


def _refused(status: int, word: str, said: str) -> Response:
    return _json({"error": word, "error_description": said}, status)


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
