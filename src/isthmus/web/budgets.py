"""How much each caller may ask for: points a minute, counted in this process.

A caller is known by its address, or by the subject of a token once that is verified; never by
what a request merely says. An IPv6 caller is its network of 64 bits, since it has all of that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address
from time import time

from isthmus.errors import ErrorCode
from isthmus.graph.allowance import WINDOW_SECONDS, Allowance, Overspent
from isthmus.model.viewer import Viewer
from isthmus.web.asgi import Scope
from isthmus.web.decoding import BadRequest

PUBLIC = "public"
"""The role of whoever has shown no token."""

MOST_CALLERS = 50_000
REQUEST = 1
"""What a request costs before anything is known of it."""


class Budgets:
    """The allowances of those who called within the last window.

    `points` gives a role's points a minute, 0 for as many as it likes; `costs` what one operation
    of a role may cost, None for as much as anyone's. Where there are more callers than are kept,
    those whose window began first begin anew.
    """

    def __init__(
        self,
        points: Callable[[str], int],
        *,
        costs: Callable[[str], int | None] = lambda _: None,
        trusted_proxies: int = 0,
        most: int = MOST_CALLERS,
        clock: Callable[[], float] = time,
    ) -> None:
        self._points = points
        self._costs = costs
        self._trusted_proxies = trusted_proxies
        self._most = most
        self._clock = clock
        self._held: OrderedDict[str, Allowance] = OrderedDict()

    def request(self, scope: Scope, role: str = PUBLIC, subject: str | None = None) -> Allowance:
        """Count one request; give what its caller has. `subject` is that of a verified token."""
        limit = self._points(role)
        if not limit:
            return Allowance(most=self._costs(role))
        caller = f"sub {subject}" if subject else address_of(scope, self._trusted_proxies)
        allowance = self._of(caller, limit, self._costs(role))
        allowance.spend(REQUEST)
        return allowance

    def of_caller(self, scope: Scope, viewer: Viewer) -> Allowance:
        """Count one request of a caller whose token, if any, was verified."""
        if viewer.is_anonymous:
            return self.request(scope)
        who = viewer.learner_id or viewer.client or viewer.organization_id
        return self.request(scope, viewer.role.value.lower(), f"{viewer.role.value}/{who}")

    def _of(self, caller: str, limit: int, most: int | None) -> Allowance:
        now = self._clock()
        held = self._held.get(caller)
        if held is not None and held.until > now:
            return held
        self._held.pop(caller, None)
        while self._held and self._is_over(now):
            self._held.popitem(last=False)
        held = self._held[caller] = Allowance(limit, now + WINDOW_SECONDS, most=most)
        return held

    def _is_over(self, now: float) -> bool:
        """Tell whether the oldest allowance may go."""
        oldest = next(iter(self._held.values()))
        return oldest.until <= now or len(self._held) >= self._most


def address_of(scope: Scope, trusted_proxies: int = 0) -> str:
    """Name a caller by its address: as the outermost of our own proxies saw it, if there are any.

    What stands in the header before that was written by the caller.
    """
    host: str = (scope.get("client") or ("",))[0]
    if trusted_proxies:
        stated = b",".join(v for k, v in scope["headers"] if k == b"x-forwarded-for")
        hops = [hop.strip() for hop in stated.decode("latin-1").split(",")]
        if len(hops) >= trusted_proxies:
            host = hops[-trusted_proxies] or host
    return _network(host) if ":" in host else host


def too_many(spent: Overspent) -> BadRequest:
    """Give the refusal of an operation that its caller has too few points for."""
    after = f"{spent.seconds:.0f}"
    return BadRequest(429, str(spent), ErrorCode.RATE_LIMITED, (("retry-after", after),))


def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address) >> 64 << 64, 64)))
