"""The hub as wallets know it: by a DID at its own address, whose key signs its requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from isthmus.credentials.presenting.request_object import Client, client_of_did
from isthmus.credentials.proofs.signing import SigningKey
from isthmus.store.people.vault import Vault

SECRET = "presenting"  # noqa: S105 - the name of the secret
_KEY = "#key-1"


@dataclass(frozen=True, slots=True)
class WalletClient:
    """The client that a hub is, at its address."""

    address: str
    client: Client
    document: dict[str, Any] | None = None
    """The DID document to publish at `/present/did.json`; None where the DID is its own."""

    @property
    def id(self) -> str:
        """The client id, with its prefix."""
        return self.client.id


async def create_wallet_client(vault: Vault, address: str) -> WalletClient:
    """Give the hub's client: a did:web of an address that wallets reach by TLS, else a did:jwk."""
    key = SigningKey.of_secret(await vault.hub_secret(SECRET))
    place = urlsplit(address)
    if place.scheme != "https":
        did = key.did_jwk()
        return WalletClient(address, client_of_did(did, f"{did}#0", key.algorithm, key.sign))
    path = "".join(f":{quote(part, safe='')}" for part in place.path.split("/") if part)
    did = f"did:web:{quote(place.netloc, safe='')}{path}:present"
    client = client_of_did(did, did + _KEY, key.algorithm, key.sign)
    return WalletClient(address, client, _document(did, key))


def _document(did: str, key: SigningKey) -> dict[str, Any]:
    method = {
        "id": did + _KEY,
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": {**key.public.jwk(), "alg": key.algorithm, "use": "sig"},
    }
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "verificationMethod": [method],
        "authentication": [did + _KEY],
        "assertionMethod": [did + _KEY],
    }
