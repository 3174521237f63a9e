"""OIDC providers that learners sign in with, as an operator named them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isthmus.errors import Misconfigured
from isthmus.identity.authorities import Authority
from isthmus.outbound import Outbound

_NAME = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, and what the hub is to it; without a secret a public client."""

    name: str
    client_id: str
    authority: Authority
    secret: str | None = None


def read_providers(
    stated: Sequence[str], outbound: Outbound, secret_of: Callable[[str], str | None]
) -> dict[str, Provider]:
    """Read `name client_id issuer` each; raise `Misconfigured`."""
    found: dict[str, Provider] = {}
    for text in stated:
        parts = text.split()
        if len(parts) != _PARTS or not _NAME.fullmatch(parts[0]) or parts[0] in found:
            message = "`providers` holds `name client_id issuer` each; names are small letters."
            raise Misconfigured("SETTING_INVALID", message)
        name, client_id, issuer = parts
        authority = Authority(outbound, issuer)
        found[name] = Provider(name, client_id, authority, secret_of(name))
    return found


def secret_name(provider: str) -> str:
    """Name the variable of the environment that holds a provider's secret."""
    return f"ISTHMUS_SECRET_PROVIDER_{provider.upper().replace('-', '_')}"
