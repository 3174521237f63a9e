"""The matrix of who may see what: every field of the schema, asked by everyone.

What is expected is written down here, apart from the table that the graph goes by, so that a
mistake there is found. `python -m tests.support.authz FILE` serves the town until it is stopped,
and writes the matrix in the form that an outside judge of authorisation reads.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from isthmus.graph.answer import Operation
from isthmus.graph.schema import build_schema
from isthmus.model.viewer import Role
from isthmus.store.database import Database
from tests.support.callers import bearer
from tests.support.served import served
from tests.support.town import SECRETS, Town, build_town
from tests.support.world import fill_world

OWNER, KNOWN, ACTIVE, SOME, STEWARD = "OWNER", "KNOWN", "ACTIVE", "SOME", "STEWARD"
"""Needs that are no scope: the learner alone; who has or had a consent; who has one in force; who
has one for something of a credential; a steward, since no source of the town is a partner's own.
"""

OF_CREDENTIALS = {"CREDENTIAL_TITLES", "CREDENTIAL_DETAIL", "SKILLS", "EVIDENCE"}
TITLES, DETAIL = "CREDENTIAL_TITLES", "CREDENTIAL_DETAIL"

EXPECTED: Mapping[str, Mapping[str, str]] = {
    "Learner": {
        "displayName": "IDENTITY", "contact": "CONTACT", "credentials": TITLES, "skills": "SKILLS",
        "traits": "TRAITS", "consents": OWNER, "accessLog": OWNER, "sourceLinks": OWNER,
        "guardians": OWNER, "wards": OWNER, "preferences": OWNER,
    },
    "Credential": {
        **dict.fromkeys(
            ("qualification", "issuer", "title", "scale", "learningType", "form", "issuedOn",
             "validUntil", "renewal", "status", "verification", "provenance"), TITLES),
        **dict.fromkeys(("uri", "outcomes", "credits", "level", "assessment", "document"), DETAIL),
        "skills": "SKILLS", "evidence": "EVIDENCE",
    },
    "LearnerSkill": {"supportedBy": TITLES},
    "LearnerConnection": {"nodes": ACTIVE, "edges": ACTIVE},
    "Query": {"learner": KNOWN, "credential": SOME, "learners": "learners:read"},
    "Source": {"syncs": STEWARD, "rejected": STEWARD, "config": STEWARD},
    "Connector": {"versions": STEWARD},
}  # fmt: skip
"""What a field needs besides what led to its object; all others need nothing more."""

PEOPLE = {
    "Learner", "Credential", "LearnerSkill", "Trait", "Contact", "LearnerPreferences",
    "SourceLink", "Guardianship", "Evidence", "CredentialDocument", "Consent", "AccessEvent",
    "Endorsement", "Verification", "VerificationCheck", "Renewal",
}  # fmt: skip
"""Types that are of people, so that the matrix goes on through them."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One field, how to ask for it, and what that needs."""

    name: str
    query: str
    needs: frozenset[str]
    roles: frozenset[Role] | None = None
    """The roles that may; None: by what it needs."""

    @property
    def is_personal(self) -> bool:
        """Whether it leads through a person."""
        return self.needs != frozenset() or self.roles is not None

    def allows(self, town: Town, caller: str) -> bool:
        """Tell whether somebody may have what it asks for."""
        viewer = town.callers[caller]
        if not self.is_personal:
            return True
        if self.roles is not None:
            return viewer.role in self.roles
        if STEWARD in self.needs:
            return viewer.role is Role.STEWARD
        scopes = {need for need in self.needs if ":" in need}
        if any(not viewer.may(scope) for scope in scopes):
            return False
        personal = self.needs - scopes
        if not personal or caller == "asha":
            return True
        return OWNER not in personal and _is_covered(town, caller, personal)


