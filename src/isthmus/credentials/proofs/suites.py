"""Cryptographic suites: which bytes a proof signs, and by which kinds of key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.keys import Key
from isthmus.credentials.proofs.linked_data import (
    Canonical,
    LinkedDataFault,
    canonical_form,
    canonicalised,
    refuse_depth,
)
from isthmus.credentials.proofs.multikey import (
    KeyUnreadable,
    decode_base64url,
    decode_multibase,
)
from isthmus.errors import IsthmusError

SECURITY_CONTEXT = "https://w3id.org/security/v2"
_EDWARDS = frozenset({"Ed25519"})
_CURVES = frozenset({"P-256", "P-384"})
_SIGNATURES = ("proofValue", "jws", "signatureValue")


class ProofMalformed(IsthmusError):
    """A proof that breaks the rules of its own suite."""

    code = "PROOF_MALFORMED"


@dataclass(frozen=True, slots=True)
class Suite:
    """How one suite turns a document and a proof into the bytes that are signed."""

    name: str
    keys: frozenset[str]
    form: str = "rdfc"
    """`rdfc` and `jcs` are hashed as a whole, `sd` is signed statement by statement."""
    jws_algorithms: Mapping[str, str] | None = None
    """For suites whose value is a detached JWS: algorithm -> kind of key."""
    context: str | None = None
    """The context that defines the suite's own terms, which signers add."""

    def hash_for(self, key: Key) -> str:
        """Name the hash: P-384 is hashed by SHA-384, inside the canonical form too."""
        return "sha384" if key.kind == "P-384" and self.jws_algorithms is None else "sha256"


_JWS_2020 = {"EdDSA": "Ed25519", "ES256": "P-256", "ES384": "P-384", "ES256K": "secp256k1"}
CRYPTOSUITES = {
    "eddsa-rdfc-2022": Suite("eddsa-rdfc-2022", _EDWARDS),
    "eddsa-2022": Suite("eddsa-2022", _EDWARDS),
    "eddsa-jcs-2022": Suite("eddsa-jcs-2022", _EDWARDS, "jcs"),
    "ecdsa-rdfc-2019": Suite("ecdsa-rdfc-2019", _CURVES),
    "ecdsa-2019": Suite("ecdsa-2019", _CURVES),
    "ecdsa-sd-2023": Suite("ecdsa-sd-2023", frozenset({"P-256"}), "sd"),
    "ecdsa-jcs-2019": Suite("ecdsa-jcs-2019", _CURVES, "jcs"),
}
_TYPES = {
    "Ed25519Signature2020": Suite(
        "Ed25519Signature2020",
        _EDWARDS,
        context="https://w3id.org/security/suites/ed25519-2020/v1",
    ),
    "Ed25519Signature2018": Suite(
        "Ed25519Signature2018", _EDWARDS, jws_algorithms={"EdDSA": "Ed25519"}
    ),
    "RsaSignature2018": Suite(
        "RsaSignature2018", frozenset({"RSA"}), jws_algorithms={"RS256": "RSA"}
    ),
    "EcdsaSecp256k1Signature2019": Suite(
        "EcdsaSecp256k1Signature2019",
        frozenset({"secp256k1"}),
        jws_algorithms={"ES256K": "secp256k1"},
    ),
    "JsonWebSignature2020": Suite(
        "JsonWebSignature2020", frozenset(_JWS_2020.values()), jws_algorithms=_JWS_2020
    ),
}


def suite_of(proof: Mapping[str, Any]) -> Suite | None:
    """Find the suite a proof names; None where it is not known here."""
    kind = proof.get("type")
    if kind == "DataIntegrityProof":
        return CRYPTOSUITES.get(str(proof.get("cryptosuite")))
    return _TYPES.get(str(kind))


