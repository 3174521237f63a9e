"""The static check of what a manifest says about being let in, and of the values it needs."""

from __future__ import annotations

from collections.abc import Iterator

from isthmus.connector import template
from isthmus.connector.authority_words import ApiKeyWords, BearerWords, ClientCredentialsWords
from isthmus.connector.manifest import Manifest
from isthmus.connector.yaml_lines import Path

Faults = Iterator[tuple[Path, str]]


def path_fault(text: str, manifest: Manifest) -> str | None:
    """Say what is wrong with a template that cannot do without any of its values, or None."""
    said = template.check_slots(text, ("config",))
    if said:
        return said
    for name in template.config_names(text):
        if not is_required(name, manifest):
            return f"{{config.{name}}} must be among the required words of config"
        if name in manifest.secrets:
            return f"{{config.{name}}} is a secret, and has no place in an address"
    return None


def is_required(name: str, manifest: Manifest) -> bool:
    """Tell whether a source must give a value."""
    required = manifest.config.get("required")
    return isinstance(required, list) and name in required


def of_own(
    at: Path, words: ClientCredentialsWords | ApiKeyWords | BearerWords, manifest: Manifest
) -> Faults:
    """List what is wrong with how the hub itself is let in."""
    if not is_required(words.secret, manifest):
        yield at, f"{at[-1]}: config must require {words.secret}"
    if words.secret not in manifest.secrets:
        yield ("config",), f"config: {words.secret} must be marked `secret: true`"
    if isinstance(words, ClientCredentialsWords):
        if not is_required(words.id, manifest):
            yield at, f"{at[-1]}: config must require {words.id}"
        said = path_fault(words.token, manifest)
        if said:
            yield (*at, "token"), f"token: {said}"
