"""Qualifications and organisations as CTDL resources.

Kept on purpose: every text is a language map, every term of a vocabulary an alignment object, and
prices stand beside whatever currency code the provider uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from isthmus.playground.catalogue import Provider, RegistryQualification
from isthmus.playground.draw import Draw, uuid_of
from isthmus.playground.simulators.alignments import competency, label_map, named, term
from isthmus.playground.taxonomy import Skill
from isthmus.playground.world import World

Json = dict[str, Any]
REGISTRY = "https://credentialregistry.example"
_LEARNING = {"Course", "LearningProgram", "LearningOpportunityProfile"}
_BOARD_OF_TRADES = "Playground Board of Trades"


@dataclass(frozen=True, slots=True)
class Registered:
    """A qualification with all that its resource speaks of."""

    qualification: RegistryQualification
    provider: Provider
    world: World

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the provider publishes in."""
        return self.provider.languages

    @property
    def is_learning(self) -> bool:
        """Whether it is a way of learning, and not a credential to be earned."""
        return self.qualification.type in _LEARNING

    @property
    def skills(self) -> list[Skill]:
        """The ESCO skills it is about."""
        return [self.world.taxonomy.by_name[name] for name in self.qualification.skills]


def ctid(kind: str, key: str) -> str:
    """Return the registry's identifier of a qualification or an organisation."""
    return f"ce-{uuid_of(f'{kind}:{key}')}"


def resource_address(identifier: str) -> str:
    """Return the address that is the resource's `@id`."""
    return f"{REGISTRY}/resources/{identifier}"


def qualification_graph(registered: Registered) -> list[Json]:
    """Return the resource, followed by the blank nodes it refers to."""
    resource = _qualification(registered)
    if registered.qualification.type != "Diploma":
        return [resource]
    node = f"_:{uuid_of('board-of-trades')}"
    resource["ceterms:approvedBy"] = [node]
    return [resource, _board_of_trades(node)]


def organization_graph(provider: Provider, offered: Iterable[str]) -> list[Json]:
    """Return the resource of a provider; `offered` are the identifiers of what it offers."""
    identifier = ctid("organization", provider.key)
    council = provider.kind == "sector_skills_council"
    addresses = [resource_address(each) for each in offered]
    return [{
        "@id": resource_address(identifier),
        "@type": f"ceterms:{'QA' if council else ''}CredentialOrganization",
        "ceterms:ctid": identifier,
        "ceterms:name": dict(provider.names),
        "ceterms:description": dict(provider.about),
        "ceterms:subjectWebpage": provider.webpage,
        "ceterms:agentType": [term("orgType", provider.agent_type, "OrganizationType")],
        "ceterms:agentSectorType": [term("agentSector", _sector(provider), "AgentSector")],
        "ceterms:address": [{
            "@type": "ceterms:Place",
            "ceterms:addressLocality": {"en": provider.city},
            "ceterms:addressCountry": {"en": provider.country},
        }],
        "ceterms:offers": addresses,
        "ceterms:owns": addresses,
    }]  # fmt: skip


def _qualification(registered: Registered) -> Json:
    qualification, provider = registered.qualification, registered.provider
    identifier = ctid("qualification", qualification.key)
    owner = [resource_address(ctid("organization", provider.key))]
    return {
        "@id": resource_address(identifier),
        "@type": f"ceterms:{qualification.type}",
        "ceterms:ctid": identifier,
        "ceterms:name": dict(qualification.titles),
        "ceterms:description": _description(registered),
        "ceterms:subjectWebpage": f"{provider.webpage}/{qualification.key}",
        "ceterms:inLanguage": list(provider.languages),
        "ceterms:keyword": _keywords(registered),
        "ceterms:ownedBy": owner,
        "ceterms:offeredBy": owner,
        "ceterms:dateEffective": _effective(registered),
        "ceterms:estimatedDuration": [_duration(registered)],
        "ceterms:estimatedCost": [_cost(registered)],
        "ceterms:audienceLevelType": [term("audLevel", qualification.level, "AudienceLevel")],
        **_structure(registered),
        **_occupation(registered),
        **(_learning(registered) if registered.is_learning else _credential(registered)),
    }


def _description(registered: Registered) -> dict[str, str]:
    programme = registered.world.registry_phrases["programme"]
    return {
        language: f"{registered.qualification.focus[language]} {programme[language]}"
        + "; ".join(skill.label(language) for skill in registered.skills[:3])
        + "."
        for language in registered.languages
    }


def _keywords(registered: Registered) -> dict[str, list[str]]:
    return {
        language: [skill.labels[language] for skill in registered.skills[:2]
                   if language in skill.labels]
        for language in registered.languages if language != "hi"
    }  # fmt: skip


