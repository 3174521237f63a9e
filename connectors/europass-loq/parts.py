"""The parts of a LOQ file, and what each of them refers to."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]
SPECIFICATIONS = ("qualification", "learningAchievementSpecification")
BODIES = ("organisation", "agent", "group")


class Parts:
    """One file; whatever a part names by its id is put in its place, one step deep."""

    def __init__(self, courses: Node) -> None:
        self._opportunities = _section(courses, "learningOpportunity", ("learningOpportunity",))
        self._specifications = _section(courses, "learningAchievementSpecification", SPECIFICATIONS)
        self._outcomes = _by_id(_section(courses, "learningOutcome", ("learningOutcome",)))
        self._places = _by_id(_section(courses, "location", ("location",)))
        bodies = [
            *_section(courses, "agent", BODIES[:2]),
            *_section(courses, "group", BODIES[2:]),
        ]
        self._bodies = {key: self._placed(node) for key, node in _by_id(bodies).items()}
        self._known = {node["@id"] for node in self._specifications if "@id" in node}

    def qualifications(self) -> list[Node]:
        """Give every specification with its outcomes, its bodies, and what leads to it."""
        leads: dict[str, list[Node]] = {}
        for opportunity in self._opportunities:
            for target in _ids(opportunity.get("learningAchievementSpecification")):
                leads.setdefault(target, []).append(self._led(opportunity))
        return [self._specified(node, leads) for node in self._specifications]

    def opportunities(self) -> list[Node]:
        """Give the courses that lead to no specification of the file."""
        return [
            self._led(node)
            for node in self._opportunities
            if not self._known & set(_ids(node.get("learningAchievementSpecification")))
        ]

    def _specified(self, node: Node, leads: dict[str, list[Node]]) -> Node:
        awarding = [
            body
            for chance in several(node.get("awardingOpportunity"))
            if isinstance(chance, dict)
            for body in self._found(chance.get("awardingBody"), self._bodies)
        ]
        return node | {
            "outcomes": self._found(node.get("learningOutcome"), self._outcomes),
            "awarding": awarding,
            "leads": leads.get(str(node.get("@id")), []),
            "parts": self._references(node.get("hasPart")),
            "wholes": self._references(node.get("isPartOf")),
        }

    def _led(self, node: Node) -> Node:
        return node | {
            "providers": self._found(node.get("providedBy"), self._bodies),
            "places": self._found(node.get("location"), self._places),
        }

    def _placed(self, node: Node) -> Node:
        return node | {"places": self._found(node.get("location"), self._places)}

    def _found(self, named: Any, held: dict[str, Node]) -> list[Node]:
        """Give what is named: the part itself, or its address where the file does not hold it."""
        return [held.get(key, {"@id": key, "absent": True}) for key in _ids(named)]

    def _references(self, named: Any) -> list[dict[str, str]]:
        return [{"id" if key in self._known else "uri": key} for key in _ids(named)]


def several(value: Any) -> list[Any]:
    """Give a list as it is, one value as a list of it, and nothing as an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _section(courses: Node, name: str, kinds: tuple[str, ...]) -> list[Node]:
    held = courses.get(f"{name}References")
    found = (
        [one for kind in kinds for one in several(held.get(kind))] if isinstance(held, dict) else []
    )
    return [one if isinstance(one, dict) else {} for one in found]


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    return {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}


def _ids(named: Any) -> list[str]:
    return [
        one["@idref"]
        for one in several(named)
        if isinstance(one, dict) and isinstance(one.get("@idref"), str)
    ]
