"""Two people of one name are two learners, whatever else they have in common."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from isthmus.playground.issuer import Account
from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller
from isthmus.store.database import Database
from tests.support.stories import stage
from tests.unit.credentials.signing import Signer, an_award

SAID = {
    "name": "Asha Rao",
    "email": "asha.rao@family.example",
    "email_verified": True,
    "birthdate": "2001-02-03",
    "address": {"country": "IN"},
}
ACCOUNTS = tuple(Account(subject, "a learner", SAID) for subject in ("asha-1", "asha-2"))
COUNT = "{ viewer { learner { credentials { totalCount } } } }"


async def count(caller: Caller) -> int:
    told = await caller.ask(COUNT)
    found: int = told.data["viewer"]["learner"]["credentials"]["totalCount"]
    return found


@pytest.mark.mission("M68")
async def test_name_birthday_and_address_in_common_make_no_two_people_one(
    database: Database, tmp_path: Path
) -> None:
    signer = Signer()
    award = json.dumps(signer.sign(an_award(signer.did, name="Weaving"))).encode()
    async with stage(database, tmp_path, accounts=ACCOUNTS) as found:
        first, second = [await found.learner(account.subject) for account in ACCOUNTS]
        people = [await moves.me(caller) for caller in (first, second)]
        assert people[0]["displayName"] == people[1]["displayName"] == "Asha Rao"
        assert people[0]["id"] != people[1]["id"]
        for caller in (first, second):  # even with the same document in both hands
            await caller.do(
                "presentCredential",
                "credential { id }",
                document=base64.b64encode(award).decode(), store=True,
            )  # fmt: skip
            assert await count(caller) == 1
        again = await found.learner("asha-1")  # known again by the provider's word alone
        assert (await moves.me(again))["id"] == people[0]["id"]
