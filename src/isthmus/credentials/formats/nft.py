"""Token records (NFT): shown, never believed; only what such a record makes public is read."""

from __future__ import annotations

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of
from isthmus.credentials.formats.opening import Opened
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult

_TOKEN = ("tokenId", "token_id", "tokenURI", "token_uri")
_PLACE = ("contract", "contractAddress", "contract_address", "asset_contract")


class NftRecord(OpenedFormat):
    """A token's metadata: who owns it, or who is said to own it, is not read."""

    name = CredentialFormat.NFT
    names = (CredentialFormat.NFT,)

    def claims(self, opened: Opened) -> bool:
        """Tell by a token with its contract, or by metadata with traits."""
        claims = opened.claims
        if any(key in claims for key in ("@context", "credentialSubject", "badge")):
            return False
        traits = stated.objects(claims.get("attributes"))
        has_traits = bool(traits) and all("trait_type" in trait for trait in traits)
        is_token = any(key in claims for key in _TOKEN) and any(key in claims for key in _PLACE)
        return is_token or (has_traits and "name" in claims)

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the public fields."""
        claims = opened.claims
        metadata = stated.first(claims.get("metadata")) or claims
        credential = Credential(
            format=self.name,
            form=CredentialForm.NFT_RECORD,
            title=stated.text(metadata.get("name")),
            description=stated.text(metadata.get("description")),
            uri=stated.url(claims.get("external_url", claims.get("tokenURI"))),
        )
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Say that nothing of it is checked."""
        del reading, surroundings
        return [
            Check(CheckKind.FORMAT, CheckResult.PASS, "is a token record, for display only"),
            Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, "a token record is not a credential"),
            Check(CheckKind.REGISTER_LOOKUP, CheckResult.SKIPPED, "the chain was not asked"),
        ]
