"""The types by name, so that their modules need not import one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from isthmus.graph.types.connector import Connector
    from isthmus.graph.types.consent import Consent
    from isthmus.graph.types.credential import Credential
    from isthmus.graph.types.framework import Framework, Level
    from isthmus.graph.types.learner import Learner
    from isthmus.graph.types.occupation import Occupation
    from isthmus.graph.types.organization import Organization
    from isthmus.graph.types.provenance import Provenance
    from isthmus.graph.types.qualification import Qualification
    from isthmus.graph.types.skill import Skill
    from isthmus.graph.types.source import Source, SourceState
    from isthmus.graph.types.vacancy import Vacancy

TYPES = "isthmus.graph.types"

ConnectorRef = Annotated["Connector", strawberry.lazy(f"{TYPES}.connector")]
ConsentRef = Annotated["Consent", strawberry.lazy(f"{TYPES}.consent")]
CredentialRef = Annotated["Credential", strawberry.lazy(f"{TYPES}.credential")]
FrameworkRef = Annotated["Framework", strawberry.lazy(f"{TYPES}.framework")]
LearnerRef = Annotated["Learner", strawberry.lazy(f"{TYPES}.learner")]
LevelRef = Annotated["Level", strawberry.lazy(f"{TYPES}.framework")]
OccupationRef = Annotated["Occupation", strawberry.lazy(f"{TYPES}.occupation")]
OrganizationRef = Annotated["Organization", strawberry.lazy(f"{TYPES}.organization")]
ProvenanceRef = Annotated["Provenance", strawberry.lazy(f"{TYPES}.provenance")]
QualificationRef = Annotated["Qualification", strawberry.lazy(f"{TYPES}.qualification")]
SkillRef = Annotated["Skill", strawberry.lazy(f"{TYPES}.skill")]
SourceRef = Annotated["Source", strawberry.lazy(f"{TYPES}.source")]
SourceStateRef = Annotated["SourceState", strawberry.lazy(f"{TYPES}.source")]
VacancyRef = Annotated["Vacancy", strawberry.lazy(f"{TYPES}.vacancy")]
