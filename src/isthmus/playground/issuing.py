"""Credentials issued for the demo and for tests, as linked data, tokens and SD-JWTs."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown
from isthmus.credentials.proofs.multikey import encode_multibase
from isthmus.credentials.proofs.signing import ED25519, P256, SigningKey, base64url
from isthmus.credentials.proofs.suites import Secured, suite_of

_FAMILIES = {ED25519: ("eddsa", "2022"), P256: ("ecdsa", "2019")}


def sign_document(
    document: Mapping[str, Any], key: SigningKey, contexts: Contexts, **options: Any
) -> dict[str, Any]:
    """Give a document with a Data Integrity proof; `options` are stated in the proof."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": _suite(document, key, contexts),
        "verificationMethod": key.method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    suite = suite_of(proof)
    if suite is None:
        raise ValueError(proof["cryptosuite"])
    data = Secured(document, contexts).hash_data(proof, suite, "sha256", [])
    return {**document, "proof": {**proof, "proofValue": encode_multibase(key.sign(data))}}


def _suite(document: Mapping[str, Any], key: SigningKey, contexts: Contexts) -> str:
    """Sign statements where their contexts are at hand, else the JSON as it stands."""
    family, year = _FAMILIES[key.public.kind]
    try:
        for url in document["@context"]:
            contexts.document(url)
    except ContextUnknown:
        return f"{family}-jcs-{year}"
    return f"{family}-rdfc-{year}"


def issue_sd_jwt(
    claims: Mapping[str, Any],
    hidden: Mapping[str, Any],
    issuer: SigningKey,
    holder: SigningKey | None,
) -> str:
    """Issue an SD-JWT VC; each of `hidden` can be disclosed or not, and is, until taken out."""
    disclosures = [_coded([secrets.token_urlsafe(12), *pair]) for pair in hidden.items()]
    digests = [base64url(hashlib.sha256(text.encode()).digest()) for text in disclosures]
    said: dict[str, Any] = {"iss": issuer.did, **claims}
    if digests:
        said |= {"_sd": sorted(digests), "_sd_alg": "sha-256"}
    if holder is not None:
        said["cnf"] = {"jwk": holder.public.jwk()}
    token = issuer.token({"typ": "dc+sd-jwt", "kid": issuer.method}, said)
    return "~".join((token, *disclosures, ""))


def issue_token(credential: Mapping[str, Any], issuer: SigningKey) -> str:
    """Issue a W3C credential as a JWT."""
    claims = {"iss": issuer.did, "vc": credential, "sub": credential["credentialSubject"]["id"]}
    return issuer.token({"typ": "JWT", "kid": issuer.method}, claims)


def _coded(parts: list[Any]) -> str:
    return base64url(json.dumps(parts).encode())
