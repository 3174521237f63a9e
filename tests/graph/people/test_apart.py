"""Two learners at once, in one process: neither ever sees anything of the other."""

from __future__ import annotations

import asyncio
import random

from isthmus.graph.answer import Operation
from isthmus.model.learner import Person
from isthmus.store.people.learners import update_person
from tests.support.town import SECRETS, Town

BEN = "Marlowicke"
ROUNDS, AT_ONCE = 50, 20
TEXTS = (
    "{ viewer { learner { id displayName contact { email phone } } } }",
    "{ viewer { learner { displayName preferences { languages } traits { label { value } } } } }",
    "query($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id ... on Learner { displayName } } }",
    "query($a: ID!, $b: ID!) { a: learner(id: $a) { displayName } b: learner(id: $b) { displayName } }",  # noqa: E501
)


async def test_a_thousand_interleavings_of_two_learners_cross_nowhere(town: Town) -> None:
    ben, dice = town.callers["ben"], random.Random(4)
    vault = await town.hub.vault()
    async with vault.viewing(ben) as connection:
        await update_person(vault, connection, ben.learner_id or 0, Person(name=BEN))
    graph, ids = town.graph(), {"a": f"lrn_{town.asha}", "b": f"lrn_{ben.learner_id}"}
    words = {"asha": set(SECRETS.values()), "ben": {BEN}, "stranger": set(), "identity": set()}
    words["identity"] = {SECRETS["IDENTITY"]}

    async def one(who: str, text: str, wait: float) -> str:
        await asyncio.sleep(wait)
        variables = ids if "$a" in text else {}
        answer = await graph.run(Operation(text, variables=variables), viewer=town.callers[who])
        strange = set().union(*words.values()) - words[who]
        assert not [word for word in strange if word in answer.body.decode()], (who, text)
        return str(answer.body.decode())

    seen: list[str] = []
    for _ in range(ROUNDS):
        seen += await asyncio.gather(
            *(
                one(dice.choice(list(words)), dice.choice(TEXTS), dice.random() / 50)
                for _ in range(AT_ONCE)
            )
        )
    assert len(seen) == ROUNDS * AT_ONCE
    assert sum(SECRETS["IDENTITY"] in text for text in seen) > 100
    assert sum(BEN in text for text in seen) > 100
