"""Bytes to JSON and XML, with everything a hostile document could try ruled out first."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from lxml import etree

from isthmus.credentials.contract import DocumentUnreadable

MAX_BYTES = 10 * 1024 * 1024
"""The largest document looked at; DigiLocker's own limit."""
MAX_DEPTH = 64
MAX_NODES = 200_000

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[", re.IGNORECASE)


def bounded(body: bytes) -> bytes:
    """Pass a document of bearable size."""
    if not body.strip():
        raise DocumentUnreadable("the document is empty")
    if len(body) > MAX_BYTES:
        raise DocumentUnreadable(f"the document is larger than {MAX_BYTES // 1024 // 1024} MB")
    return body


def json_object(body: bytes | str) -> dict[str, Any]:
    """Read one JSON object: no duplicate keys, no NaN, no depth or size beyond the limits."""
    found = _decoded(body)
    if not isinstance(found, dict):
        raise DocumentUnreadable("the document is JSON, but not one object")
    _measure(found)
    return found


def _decoded(body: bytes | str) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    try:
        found = json.loads(
            bounded(raw).decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
        )
        if _SURROGATE.search(raw):  # half a character cannot be written anywhere
            json.dumps(found, ensure_ascii=False).encode()
    except DocumentUnreadable:
        raise
    except (ValueError, RecursionError) as fault:
        raise DocumentUnreadable("the document is not valid JSON") from fault
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):  # two readers would see two documents
        raise DocumentUnreadable("a key occurs twice in one object of the document")
    return found


def _no_constant(name: str) -> NoReturn:
    del name
    raise DocumentUnreadable("the document holds a number that JSON does not have")


def _measure(found: Any) -> None:
    level, nodes = [found], 0
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        nodes += len(level)
        if nodes > MAX_NODES:
            raise DocumentUnreadable("the document has too many parts")
        if not level:
            return
    raise DocumentUnreadable("the document is nested too deeply")


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def xml_root(body: bytes, *, is_image: bool = False) -> etree._Element:
    """Read XML without entities, network or DTD; an image may name a DTD that is not read."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    if _SUBSET.search(bounded(body)):
        raise DocumentUnreadable("the document declares entities of its own")
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise DocumentUnreadable("the document is not well-formed XML") from fault
    if root is None:
        raise DocumentUnreadable("the document is not well-formed XML")
    _refuse_doctype(root, is_image=is_image)
    return root


def _refuse_doctype(root: etree._Element, *, is_image: bool) -> None:
    if has_doctype(root) and not is_image:
        raise DocumentUnreadable("the document declares a document type")
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise DocumentUnreadable("the document declares entities of its own")


def has_doctype(root: etree._Element) -> bool:
    """Tell whether a document declares a document type."""
    info: Any = root.getroottree().docinfo
    return bool(info.doctype)


def local_name(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
