"""Puts identity together: one issuer of the hub's own, those it was told of, and the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.identity.authorities import Authority
from isthmus.identity.dpop import Proofs
from isthmus.identity.gate import Gate
from isthmus.identity.signing import Opening, Signing
from isthmus.identity.standing import Standing
from isthmus.identity.tokens import TokenIssuer
from isthmus.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Names:
    """What the hub is called: in its tokens, as their audience, and where it is reached."""

    issuer: str
    audience: str
    address: str


class Desk:
    """Everything of identity over one vault."""

    def __init__(
        self, vault: Opening, outbound: Outbound, names: Names, *, issuers: Sequence[str] = ()
    ) -> None:
        self.names = names
        self.vault = vault
        self.signing = Signing(vault, names.issuer)
        self.tokens = TokenIssuer(self.signing)
        self.proofs = Proofs(vault)
        self.standing = Standing(vault, names.issuer)
        authorities = [Authority(outbound, issuer) for issuer in issuers]
        self.gate = Gate(
            [self.signing, *authorities], self.standing, self.proofs, audience=names.audience
        )
