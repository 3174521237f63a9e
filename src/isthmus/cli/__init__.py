"""The command line.

Promise: every command says what it did or what is wrong in one sentence, exits 0 only when it
did it, and prints no traceback for a mistake of the operator. What does not belong here: work.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from isthmus.cli.commands import app  # noqa: PLC0415 - `python -m isthmus` stays light
    from isthmus.errors import IsthmusError  # noqa: PLC0415

    try:
        app()
    except IsthmusError as error:
        print(f"isthmus: {error} [{error.code}]", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("isthmus: stopped", file=sys.stderr)
        sys.exit(130)
