"""Issues and presents SD-JWTs as the cases of the reference collection describe them."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import yaml
from joserfc import jws
from joserfc.jwk import ECKey


class Hidden:
    """A value, or the name of one, that may be disclosed or not."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and other.value == self.value


class _Loader(yaml.SafeLoader):
    pass


def _hidden(loader: _Loader, node: yaml.Node) -> Hidden:
    if isinstance(node, yaml.ScalarNode):
        is_plain = node.style is None
        plain = loader.resolve(yaml.ScalarNode, node.value, (is_plain, not is_plain))
        return Hidden(loader.construct_object(yaml.ScalarNode(plain, node.value)))
    if isinstance(node, yaml.SequenceNode):
        return Hidden(loader.construct_sequence(node, deep=True))
    return Hidden(loader.construct_mapping(node, deep=True))


_Loader.add_constructor("!sd", _hidden)


def load(path: Path) -> Any:
    return _Loader(path.read_text()).get_single_data()


def encoded(value: Any) -> str:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(body).rstrip(b"=").decode()


class Issued:
    """Claims with their hidden parts replaced by digests, and the disclosures of those."""

    def __init__(self, claims: Any) -> None:
        self.disclosures: dict[str, tuple[str, list[Any]]] = {}
        self.claims = self._conceal(claims)

    def _hide(self, parts: list[Any]) -> str:
        parts = [f"salt-{len(self.disclosures)}", *parts]
        text = encoded(parts)
        digest = encoded(hashlib.sha256(text.encode()).digest())
        self.disclosures[digest] = (text, parts)
        return digest

    def _conceal(self, value: Any) -> Any:
        if isinstance(value, list):
            return [
                {"...": self._hide([self._conceal(item.value)])}
                if isinstance(item, Hidden)
                else self._conceal(item)
                for item in value
            ]
        if not isinstance(value, dict):
            return value
        shown = {k: self._conceal(v) for k, v in value.items() if not isinstance(k, Hidden)}
        hidden = [
            self._hide([k.value, self._conceal(v)])
            for k, v in value.items()
            if isinstance(k, Hidden)
        ]
        return {**shown, "_sd": sorted(hidden)} if hidden else shown

    def chosen(self, wanted: Any) -> list[str]:
        """Give the disclosures that a holder's choice asks for."""
        return [self.disclosures[digest][0] for digest in self._choose(self.claims, wanted)]

    def _choose(self, claims: Any, wanted: Any) -> list[str]:
        found: list[str] = []
        if isinstance(claims, list) and isinstance(wanted, list):
            for item, want in zip(claims, wanted, strict=False):
                if isinstance(item, dict) and "..." in item:
                    found += self._taken(item["..."], want)
                else:
                    found += self._choose(item, want)
        elif isinstance(claims, dict) and isinstance(wanted, dict):
            for digest in claims.get("_sd", []):
                found += self._taken(digest, wanted.get(self.disclosures[digest][1][1]))
            for name, value in claims.items():
                found += self._choose(value, wanted.get(name))
        return found

    def _taken(self, digest: str, want: Any) -> list[str]:
        if want is None or want is False:
            return []
        return [digest, *self._choose(self.disclosures[digest][1][-1], want)]


def signed(header: dict[str, Any], claims: Any, jwk: dict[str, Any]) -> str:
    key = ECKey.import_key({k: v for k, v in jwk.items() if k != "kid"})
    registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length = 1 << 16
    head = {"alg": "ES256", **{k: v for k, v in header.items() if k != "kid"}}
    return jws.serialize_compact(head, json.dumps(claims), key, registry=registry)


def presented(token: str, disclosures: list[str], holder: dict[str, Any] | None) -> str:
    """Put a presentation together; with a holder's key it is bound to audience and nonce."""
    text = "~".join((token, *disclosures, ""))
    if holder is None:
        return text
    digest = encoded(hashlib.sha256(text.encode()).digest())
    claims = {"sd_hash": digest, "aud": "https://example.com/verifier", "nonce": "1234567890"}
    return text + signed({"typ": "kb+jwt"}, {**claims, "iat": 1700000000}, holder)


def in_json(text: str, *, is_general: bool) -> str:
    """Rewrite a presentation in the JSON serialisation."""
    token, *disclosures, held = text.split("~")
    protected, payload, signature = token.split(".")
    header = {"disclosures": disclosures} | ({"kb_jwt": held} if held else {})
    one = {"protected": protected, "signature": signature, "header": header}
    return json.dumps({"payload": payload} | ({"signatures": [one]} if is_general else one))
