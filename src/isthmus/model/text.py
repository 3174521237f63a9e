"""Text with its language, and the same text in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNDETERMINED = "und"
"""The BCP 47 tag of a text whose language nobody stated."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its own language, with translations the source gave.

    `language` and the keys of `others` are BCP 47 tags; `others` never holds `language`.
    """

    value: str
    language: str = UNDETERMINED
    others: Mapping[str, str] = field(default_factory=dict)
