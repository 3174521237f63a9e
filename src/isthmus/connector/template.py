"""`{config.x}` in addresses: filled in percent-encoded, and never in a host."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from isthmus.errors import Misconfigured

_SLOT = re.compile(r"\{([a-z_]+)(?:\.([A-Za-z_][A-Za-z0-9_]*))?\}")
KNOWN_ROOTS = ("config", "watermark")
CALLING = (*KNOWN_ROOTS, "call")
"""The roots in a request that is answered by callbacks: `call` says which call it is."""
MAPS = frozenset({"config", "record", "call"})
"""Roots that are maps: a slot names a value inside them."""


def fill(template: str, values: Mapping[str, Any], *, encode: bool) -> str | None:
    """Fill a template; None when a value it needs is absent.

    `encode`: percent-encode every value, slashes included, as a path needs it.
    """
    missing = False

    def value_of(slot: re.Match[str]) -> str:
        nonlocal missing
        found = values.get(slot[1])
        if slot[2] is not None:
            found = found.get(slot[2]) if isinstance(found, Mapping) else None
        if found is None:
            missing = True
            return ""
        text = ",".join(map(str, found)) if isinstance(found, list) else str(found)
        if not encode:
            return text
        if text in {".", ".."}:  # a step of a path, not a name in it
            return text.replace(".", "%2E")
        return quote(text, safe="")

    filled = _SLOT.sub(value_of, template)
    return None if missing else filled


def check_slots(template: str, roots: Collection[str] = KNOWN_ROOTS) -> str | None:
    """Say what is wrong with a template's slots, or None."""
    known = " or ".join(f"{{{root}.name}}" if root in MAPS else f"{{{root}}}" for root in roots)
    for slot in _SLOT.finditer(template):
        if slot[1] not in roots or (slot[1] in MAPS) != (slot[2] is not None):
            return f"{slot[0]} is not known here; use {known}"
    if set(_SLOT.sub("", template)) & {"{", "}"}:
        return f"a brace that belongs to no slot; use {known}"
    return None


def config_names(template: str) -> list[str]:
    """Name the values of a source's config that a template uses."""
    return names_of(template, "config")


def names_of(template: str, root: str) -> list[str]:
    """Name the values inside one root that a template uses."""
    return [slot[2] for slot in _SLOT.finditer(template) if slot[1] == root and slot[2]]


def check_address(address: str) -> str | None:
    """Say why `address` cannot be a base address, or None: http(s) or file, constant host."""
    parts = _parts(address)
    if parts is None:
        return "the address does not read"
    if parts.scheme not in {"http", "https", "file"}:
        return "the address must begin with http://, https:// or file://"
    if "{" in parts.netloc:
        return "the host must be constant: {config...} may stand in the path only"
    if parts.scheme != "file" and not parts.hostname:
        return "the address names no host"
    if parts.username or parts.password:
        return "secrets do not belong in an address"
    return None


def _parts(address: str) -> SplitResult | None:
    """Part an address; None where it, its host or its port does not read."""
    try:
        parts = urlsplit(address)
        reads = parts.port != 0 and address.isprintable()  # to read a port is to check it
    except ValueError:
        return None
    return parts if reads and not set(parts.netloc) & set(" \\%") else None


def base_address(template: str, config: Mapping[str, Any]) -> str:
    """Fill in a base address; raise `Misconfigured` naming what is missing."""
    filled = fill(template, {"config": config}, encode=True)
    if filled is None:
        raise Misconfigured("CONFIG_INVALID", f"the config lacks a value used in {template}")
    return filled