def _is_covered(town: Town, caller: str, needs: frozenset[str]) -> bool:
    held = {scope.value for scope in town.scopes.get(caller, frozenset())}
    knows = bool(held) or caller in {"expired", "revoked"}
    return all(
        (need == KNOWN and knows)
        or (need == ACTIVE and bool(held))
        or (need == SOME and bool(held & OF_CREDENTIALS))
        or need in held
        for need in needs
    )


@dataclass
class Matrix:
    """Makes the probes."""

    schema: GraphQLSchema
    town: Town
    seen: set[str] = field(default_factory=set)

    def arguments(self, owner: str, name: str, definition: GraphQLField) -> str:
        """Write the arguments that must be given."""
        ids = self.town.ids
        known = {
            "Query.learner": f'(id: "lrn_{self.town.asha}")',
            "Query.credential": f'(by: {{id: "{ids["badge"]}"}})',
            "Query.node": '(id: "skl_1")',
            "Query.nodes": '(ids: ["skl_1", "org_1"])',
            "Query.connector": '(id: "con_1")',
            "Credential.document": "(format: ORIGINAL)",
            **{f"Query.{n}": f'(by: {{id: "{p}_1"}})' for n, p in KEYED.items()},
        }
        if f"{owner}.{name}" in known:
            return known[f"{owner}.{name}"]
        if any(is_required_argument(argument) for argument in definition.args.values()):
            message = f"no arguments are known for {owner}.{name}"
            raise LookupError(message)
        return "(first: 2)" if "first" in definition.args else ""

    def probes(self) -> Iterator[Probe]:
        """Give a probe for each field, by the way to it that needs least, and one for each deed."""
        query = self.schema.query_type
        assert query is not None
        roots = [f for f in query.fields if not f.startswith("_")]
        roots.sort(key=lambda name: name in EXPECTED["Query"])  # what needs least comes first
        own = ["credential", "learner", "viewer"]
        yield from self._from(query, [f for f in roots if f not in own], through_people=False)
        self.seen = {name for name in self.seen if name.startswith("Query.")}
        yield Probe("Query.viewer", "{ viewer { scopes } }", frozenset(), SIGNED)
        for root in own[:2]:  # a credential first, by itself: it needs one scope and no more
            yield from self._from(query, [root], through_people=True)
        yield from deeds(self.town)

    def _from(
        self, query: GraphQLObjectType, roots: list[str], *, through_people: bool
    ) -> Iterator[Probe]:
        queue: list[tuple[str, str, list[str], frozenset[str]]] = [
            ("Query", "", roots, frozenset())
        ]
        while queue:
            type_name, way, names, needs = queue.pop(0)
            type_ = self.schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            for name in names:
                definition = type_.fields[name]
                wanted = needs | self._needs(type_name, name)
                if f"{type_name}.{name}" in self.seen:
                    continue
                self.seen.add(f"{type_name}.{name}")
                asked = name + self.arguments(type_name, name, definition)
                named = get_named_type(definition.type)
                below = "" if is_leaf_type(named) else f" {{ {self.leaf(named.name)} }}"
                yield Probe(f"{type_name}.{name}", _closed(f"{way}{asked}{below}"), wanted)
                if isinstance(named, GraphQLObjectType) and self._goes_on(
                    type_name, named.name, through_people=through_people
                ):
                    queue.append((named.name, f"{way}{asked} {{ ", list(named.fields), wanted))

    def _needs(self, type_name: str, name: str) -> frozenset[str]:
        found = EXPECTED.get(type_name, {}).get(name)
        return frozenset({found}) if found else frozenset()

    def _goes_on(self, owner: str, name: str, *, through_people: bool) -> bool:
        """Go on through people once there, one step beyond, and never round."""
        is_person = _is_person(name)
        if name == "Learner" and owner != "Query":
            return False  # another's, or the same again
        if not through_people:
            return not is_person or (name != "Learner" and name.startswith("Learner"))
        return is_person or _is_person(owner) or owner == "Query"

    def leaf(self, name: str, depth: int = 3) -> str:
        """Write a selection that shows something of an object, and needs no more than it."""
        type_ = self.schema.type_map[name]
        if not isinstance(type_, GraphQLObjectType):
            return "... on Node { id }"
        if name in LEAVES:
            return LEAVES[name]
        free = [f for f in type_.fields if f not in EXPECTED.get(name, {})]
        if "nodes" in free:
            return f"nodes {{ {self.leaf(str(get_named_type(type_.fields['nodes'].type)))} }}"
        leaves = [f for f in free if is_leaf_type(get_named_type(type_.fields[f].type))]
        for wanted in ("id", "value", "level", *leaves):
            if wanted in leaves:
                return wanted
        assert depth, name
        inner = next(f for f in free if not is_leaf_type(get_named_type(type_.fields[f].type)))
        return (
            f"{inner} {{ {self.leaf(get_named_type(type_.fields[inner].type).name, depth - 1)} }}"
        )


