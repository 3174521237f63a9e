"""`{config.x}` in addresses: filled in percent-encoded, and never in a host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from isthmus.errors import Misconfigured

_SLOT = re.compile(r"\{([a-z_]+)(?:\.([A-Za-z_][A-Za-z0-9_]*))?\}")
KNOWN_ROOTS = ("config", "watermark")


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
        return quote(text, safe="") if encode else text

    filled = _SLOT.sub(value_of, template)
    return None if missing else filled


def check_slots(template: str) -> str | None:
    """Say what is wrong with a template's slots, or None."""
    for slot in _SLOT.finditer(template):
        if slot[1] not in KNOWN_ROOTS:
            return f"{{{slot[1]}}} is not known here; use {{config.name}} or {{watermark}}"
    return None


def check_address(address: str) -> str | None:
    """Say why `address` cannot be a base address, or None: http(s) or file, constant host."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https", "file"}:
        return "the address must begin with http://, https:// or file://"
    if "{" in parts.netloc:
        return "the host must be constant: {config...} may stand in the path only"
    if parts.scheme != "file" and not parts.hostname:
        return "the address names no host"
    if parts.username or parts.password:
        return "secrets do not belong in an address"
    return None


def base_address(template: str, config: Mapping[str, Any]) -> str:
    """Fill in a base address; raise `Misconfigured` naming what is missing."""
    filled = fill(template, {"config": config}, encode=True)
    if filled is None:
        raise Misconfigured("CONFIG_INVALID", f"the config lacks a value used in {template}")
    return filled
