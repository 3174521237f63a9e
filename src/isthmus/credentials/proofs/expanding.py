"""JSON-LD expansion by PyLD: contexts worked out once, and nothing dropped in silence.

PyLD encodes whole contexts to find them in its cache, and works type-scoped contexts out anew
for every node; both cost more than all the rest. Here a processed context is kept beside the
documents it came from. What PyLD would leave out (a property no context defines, a relative
identifier, a blank predicate, a value that belongs to nothing) is collected for the caller to
refuse; what JSON-LD itself keeps out of statements, for the caller to tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from frozendict import frozendict
from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdProcessor

from isthmus.credentials.proofs.contexts import Contexts

RELATIVE = "relative:///"
"""The base under which relative identifiers land, so that they can be told from absolute ones."""

UNNAMED = "a term that its context maps to nothing"
UNHELD = "a value that belongs to nothing"
I18N = "https://www.w3.org/ns/i18n#"
MOST_KEPT = 4096
_SAY_NOTHING = frozenset({"@id", "id", "@context", "@type", "@language", "@direction", "@index"})
"""Keys of an object that holds nothing else: it refers to something, or tags no text."""
_ABSENT = object()


class Expander(JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """Expands one document against pinned contexts.

    `dropped` is what no statement holds though it claims something; `unsaid` are the keywords
    that lawful JSON-LD keeps out of statements: `@index`, and `@direction` unless `directed`.
    """

    def __init__(self, contexts: Contexts, *, directed: bool = False) -> None:
        super().__init__(self._drop)
        self.dropped: list[str] = []
        self.unsaid: set[str] = set()
        self._directed = directed
        self._processed = contexts.processed
        self._options = {
            "base": RELATIVE,
            "documentLoader": _loader(contexts),
            "contextResolver": _Resolver(contexts),
            "produceGeneralizedRdf": False,
        }

    def statements(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Give the dataset of a document; look at `dropped` before believing it."""
        dataset: dict[str, Any] = self.to_rdf(dict(document), self._options)
        return dataset

    def _drop(self, term: str | None) -> None:
        self.dropped.append(UNNAMED if term is None else term)

    def _process_context(
        self,
        active_ctx: Any,
        local_ctx: Any,
        options: Any,
        override_protected: bool = False,  # noqa: FBT001, FBT002 - PyLD's own signature
        propagate: bool = True,  # noqa: FBT001, FBT002
        validate_scoped: bool = True,  # noqa: FBT001, FBT002
        cycles: Any = None,
    ) -> Any:
        def process() -> Any:
            return super(Expander, self)._process_context(
                active_ctx,
                local_ctx,
                options,
                override_protected=override_protected,
                propagate=propagate,
                validate_scoped=validate_scoped,
                cycles=cycles,
            )

        # contexts half made (while scoped ones are tried out) change under way: never kept
        if cycles is not None or not isinstance(active_ctx, frozendict):
            return process()
        key = (id(active_ctx), self._key(local_ctx), override_protected, propagate)
        kept = self._processed.get(key)
        if kept is None:
            self._make_room()
            # what the key names by identity must live as long as the entry
            kept = self._processed[key] = (process(), active_ctx, local_ctx)
        return kept[0]

    def _make_room(self) -> None:
        if len(self._processed) >= MOST_KEPT:
            self._processed.clear()

    def _key(self, local_ctx: Any) -> Any:
        """Name a context: an address by itself, one inside a pinned document by identity."""
        if isinstance(local_ctx, list):
            return tuple(self._key(part) for part in local_ctx)
        if not isinstance(local_ctx, Mapping):
            return local_ctx
        known = self._processed.get(id(local_ctx))
        if known is None:
            self._make_room()
            text = json.dumps(local_ctx, sort_keys=True)
            known = self._processed[id(local_ctx)] = (text, local_ctx)
        return known[0]

    def _expand(
        self,
        active_ctx: Any,
        active_property: Any,
        element: Any,
        options: Any,
        **state: Any,
    ) -> Any:
        found = super()._expand(active_ctx, active_property, element, options, **state)
        if found is None and _claims_something(element):
            self._drop(UNHELD)
        return found

    def _expand_iri(
        self,
        active_ctx: Any,
        value: Any,
        base: Any = None,
        vocab: bool = False,  # noqa: FBT001, FBT002 - PyLD's own signature
        local_ctx: Any = None,
        defined: Any = None,
    ) -> Any:
        if vocab and not local_ctx and isinstance(value, str):
            mapping = active_ctx["mappings"].get(value)
            if mapping is not None:
                return mapping["@id"]
        return super()._expand_iri(active_ctx, value, base, vocab, local_ctx, defined)

    def _graph_to_rdf(self, graph: Any, issuer: Any, options: Any) -> Any:
        for name, node in graph.items():
            if ":" not in name or name.startswith(RELATIVE):
                self._drop(name)
            self.dropped += [term for term in node if term.startswith(("_:", RELATIVE))]
            if "@index" in node:
                self.unsaid.add("@index")
        return super()._graph_to_rdf(graph, issuer, options)

    def _object_to_rdf(self, item: Any, issuer: Any, triples: Any, options: Any) -> Any:
        found = super()._object_to_rdf(item, issuer, triples, options)
        if found is None:
            self._drop(str(item.get("@id") if isinstance(item, Mapping) else item))
        else:
            self._vet(found, item)
        return found

    def _vet(self, found: Any, item: Any) -> None:
        landed = found.get("datatype") or found["value"]
        if isinstance(landed, str) and landed.startswith(RELATIVE):
            self._drop(landed)
        if found["type"] == "literal" and isinstance(item, Mapping):
            self._tell_unsaid(found, item)

    def _tell_unsaid(self, found: Any, item: Mapping[str, Any]) -> None:
        if "@index" in item:
            self.unsaid.add("@index")
        if "@direction" not in item:
            return
        if not self._directed:
            self.unsaid.add("@direction")
            return
        language = str(found.pop("language", "")).lower()
        found["datatype"] = f"{I18N}{language}_{item['@direction']}"


def _claims_something(element: Any) -> bool:
    """Tell a value that was left out from what says nothing: null, a bare reference or tag."""
    if isinstance(element, Mapping):
        return any(item is not None for key, item in element.items() if key not in _SAY_NOTHING)
    return element is not None


class _Resolver(ContextResolver):  # type: ignore[misc]
    """Finds contexts without encoding them for a key."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__({}, _loader(contexts))


def _loader(contexts: Contexts) -> Any:
    def load(url: str, _options: Any) -> dict[str, Any]:
        return {
            "contextUrl": None,
            "documentUrl": url,
            "contentType": "application/ld+json",
            "document": contexts.document(url),
            "tag": "static",
        }

    return load
