"""The official ESCO download: one archive of CSV files for each language.

Kept on purpose: lines end in CRLF, several labels share a cell and are split by line breaks, and
a relation between skills gives the second one's kind twice.

Unlike the original: definitions and descriptions are empty, and a concept whose label in the
archive's language we do not know has no row there, though relations may name its address.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator

from isthmus.playground.taxonomy import Concept, IscoGroup, Occupation, SkillGroup, Taxonomy

VERSION = "1.1.1"
Table = Iterable[tuple[str, ...]]
SCHEME = "http://data.europa.eu/esco/concept-scheme/"
ISCED = "http://data.europa.eu/esco/isced-f/"
ISCO = "http://data.europa.eu/esco/isco/C"
_RELEASED = "released"
_STAMP = (2022, 5, 10, 0, 0, 0)  # one date for every entry keeps the archive's bytes the same
_SCHEMES = {
    "isced-f": "International standard classification of education: "
    "fields of education and training 2013",
    "isco": "ISCO 2008",
    "member-occupations": "ESCO member occupations",
    "member-skills": "ESCO member skills",
    "occupations": "ESCO Occupations",
    "skills": "ESCO skills",
    "skills-hierarchy": "ESCO skills hierarchy",
}
_SKILL, _SKILL_GROUP = "KnowledgeSkillCompetence", "SkillGroup"
_OCCUPATION, _ISCO_GROUP, _SCHEME = "Occupation", "ISCOGroup", "ConceptScheme"
HEADERS: dict[str, str] = {
    "skills": "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,"
    "hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description",
    "skillGroups": "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,"
    "modifiedDate,scopeNote,inScheme,description,code",
    "occupations": "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,"
    "status,modifiedDate,regulatedProfessionNote,scopeNote,definition,inScheme,description,code",
    "ISCOGroups": "conceptType,conceptUri,code,preferredLabel,status,altLabels,inScheme,"
    "description",
    "occupationSkillRelations": "occupationUri,relationType,skillType,skillUri",
    "skillSkillRelations": "originalSkillUri,originalSkillType,relationType,relatedSkillType,"
    "relatedSkillUri",
    "broaderRelationsSkillPillar": "conceptType,conceptUri,broaderType,broaderUri",
    "broaderRelationsOccPillar": "conceptType,conceptUri,broaderType,broaderUri",
    "conceptSchemes": "conceptType,conceptSchemeUri,preferredLabel,title,status,description,"
    "hasTopConcept",
}


def archive(taxonomy: Taxonomy, language: str) -> bytes | None:
    """Return the archive of one language, or none where ESCO has no such language here."""
    if language not in taxonomy.languages:
        return None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in tables(taxonomy, language).items():
            packed.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tables(taxonomy: Taxonomy, language: str) -> dict[str, str]:
    """Return the files of one language by name."""
    return {
        _file_name(name, language): _csv(HEADERS[name], write(taxonomy, language))
        for name, write in _WRITERS.items()
    }


def _file_name(table: str, language: str) -> str:
    """Relations are the same in every language, so their files carry none in their names."""
    return f"{table}.csv" if "Relations" in table else f"{table}_{language}.csv"


def _csv(header: str, rows: Table) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def _schemes(*names: str, separator: str = ",\n") -> str:
    return separator.join(SCHEME + name for name in names)


def _aliases(concept: Concept, language: str) -> str:
    return "\n".join(concept.aliases.get(language, ()))


def _skills(taxonomy: Taxonomy, language: str) -> Table:
    schemes = _schemes("skills", "member-skills")
    for each in taxonomy.skills:
        if language in each.labels:
            yield (
                _SKILL, each.uri, each.kind, each.reuse, each.labels[language],
                _aliases(each, language), "", _RELEASED, each.modified, "", "", schemes, "",
            )  # fmt: skip


def _skill_groups(taxonomy: Taxonomy, language: str) -> Table:
    for each in taxonomy.groups:
        if language in each.labels:
            names = ["skills-hierarchy", "skills"]
            names += ["isced-f"] if each.uri.startswith(ISCED) else []
            yield (
                _SKILL_GROUP, each.uri, each.labels[language], "", "", _RELEASED, "", "",
                _schemes(*names, separator="\n"), "", each.code,
            )  # fmt: skip


def _occupations(taxonomy: Taxonomy, language: str) -> Table:
    schemes = _schemes("occupations", "member-occupations")
    for each in taxonomy.occupations:
        if language in each.labels:
            yield (
                _OCCUPATION, each.uri, each.isco, each.labels[language],
                _aliases(each, language), "", _RELEASED, each.modified, "", "", "", schemes, "",
                each.code,
            )  # fmt: skip


def _isco_groups(taxonomy: Taxonomy, language: str) -> Table:
    schemes = _schemes("occupations", "isco")
    for each in taxonomy.isco:
        if language in each.labels:
            label = each.labels[language]
            yield (_ISCO_GROUP, each.uri, each.code, label, _RELEASED, "", schemes, "")


def _occupation_skills(taxonomy: Taxonomy, _: str) -> Table:
    kinds = _kinds(taxonomy)
    for each in taxonomy.occupations:
        for skill in each.essential:
            yield each.uri, "essential", kinds[skill], skill
        for skill in each.optional:
            yield each.uri, "optional", kinds[skill], skill


def _skill_skills(taxonomy: Taxonomy, _: str) -> Table:
    kinds = _kinds(taxonomy)
    for each in taxonomy.skills:
        for relation, other in each.related:
            # the official file writes the second skill's kind in both cells
            yield each.uri, kinds[other], relation, kinds[other], other


def _kinds(taxonomy: Taxonomy) -> dict[str, str]:
    return {each.uri: each.kind for each in taxonomy.skills}


def _broader_skills(taxonomy: Taxonomy, _: str) -> Table:
    skills = {each.uri for each in taxonomy.skills}
    pillar: tuple[Concept, ...] = (*taxonomy.groups, *taxonomy.skills)
    yield from _broader(pillar, lambda uri: _SKILL if uri in skills else _SKILL_GROUP)


def _broader_occupations(taxonomy: Taxonomy, _: str) -> Table:
    pillar: tuple[Concept, ...] = (*taxonomy.isco, *taxonomy.occupations)
    yield from _broader(pillar, lambda uri: _ISCO_GROUP if uri.startswith(ISCO) else _OCCUPATION)


def _broader(
    concepts: Iterable[Concept], type_of: Callable[[str], str]
) -> Iterator[tuple[str, ...]]:
    for each in concepts:
        for broader in each.broader:
            yield type_of(each.uri), each.uri, type_of(broader), broader


def _concept_schemes(taxonomy: Taxonomy, _: str) -> Table:
    for name, label in _SCHEMES.items():
        top = ",\n".join(_top_concepts(taxonomy, name))
        yield _SCHEME, SCHEME + name, label, "", _RELEASED, "", top


def _top_concepts(taxonomy: Taxonomy, scheme: str) -> list[str]:
    if scheme == "member-skills":
        return [each.uri for each in taxonomy.skills]
    if scheme == "member-occupations":
        return [each.uri for each in taxonomy.occupations]
    if scheme == "isced-f":
        field = len(ISCED) + 2  # broad fields have two digits
        return [each.uri for each in taxonomy.groups if each.uri.startswith(ISCED)
                and len(each.uri) == field]  # fmt: skip
    pillar: tuple[SkillGroup | IscoGroup | Occupation, ...]
    pillar = taxonomy.isco if scheme in {"isco", "occupations"} else taxonomy.groups
    return [each.uri for each in pillar if not each.broader]


_WRITERS: dict[str, Callable[[Taxonomy, str], Table]] = {
    "skills": _skills,
    "skillGroups": _skill_groups,
    "occupations": _occupations,
    "ISCOGroups": _isco_groups,
    "occupationSkillRelations": _occupation_skills,
    "skillSkillRelations": _skill_skills,
    "broaderRelationsSkillPillar": _broader_skills,
    "broaderRelationsOccPillar": _broader_occupations,
    "conceptSchemes": _concept_schemes,
}
