"""Public keys of every kind met in credentials, and the checking of raw signatures by them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import Certificate

from isthmus.credentials.proofs.multikey import (
    Coded,
    KeyUnreadable,
    decode_base64url,
    decode_multikey,
)

LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 8192

_CURVES: Mapping[str, Callable[[], ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
}
_OWN_HASH: Mapping[str, hashes.HashAlgorithm] = {
    "P-256": hashes.SHA256(),
    "P-384": hashes.SHA384(),
    "P-521": hashes.SHA512(),
    "secp256k1": hashes.SHA256(),
}
_LENGTHS = {"Ed25519": 32, "X25519": 32, "BLS12-381-G1": 48, "BLS12-381-G2": 96}
_LENGTHS |= {"BLS12-381-G1G2": 144}
_BASE58_TYPES = {
    "Ed25519VerificationKey2018": "Ed25519",
    "X25519KeyAgreementKey2019": "X25519",
    "EcdsaSecp256k1VerificationKey2019": "secp256k1",
    "P256Key2021": "P-256",
    "P384Key2021": "P-384",
    "P521Key2021": "P-521",
    "Bls12381G1Key2020": "BLS12-381-G1",
    "Bls12381G2Key2020": "BLS12-381-G2",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: its kind, its bytes, and what can check signatures by it (None: nothing)."""

    kind: str
    body: bytes
    public: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Tell whether a raw signature is of this key over data, by the hash of its kind."""
        public = self.public
        try:
            if isinstance(public, ed25519.Ed25519PublicKey):
                public.verify(signature, data)
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(_der(public, signature), data, ec.ECDSA(_OWN_HASH[self.kind]))
            elif isinstance(public, rsa.RSAPublicKey):
                public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            else:
                return False
        except InvalidSignature:
            return False
        return True

    def jwk(self) -> dict[str, str]:
        """Give the key as a JWK, for a library that wants one."""
        return _jwk_of(self)


def _der(public: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    """Turn the two numbers side by side into what the library reads; a wrong length is refused."""
    size = (public.key_size + 7) // 8
    if len(signature) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(
        int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    )


def key_of_multikey(text: str) -> Key:
    """Read a multibase key; raise `KeyUnreadable`."""
    return _of_coded(decode_multikey(text))


def key_of_jwk(jwk: Mapping[str, Any]) -> Key:
    """Read a public JWK; raise `KeyUnreadable`."""
    try:
        match jwk.get("kty"):
            case "OKP":
                return _of_coded(Coded(str(jwk["crv"]), decode_base64url(jwk["x"])))
            case "EC" if str(jwk["crv"]).startswith("BLS12381_"):
                kind = str(jwk["crv"]).replace("BLS12381_", "BLS12-381-")
                return _of_coded(Coded(kind, decode_base64url(jwk["x"])))
            case "EC":
                return _of_point(str(jwk["crv"]), jwk["x"], jwk["y"])
            case "RSA":
                return _of_numbers(decode_base64url(jwk["n"]), decode_base64url(jwk["e"]))
    except (KeyError, ValueError, AttributeError, TypeError):
        pass
    raise KeyUnreadable("a JWK that is not known here")


def key_of_pem(pem: str) -> Key:
    """Read a public key in PEM; raise `KeyUnreadable`."""
    try:
        return _of_public(serialization.load_pem_public_key(pem.encode()))
    except (ValueError, TypeError):
        raise KeyUnreadable("text that is no public key in PEM") from None


def key_of_certificate(certificate: Certificate) -> Key:
    """Give the key a certificate is about."""
    return _of_public(certificate.public_key())


def key_of_method(method: Mapping[str, Any]) -> Key:
    """Read the key of a verification method, in whichever form it is stated."""
    match method:
        case {"publicKeyMultibase": str(text)}:
            return key_of_multikey(text)
        case {"publicKeyJwk": Mapping() as jwk}:
            return key_of_jwk(jwk)
        case {"publicKeyBase58": str(text), "type": str(kind)} if kind in _BASE58_TYPES:
            return _of_base58(_BASE58_TYPES[kind], text)
        case {"publicKeyPem": str(pem)}:
            return key_of_pem(pem)
    raise KeyUnreadable("a verification method without a key of a known form")


def _of_base58(kind: str, text: str) -> Key:
    try:
        return _of_coded(Coded(kind, base58.b58decode(text)))
    except ValueError:
        raise KeyUnreadable("text that is not base58") from None


def _of_coded(coded: Coded) -> Key:
    kind, body = coded.kind, coded.body
    if kind in _LENGTHS and len(body) != _LENGTHS[kind]:
        raise KeyUnreadable("a key of the wrong length")
    try:
        if kind == "Ed25519":
            return Key(kind, body, ed25519.Ed25519PublicKey.from_public_bytes(body))
        if kind in _CURVES:
            point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind](), body)
            return _of_public(point)
        if kind == "RSA":
            return _of_rsa_der(body)
        if kind == "JWK":
            return key_of_jwk(json.loads(body))
    except (ValueError, TypeError, AttributeError):
        raise KeyUnreadable("a key whose bytes are not of its kind") from None
    if kind not in _LENGTHS:
        raise KeyUnreadable("a kind of key that is not known here")
    return Key(kind, body, None)


def _of_point(curve: str, x: str, y: str) -> Key:
    if curve == "P-256K":
        curve = "secp256k1"
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(decode_base64url(x), "big"),
        int.from_bytes(decode_base64url(y), "big"),
        _CURVES[curve](),
    )
    return _of_public(numbers.public_key())


def _of_numbers(modulus: bytes, exponent: bytes) -> Key:
    numbers = rsa.RSAPublicNumbers(int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big"))
    return _of_public(numbers.public_key())


def _of_rsa_der(body: bytes) -> Key:
    # PKCS #1 as did:key writes it; its DER is what the SubjectPublicKeyInfo wraps
    public = serialization.load_der_public_key(body)
    return _of_public(public)


def _of_public(public: object) -> Key:
    if isinstance(public, ed25519.Ed25519PublicKey):
        return Key("Ed25519", public.public_bytes_raw(), public)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return Key(_curve_name(public), _point_bytes(public), public)
    if isinstance(public, rsa.RSAPublicKey):
        if not LEAST_RSA_BITS <= public.key_size <= MOST_RSA_BITS:
            raise KeyUnreadable(f"an RSA key of {public.key_size} bits")
        return Key("RSA", _rsa_bytes(public), public)
    raise KeyUnreadable("a kind of key that is not known here")


def _curve_name(public: ec.EllipticCurvePublicKey) -> str:
    for name, curve in _CURVES.items():
        if isinstance(public.curve, curve):  # type: ignore[arg-type]
            return name
    raise KeyUnreadable("a curve that is not known here")


def _point_bytes(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )


def _rsa_bytes(public: rsa.RSAPublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def _jwk_of(key: Key) -> dict[str, str]:

    def text(body: bytes) -> str:
        return urlsafe_b64encode(body).rstrip(b"=").decode()

    def number(value: int, size: int) -> str:
        return text(value.to_bytes(size, "big"))

    public = key.public
    if isinstance(public, ec.EllipticCurvePublicKey):
        size, point = (public.key_size + 7) // 8, public.public_numbers()
        crv, x, y = key.kind, number(point.x, size), number(point.y, size)
        return {"kty": "EC", "crv": crv, "x": x, "y": y}
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        size = (public.key_size + 7) // 8
        n = number(numbers.n, size)
        return {"kty": "RSA", "n": n, "e": number(numbers.e, (numbers.e.bit_length() + 7) // 8)}
    return {"kty": "OKP", "crv": key.kind, "x": text(key.body)}