KEYED = {
    "vacancy": "vac", "qualification": "qua", "skill": "skl", "occupation": "occ",
    "organization": "org",
}  # fmt: skip


LEAVES = {"LearnerConnection": "pageInfo { hasNextPage }"}


def _is_person(name: str) -> bool:
    return name.removesuffix("Connection").removesuffix("Edge") in PEOPLE


def _closed(text: str) -> str:
    return "{ " + text + " }" * (text.count("{") - text.count("}") + 1)


LEARNERS = frozenset({Role.LEARNER})
STEWARDS = frozenset({Role.STEWARD})
BRINGERS = frozenset({Role.PARTNER, Role.STEWARD})
ASKERS = frozenset({Role.PLATFORM, Role.ADVISER})
SIGNED = frozenset(Role) - {Role.ANONYMOUS}


def deeds(town: Town) -> Iterator[Probe]:
    """Give a probe for each mutation, with an input that changes nothing."""
    later, gone = '"2027-06-01T00:00:00Z"', '"crd_999999"'
    body = f'"org_{town.callers["all"].organization_id}"'
    asha, version = f'"lrn_{town.asha}"', 'connector: "con_999999", version: "1.0.0"'
    inputs: dict[str, tuple[str, frozenset[Role]]] = {
        "requestConsent": (
            f'learner: "lrn_987654", purpose: RESEARCH, fields: [], expiresAt: {later}', ASKERS),
        "grantConsent": (
            f"recipient: {body}, purpose: RESEARCH, fields: [], expiresAt: {later}", LEARNERS),
        "refuseConsent": ('request: "cns_999999"', LEARNERS),
        "revokeConsent": ('consent: "cns_999999"', LEARNERS),
        "confirmConsent": ('consent: "cns_999999", agrees: true', LEARNERS),
        "nameGuardian": ('learner: "lrn_987654"', LEARNERS),
        "acceptGuardianship": ('code: "none"', LEARNERS),
        "endGuardianship": ('guardianship: "grd_999999"', LEARNERS),
        "requestPresentation": ('qualification: "qua_999999"', LEARNERS),
        "presentCredential": ('document: " "', LEARNERS),
        "deleteCredential": (f"credential: {gone}", LEARNERS),
        "addSelfStatement": ('title: " ", lang: "en", learningType: INFORMAL', LEARNERS),
        "endorse": (f'target: {{credential: {gone}}}, relationship: "A friend"', SIGNED),
        "startSourceLink": (f'source: "{town.ids["source"]}", returnUrl: "x"', LEARNERS),
        "finishSourceLink": ('state: "none", code: "none"', LEARNERS),
        "removeSourceLink": ('source: "src_999999"', LEARNERS),
        "setPreferences": ('languages: ["en"' + ', "en"' * 30 + "]", LEARNERS),
        "eraseMe": ("confirm: false", LEARNERS),
        "startSync": ('source: "src_999999"', BRINGERS),
        "confirmRemovals": ('run: "run_999999"', BRINGERS),
        "registerConnector": ('manifest: "none"', BRINGERS),
        "approveConnector": (version, STEWARDS),
        "shadowConnector": (version, BRINGERS),
        "switchConnector": (version, STEWARDS),
        "rollbackConnector": ('connector: "con_999999"', STEWARDS),
        "retireConnector": ('connector: "con_999999"', STEWARDS),
        "addSource": (
            'connector: "con_999999", name: "none", config: [], mode: SYNCED', BRINGERS),
        "updateSource": ('source: "src_999999"', BRINGERS),
        "setSourceSecret": ('source: "src_999999", name: "none", value: "none"', BRINGERS),
        "pauseSource": ('source: "src_999999"', BRINGERS),
        "resumeSource": ('source: "src_999999"', BRINGERS),
        "verifyCredential": ('target: {document: {body: " "}}', frozenset(Role)),
    }  # fmt: skip
    for name, (input, roles) in inputs.items():
        query = f"mutation {{ {name}(input: {{{input}}}) {{ userErrors {{ code }} }} }}"
        yield Probe(f"Mutation.{name}", query, frozenset(), roles)
    yield Probe(
        "Mutation.exportMe", "mutation { exportMe(input: {}) { job { records } } }",
        frozenset(), LEARNERS,
    )  # fmt: skip
    # of somebody else's, by name: the answer tells nothing of it to whoever it is not for
    yield Probe(
        "Mutation.verifyCredential of another",
        f'mutation {{ verifyCredential(input: {{target: {{credential: "{town.ids["badge"]}"}}}})'
        " { verification { level } } }",
        frozenset({TITLES}),
    )
    yield Probe("Query.node of a learner", f"{{ node(id: {asha}) {{ id }} }}", frozenset({KNOWN}))


