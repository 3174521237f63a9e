"""A small context at the address of the data model's own, so that tests need no publisher's files.

The terms map to where the data model has them; what tests do not use is left out.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from isthmus.credentials.proofs.contexts import INDEX, Contexts

V2 = "https://www.w3.org/ns/credentials/v2"
_VC = "https://www.w3.org/2018/credentials#"
_SECURITY = "https://w3id.org/security#"
_WHEN = "http://www.w3.org/2001/XMLSchema#dateTime"


def _link(name: str, **more: Any) -> dict[str, Any]:
    return {"@id": f"{_VC}{name}", "@type": "@id", **more}


CONTEXT = {
    "@context": {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "VerifiableCredential": f"{_VC}VerifiableCredential",
        "VerifiablePresentation": f"{_VC}VerifiablePresentation",
        "DataIntegrityProof": f"{_SECURITY}DataIntegrityProof",
        "issuer": _link("issuer"),
        "holder": _link("holder"),
        "credentialSubject": _link("credentialSubject"),
        "verifiableCredential": _link("verifiableCredential", **{"@container": "@graph"}),
        "validFrom": {"@id": f"{_VC}validFrom", "@type": _WHEN},
        "name": "https://schema.org/name",
        "proof": {"@id": f"{_SECURITY}proof", "@type": "@id", "@container": "@graph"},
        "challenge": f"{_SECURITY}challenge",
        "domain": f"{_SECURITY}domain",
        "created": {"@id": "http://purl.org/dc/terms/created", "@type": _WHEN},
        "cryptosuite": f"{_SECURITY}cryptosuite",
        "proofValue": f"{_SECURITY}proofValue",
        "proofPurpose": {"@id": f"{_SECURITY}proofPurpose", "@type": "@vocab"},
        "assertionMethod": f"{_SECURITY}assertionMethod",
        "authentication": f"{_SECURITY}authenticationMethod",
        "verificationMethod": {"@id": f"{_SECURITY}verificationMethod", "@type": "@id"},
    }
}


def vocabulary(folder: Path) -> Path:
    """Write the context into a folder, as an operator would pin one."""
    body = json.dumps(CONTEXT).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "v2.jsonld").write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    (folder / INDEX).write_text(f"{V2}\tv2.jsonld\t{digest}\n", encoding="utf-8")
    return folder


def contexts_in(folder: Path) -> Contexts:
    """Give the contexts with that one among them."""
    return Contexts.of_folder(vocabulary(folder))
