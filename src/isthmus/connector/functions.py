"""The words connectors may use beyond JMESPath's own.

Each is pure and total: a value that cannot be read becomes null and is noted as drift, so that
one odd record never stops a run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from isthmus.connector.html import html_text

NAMES = ("parse_date", "html_text", "lower", "split", "epoch_ms", "lookup", "trim", "replace",
         "as_list", "rfc822", "config", "spread")  # fmt: skip
"""The names a manifest may call; the check of a manifest knows them by this list."""

_FRACTION = re.compile(r"(:\d\d:\d\d):\d+$")
"""A fourth part of a time, which some feeds write."""

Tables = Mapping[str, Mapping[str, Any]]


class ConnectorFunctions:
    """The functions of one run, with its lookup tables and its note of drift."""

    def __init__(
        self, tables: Tables | None = None, config: Mapping[str, Any] | None = None
    ) -> None:
        self.tables = tables or {}
        self._config = config or {}
        self.drift: Counter[str] = Counter()

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Map each name to its function."""
        return {name: getattr(self, name) for name in NAMES}

    def parse_date(self, value: Any, form: Any) -> str | None:
        """Read a date in a `strptime` form; gives ISO 8601."""
        if value is None:
            return None
        try:
            return datetime.strptime(str(value), str(form)).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            self.drift[f"not a date of the form {form}"] += 1
            return None

    def epoch_ms(self, value: Any) -> str | None:
        """Read milliseconds since 1970; gives ISO 8601 with a zone."""
        if value is None:
            return None
        try:
            return datetime.fromtimestamp(float(value) / 1000, UTC).isoformat()
        except (ValueError, OverflowError, OSError, TypeError):
            self.drift["not milliseconds since 1970"] += 1
            return None

    def rfc822(self, value: Any) -> str | None:
        """Read a date as mail and RSS write it; gives ISO 8601 with a zone."""
        if not value:
            return None
        try:
            found = parsedate_to_datetime(_FRACTION.sub(r"\1", str(value)))
        except (ValueError, TypeError, IndexError):
            self.drift["not a date as RSS writes it"] += 1
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()

    def html_text(self, value: Any) -> str | None:
        """Give the text of HTML, one line a block, list items marked."""
        return html_text(value) if isinstance(value, str) else None

    def lower(self, value: Any) -> str | None:
        """Lower the case."""
        return value.lower() if isinstance(value, str) else None

    def trim(self, value: Any) -> str | None:
        """Drop white space at both ends."""
        return value.strip() if isinstance(value, str) else None

    def split(self, value: Any, separator: Any) -> list[str] | None:
        """Cut at a separator, dropping white space and empty parts."""
        if not isinstance(value, str):
            return None
        return [part.strip() for part in value.split(str(separator)) if part.strip()]

    def replace(self, value: Any, old: Any, new: Any) -> str | None:
        """Put `new` for every `old`."""
        return value.replace(str(old), str(new)) if isinstance(value, str) else None

    def as_list(self, value: Any) -> list[Any]:
        """Give a list as it is, one value as a list of it, and null as an empty one."""
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def spread(self, parents: Any, children: Any, name: Any) -> list[Any] | None:
        """Give the children of each parent, each with the rest of its parent under `name`.

        Null where there is no list of parents; what is no map is passed over.
        """
        if not isinstance(parents, list):
            return None
        found: list[Any] = []
        for parent in parents:
            if not isinstance(parent, dict):
                continue
            rest = {key: value for key, value in parent.items() if key != children}
            listed = parent.get(str(children))
            inner = listed if isinstance(listed, list) else []
            found += [{**child, str(name): rest} for child in inner if isinstance(child, dict)]
        return found

    def config(self, name: Any) -> Any:
        """Give a value of the source's config, such as the version it reads; null if unsaid."""
        return self._config.get(str(name))

    def lookup(self, table: Any, key: Any) -> Any:
        """Find a key in a table of the connector's folder; null when it is not there."""
        if key is None:
            return None
        found = self.tables.get(str(table), {}).get(str(key))
        if found is None:
            self.drift[f"{_short(key)} is not in the table {table}"] += 1
        return found


def _short(value: Any) -> str:
    return repr(re.sub(r"\s+", " ", str(value))[:40])
