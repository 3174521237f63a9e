"""What the linker needs to know of one concept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConceptLabels:
    """A skill or occupation by its labels: preferred ones and aliases, by language."""

    id: int
    uri: str
    scheme: int
    preferred: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    code: str | None = None
    deprecated: bool = False
