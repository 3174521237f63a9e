"""`isthmus plan`: how an operation is answered. Needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from isthmus.errors import ErrorCode, Misconfigured, Refused
from isthmus.graph.executing import Graph, Operation
from isthmus.query.preparing import NotPrepared
from isthmus.query.variables import VariablesInvalid


def print_plan(file: Path, variables: str) -> None:
    """Print the plan of the operation in a file."""
    try:
        stated: Any = orjson.loads(variables)
        operation = Operation(file.read_text("utf-8"), variables=dict(stated))
        print(Graph(None).explain(operation), end="")
    except (orjson.JSONDecodeError, TypeError, ValueError) as error:
        message = f"--variables is not a JSON object, or {file.name} is not text."
        raise Misconfigured(ErrorCode.ARGUMENT_INVALID, message) from error
    except (NotPrepared, VariablesInvalid) as invalid:
        said = "; ".join(error.message for error in invalid.errors)
        raise Misconfigured(ErrorCode.VALIDATION_FAILED, f"{file.name}: {said}") from None
    except Refused as refused:
        raise Misconfigured(refused.code, f"{file.name}: {refused}") from None