def _effective(registered: Registered) -> str:
    days = Draw(f"effective:{registered.qualification.key}").number(30, 1500)
    return (registered.world.today - timedelta(days=days)).isoformat()


def _duration(registered: Registered) -> Json:
    return {
        "@type": "ceterms:DurationProfile",
        "ceterms:exactDuration": registered.qualification.duration,
    }


def _cost(registered: Registered) -> Json:
    price = registered.qualification.price
    return {
        "@type": "ceterms:CostProfile",
        "ceterms:currency": registered.provider.currency,
        "ceterms:price": price,
        "ceterms:costDetails": f"{registered.provider.webpage}/fees",
        "ceterms:description": _shared("fee" if price else "no_fee", registered),
        "ceterms:directCostType": term("costType", "Tuition", "CostType"),
    }


def _structure(registered: Registered) -> Json:
    qualification = registered.qualification
    wholes = [each.key for each in registered.world.registry if qualification.key in each.parts]
    found = {
        "ceterms:hasPart": _addresses(qualification.parts),
        "ceterms:isPartOf": _addresses(wholes),
    }
    return {name: addresses for name, addresses in found.items() if addresses}


def _occupation(registered: Registered) -> Json:
    name = registered.qualification.occupation
    if name is None:
        return {}
    occupation = registered.world.taxonomy.occupation_by_name[name]
    return {
        "ceterms:occupationType": [{
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:framework": "http://data.europa.eu/esco/concept-scheme/occupations",
            "ceterms:frameworkName": {"en": "ESCO"},
            "ceterms:targetNode": occupation.uri,
            "ceterms:targetNodeName": label_map(occupation.labels, registered.languages),
            "ceterms:codedNotation": occupation.code,
        }]
    }  # fmt: skip


def _learning(registered: Registered) -> Json:
    qualification = registered.qualification
    competencies = _competencies(registered)
    assessed = {"ceterms:assesses": competencies[:2]} if qualification.assesses else {}
    return {
        "ceterms:teaches": competencies,
        **assessed,
        "ceterms:deliveryType": [term("deliveryType", qualification.delivery, "Delivery")],
        "ceterms:lifeCycleStatusType": term("lifeCycle", "Active", "LifeCycleStatus"),
        **_entry(registered),
        **_credit(registered),
    }


def _credential(registered: Registered) -> Json:
    qualification = registered.qualification
    condition = {
        "@type": "ceterms:ConditionProfile",
        "ceterms:description": _shared("complete", registered),
        "ceterms:targetCompetency": _competencies(registered),
        **_credit(registered),
    }
    if qualification.parts:
        condition["ceterms:targetLearningOpportunity"] = _addresses(qualification.parts)
    if qualification.requires:
        condition["ceterms:targetCredential"] = _addresses(qualification.requires)
    return {
        "ceterms:requires": [condition],
        "ceterms:credentialStatusType": term("credentialStat", "Active", "CredentialStatus"),
        **_entry(registered),
    }


def _entry(registered: Registered) -> Json:
    entry = registered.qualification.entry
    if entry is None:
        return {}
    conditions = {language: [text] for language, text in entry.items()}
    profile = {"@type": "ceterms:ConditionProfile", "ceterms:condition": conditions}
    return {"ceterms:entryCondition": [profile]}


def _credit(registered: Registered) -> Json:
    if registered.qualification.credit is None:
        return {}
    value, unit = registered.qualification.credit
    language = registered.languages[0]
    value_profile: Json = {
        "@type": "schema:ValueProfile",
        "schema:value": value,
        "schema:description": {"en" if unit.startswith("ECTS") else language: unit},
    }
    return {"ceterms:creditValue": [value_profile]}


def _competencies(registered: Registered) -> list[Json]:
    key, languages = registered.qualification.key, registered.languages
    aligned = [competency(key, skill, languages) for skill in registered.skills]
    own = [named(dict(text)) for text in registered.qualification.own]
    return aligned + own


def _shared(key: str, registered: Registered) -> dict[str, str]:
    texts = registered.world.registry_phrases[key]
    return {language: texts[language] for language in registered.languages}


def _addresses(keys: Iterable[str]) -> list[str]:
    return [resource_address(ctid("qualification", key)) for key in keys]


def _sector(provider: Provider) -> str:
    return "PrivateForProfit" if provider.kind == "employer_academy" else "PrivateNonProfit"


def _board_of_trades(node: str) -> Json:
    return {
        "@id": node,
        "@type": "ceterms:QACredentialOrganization",
        "ceterms:name": {"en": _BOARD_OF_TRADES},
        "ceterms:subjectWebpage": "https://board-of-trades.example",
    }
