"""JSON-LD documents to canonical N-Quads, with every term defined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pyld.jsonld import JsonLdError

from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown
from isthmus.credentials.proofs.expanding import RELATIVE, Expander
from isthmus.credentials.proofs.nquads import Quad, literal
from isthmus.credentials.proofs.rdfc import canonical_nquads
from isthmus.errors import IsthmusError

DEEPEST = 64
"""Levels of nesting; no credential known has more than twenty."""

_BREAKS = re.compile(r"[\x00-\x20<>\"\x7f]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
"""Text beyond these could pass for other parts of a statement."""


class LinkedDataFault(IsthmusError):
    """A document whose claims cannot all be turned into statements."""

    code = "LINKED_DATA_INVALID"


class UndefinedTerm(LinkedDataFault):
    """A property or type that no context defines; `term` says which, `path` where."""

    code = "UNDEFINED_TERM"

    def __init__(self, term: str, path: str) -> None:
        super().__init__(f"no context defines {term} (at {path or 'the top'})")
        self.term = term
        self.path = path


class Canonical(NamedTuple):
    """A canonical form, and the keywords of the document that no statement of it holds."""

    text: str
    unsaid: frozenset[str] = frozenset()


def quads_of(document: Mapping[str, Any], contexts: Contexts) -> list[Quad]:
    """Turn a document into statements; raise `LinkedDataFault` or `ContextUnknown`."""
    return _expanded(document, Expander(contexts))


def canonical_rest(document: Mapping[str, Any], contexts: Contexts) -> Canonical:
    """Give the form that libraries of 2019 signed: what no statement can hold is left out of it.

    `unsaid` names what was left out; a relative identifier is there as it was written.
    """
    expander = Expander(contexts)
    quads = [
        quad
        for quad in _quads(_dataset(document, expander))
        if not any(term.startswith(f"<{RELATIVE}") for term in quad)
    ]
    left_out = frozenset(term.removeprefix(RELATIVE) for term in expander.dropped)
    return Canonical(canonical_nquads(quads), left_out)


def _expanded(document: Mapping[str, Any], expander: Expander) -> list[Quad]:
    dataset = _dataset(document, expander)
    if expander.dropped:
        _name_dropped(document, expander.dropped[0])
    return list(_quads(dataset))


def _dataset(document: Mapping[str, Any], expander: Expander) -> Mapping[str, Any]:
    refuse_depth(document)
    try:
        return expander.statements(document)
    except JsonLdError as error:
        unknown = _unknown_context(error)
        if unknown is not None:
            raise unknown from None
        raise LinkedDataFault(f"not lawful JSON-LD: {_reason(error)}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        # the library trips over shapes that its own checks do not foresee
        raise LinkedDataFault("not lawful JSON-LD") from None


def canonical_form(
    document: Mapping[str, Any], contexts: Contexts, *, algorithm: str = "sha256"
) -> str:
    """Give the canonical N-Quads of a document."""
    return canonicalised(document, contexts, algorithm=algorithm).text


def canonicalised(
    document: Mapping[str, Any],
    contexts: Contexts,
    *,
    algorithm: str = "sha256",
    directed: bool = False,
) -> Canonical:
    """Give the canonical N-Quads and what they leave out.

    `directed` writes the direction of text into its datatype, as the i18n namespace has it;
    otherwise statements have no direction.
    """
    expander = Expander(contexts, directed=directed)
    quads = _expanded(document, expander)
    return Canonical(canonical_nquads(quads, algorithm=algorithm), frozenset(expander.unsaid))


def refuse_depth(document: object) -> None:
    """Raise `LinkedDataFault` where a document is nested so deeply that only malice explains it."""
    level: list[object] = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            for inner in (
                value.values()
                if isinstance(value, Mapping)
                else value
                if isinstance(value, list)
                else ()
            )
        ]
        if not level:
            return
    raise LinkedDataFault(f"nested more than {DEEPEST} levels deep")


def _quads(dataset: Mapping[str, Any]) -> Iterator[Quad]:
    for name, triples in dataset.items():
        graph = "" if name == "@default" else _node(name)
        for triple in triples:
            yield (
                _node(triple["subject"]["value"]),
                _node(triple["predicate"]["value"]),
                _value(triple["object"]),
                graph,
            )


@lru_cache(maxsize=8192)
def _node(name: str) -> str:
    if name.startswith("_:"):
        return name
    if _BREAKS.search(name):
        raise LinkedDataFault("an identifier holds characters that no identifier may")
    return f"<{name}>"


def _value(stated: Mapping[str, Any]) -> str:
    if stated["type"] != "literal":
        return _node(stated["value"])
    value = stated["value"]
    if not isinstance(value, str):
        raise LinkedDataFault("a value is neither text, number nor truth value")
    language = stated.get("language", "")
    if language and not _LANGUAGE.fullmatch(language):
        raise LinkedDataFault("a language tag is none")
    _node(stated["datatype"])
    return literal(value, stated["datatype"], language)


def _unknown_context(error: BaseException | None) -> ContextUnknown | None:
    while error is not None:
        if isinstance(error, ContextUnknown):
            return error
        error = error.__cause__ or error.__context__
    return None


def _reason(error: JsonLdError) -> str:
    """Give the library's own code of a fault; its text may quote the document."""
    found: BaseException | None = error
    while isinstance(found, JsonLdError):
        if found.code:
            return str(found.code)
        found = found.__cause__ or found.__context__
    return "it cannot be expanded"


def _name_dropped(document: object, dropped: str) -> None:
    term = dropped.removeprefix(RELATIVE)
    path = next(_paths_to(document, term), "")
    raise UndefinedTerm(term, path)


def _paths_to(document: object, term: str, path: str = "") -> Iterator[str]:
    """Find where a term stands as a property, a type or an identifier."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            if key == term or term in _types(key, value):
                yield f"{path}/{key}"
            if key != "@context":
                yield from _paths_to(value, term, f"{path}/{key}")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from _paths_to(value, term, f"{path}/{number}")


def _types(key: str, value: object) -> list[object]:
    if key not in {"type", "@type", "id", "@id"}:
        return []
    return value if isinstance(value, list) else [value]
