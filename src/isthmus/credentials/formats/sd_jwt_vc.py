"""SD-JWT VC: claims of which the holder discloses what it chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import issued, stated
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.proofs import status
from isthmus.model.credential import (
    Credential,
    CredentialForm,
    CredentialFormat,
    StatedQualification,
    Subject,
)
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind


class SdJwtCredential(OpenedFormat):
    """A credential whose type is `vct`, or any SD-JWT that no W3C format claims."""

    name = CredentialFormat.SD_JWT_VC
    names = (CredentialFormat.SD_JWT_VC,)

    def claims(self, opened: Opened) -> bool:
        """Tell by the SD-JWT's own form."""
        return opened.sd_jwt is not None and "credentialSubject" not in opened.claims

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read what was disclosed."""
        claims = opened.claims
        kind = stated.word(claims.get("vct"))
        named = stated.text(claims.get("name", claims.get("title")))
        credential = Credential(
            format=self.name,
            form=CredentialForm.VERIFIABLE_CREDENTIAL,
            title=named or (Text(kind) if kind else None),
            uri=stated.url(claims.get("jti")),
            issuer=issued.organization(claims.get("iss")),
            subject=Subject(id=stated.word(claims.get("sub"))),
            qualification=StatedQualification(kind=kind) if kind else None,
            issued_at=stated.moment(claims.get("iat")),
            valid_from=stated.moment(claims.get("nbf")),
            valid_until=stated.moment(claims.get("exp")),
        )
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, signature, holder and status."""
        opened = opened_of(reading)
        found = rows(CheckKind.FORMAT, _faults(opened.claims), "has the form of an SD-JWT VC")
        found += await issued.proof_rows(opened, surroundings)
        return found + await status.check_status(opened.claims, surroundings)


def _faults(claims: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("iat", "nbf", "exp"):
        if name in claims and stated.moment(claims[name]) is None:
            yield Fault(f"/{name}", f"{name} must be a moment in seconds")
    if "vct" in claims and stated.word(claims["vct"]) is None:
        yield Fault("/vct", "the type must be a text")
