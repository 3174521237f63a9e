"""Secrets of sources inside their config: sealed by a secret of the hub, each for its own place."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from typing import Any

from isthmus.store.sealing import seal, unseal

SECRET = "source-config"  # noqa: S105 - the name of the hub's secret, not the secret
"""The hub secret that they are sealed with."""
_MARK = "sealed"


def seal_config(
    key: bytes, source: str, config: Mapping[str, Any], secrets: Collection[str]
) -> dict[str, Any]:
    """Give a config with its secret values sealed for this source."""
    return {
        name: _sealed(key, source, name, str(value)) if name in secrets else value
        for name, value in config.items()
    }


def open_config(key: bytes, source: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Give a config with its secrets in the clear, for the time of a call."""
    return {
        name: _opened(key, source, name, value[_MARK]) if is_sealed(value) else value
        for name, value in config.items()
    }


def is_sealed(value: Any) -> bool:
    """Tell whether a stored value is a secret."""
    return isinstance(value, dict) and value.keys() == {_MARK}


def _sealed(key: bytes, source: str, name: str, value: str) -> dict[str, str]:
    text = seal(key, value.encode(), _place(source, name))
    return {_MARK: base64.b64encode(text).decode()}


def _opened(key: bytes, source: str, name: str, sealed: str) -> str:
    return unseal(key, base64.b64decode(sealed), _place(source, name)).decode()


def _place(source: str, name: str) -> str:
    return f"source/config/{source}/{name}"
