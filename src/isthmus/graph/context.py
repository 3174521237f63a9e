"""What one request carries through the executor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from isthmus.model.viewer import ANONYMOUS, Viewer

if TYPE_CHECKING:
    from isthmus.credentials.verifier import Verifier
    from isthmus.graph.allowance import Allowance
    from isthmus.graph.loading import Loaders
    from isthmus.graph.seeing import Seeing
    from isthmus.query.reading import Reader
    from isthmus.store.feed import Feed
    from isthmus.store.listening import Listener
    from isthmus.sync.readings import Readings


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: its moment, its languages, its loaders.

    One clock for the whole answer; loaders are never shared between requests.
    """

    now: datetime
    languages: Sequence[str]
    loaders: Loaders
    _: KW_ONLY
    verifier: Callable[[], Verifier] | None = None
    """Gives what verifies credentials; made when first asked for."""
    viewer: Viewer = ANONYMOUS
    """Who asks."""
    allowance: Allowance | None = None
    """What they may still ask for, where that is bounded."""
    seeing: Seeing
    """What they see of people."""
    readings: Readings | None = None
    """Asks for readings of sources; without it none can be asked for."""


@dataclass(frozen=True, slots=True)
class StreamContext(RequestContext):
    """One subscription: what it follows, and what reads rows for it."""

    feed: Feed
    listener: Listener
    reader: Reader
    look: Callable[[], Awaitable[Seeing]]
    """Gives what may be seen of people at the moment it is called."""
