"""The config of a source, checked against the JSON Schema its connector gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from isthmus.errors import Misconfigured


def config_validator(schema: Mapping[str, Any], *, masked: bool = False) -> Any:
    """Build the validator of a connector's config; raise where the schema is none.

    `masked`: what it says of a value does not repeat it. A schema that refers to another document
    is refused: the library would fetch it, by an address that a manifest chose and past the guard
    of `outbound`.
    """
    chosen = dict(schema) or {"type": "object"}
    mask = "the value" if masked else None
    return jsonschema_rs.validator_for(chosen, retriever=_refuse, mask=mask)


def typed(stated: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Read the texts that somebody gave as the config types them; lists are parted by commas."""
    known = schema.get("properties")
    properties = known if isinstance(known, Mapping) else {}
    return {name: _typed(value, properties.get(name, {}), name) for name, value in stated.items()}


def _typed(value: str, schema: Mapping[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind == "array":
        return [part.strip() for part in value.split(",") if part.strip()]
    if kind == "boolean":
        return value.lower() in {"1", "true", "yes"}
    if kind in {"integer", "number"}:
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            raise Misconfigured("CONFIG_INVALID", f"{name} must be a number.") from None
    return value


def as_text(value: Any) -> str:
    """Write a value of a config as `typed` reads it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse(address: str) -> Any:
    raise ValueError(address)
