"""`make connectors`: writes connectors/README.md, the list of every connector in this checkout."""

from __future__ import annotations

from pathlib import Path

from isthmus.connector import installed
from isthmus.connector.installed import FILE, InstalledConnector

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"
README = CONNECTORS / "README.md"
SUFFIX = ".expected.json"
HEAD = """\
# Connectors

Written by `make connectors`; a test holds it fresh. How one is made:
[src/docs/connectors.md](../src/docs/connectors.md). No connector here was ever run against its live
system; what each rests on, and what it leaves out, its own README says.

Synced sources are read by schedule; live ones are asked while a question waits, a learner's store
for the one who linked it; where both stand, a source picks. A kind is how
the system speaks. Where there is no Python, the manifest is the whole connector.

| Connector | System | Kind | Mode | Brings | Let in by | Python | Samples |
|---|---|---|---|---|---|---|---|
"""


def text() -> str:
    """Give the list as it should stand."""
    names = installed.names([CONNECTORS])
    rows = [_row(name, installed.load(name, [CONNECTORS])) for name in names]
    return HEAD + "".join(rows) + _kinds(names)


def _row(name: str, connector: InstalledConnector) -> str:
    manifest = connector.manifest
    nouns = dict.fromkeys(s.produces.partition("@")[0] for s in manifest.streams.values())
    ways = ", ".join(way.replace("_", " ") for way in manifest.auth.named) or "nothing"
    python = ", ".join(sorted(file.name for file in connector.folder.glob("*.py"))) or "none"
    samples = len(list((connector.folder / "samples").glob(f"*{SUFFIX}")))
    cells = (
        f"[{name}]({name}/README.md)", manifest.title.replace("*", r"\*"), manifest.transport,
        " ".join(manifest.modes), ", ".join(nouns), ways, python, str(samples),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _kinds(names: list[str]) -> str:
    found: dict[str, list[str]] = {}
    for name in names:
        transport = installed.load(name, [CONNECTORS]).manifest.transport
        found.setdefault(transport, []).append(name)
    lines = [f"- {kind}: {', '.join(held)}" for kind, held in sorted(found.items())]
    return "\nBy kind:\n\n" + "\n".join(lines) + "\n"


def main() -> None:
    """Write the list."""
    README.write_text(text(), encoding="utf-8")
    print(f"{README.name}: {len(list(CONNECTORS.glob(f'*/{FILE}')))} connectors")


if __name__ == "__main__":
    main()
