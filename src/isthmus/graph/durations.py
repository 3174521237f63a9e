"""ISO 8601 durations as the graph takes them: days, hours, minutes and seconds."""

from __future__ import annotations

import re

from isthmus.errors import ErrorCode, Refused

_FORM = re.compile(
    r"^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$"
)
_UNITS = (604_800, 86_400, 3600, 60, 1)


def seconds_of(stated: str) -> int:
    """Read a duration; raise ARGUMENT_INVALID where it is none, or of months and years."""
    found = _FORM.match(stated)
    total = (
        sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS, strict=True))
        if (found)
        else 0
    )
    if not total:
        message = "A schedule is a duration such as PT6H or P1D; months and years have no length."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)
    return total
