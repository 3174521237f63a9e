"""Registers documents, each checked first against the schema and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson
from graphql import GraphQLError, OperationDefinitionNode, parse

from isthmus.cli.surroundings import open_hub
from isthmus.errors import Misconfigured
from isthmus.graph.executing import Graph
from isthmus.query.preparing import NotPrepared
from isthmus.settings import Settings
from isthmus.store.documents import add_document
from isthmus.web.parts import create_graph
from isthmus.web.tracing import Tracing


async def register(settings: Settings, files: Sequence[Path]) -> None:
    """Register every document of the files, or none where one of them could never run."""
    texts = [(file, text) for file in files for text in texts_of(file)]
    async with open_hub(settings) as hub:
        graph = create_graph(hub, settings, Tracing())
        for file, text in texts:
            check(graph, file, text)
        for file, text in texts:
            id_, is_new = await add_document(hub.database, text)
            print(f"{id_}  {file}{'' if is_new else '  (already there)'}")


def texts_of(file: Path) -> Iterable[str]:
    """Read the documents of a file: itself, or those its manifest lists."""
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".json":
            return [text]
        data = orjson.loads(text)
        listed = data.get("operations")
        found = [one["body"] for one in listed] if listed is not None else list(data.values())
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(file, f"cannot be read ({type(error).__name__})") from None
    except (ValueError, AttributeError, LookupError, TypeError):
        raise _invalid(
            file, "is no manifest: `operations` with `body`, or a map of texts"
        ) from None
    if not all(isinstance(text, str) for text in found):
        raise _invalid(file, "is no manifest: a document in it is no text")
    return found


def check(graph: Graph, file: Path, text: str) -> None:
    """Raise `Misconfigured` where an operation of a document could never run."""
    try:
        definitions = parse(text, no_location=True).definitions
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        names = [operation.name.value if operation.name else None for operation in operations]
        for name in names or [None]:
            graph.documents.prepare(text, name)
    except GraphQLError as error:
        raise _invalid(file, f"does not parse: {error.message}") from None
    except NotPrepared as error:
        raise _invalid(file, f"cannot run: {error}") from None


def _invalid(file: Path, why: str) -> Misconfigured:
    return Misconfigured("DOCUMENT_INVALID", f"{file} {why}.")
