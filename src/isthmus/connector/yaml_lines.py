"""Reads YAML and remembers on which line each key stands, so that a finding can name it."""

from __future__ import annotations

from typing import Any

import yaml

from isthmus.errors import Misconfigured

MAX_DEPTH = 40
MAX_BYTES = 1_000_000

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
        raise Misconfigured("MANIFEST_INVALID", f"{name}: over {MAX_BYTES} characters")
    loader = _Loader(text)
    lines: dict[Path, int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            raise Misconfigured("MANIFEST_INVALID", f"{name}: is empty")
        _note_lines(node, (), lines, name)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{name}: line {line}: {error.problem or 'does not read as YAML'}"
        raise Misconfigured("MANIFEST_INVALID", message) from None
    except yaml.YAMLError:
        raise Misconfigured("MANIFEST_INVALID", f"{name}: does not read as YAML") from None
    finally:
        loader.dispose()


def _note_lines(node: yaml.Node, path: Path, lines: dict[Path, int], name: str) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > MAX_DEPTH:
        raise Misconfigured("MANIFEST_INVALID", f"{name}: nested over {MAX_DEPTH} deep")
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            word, line = str(key.value), key.start_mark.line + 1
            if word in seen:
                message = f"{name}: line {line}: {word} is given twice"
                raise Misconfigured("MANIFEST_INVALID", message)
            seen.add(word)
            lines[(*path, word)] = line
            _note_lines(value, (*path, word), lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_lines(value, (*path, str(number)), lines, name)
