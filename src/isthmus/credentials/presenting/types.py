"""The types of a credential as a query names them: written out in full by its contexts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.formats import stated, w3c_rules
from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown
from isthmus.credentials.proofs.linked_data import LinkedDataFault, quads_of

MOST = 32
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_BASE = {"VerifiableCredential": "https://www.w3.org/2018/credentials#VerifiableCredential"}
"""What every edition of the data model's context says, so that it need not be at hand."""
_DATA_MODELS = ([w3c_rules.BASE_1], [w3c_rules.BASE_2])
_SUBJECT = "urn:isthmus:credential"


def types_of(credential: Mapping[str, Any], contexts: Contexts) -> frozenset[str]:
    """Give the types of a credential; one that no context at hand defines stays as it is."""
    names = stated.words(credential.get("type"))[:MOST]
    return frozenset(_written_out(name, credential.get("@context"), contexts) for name in names)


def _written_out(name: str, context: Any, contexts: Contexts) -> str:
    document = {"@context": context, "@id": _SUBJECT, "@type": name}
    try:
        quads = quads_of(document, contexts)
    except LinkedDataFault:
        return name
    except ContextUnknown:
        return _BASE.get(name, name) if stated.many(context)[:1] in _DATA_MODELS else name
    return next((value[1:-1] for _, verb, value, _ in quads if verb == _TYPE), name)
