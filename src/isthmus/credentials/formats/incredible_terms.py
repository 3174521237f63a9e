"""Names of inCredible without the prefixes that its samples put before them."""

from __future__ import annotations

from typing import Any

_DEEPEST = 32


def plain(value: Any, depth: int = _DEEPEST) -> Any:
    """Drop prefixes from property names: `ob:badge` and `badge` are one."""
    if isinstance(value, dict):
        if depth == 0:
            return {}
        return {
            local(key): plain(item, depth - 1) for key, item in value.items() if key != "@context"
        }
    if isinstance(value, list):
        return [plain(item, depth) for item in value]
    return value


def local(key: str) -> str:
    """Give a name without its prefix, and a keyword without its sign."""
    if key in {"@id", "@type"}:
        return key[1:]
    return key.rpartition(":")[2].rpartition("/")[2] or key
