"""`isthmus check`: the settings in force."""

from __future__ import annotations

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
    """Write a value as it may be seen."""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    parts = urlsplit(text)
    if parts.password:
        text = urlunsplit(parts._replace(netloc=parts.netloc.replace(parts.password, "***")))
    return text or "-"
