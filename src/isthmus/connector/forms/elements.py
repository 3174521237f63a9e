"""XML as maps: whole, or one record at a time in constant memory.

    <course id="7"><title lang="fr">Soudure</title><level/></course>
    {"@id": "7", "title": {"@lang": "fr", "#text": "Soudure"}, "level": ""}

A child that stands more than once is a list; `as_list` in an expression makes one of it always.
Document types are refused whole: what they could declare, no catalogue needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from isthmus.errors import SourceGarbled

MOST_DEEP = 100
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


def whole(body: bytes) -> Any:
    """Read a whole document to one value: a map of its root."""
    try:
        root = etree.fromstring(body, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise SourceGarbled(_said(error)) from None
    _check(root)
    return {_name(root): value_of(root)}


def each(stream: BinaryIO, path: str) -> Iterator[Any]:
    """Yield the records of a document, as they come by; `path` leads to them from the root."""
    steps = path.split("/")
    open_: list[str] = []
    try:
        for event, element in etree.iterparse(stream, events=("start", "end"), **_SAFE):
            if event == "start":
                if not open_:
                    _check(element)
                open_.append(_name(element))
                continue
            if open_ == steps:
                yield value_of(element)
            open_.pop()
            if len(open_) < len(steps):
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise SourceGarbled(_said(error)) from None


def value_of(element: Any, depth: int = 0) -> Any:
    """Give an element as a map, or as its text where it has nothing else."""
    if depth > MOST_DEEP:
        raise SourceGarbled(f"is nested over {MOST_DEEP} deep")
    found: dict[str, Any] = {
        f"@{etree.QName(name).localname}": value for name, value in element.attrib.items()
    }
    for child in element:
        name, value = _name(child), value_of(child, depth + 1)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    text = (element.text or "").strip()
    if not found:
        return text
    mixed = text + "".join(child.tail or "" for child in element).rstrip()
    if mixed.strip():
        found["#text"] = mixed.strip()
    return found


def _name(element: Any) -> str:
    if not isinstance(element.tag, str):  # an entity that was left as it stands
        raise SourceGarbled("refers to an entity, which is not expanded here")
    return str(etree.QName(element).localname)


def _forget(element: Any) -> None:
    """Let go of what was read, and of what stands before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _check(root: Any) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceGarbled("declares a document type, which no source may")


def _said(error: etree.XMLSyntaxError) -> str:
    return f"is no whole XML: line {error.lineno or 1} does not read"
