"""Reads YAML and remembers on which line each key stands, so that a finding can name it."""

from __future__ import annotations

from typing import Any

import yaml

from isthmus.errors import Misconfigured

MAX_DEPTH = 40
MAX_BYTES = 1_000_000
MAX_NODES = 50_000

Path = tuple[str, ...]


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, with dates left as the text they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    """Give the data and a map from each key's path to its line; raise naming the line."""
    if len(text) > MAX_BYTES:
        raise _refused(name, 1, f"over {MAX_BYTES} characters")
    try:
        return _read(text, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(name, line, error.problem or "does not read as YAML") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refused(name, line, "holds a character that YAML does not know") from None
    except RecursionError:
        raise _refused(name, 1, f"nested over {MAX_DEPTH} deep") from None


def _read(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise _refused(name, 1, "is empty")
        lines = _Lines(name)
        lines.note(node, ())
        try:
            return loader.construct_document(node), lines.found
        except (ValueError, TypeError, LookupError, AttributeError):
            # a value under a tag it does not fit, such as `!!int five`: the library lets its own
            # conversion fail, and knows no line
            raise _refused(name, 1, "a value does not fit the type it claims to be of") from None
    finally:
        loader.dispose()


class _Lines:
    """Notes where each key stands; bounded, since aliases can make few lines into many nodes."""

    def __init__(self, name: str) -> None:
        self.found: dict[Path, int] = {}
        self._name = name
        self._nodes = 0

    def note(self, node: yaml.Node, path: Path) -> None:
        line = node.start_mark.line + 1
        self._nodes += 1
        self.found.setdefault(path, line)
        if len(path) > MAX_DEPTH:
            raise _refused(self._name, line, f"nested over {MAX_DEPTH} deep")
        if self._nodes > MAX_NODES:
            raise _refused(self._name, line, f"comes to over {MAX_NODES} values")
        if isinstance(node, yaml.MappingNode):
            self._note_keys(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self.note(value, (*path, str(number)))

    def _note_keys(self, node: yaml.MappingNode, path: Path) -> None:
        seen: set[str] = set()
        for key, value in node.value:
            word, line = str(key.value), key.start_mark.line + 1
            if word in seen:
                raise _refused(self._name, line, f"{word} is given twice")
            seen.add(word)
            self.found[(*path, word)] = line
            self.note(value, (*path, word))


def _refused(name: str, line: int, message: str) -> Misconfigured:
    return Misconfigured("MANIFEST_INVALID", f"{name}: line {line}: {message}")
