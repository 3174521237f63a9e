"""Vets the address actually dialled, not the name in the URL.

A name may resolve to a private address, or to another one a moment later; so the guard
resolves, vets every address found, and dials one it vetted. It stands in httpcore's network
backend, the one place every connection passes, redirects included.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore

from isthmus.errors import SourceRefused

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NOT_SOURCES = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24", "3fff::/20"))
)
"""Addresses that a number alone makes look public: those of protocols and of documents, which older
Pythons take for open, and the one at which a cloud's own agent answers its machines.
"""


class AddressRefused(SourceRefused):
    """The address is not one that sources may stand on."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials vetted addresses only; `allow_private` is for development and tests.

    `doors` are single hosts and ports that may be dialled although they are private.
    """

    def __init__(
        self,
        inner: httpcore.AsyncNetworkBackend,
        *,
        allow_private: bool,
        doors: frozenset[tuple[str, int]] = frozenset(),
    ) -> None:
        self._inner = inner
        self._allow_private = allow_private
        self._doors = doors

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, vet and dial."""
        addresses = await self._resolve(host, port)
        may_be_private = self._allow_private or (host, port) in self._doors
        for address in addresses:
            if not (is_public(address) or (may_be_private and is_private(address))):
                message = f"{host} is at a private or reserved address; sources may not be"
                raise AddressRefused(message)
        return await self._inner.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own interface
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no source stands on a socket of this machine."""
        raise AddressRefused("unix sockets are not sources")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between its own attempts."""
        await self._inner.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> list[IPAddress]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # a label that is too long does not even come to be asked
            raise httpcore.ConnectError(f"{host} has no address") from None
        return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]


def is_public(address: IPAddress) -> bool:
    """Tell whether an address is one of the open internet, looking inside IPv6 wrappings."""
    inner = _unwrapped(address)
    if isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local:
        return False
    if _is_no_source(inner):
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def is_private(address: IPAddress) -> bool:
    """Tell whether an address is of this machine or an own network, fit for development.

    Link-local ones never are: there cloud machines keep their credentials.
    """
    inner = _unwrapped(address)
    if _is_no_source(inner) or inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return False
    return inner.is_loopback or (inner.is_private and not inner.is_reserved)


def _is_no_source(address: IPAddress) -> bool:
    return any(address in network for network in NOT_SOURCES)


def _unwrapped(address: IPAddress) -> IPAddress:
    """Give the IPv4 address an IPv6 one stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    return address.ipv4_mapped or address.sixtofour or inside or address
