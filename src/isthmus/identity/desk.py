"""Puts identity together: the hub as an issuer, those it was told of, sign-in, and the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.identity.authorities import Authority
from isthmus.identity.client_credentials import GRANT, ClientCredentials
from isthmus.identity.did_sign_in import DidSignIn
from isthmus.identity.dpop import Proofs
from isthmus.identity.gate import Gate
from isthmus.identity.granting import Granting
from isthmus.identity.key_sets import ALGORITHMS
from isthmus.identity.providers import read_providers
from isthmus.identity.signing import Opening, Signing
from isthmus.identity.signing_in import SignIn
from isthmus.identity.standing import Standing
from isthmus.identity.tokens import TokenIssuer
from isthmus.model.viewer import SCOPES
from isthmus.outbound import Outbound

TOKEN = "/auth/token"  # noqa: S105 - a path
CALLBACK = "/auth/callback"


@dataclass(frozen=True, slots=True)
class Names:
    """What the hub is called: in its tokens, as their audience, and where it is reached."""

    issuer: str
    audience: str
    address: str


class Desk:
    """Everything of identity over one vault."""

    def __init__(
        self,
        vault: Opening,
        outbound: Outbound,
        names: Names,
        *,
        issuers: Sequence[str] = (),
        providers: Sequence[str] = (),
        returns: Sequence[str] = (),
        secret_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.names = names
        self.vault = vault
        self.signing = Signing(vault, names.issuer)
        self.tokens = TokenIssuer(self.signing)
        self.proofs = Proofs(vault)
        self.gate = Gate(
            [self.signing, *(Authority(outbound, issuer) for issuer in issuers)],
            Standing(vault, names.issuer),
            self.proofs,
            audience=names.audience,
        )
        self.granting = Granting(self.tokens, names.audience)
        audiences = (names.issuer, f"{names.address}{TOKEN}", names.address)
        self.clients = ClientCredentials(vault, self.granting, audiences)
        self.dids = DidSignIn(vault, audiences)
        self.sign_in = SignIn(
            vault,
            outbound,
            read_providers(providers, outbound, secret_of),
            callback=f"{names.address}{CALLBACK}",
            returns=returns,
        )

    def description(self) -> dict[str, Any]:
        """Describe the hub as an issuer of tokens (RFC 8414)."""
        algorithms = sorted(name for names in ALGORITHMS.values() for name in names)
        address = self.names.address
        return {
            "issuer": self.names.issuer,
            "token_endpoint": f"{address}{TOKEN}",
            "jwks_uri": f"{address}/.well-known/jwks.json",
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "dpop_signing_alg_values_supported": algorithms,
            "scopes_supported": sorted(frozenset[str]().union(*SCOPES.values())),
        }
