"""Sets of published keys: each bound to one algorithm, and only those fit to sign kept."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from isthmus.credentials.proofs.keys import Key, key_of_jwk
from isthmus.credentials.proofs.multikey import KeyUnreadable

ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("RS256", "PS256"),
    "P-256": ("ES256",),
    "Ed25519": ("EdDSA",),
}
"""What may be signed with a key of each kind; where its set does not say, the first."""

LEAST_RSA = 2048
MOST_KEYS = 64


class _Registry(jws.JWSRegistry):
    # a token's size is bounded before; a header may hold a whole key
    max_header_length = 8 * 1024
    max_payload_length = 8 * 1024


_REGISTRIES = {
    name: _Registry(algorithms=[name], strict_check_header=False)
    for names in ALGORITHMS.values()
    for name in names
}


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key with its name, and the one algorithm it is used with."""

    kid: str | None
    key: RSAKey | ECKey | OKPKey
    algorithm: str

    def signed(self, text: str, header: Mapping[str, Any]) -> bool:
        """Tell whether a token is signed by this key, with its algorithm and no other."""
        if header.get("alg") != self.algorithm:
            return False
        try:
            with warnings.catch_warnings():
                # the name EdDSA is old, but it is what most who use it say
                warnings.simplefilter("ignore", SecurityWarning)
                jws.deserialize_compact(text, self.key, registry=_REGISTRIES[self.algorithm])
        except (JoseError, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one issuer."""

    keys: tuple[PublishedKey, ...]

    def find(self, kid: object) -> PublishedKey | None:
        """Find the key of a name; without a name, the only one there is."""
        if kid is None:
            return self.keys[0] if len(self.keys) == 1 else None
        return next((each for each in self.keys if each.kid == kid), None)


def read_key_set(data: object) -> KeySet:
    """Read a JWKS; what is no key to sign with is passed over."""
    stated = data.get("keys") if isinstance(data, Mapping) else None
    listed = stated[:MOST_KEYS] if isinstance(stated, list) else []
    read = (_read(each) for each in listed if isinstance(each, Mapping))
    return KeySet(tuple(key for key in read if key is not None))


def _read(jwk: Mapping[str, Any]) -> PublishedKey | None:
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or "verify" not in operations:
        return None
    try:
        key = key_of_jwk(jwk)
    except KeyUnreadable:
        return None
    allowed = ALGORITHMS.get(key.kind, ())
    algorithm = jwk.get("alg", allowed[0] if allowed else None)
    if algorithm not in allowed or _is_weak(key):
        return None
    kid = jwk.get("kid")
    return PublishedKey(kid if isinstance(kid, str) else None, _imported(key), algorithm)


def _imported(key: Key) -> RSAKey | ECKey | OKPKey:
    """Give a key as the library wants it: once, since that takes longer than a signature."""
    if key.kind == "RSA":
        return RSAKey.import_key({**key.jwk()})
    if key.kind == "Ed25519":
        return OKPKey.import_key({**key.jwk()})
    return ECKey.import_key({**key.jwk()})


def _is_weak(key: Key) -> bool:
    return isinstance(key.public, RSAPublicKey) and key.public.key_size < LEAST_RSA
