"""How each noun becomes rows: one writer a noun, the same few questions asked of each.

Promise: a writer turns one entity into one row of its table, the rows of its child tables, the
pointers it states and the bodies it describes in passing. It runs no statement.
"""

from isthmus.model.reference import Noun
from isthmus.store.writers.contract import Derived, Link, NounWriter, Pointer
from isthmus.store.writers.framework import FrameworkWriter
from isthmus.store.writers.occupation import OccupationWriter
from isthmus.store.writers.organization import OrganizationWriter
from isthmus.store.writers.outcome import OutcomeWriter
from isthmus.store.writers.qualification import QualificationWriter
from isthmus.store.writers.skill import SkillWriter
from isthmus.store.writers.vacancy import VacancyWriter

WRITERS: dict[Noun, NounWriter] = {
    Noun.VACANCY: VacancyWriter(),
    Noun.QUALIFICATION: QualificationWriter(),
    Noun.LEARNING_OUTCOME: OutcomeWriter(),
    Noun.ORGANIZATION: OrganizationWriter(),
    Noun.SKILL: SkillWriter(),
    Noun.OCCUPATION: OccupationWriter(),
    Noun.FRAMEWORK: FrameworkWriter(),
}

__all__ = ["WRITERS", "Derived", "Link", "NounWriter", "Pointer"]