def canaries(town: Town) -> dict[str, list[str]]:
    """Say who may see each of the words that stand for something of Asha."""
    in_document = {TITLES, "EVIDENCE"}
    return {
        word: [
            name
            for name, scopes in {**dict.fromkeys(["asha"], ()), **town.scopes}.items()
            if name == "asha"
            or need in {scope.value for scope in scopes}
            or (need in in_document and DETAIL in {scope.value for scope in scopes})
        ]
        for need, word in SECRETS.items()
    }


def has_some(value: Any) -> bool:
    """Tell whether an answer shows anything."""
    if isinstance(value, dict):
        return any(has_some(v) for k, v in value.items() if k != "__typename")
    if isinstance(value, list):
        return any(has_some(item) for item in value)
    return value is not None


async def headers_of(town: Town) -> dict[str, dict[str, str]]:
    """Give the header that each caller comes with."""
    return {
        name: {} if viewer.is_anonymous else await bearer(town.hub, viewer, seconds=3600)
        for name, viewer in town.callers.items()
    }


def _a_read(town: Town) -> str:
    """Write something that leaves a line in the log of reads."""
    return f'{{ learner(id: "lrn_{town.asha}") {{ displayName }} }}'


async def _serve(file: Path) -> None:
    """Serve the town, and write what an outside judge needs to ask of it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with await Database.open(home=home, name="town") as database:
            await fill_world(database.url)
            town = await build_town(database, home)
            graph, probes = town.graph(), []
            await graph.run(Operation(_a_read(town)), viewer=town.callers["all"])
            for probe in Matrix(build_schema()._schema, town).probes():
                allow = [name for name in town.callers if probe.allows(town, name)]
                if probe.roles is None and allow:  # what is not there is seen by nobody
                    who = town.callers["asha" if "asha" in allow else allow[0]]
                    if not has_some((await graph.run(Operation(probe.query), viewer=who)).data):
                        allow = []
                probes.append({"name": probe.name, "query": probe.query, "allow": allow})
            matrix = {
                "roles": await headers_of(town),
                "canaries": canaries(town),
                "probes": probes,
                "transports": ["post", "get", "ws"],
            }
            async with served(database, home, allow_loopback=True) as address:
                file.write_text(json.dumps(matrix), "utf-8")
                print(f"http://{address}/graphql", flush=True)
                await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
