"""JSON Schemas that a credential names itself, fetched whole and run without further fetching."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, NoReturn

import jsonschema_rs

from isthmus.credentials.contract import DocumentUnreadable, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.decoding import json_object
from isthmus.credentials.formats.faults import MAX_ROWS, pointer
from isthmus.model.verification import Check, CheckKind, CheckResult

# a schema that describes one of these describes a whole credential
_OF_CREDENTIALS = {"@context", "credentialSubject", "issuer", "issuanceDate", "validFrom"}
_RUN = {"JsonSchema", "JsonSchemaValidator2018"}


async def named_schema_rows(claims: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    """Check a credential against each JSON Schema it names; none named gives no row.

    The schemas of 1EdTech are not fetched: their rules are checked from the tables here.
    """
    found: list[Check] = []
    for item in stated.objects(claims.get("credentialSchema")):
        address = stated.url(item)
        if _RUN & set(stated.words(item.get("type"))) and address is not None:
            found += await _rows(claims, address, surroundings)
    return found


async def _rows(claims: Mapping[str, Any], address: str, surroundings: Surroundings) -> list[Check]:
    answer = await surroundings.fetcher.fetch(address)
    if answer.body is None:
        detail = "the schema that the credential names did not answer"
        return [Check(CheckKind.SCHEMA, CheckResult.UNREACHABLE, detail, source=address)]
    try:
        schema = json_object(answer.body)
        validator = jsonschema_rs.validator_for(
            json.dumps(schema), retriever=_refuse, validate_formats=False
        )
        paths = [
            found
            for part, path in _described(schema, claims)
            for found in _broken(validator, part, path)
        ]
    except (DocumentUnreadable, ValueError, jsonschema_rs.ReferencingError) as fault:
        del fault
        detail = "the schema that the credential names cannot be used"
        return [Check(CheckKind.SCHEMA, CheckResult.WARN, detail, source=address)]
    return [
        Check(
            CheckKind.SCHEMA, CheckResult.FAIL, "the named schema is not satisfied", path, address
        )
        for path in paths
    ] or [Check(CheckKind.SCHEMA, CheckResult.PASS, "the named schema is satisfied", None, address)]


def _described(
    schema: Mapping[str, Any], claims: Mapping[str, Any]
) -> list[tuple[Mapping[str, Any], str]]:
    """Tell what a schema describes: the credential, or only its subject, as some issuers' do."""
    properties = schema.get("properties")
    names = set(properties) if isinstance(properties, dict) else set()
    if names & _OF_CREDENTIALS or not names:
        return [(claims, "")]
    return [
        (item, "/credentialSubject") for item in stated.objects(claims.get("credentialSubject"))
    ]


def _broken(validator: Any, part: Mapping[str, Any], path: str) -> list[str]:
    errors = itertools.islice(validator.iter_errors(dict(part)), MAX_ROWS)
    return [pointer(path, *error.instance_path) for error in errors]


def _refuse(address: str) -> NoReturn:
    raise ValueError(address)
