"""Addresses that lead inside, however they are written, and what is told of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.support.inward import PUBLIC, own_addresses

INSIDE = [
    # loopback, as people and resolvers write it
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F.0.0.1",
    "0x7f.1", "017700000001", "127.0.0.1.", "localhost", "LocalHost", "localhost.",
    "ip6-localhost", "foo.localhost", "*.localhost", "localhost.localdomain",
    "127\u30020\u30020\u30021",
    # nowhere in particular is here
    "0.0.0.0", "0", "0x0", "[::]",
    # IPv6, and IPv4 within it: mapped, translated, compatible, NAT64, 6to4, Teredo
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]",
    # where clouds keep the credentials of their machines
    "169.254.169.254", "2852039166", "0xa9fea9fe", "[fd00:ec2::254]", "100.100.100.200",
    "192.0.0.192", "168.63.129.16", "metadata.google.internal",
    # networks of one's own, of carriers, of tests; many at once; nobody's
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fec0::1]", "[fc00::1]",
    "[ff02::1]", "[100::1]", "[2001:db8::1]", "[3fff::1]",
    # names of the open internet that lead inside
    "inward.example", "inward6.example", "mixed.example", "127.0.0.1.nip.example", "hub.internal",
    "own.example",
]  # fmt: skip
SIGNED_IN = ["93.184.215.14@127.0.0.1", "93.184.215.14:80@127.0.0.1", "93.184.215.14\\@127.0.0.1"]
UNREADABLE = [
    "0177.0.0.1", "00000177.0.0.1", "0251.0376.0251.0376",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    "\u24dbocalhost", "local\u00adhost", "\u217cocalhost", "127.0.0\t.1", "127.0.0.1\r\nx: y",
    "x\r\n.127.0.0.1", "[::1", "[127.0.0.1]", "[v1.127.0.0.1]", "127.0.0.1:22:80", "127.0.0.1:-1",
    "127.0.0.1:99999", f"127.0.0.1/{'a' * 70_000}",
]  # fmt: skip
NAMELESS = [
    "l\u043ecalhost", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "%6c%6f%63alhost", "127.0.0.1 ",
    "93.184.215.14%40127.0.0.1", "[fe80::1%25lo]", f"{'a' * 300}.localhost",
    f"{('b' * 60 + '.') * 5}localhost",
]  # fmt: skip
ELSEWHERE = ["127.0.0.1\\@93.184.215.14", "93.184.215.14#@127.0.0.1"]
"""What leads to the open internet in truth, however it looks: nobody listens there."""
SCHEMES = [
    "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/", "sftp://127.0.0.1/", "jar:http://127.0.0.1!/", "data:,x", "javascript:x",
    "ws://127.0.0.1/", "unix:///run/docker.sock", "http+unix://%2Frun%2Fdocker.sock/",
]  # fmt: skip
RELATIVE = ["http:///127.0.0.1/", "http://", "http:127.0.0.1"]
"""What names no host, and so counts from the address it was found at."""
NAMES = {
    "localhost.": [["127.0.0.1"]], "127.0.0.1.": [["127.0.0.1"]], "ip6-localhost": [["::1"]],
    "foo.localhost": [["127.0.0.1"]], "*.localhost": [["127.0.0.1"]],
    "localhost.localdomain": [["127.0.0.1"]], "metadata.google.internal": [["169.254.169.254"]],
    "inward.example": [["127.0.0.1"]], "inward6.example": [["::1"]], "hub.internal": [["10.0.0.7"]],
    "mixed.example": [[PUBLIC, "127.0.0.1"]], "127.0.0.1.nip.example": [["127.0.0.1"]],
    "own.example": [own_addresses()], "outside.example": [[PUBLIC]],
}  # fmt: skip


def addresses(ports: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Give every hostile address with its kind, the ports in turn."""
    kinds = {"inside": INSIDE, "signed in": SIGNED_IN, "unreadable": UNREADABLE}
    kinds |= {"nameless": NAMELESS, "elsewhere": ELSEWHERE}
    for kind, hosts in kinds.items():
        for number, host in enumerate(hosts):
            yield kind, f"http://{host}:{ports[number % len(ports)]}/jobs"
    yield from (("no http", url) for url in SCHEMES)
    yield from (("relative", url) for url in RELATIVE)
