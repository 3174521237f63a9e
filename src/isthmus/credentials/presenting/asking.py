"""What the hub asks a wallet for: the query, and which formats and signatures it can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from isthmus.credentials.presenting.dcql import JWT, LINKED_DATA, SD_JWT
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.proofs.suites import CRYPTOSUITES
from isthmus.credentials.proofs.tokens import ALGORITHMS
from isthmus.model.credential import CredentialFormat

_VC = "https://www.w3.org/2018/credentials#VerifiableCredential"
_BADGE = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
_RECORD = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#ClrCredential"
_TYPES = {
    CredentialFormat.W3C_VC_2: _VC,
    CredentialFormat.W3C_VC_1_1: _VC,
    CredentialFormat.OPEN_BADGES_3: _BADGE,
    CredentialFormat.CLR_2: _RECORD,
}
_ANY = {CredentialFormat.W3C_VC_2, CredentialFormat.SD_JWT_VC}
_AWARDS = {CredentialFormat.OPEN_BADGES_3}
_AWARDED = ["credentialSubject", "achievement", "id"]
_IDS = {SD_JWT: "sd-jwt", LINKED_DATA: "linked-data", JWT: "jwt"}

OFFERED: Mapping[str, Mapping[str, Sequence[str]]] = {
    SD_JWT: {
        "sd-jwt_alg_values": sorted(ALGORITHMS),
        "kb-jwt_alg_values": sorted(ALGORITHMS),
    },
    LINKED_DATA: {
        "proof_type_values": ["DataIntegrityProof", "Ed25519Signature2020"],
        "cryptosuite_values": sorted(CRYPTOSUITES),
    },
    JWT: {"alg_values": sorted(ALGORITHMS)},
}
"""`vp_formats_supported`: what can be checked, and so what is offered."""


def query_for(
    formats: Iterable[CredentialFormat] = (), achievements: Sequence[str] = ()
) -> dict[str, Any]:
    """Give the query for credentials of some formats, or of any that a wallet can show.

    `achievements` are the addresses of what must have been earned, where only that is wanted:
    asked for where a form has a known place for it. Raise `PresentationRefused` where no wallet
    could show any of the formats.
    """
    wanted = set(formats) or (_AWARDS if achievements else _ANY)
    parts = list(_parts(wanted, achievements))
    if not parts:
        raise PresentationRefused(Reason.FORMAT_OTHER)
    query: dict[str, Any] = {"credentials": parts}
    if len(parts) > 1:
        query["credential_sets"] = [{"options": [[part["id"]] for part in parts]}]
    return query


def _parts(wanted: set[CredentialFormat], achievements: Sequence[str]) -> Iterable[dict[str, Any]]:
    types = sorted({_TYPES[name] for name in wanted if name in _TYPES})
    if CredentialFormat.SD_JWT_VC in wanted:
        yield _part(SD_JWT, {})
    if types:
        meta = {"type_values": [[name] for name in types]}
        yield _part(LINKED_DATA, meta, achievements)
        yield _part(JWT, meta, achievements)


def _part(form: str, meta: dict[str, Any], achievements: Sequence[str] = ()) -> dict[str, Any]:
    part: dict[str, Any] = {"id": _IDS[form], "format": form, "meta": meta, "multiple": True}
    if achievements:
        part["claims"] = [{"path": _AWARDED, "values": list(achievements)}]
    return part
