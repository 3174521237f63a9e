"""The config of a source, checked against the JSON Schema its connector gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs


def config_validator(schema: Mapping[str, Any]) -> Any:
    """Build the validator of a connector's config; raise where the schema is none.

    A schema that refers to another document is refused: the library would fetch it, by an
    address that a manifest chose and past the guard of `outbound`.
    """
    return jsonschema_rs.validator_for(dict(schema) or {"type": "object"}, retriever=_refuse)


def _refuse(address: str) -> Any:
    raise ValueError(address)
