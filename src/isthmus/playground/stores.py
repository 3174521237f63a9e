"""One loopback application of the stores that learners link: a locker, a backpack, a credit bank.

Unlike the simulators of catalogues these remember something: who agreed to what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.applications import Starlette

from isthmus.playground.people import People, load_people
from isthmus.playground.simulators.backpack import Backpack
from isthmus.playground.simulators.credit_bank import CreditBank
from isthmus.playground.simulators.digilocker import Locker
from isthmus.playground.simulators.token_desk import TokenDesk

LOCKER, BACKPACK, BANK = "/digilocker/public", "/backpack", "/abc"


@dataclass(frozen=True, slots=True)
class SimulatedStores:
    """The stores, and the application that serves them."""

    people: People
    locker: Locker
    backpack: Backpack
    bank: CreditBank
    app: Starlette


def create_stores(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> SimulatedStores:
    """Return stores in which nobody has agreed to anything yet."""
    people = load_people()
    locker = Locker(people, TokenDesk(now))
    backpack = Backpack(people, TokenDesk(now), now)
    bank = CreditBank(people, TokenDesk(now))
    routes = [*locker.routes(LOCKER), *backpack.routes(BACKPACK), *bank.routes(BANK)]
    return SimulatedStores(people, locker, backpack, bank, Starlette(routes=routes))
