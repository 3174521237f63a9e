"""A bank of academic credits: a balance, and one row for each subject of a student.

There is no open specification of the original's interface. The names of the columns follow the
sheets in which universities hand their rows in; paths and paging are our own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from isthmus.playground.people import EarnedCredits, People, Person
from isthmus.playground.simulators.faults import Faults, spoilt
from isthmus.playground.simulators.token_desk import DeskRefusal, TokenDesk

Json = dict[str, Any]
UNIVERSITY = "in.edu.sahyadri"
PER_PAGE = 2


@dataclass(slots=True)
class CreditBank:
    """One bank."""

    people: People
    desk: TokenDesk
    faults: Faults = field(default_factory=Faults)
    calls: list[str] = field(default_factory=list)

    def routes(self, at: str) -> list[Route]:
        """Return its routes below an address."""
        return [
            Route(f"{at}/oauth/authorize", self._on_authorize),
            Route(f"{at}/oauth/token", self._on_token, methods=["POST"]),
            Route(f"{at}/oauth/revoke", self.desk.take_back, methods=["POST"]),
            Route(f"{at}/v1/balance", self._on_balance),
            Route(f"{at}/v1/entries", self._on_entries),
        ]

    async def _on_authorize(self, request: Request) -> Response:
        holders = {p.key: p.name for p in self.people.persons.values() if p.credits}
        return self.desk.agree(request, holders)

    async def _on_token(self, request: Request) -> Response:
        try:
            _, tokens = await self.desk.give(request)
        except DeskRefusal as refusal:
            return refusal.response()
        return _json(tokens)

    async def _on_balance(self, request: Request) -> Response:
        return await self._answer(request, self._balance)

    async def _on_entries(self, request: Request) -> Response:
        page = request.query_params.get("page", "1")
        at = (int(page) - 1) * PER_PAGE if page.isascii() and page.isdigit() else 0
        return await self._answer(request, lambda person: self._entries(person, max(0, at)))

    async def _answer(self, request: Request, give: Any) -> Response:
        try:
            key = self.desk.person_of(request)
        except DeskRefusal as refusal:
            return refusal.response()
        self.calls.append(f"{request.url.path} {key}")
        answer = _json(give(self.people.persons[key]))
        return await spoilt(self.faults.take(request.url.path, key), answer)

    def _balance(self, person: Person) -> Json:
        total = sum(each.credits for each in person.credits)
        return {
            "account": _account(person),
            "balance": [{"as_on": max(e.day for e in person.credits).isoformat(),
                         "credits_earned": total, "credits_redeemed": 0,
                         "credits_available": total}],
        }  # fmt: skip

    def _entries(self, person: Person, at: int) -> Json:
        rows = [self._row(person, each) for each in person.credits]
        return {"account": _account(person), "total": len(rows), "rows": rows[at : at + PER_PAGE]}

    def _row(self, person: Person, each: EarnedCredits) -> Json:
        return {
            "ABC_ACCOUNT_ID": _account(person),
            "ORG_NAME": self.people.issuers[UNIVERSITY].name,
            "ORG_CODE": UNIVERSITY,
            "COURSE_NAME": "Bachelor of Science",
            "REGN_NO": f"R{person.born:%y%m%d}",
            "CNAME": person.name,
            "SESSION": f"{each.day.year}",
            "SUBJECT_CODE": each.code,
            "SUBJECT_NAME": each.name,
            "CREDIT": f"{each.credits:g}",
            "GRADE": each.grade,
            "RESULT": "PASS",
            "RESULT_DATE": each.day.strftime("%d-%m-%Y"),
        }


def _account(person: Person) -> str:
    return f"ABC-{person.locker_id[:8].upper()}"


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
