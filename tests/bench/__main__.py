"""`make bench`: every bench, or `python -m tests.bench NAME [OPTIONS]` for one.

The short form of all takes about five minutes; `python -m tests.bench --long` takes longer rounds
and ten times the data. Figures are ratios of one run: nothing here fails for being slow.
"""

from __future__ import annotations

import importlib
import sys

BENCHES = (
    "loads", "graph", "repeated", "features", "growth", "start", "verifying", "rncp_export", "live",
)  # fmt: skip
SHORT = {"loads": ["--postings", "20000"], "features": ["--rounds", "40"]}
"""What keeps a run of all of them short."""


def main() -> None:
    """Run one bench, or all."""
    named, rest = sys.argv[1:2], sys.argv[2:]
    if named and not named[0].startswith("-"):
        _run(named[0], rest)
        return
    for name in BENCHES:
        if named == ["--long"]:
            _run(name, [] if name == "loads" else ["--long", *rest])
        else:
            _run(name, SHORT.get(name, []))


def _run(name: str, arguments: list[str]) -> None:
    print(f"# {name}", flush=True)
    importlib.import_module(f"tests.bench.{name}").main(arguments)


if __name__ == "__main__":
    main()
