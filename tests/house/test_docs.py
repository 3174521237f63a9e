"""The docs name every setting, error code and connector."""

from __future__ import annotations

from pathlib import Path

from isthmus.connector.callback.refusals import Reason
from isthmus.connector.functions import NAMES
from isthmus.connector.kit.calling import CALL_FAULTS
from isthmus.connector.kit.spoiling import ALL_FAULTS
from isthmus.errors import ErrorCode
from isthmus.settings import descriptions

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "src" / "docs"


def test_every_setting_is_named() -> None:
    text = (DOCS / "operating.md").read_text("utf-8")
    assert [name for name in descriptions() if f"`{name}`" not in text] == []


def test_every_error_code_is_named() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    assert [code for code in ErrorCode if code not in text] == []


def test_every_code_raised_in_the_code_is_named() -> None:
    import re

    text = (DOCS / "errors.md").read_text("utf-8")
    raised = {
        code
        for file in (ROOT / "src" / "isthmus").rglob("*.py")
        for code in re.findall(
            r'(?:Misconfigured\(\s*|Rejection\([^()]*?|code = )"([A-Z]+_[A-Z_]+)"',
            file.read_text("utf-8"),
        )
    }
    assert len(raised) > 8
    assert sorted(raised - set(re.findall(r"[A-Z_]+", text))) == []


def test_the_codes_of_callbacks_are_those_in_the_docs() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    _, _, part = text.partition("## Of a callback")
    table = [line for line in part.partition("## ")[0].splitlines() if line.startswith("| ")]
    named = [line.split("|")[1].strip() for line in table if "_" in line.split("|")[1]]
    assert sorted(named) == sorted(Reason)


def test_every_fault_of_the_kit_is_in_the_docs() -> None:
    text = (DOCS / "connectors.md").read_text("utf-8")
    _, _, kit = text.partition("| Fault | Right is |")
    table = kit.partition("\n\n")[0]
    assert [fault.name for fault in ALL_FAULTS if fault.name not in table] == []
    assert [f.name for f in CALL_FAULTS if f.name.removeprefix("callback") not in table] == []


def test_every_function_of_the_mapping_language_is_named() -> None:
    text = (DOCS / "connectors.md").read_text("utf-8")
    assert [name for name in NAMES if name not in text] == []


def test_every_connector_has_a_readme() -> None:
    folders = [file.parent for file in (ROOT / "connectors").glob("*/connector.yaml")]
    assert [f.name for f in folders if not (f / "README.md").is_file()] == []


def test_every_package_is_in_the_map_of_the_house() -> None:
    text = (ROOT / "src" / "README.md").read_text("utf-8")
    packages = [
        d.name for d in (ROOT / "src" / "isthmus").iterdir() if (d / "__init__.py").is_file()
    ]
    assert [name for name in packages if f"`{name}/`" not in text] == []
