"""CTDL resources as canonical records; values stay the registry's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .graphs import Graph, Node, address, concepts, plain, several, text

DEGREES = ("Degree", "Doctorate")
_STATUS = {"Active": "active", "Deprecated": "closed", "Inactive": "closed", "Ceased": "closed",
           "Suspended": "closed", "TeachOut": "expiring", "Probationary": "active",
           "Developing": "draft", "Superseded": "closed"}  # fmt: skip
_DELIVERY = {"OnlineOnly": "online", "InPerson": "face to face", "BlendedDelivery": "blended",
             "BlendedLearning": "blended"}  # fmt: skip
_ASSESSMENT = {"Exam": "exam", "Performance": "practical", "Artifact": "portfolio"}


def organizations(payload: Node) -> dict[str, Any]:
    """Map an organization."""
    graph = Graph(payload)
    return _organization(graph.about) | {"language": _language(graph.about)}


def outcomes(payload: Node) -> dict[str, Any]:
    """Map a competency."""
    node = Graph(payload).about
    return _without_nothing(
        text=text(node.get("ceasn:competencyText") or node.get("ceterms:name")),
        uri=address(node.get("@id")),
        language=_language(node),
        skills=list(_statements(several(node.get("ceasn:exactAlignment")))),
    )


def qualifications(payload: Node) -> dict[str, Any]:
    """Map a credential, course or programme."""
    graph = Graph(payload)
    node = graph.about
    owners = [b for b in (_body(v, graph) for v in several(node.get("ceterms:ownedBy"))) if b]
    offers = [b for b in (_body(v, graph) for v in several(node.get("ceterms:offeredBy"))) if b]
    kind = str(several(node.get("@type"))[0]).partition(":")[2]
    duration = next((d for d in several(node.get("ceterms:estimatedDuration"))), None)
    return _without_nothing(
        title=text(node.get("ceterms:name")),
        uri=address(node.get("@id")),
        url=address(next(iter(several(node.get("ceterms:subjectWebpage"))), None)),
        code=plain(node.get("ceterms:codedNotation")),
        identifiers=list(_identifiers(node)),
        summary=text(node.get("ceterms:description")),
        scale=_scale(kind),
        register_status=_first(
            _STATUS, node.get("ceterms:credentialStatusType"),
            node.get("ceterms:lifeCycleStatusType"),
        ),
        provider=next(iter(offers or owners), None),
        awarding_bodies=owners if kind not in {"Course", "LearningProgram"} else [],
        credits=list(_credits(node)),
        workload=_workload(duration),
        delivery=[_DELIVERY[c] for c in concepts(node.get("ceterms:deliveryType"))
                  if c in _DELIVERY],
        locations=[_place(p) for p in several(node.get("ceterms:availableAt"))
                   if isinstance(p, dict)],
        languages=[tag for tag in several(node.get("ceterms:inLanguage")) if isinstance(tag, str)],
        cost=_cost(several(node.get("ceterms:estimatedCost"))),
        fields_of_study=list(_subjects(node)),
        assessment=_first(_ASSESSMENT, node.get("ceterms:assessmentMethodType")),
        outcomes=list(_outcomes(node, graph)),
        parts=_references(node.get("ceterms:hasPart")),
        part_of=_references(node.get("ceterms:isPartOf")),
        replaced_by=next(iter(_references(node.get("ceterms:latestVersion"))), None),
        valid_for=plain(node.get("ceterms:renewalFrequency")),
        language=_language(node),
    )  # fmt: skip


def _without_nothing(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _language(node: Node) -> str:
    """Name the record's own language: the first it states, else that of its name."""
    stated = next((t for t in several(node.get("ceterms:inLanguage")) if isinstance(t, str)), None)
    name = text(node.get("ceterms:name") or node.get("ceasn:competencyText"))
    if isinstance(name, dict) and stated not in name:
        return next(iter(name))
    return stated or "und"


def _scale(kind: str) -> str | None:
    """Take the size from the class: a microcredential, or a degree; no other class says one."""
    if kind == "MicroCredential":
        return "micro"
    return "macro" if kind.endswith(DEGREES) else None


def _organization(node: Node) -> dict[str, Any]:
    place = next((p for p in several(node.get("ceterms:address")) if isinstance(p, dict)), {})
    roles = ["quality agency"] if "QA" in str(node.get("@type")) else []
    return _without_nothing(
        name=text(node.get("ceterms:name")),
        uri=address(node.get("@id")),
        country=plain(place.get("ceterms:addressCountry")),
        identifiers=list(_identifiers(node)),
        roles=roles,
    )


