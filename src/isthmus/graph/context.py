"""What one request carries through the executor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isthmus.graph.loading import Loaders


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: its moment, its languages, its loaders.

    One clock for the whole answer; loaders are never shared between requests.
    """

    now: datetime
    languages: Sequence[str]
    loaders: Loaders
