"""Whatever address a stranger writes, wherever it is written: nothing of this machine is reached.

Every door an address can come in by is tried with every spelling, through real readings of the
hub. What stands behind the machine's own addresses is a trap that counts who came; below the
hub, at the sockets, every address dialled is taken down.
"""

from __future__ import annotations

import re

import pytest

from tests.flows.inward.doors import Doors
from tests.support.inward import Internet, Trap
from tests.support.inward_addresses import addresses
from tests.support.replay import json_reply

AT_THE_DOOR = {"CONFIG_INVALID", "MANIFEST_INVALID"}
ASKED: dict[str, tuple[set[str], str]] = {
    "inside": ({"SOURCE_REFUSED"}, "private or reserved address"),
    "signed in": ({"SOURCE_REFUSED"}, "private or reserved address"),
    "unreadable": ({"SOURCE_REFUSED"}, "has an address that does not read"),
    "nameless": ({"SOURCE_DOWN"}, "cannot be reached"),
    "elsewhere": ({"SOURCE_DOWN"}, "cannot be reached"),
    "no http": ({"SOURCE_REFUSED"}, "that is not http|that does not read"),
    "relative": ({"SOURCE_REFUSED"}, "not http|does not read|answered 404 for|redirects"),
}
"""What is told of an address that a call is made to: the code, and the sentence."""
LOOKED_AT = {
    "inside": ASKED["inside"],
    "signed in": (AT_THE_DOOR, "secrets do not belong in an address|does not read"),
    "unreadable": (AT_THE_DOOR | {"SOURCE_REFUSED"}, "does not read"),
    "nameless": (AT_THE_DOOR | {"SOURCE_DOWN"}, "does not read|cannot be reached"),
    "elsewhere": (AT_THE_DOOR | {"SOURCE_DOWN"}, "does not read|cannot be reached"),
    "no http": (AT_THE_DOOR, "must begin with|does not read"),
    "relative": (AT_THE_DOOR, "names no host"),
}
"""The same of one that is looked at when a source is added."""
NEXT = dict.fromkeys(
    ASKED, ({"SOURCE_BAD_DATA"}, "page on another host|page whose address does not")
)
NEXT["relative"] = ({"SOURCE_REFUSED", "SOURCE_BAD_DATA"}, "answered 404 for|gave before")
"""The same of what an answer names as the next page, which stands on its own host."""
DOORS: dict[str, tuple[dict[str, tuple[set[str], str]], int]] = {
    "manifest": (LOOKED_AT, 1),
    "source": (LOOKED_AT, 1),
    "redirect": (ASKED, 1),
    "third_redirect": (ASKED, 2),
    "next_in_the_body": (NEXT, 1),
    "next_in_a_header": (NEXT, 2),
    "path": (ASKED, 2),
    "tokens": (LOOKED_AT, 2),
}
"""By what is told, and of how many addresses every one is tried: the doors lead to few halls."""


@pytest.mark.parametrize("door", DOORS)
async def test_no_address_leads_inside_and_each_is_refused_for_what_it_is(
    door: str, doors: Doors, trap: Trap, internet: Internet
) -> None:
    told, step = DOORS[door]
    tried = list(addresses(trap.ports))[::step]
    unclear = {}
    for kind, url in tried:
        codes, sentence = told[kind]
        code, said = await getattr(doors, door)(url)
        if code not in codes or not re.search(sentence, said):
            unclear[url] = (code, said)
    assert len(tried) > 50
    assert unclear == {}
    assert (trap.hits, internet.strangers()) == ([], [])


@pytest.mark.parametrize("door", DOORS)
async def test_every_door_leads_outside(door: str, doors: Doors, trap: Trap) -> None:
    fine = json_reply({"jobs": [], "access_token": "t"})
    doors.board.answers |= {"/fine": fine, "/jobs": fine}
    is_base = door in {"manifest", "source"}
    code, said = await getattr(doors, door)(doors.outside + ("" if is_base else "/fine"))
    assert (code, said) == ("DONE", "None")
    assert doors.board.hits["/fine" if not is_base else "/jobs"] == 1