def _body(value: Any, graph: Graph) -> dict[str, Any] | None:
    """Map a body named in a record: described there, or only by its address."""
    node = graph.follow(value)
    if node is not None and node.get("ceterms:name"):
        return _organization(node)
    uri = address(value)
    return {"uri": uri} if uri else None


def _identifiers(node: Node) -> Iterator[dict[str, str]]:
    if isinstance(node.get("ceterms:ctid"), str):
        yield {"scheme": "ctid", "value": node["ceterms:ctid"]}
    for stated in several(node.get("ceterms:identifier")):
        if isinstance(stated, dict):
            value = plain(stated.get("ceterms:identifierValueCode"))
            scheme = plain(stated.get("ceterms:identifierTypeName"))
            if value and scheme:
                yield {"scheme": scheme, "value": value}


def _credits(node: Node) -> Iterator[dict[str, Any]]:
    for profile in several(node.get("ceterms:creditValue")):
        if isinstance(profile, dict):
            points = profile.get("schema:value", profile.get("qdata:value"))
            unit = next(concepts(profile.get("ceterms:creditUnitType")), None)
            if points is not None and unit:
                yield {"framework": unit, "points": points}
    points = node.get("ceterms:creditUnitValue")
    unit = next(concepts(node.get("ceterms:creditUnitType")), None)
    if isinstance(points, int | float | str) and unit:
        yield {"framework": unit, "points": points}


def _workload(stated: Any) -> dict[str, Any] | None:
    if not isinstance(stated, dict):
        return None
    exact = plain(stated.get("ceterms:exactDuration") or stated.get("ceterms:timeRequired"))
    least = plain(stated.get("ceterms:minimumDuration")) or exact
    most = plain(stated.get("ceterms:maximumDuration")) or exact
    words = plain(stated.get("ceterms:description"))
    return _without_nothing(duration_min=least, duration_max=most, stated_as=words) or None


def _place(stated: Node) -> dict[str, Any]:
    within = next(
        (a for a in several(stated.get("ceterms:address")) if isinstance(a, dict)), stated
    )
    return _without_nothing(
        label=plain(stated.get("ceterms:name")),
        country=plain(within.get("ceterms:addressCountry")),
        region=plain(within.get("ceterms:addressRegion")),
        municipality=plain(within.get("ceterms:addressLocality")),
    )


def _cost(stated: list[Any]) -> dict[str, Any] | None:
    """Take a cost only where one price is stated: several are parts that nobody adds up."""
    prices = [c for c in stated if isinstance(c, dict) and c.get("ceterms:price") is not None]
    if len(prices) != 1 or not prices[0].get("ceterms:currency"):
        return None
    return {"amount": prices[0]["ceterms:price"], "currency": prices[0]["ceterms:currency"]}


def _subjects(node: Node) -> Iterator[dict[str, str]]:
    for alignment in several(node.get("ceterms:instructionalProgramType")):
        if isinstance(alignment, dict):
            scheme = plain(alignment.get("ceterms:frameworkName"))
            code = plain(alignment.get("ceterms:codedNotation"))
            if scheme and code:
                yield {"scheme": scheme, "value": code}


def _outcomes(node: Node, graph: Graph) -> Iterator[dict[str, Any]]:
    """Map what is taught, assessed or required as outcomes, each with its alignment."""
    stated = several(node.get("ceterms:teaches")) + several(node.get("ceterms:assesses"))
    for condition in several(node.get("ceterms:requires")):
        followed = graph.follow(condition)
        if followed is not None:
            stated += several(followed.get("ceterms:targetCompetency"))
    for alignment in stated:
        if not isinstance(alignment, dict):
            continue
        target = address(alignment.get("ceterms:targetNode"))
        name = text(alignment.get("ceterms:targetNodeName"))
        name = name or text(alignment.get("ceterms:targetNodeDescription"))
        if name is None and target is None:
            continue
        registered = target if target and "/resources/ce-" in target else None
        yield _without_nothing(text=name, uri=registered, skills=list(_statements([alignment])))


def _statements(alignments: list[Any]) -> Iterator[dict[str, Any]]:
    """Map alignments that name a node or a code of a framework."""
    for alignment in alignments:
        if not isinstance(alignment, dict):
            continue
        target = address(alignment.get("ceterms:targetNode"))
        code = plain(alignment.get("ceterms:codedNotation"))
        if target or code:
            yield _without_nothing(
                text=plain(alignment.get("ceterms:targetNodeName")),
                uri=target,
                code=code,
                scheme=plain(alignment.get("ceterms:frameworkName")),
            )


def _references(value: Any) -> list[dict[str, str]]:
    return [{"uri": uri} for v in several(value) if (uri := address(v))]


def _first(words: dict[str, str], *values: Any) -> str | None:
    for value in values:
        for concept in concepts(value):
            if concept in words:
                return words[concept]
    return None
