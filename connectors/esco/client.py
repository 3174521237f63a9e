"""Reads concepts out of the archives, each with its labels in every language and its relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.model.run import Rejection

from .archive import Archive

PAGE = 1000
SCHEMES = "http://data.europa.eu/esco/concept-scheme/"
COLLECTIONS = (
    ("transversalSkillsCollection", "transversal"),
    ("languageSkillsCollection", "language"),
)
Labels = dict[str, tuple[str, str, str]]


class Esco(Connector):
    """The skills pillar and the occupations pillar, groups included."""

    @stream("skills")
    async def skills(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every skill and skill group."""
        del cursor
        archives = await _open(context)
        main, version = archives[0], context.config["version"]
        tag = main.language
        broader = _lists(main.rows("broaderRelationsSkillPillar.csv", "conceptUri", "broaderUri"))
        related = _lists(
            main.rows("skillSkillRelations.csv", "originalSkillUri", "relatedSkillUri")
        )
        kinds = _kinds(main)
        scheme = _scheme("skills", "ESCO skills", version, archives)
        group_scheme = _scheme("skills-hierarchy", "ESCO skill groups", version, archives)
        texts = _translations(archives, "skills")

        def concepts() -> Iterator[dict[str, Any]]:
            for uri, kind, reuse, label, alts, status, changed, description in main.rows(
                f"skills_{tag}.csv", "conceptUri", "skillType", "reuseLevel", "preferredLabel",
                "altLabels", "status", "modifiedDate", "description",
            ):  # fmt: skip
                yield {
                    "uri": uri, "scheme": scheme, "kind": kinds.get(uri, kind), "reuse": reuse,
                    "status": status, "modified": changed, "language": tag,
                    "broader": broader.pop(uri, []), "related": related.pop(uri, []),
                } | _texts(uri, tag, (label, alts, description), texts)  # fmt: skip
            groups = _translations(archives, "skillGroups")
            for uri, label, alts, status, changed, description, code in main.rows(
                f"skillGroups_{tag}.csv", "conceptUri", "preferredLabel", "altLabels", "status",
                "modifiedDate", "description", "code",
            ):  # fmt: skip
                yield {
                    "uri": uri, "scheme": group_scheme, "code": code, "group": True,
                    "status": status, "modified": changed, "language": tag,
                    "broader": broader.pop(uri, []),
                } | _texts(uri, tag, (label, alts, description), groups)  # fmt: skip

        for page in _pages(concepts()):
            yield page
        yield Page(
            [], rejected=[*_of_nothing(broader, "broader"), *_of_nothing(related, "related")]
        )

    @stream("occupations")
    async def occupations(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every occupation with its skills, and every ISCO group."""
        del cursor
        archives = await _open(context)
        main, version = archives[0], context.config["version"]
        tag = main.language
        file = f"occupations_{tag}.csv"
        broader = _lists(main.rows("broaderRelationsOccPillar.csv", "conceptUri", "broaderUri"))
        skills: dict[str, list[dict[str, str]]] = defaultdict(list)
        for occupation, skill, relation in main.rows(
            "occupationSkillRelations.csv", "occupationUri", "skillUri", "relationType"
        ):
            skills[occupation].append({"uri": skill, "relation": relation})
        scheme = _scheme("occupations", "ESCO occupations", version, archives)
        isco = _scheme("isco", "ISCO", "08", archives)
        texts = _translations(archives, "occupations")

        def concepts() -> Iterator[dict[str, Any]]:
            for uri, group, label, alts, status, changed, description, code in main.rows(
                file, "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "status",
                "modifiedDate", "description", "code",
            ):  # fmt: skip
                yield {
                    "uri": uri, "scheme": scheme, "code": code, "isco_group": group,
                    "status": status, "modified": changed, "language": tag,
                    "broader": broader.pop(uri, []), "skills": skills.pop(uri, []),
                } | _texts(uri, tag, (label, alts, description), texts)  # fmt: skip
            groups = _translations(archives, "ISCOGroups")
            for uri, code, label, status, alts, description in main.rows(
                f"ISCOGroups_{tag}.csv", "conceptUri", "code", "preferredLabel", "status",
                "altLabels", "description",
            ):  # fmt: skip
                yield {
                    "uri": uri, "scheme": isco, "code": code, "isco_group": code, "group": True,
                    "status": status, "language": tag, "broader": broader.pop(uri, []),
                } | _texts(uri, tag, (label, alts, description), groups)  # fmt: skip

        for page in _pages(concepts()):
            yield page
        yield Page(
            [], rejected=[*_without_occupation(skills, file), *_of_nothing(broader, "broader")]
        )


async def _open(context: Context) -> list[Archive]:
    """Fetch every archive once a sync."""
    return [Archive(await _fetched(context, name), name) for name in context.config["archives"]]


async def _fetched(context: Context, name: str) -> Path:
    """Give the file of an archive; what another stream of this sync has fetched is kept."""
    kept = context.folder / f"archive-{quote(name, safe='')}"
    if kept.is_file():
        return kept
    file = await context.http.file(quote(name), context.folder)
    # a file that stands at the source's own place is read there, and never moved
    return file.rename(kept) if file.parent == context.folder else file


def _pages(concepts: Iterator[dict[str, Any]]) -> Iterator[Page]:
    while chunk := list(islice(concepts, PAGE)):
        yield Page(chunk)


def _lists(pairs: Iterator[tuple[str, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return found


def _kinds(archive: Archive) -> dict[str, str]:
    """Map the skills of the collections that say more of a skill than its type does."""
    found: dict[str, str] = {}
    for collection, kind in COLLECTIONS:
        file = f"{collection}_{archive.language}.csv"
        if archive.has(file):
            found |= {uri: kind for (uri,) in archive.rows(file, "conceptUri")}
    return found


def _scheme(name: str, title: str, version: str, archives: list[Archive]) -> dict[str, Any]:
    languages = [archive.language for archive in archives]
    return {"uri": SCHEMES + name, "name": title, "version": version, "languages": languages}


def _translations(archives: list[Archive], kind: str) -> dict[str, Labels]:
    """Read the labels of the further languages: language -> URI -> label, aliases, description."""
    return {
        archive.language: {
            uri: (label, alts, description)
            for uri, label, alts, description in archive.rows(
                f"{kind}_{archive.language}.csv",
                "conceptUri", "preferredLabel", "altLabels", "description",
            )
        }
        for archive in archives[1:]
    }  # fmt: skip


def _texts(
    uri: str, tag: str, own: tuple[str, str, str], others: dict[str, Labels]
) -> dict[str, Any]:
    """Give a concept's texts by language; aliases are parted by line breaks."""
    found = {tag: own}
    for language, labels in others.items():
        if uri in labels:
            found[language] = labels[uri]
    return {
        "labels": {language: label for language, (label, _, _) in found.items()},
        "alt_labels": {
            language: [alias for alias in alts.splitlines() if alias.strip() not in {"", label}]
            for language, (label, alts, _) in found.items()
            if alts
        },
        "descriptions": {
            language: description for language, (_, _, description) in found.items() if description
        },
    }


def _of_nothing(relations: dict[str, list[str]], kind: str) -> Iterator[Rejection]:
    """Reject the relations of concepts that the files do not hold, each by itself."""
    for concept, others in relations.items():
        for other in others:
            yield Rejection(
                f"{concept} {kind} {other}",
                "REFERENCE_DANGLING",
                f"the {kind} relation is of a concept that the files lack",
                "conceptUri",
            )


def _without_occupation(
    relations: dict[str, list[dict[str, str]]], file: str
) -> Iterator[Rejection]:
    """Reject the relations of occupations that the files do not hold, each by itself."""
    for occupation, skills in relations.items():
        for skill in skills:
            yield Rejection(
                f"{occupation} {skill['uri']}",
                "REFERENCE_DANGLING",
                f"the relation names an occupation that {file} lacks",
                "occupationUri",
            )
