"""Whatever way an address is written, the one dialled is vetted."""

from __future__ import annotations

import ipaddress

import httpcore
import pytest

from isthmus.outbound.guard import AddressRefused, GuardedBackend, is_private, is_public

LOCAL = (
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.5.4", "192.168.1.1", "::1", "fd00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
)  # fmt: skip
NEVER = (
    "169.254.169.254", "169.254.0.1", "0.0.0.0", "::", "fe80::1", "224.0.0.1", "ff02::1",
    "255.255.255.255", "240.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0",
    "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe", "fec0::1", "64:ff9b:1::a9fe:a9fe",
    "::169.254.169.254", "100.64.0.1", "192.0.0.192", "168.63.129.16", "192.88.99.1", "3fff::1",
    "::ffff:168.63.129.16",
)  # fmt: skip
OPEN = ("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")

SPELLINGS = {
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7f.0x0.0x0.0x1",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "nought": "0",
    "mapped": "::ffff:127.0.0.1",
    "loopback of IPv6": "::1",
    "metadata in decimal": "2852039166",
    "metadata in hexadecimal": "0xa9fea9fe",
    "link-local with a scope": "fe80::1%1",
}


class Recording(httpcore.AsyncNetworkBackend):
    """Takes down what is dialled, and dials nothing."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    async def connect_tcp(
        self, host: str, *args: object, **options: object
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        raise httpcore.ConnectError


@pytest.mark.parametrize("address", [*LOCAL, *NEVER])
def test_an_address_that_is_not_of_the_open_internet_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", LOCAL)
def test_development_may_reach_this_machine_and_own_networks(address: str) -> None:
    assert is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", NEVER)
def test_development_may_not_reach_what_no_source_stands_at(address: str) -> None:
    assert not is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_spelling_of_a_local_address_is_refused_before_it_is_dialled(
    spelling: str,
) -> None:
    inner = Recording()
    with pytest.raises(AddressRefused, match="private or reserved"):
        await GuardedBackend(inner, allow_private=False).connect_tcp(SPELLINGS[spelling], 80)
    assert inner.dialled == []


@pytest.mark.parametrize("host", [f"{'a' * 300}.example", "a..example"])
async def test_a_name_that_cannot_be_asked_for_has_no_address(host: str) -> None:
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Recording(), allow_private=False).connect_tcp(host, 80)


async def test_what_is_dialled_is_the_address_that_was_vetted() -> None:
    inner = Recording()
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(inner, allow_private=True).connect_tcp("0x7f000001", 80)
    assert inner.dialled == ["127.0.0.1"]


async def test_credentials_of_a_cloud_machine_are_refused_in_development_too() -> None:
    inner = Recording()
    with pytest.raises(AddressRefused):
        await GuardedBackend(inner, allow_private=True).connect_tcp("169.254.169.254", 80)
    assert inner.dialled == []


async def test_a_socket_of_this_machine_is_refused() -> None:
    with pytest.raises(AddressRefused):
        await GuardedBackend(Recording(), allow_private=True).connect_unix_socket("/run/x.sock")
