"""`isthmus check`: the settings in force."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console
from rich.table import Table

from isthmus.settings import Loaded


def print_settings(loaded: Loaded) -> None:
    """Print every setting with its value and origin; passwords in addresses are hidden."""
    table = Table("setting", "value", "origin", "what it is", box=None, pad_edge=False)
    for row in loaded.rows():
        table.add_row(row.name, shown(row.value), row.origin, row.description)
    console = Console()
    if not console.is_terminal:
        console.width = 200
    console.print(table)


def shown(value: object) -> str:
    """Write a value as it may be seen: an address without its passwords."""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    if "://" not in text:
        return text or "-"
    try:
        parts = urlsplit(text)
        user, _, host = parts.netloc.rpartition("@")
        name = user.partition(":")[0]
        shown_user = f"{name}:***@" if ":" in user else f"{user}@" if user else ""
        query = _SECRET.sub(r"\1=***", parts.query)
        return urlunsplit(parts._replace(netloc=shown_user + host, query=query))
    except ValueError:
        return "*** (an address that does not read)"


_SECRET = re.compile(r"\b(password|passfile|sslpassword)=[^&]*", re.IGNORECASE)
