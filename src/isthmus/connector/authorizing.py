"""From the words of a manifest and a source's config to what lets the hub in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.connector import template
from isthmus.connector.authority_words import ClientCredentialsWords
from isthmus.connector.manifest import Manifest
from isthmus.errors import Misconfigured
from isthmus.outbound import Authority, ClientCredentials, Credentials, Key


def authority_of(manifest: Manifest, config: Mapping[str, Any]) -> Authority | None:
    """Give what lets a source be asked; `config` holds its secrets in the clear."""
    auth = manifest.auth
    if auth.client_credentials is not None:
        return _credentials(auth.client_credentials, config)
    if auth.api_key is not None:
        return Key(auth.api_key.header, _secret(config, auth.api_key.secret))
    if auth.bearer is not None:
        return Key("authorization", f"Bearer {_secret(config, auth.bearer.secret)}")
    return None


def without_secrets(manifest: Manifest, config: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an expression, a path or a connector's Python may see of a config."""
    return {name: value for name, value in config.items() if name not in manifest.secrets}


def _credentials(words: ClientCredentialsWords, config: Mapping[str, Any]) -> ClientCredentials:
    return ClientCredentials(
        Credentials(
            token=_address(words.token, config),
            id=str(config.get(words.id, "")),
            secret=_secret(config, words.secret),
            scopes=words.scopes,
            basic=words.client == "basic",
            scheme=words.scheme,
            form=words.form,
        )
    )


def _address(stated: str, config: Mapping[str, Any]) -> str:
    """Fill an address in; one that is a value of the config and nothing else stays as it is."""
    names = template.config_names(stated)
    if len(names) == 1 and stated == f"{{config.{names[0]}}}":
        found = str(config.get(names[0], ""))
        said = None if found.startswith("/") else template.check_address(found)
        if said or found.startswith("//"):
            raise Misconfigured("CONFIG_INVALID", f"{names[0]}: {said or 'names no host'}")
        return found
    return template.base_address(stated, config)


def _secret(config: Mapping[str, Any], name: str) -> str:
    found = str(config.get(name, ""))
    # a line break would end the header, and begin another
    if not found or not found.isascii() or not found.isprintable():
        raise Misconfigured("CONFIG_INVALID", f"{name}: is blank, or holds what no header may")
    return found
