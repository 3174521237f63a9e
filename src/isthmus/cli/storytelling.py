"""The stories of the demo: how to follow them, and told by the demo itself, step by step."""

from __future__ import annotations

from isthmus.playground.stores import BACKPACK, SimulatedStores
from isthmus.playground.stories.callers import Caller, StoryBroken, sign_in
from isthmus.playground.stories.india import India
from isthmus.playground.stories.microsoft import Microsoft
from isthmus.playground.stories.telling import Step, Telling
from isthmus.playground.stories.trouble import Trouble
from isthmus.playground.stories.ward import Ward

GUIDE = """
A story to follow, with these tokens; its operations stand in GraphiQL's last tabs:
  1. As Tara Lokhande, link simulated-digilocker: open the authorizeUrl, choose her name.
  2. As the platform, ask her for a hiring check; as Tara, agree.
  3. As the platform, read her certificates, the checks made of them, and her skills.
  4. As Tara, see who read what; take the consent back, and read again as the platform.
  5. As Noor Haddad, link simulated-backpack, and see which of her badges stand.
`isthmus demo --check` walks all of it by itself, with a store in trouble besides.
"""


async def tell(url: str, provider: str, platform: str, stores: SimulatedStores, base: str) -> bool:
    """Tell every story over HTTP, and print its steps; False where one did not go as told."""
    telling = Telling(print)
    try:
        await _tell(url, provider, Caller(url, platform), stores, base, telling)
    except StoryBroken as broken:
        telling.add(Step("and so it ends here", went=False, found=str(broken)))
    print(f"\n{len(telling.steps)} steps, {len(telling.faults)} not as told.", flush=True)
    return telling.went


async def _tell(
    url: str, provider: str, platform: Caller, stores: SimulatedStores, base: str, telling: Telling
) -> None:
    tara = await sign_in(url, provider, "tara")
    await India(tara, platform, telling).walk()
    ravi, meera = [await sign_in(url, provider, who) for who in ("ravi", "meera")]
    await Ward(ravi, meera, platform, telling).walk()
    noor = await sign_in(url, provider, "noor")
    await Microsoft(noor, f"{base}{BACKPACK}", telling).walk()
    await Trouble(tara, platform, stores, telling).walk()