class Secured:
    """A document without its proofs; each of its forms is worked out once for all proofs."""

    def __init__(
        self, document: Mapping[str, Any], contexts: Contexts, *, directed: bool = False
    ) -> None:
        self.document = {name: value for name, value in document.items() if name != "proof"}
        self.contexts = contexts
        self.unsaid: frozenset[str] = frozenset()
        """Keywords of the document that its last canonical form left out."""
        self._directed = directed
        self._known: dict[str, bytes] = {}

    def under(self, contexts: Contexts) -> Secured:
        """Give the same document under other editions of its contexts."""
        return Secured(self.document, contexts)

    def directed(self) -> Secured:
        """Give the same document with the direction of its texts in its statements."""
        return Secured(self.document, self.contexts, directed=True)

    def hash_data(
        self,
        proof: Mapping[str, Any],
        suite: Suite,
        algorithm: str,
        previous: list[Mapping[str, Any]],
        *,
        context: Any = None,
    ) -> bytes:
        """Give the hash of the proof's options and that of the document, one after the other."""
        if suite.form == "jcs":
            return self._jcs_data(_options(proof), algorithm, previous)
        options = self.options_hash(proof, algorithm, context=context)
        return options + self._document_hash(algorithm, previous)

    def options_hash(
        self, proof: Mapping[str, Any], algorithm: str, *, context: Any = None
    ) -> bytes:
        """Give the hash of a proof's options: all but its value."""
        options = _options(proof)
        options["@context"] = context or self.document.get("@context", [])
        form = canonical_form(options, self.contexts, algorithm=algorithm)
        return bytes(getattr(hashlib, algorithm)(form.encode()).digest())

    def canonical(
        self, algorithm: str = "sha256", previous: Sequence[Mapping[str, Any]] = ()
    ) -> Canonical:
        """Give the canonical form of the document, with the proofs that a proof builds on."""
        form = canonicalised(
            self._with(previous), self.contexts, algorithm=algorithm, directed=self._directed
        )
        self.unsaid = form.unsaid
        return form

    def _document_hash(self, algorithm: str, previous: list[Mapping[str, Any]]) -> bytes:
        known = self._known.get(algorithm) if not previous else None
        if known is None:
            form = self.canonical(algorithm, previous)
            known = getattr(hashlib, algorithm)(form.text.encode()).digest()
            if not previous:
                self._known[algorithm] = known
        return known

    def _jcs_data(
        self, options: dict[str, Any], algorithm: str, previous: list[Mapping[str, Any]]
    ) -> bytes:
        document = self._with(previous)
        if "@context" in options:
            _require_prefix(options["@context"], document.get("@context"))
            document["@context"] = options["@context"]
        digest = getattr(hashlib, algorithm)
        return bytes(digest(_jcs(options)).digest() + digest(_jcs(document)).digest())

    def _with(self, previous: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if not previous:
            return dict(self.document)
        return {**self.document, "proof": [dict(proof) for proof in previous]}


def _options(proof: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in proof.items() if name not in _SIGNATURES}


def is_signed(
    proof: Mapping[str, Any],
    suite: Suite,
    key: Key,
    data: bytes,
) -> bool:
    """Tell whether a proof's own value is the key's signature over data."""
    if suite.jws_algorithms is not None:
        return _is_signed_detached(proof, suite.jws_algorithms, key, data)
    value = proof.get("proofValue")
    if not isinstance(value, str):
        raise ProofMalformed("the proof has no proofValue")
    try:
        signature = decode_multibase(value)
    except KeyUnreadable:
        raise ProofMalformed("its proofValue is no multibase text") from None
    return key.verifies(signature, data)


def _is_signed_detached(
    proof: Mapping[str, Any], algorithms: Mapping[str, str], key: Key, data: bytes
) -> bool:
    header, between, signature = _detached_parts(proof.get("jws"))
    if between:
        raise ProofMalformed("its jws is not detached")
    stated = _header(header)
    if algorithms.get(str(stated.get("alg"))) != key.kind:
        raise ProofMalformed("its jws names an algorithm that the key or suite does not allow")
    if stated.get("b64") is not False or stated.get("crit") != ["b64"]:
        raise ProofMalformed("its jws does not sign the bytes as they are")
    return key.verifies(_base64url(signature), header.encode() + b"." + data)


def _detached_parts(jws: object) -> tuple[str, str, str]:
    parts = jws.split(".") if isinstance(jws, str) else []
    match parts:
        case [header, between, signature]:
            return header, between, signature
    raise ProofMalformed("the proof has no detached jws")


def _header(text: str) -> Mapping[str, Any]:

    try:
        stated = json.loads(_base64url(text))
    except ValueError:
        raise ProofMalformed("the header of its jws is no JSON") from None
    if not isinstance(stated, dict):
        raise ProofMalformed("the header of its jws is no JSON object")
    return stated


def _base64url(text: str) -> bytes:
    try:
        return decode_base64url(text)
    except (ValueError, UnicodeEncodeError):
        raise ProofMalformed("its jws is not base64url") from None


def _require_prefix(stated: Any, document: Any) -> None:
    """Demand that the document's contexts begin with those the proof was made under."""
    wanted = stated if isinstance(stated, list) else [stated]
    held = document if isinstance(document, list) else [document]
    if held[: len(wanted)] != wanted:
        raise ProofMalformed("the contexts are not those under which the proof was made")


def _jcs(value: dict[str, Any]) -> bytes:
    refuse_depth(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, ValueError):
        raise LinkedDataFault("it has no canonical JSON form") from None
