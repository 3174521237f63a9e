"""From a manifest's words and a source's config to who signs, and whom to believe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.connector import template
from isthmus.connector.callback.signatures import Signer
from isthmus.connector.callback.words import SignatureWords
from isthmus.connector.manifest import Manifest
from isthmus.errors import Misconfigured


def signature_words(manifest: Manifest) -> SignatureWords | None:
    """Find how a source signs; every stream that calls back says the same."""
    found = (s.callback for s in manifest.streams.values() if s.callback is not None)
    return next((one.signature for one in found), None)


def signer_of(words: SignatureWords, config: Mapping[str, Any]) -> Signer:
    """Give what a source signs with; its config holds the key in the clear."""
    return Signer.of(
        str(config.get(words.subscriber, "")),
        str(config.get(words.key_id, "")),
        str(config.get(words.secret, "")),
        words.secret,
    )


def registry_of(words: SignatureWords, config: Mapping[str, Any]) -> str | None:
    """Give the address of the registry, where the config names one."""
    found = config.get(words.registry) if words.registry else None
    if found is None:
        return None
    said = template.check_address(str(found))
    if said or str(found).startswith("file:"):
        raise Misconfigured("CONFIG_INVALID", f"{words.registry}: {said or 'is no address'}.")
    return str(found)


def pinned_of(words: SignatureWords, config: Mapping[str, Any]) -> dict[str, str]:
    """Give the senders' keys that the config holds, by `subscriber|key id`."""
    found = config.get(words.keys) if words.keys else None
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def gateway_of(words: SignatureWords, config: Mapping[str, Any]) -> str | None:
    """Name the gateway through which every callback must come, if there is one."""
    found = config.get(words.gateway) if words.gateway else None
    return str(found) if found else None
