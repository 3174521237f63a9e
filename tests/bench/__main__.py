"""`make bench`: every bench, or `python -m tests.bench NAME [OPTIONS]` for one."""

from __future__ import annotations

import importlib
import sys

BENCHES = ("loads", "graph")


def main() -> None:
    """Run one bench, or all."""
    names = [sys.argv[1]] if len(sys.argv) > 1 else list(BENCHES)
    for name in names:
        print(f"# {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main(sys.argv[2:])


if __name__ == "__main__":
    main()
