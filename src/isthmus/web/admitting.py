"""How many operations run at once; who comes beyond that is told to come again."""

from __future__ import annotations

from typing import Self

from isthmus.errors import ErrorCode
from isthmus.web.decoding import BadRequest
from isthmus.web.metrics import Metrics


class Admission:
    """Counts operations while they run; to be entered for each, and left when it is done."""

    def __init__(self, most: int, metrics: Metrics) -> None:
        self._most = most
        self._metrics = metrics

    def __enter__(self) -> Self:
        if self._metrics.in_flight >= self._most:
            message = "The hub has too much to do; try again in a moment."
            raise BadRequest(503, message, ErrorCode.OVERLOADED, (("retry-after", "1"),))
        self._metrics.in_flight += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._metrics.in_flight -= 1
