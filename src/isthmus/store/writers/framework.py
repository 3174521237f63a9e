"""Frameworks and their levels as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from isthmus.model.framework import Framework
from isthmus.model.reference import Noun, Reference
from isthmus.store.writers.contract import (
    Derived,
    Link,
    NounWriter,
    Pointer,
    json_or_null,
    text_columns,
)
from isthmus.store.writers.organization import described, organization_key


class FrameworkWriter(NounWriter):
    """Writes frameworks; levels are updated in place, since qualifications point at them."""

    noun = Noun.FRAMEWORK
    table = "framework"
    identity = "code"
    columns = ("code", "name", "name_lang", "name_i18n", "kind", "version", "authority_id")
    children: ClassVar = {
        "level": (
            "framework_id",
            ("code", "notation", "rank", "title", "title_lang", "title_i18n", "equivalents"),
        )
    }
    upserts: ClassVar = {"level": ("framework_id", "notation")}
    links: ClassVar = {"authority": Link(Noun.ORGANIZATION, column="authority_id")}
    after = (
        "DELETE FROM level_equivalent WHERE cardinality($1::bigint[]) > 0",
        (
            "INSERT INTO level_equivalent (level_id, equivalent_id, basis)"
            " SELECT l.id, t.id, e.basis FROM level l"
            " CROSS JOIN LATERAL jsonb_to_recordset(l.equivalents) AS e (code text, basis text)"
            " JOIN level t ON t.code = e.code WHERE l.equivalents IS NOT NULL"
            " AND cardinality($1::bigint[]) > 0 ON CONFLICT DO NOTHING"
        ),
    )

    def identity_of(self, entity: Framework) -> str | None:
        """Give its code."""
        return entity.code

    def row(self, entity: Framework, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give a framework's values."""
        body = entity.authority
        authority = None
        if body is not None and not isinstance(body, Reference):
            authority = known[Noun.ORGANIZATION, organization_key(body)]
        name = text_columns(entity.name)
        return (entity.code, *name, entity.kind.value, entity.version, authority)

    def derived(self, entity: Framework) -> Iterable[Derived]:
        """Give the authority, where it is described."""
        return described((entity.authority,))

    def pointers(self, entity: Framework) -> Iterable[Pointer]:
        """Give the authority, where it is only named."""
        if isinstance(entity.authority, Reference):
            yield Pointer("authority", entity.authority)

    def child_rows(
        self, entity: Framework, key: int, known: Mapping[tuple[Noun, str], int]
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """Give its levels, each with the codes of its equivalents."""
        del known
        for level in entity.levels:
            equivalents = [
                {"code": f"{e.level.framework}/{e.level.notation}", "basis": e.basis}
                for e in level.equivalents
            ]
            yield (
                "level",
                (
                    key, f"{entity.code}/{level.notation}", level.notation, level.rank,
                    *text_columns(level.title), json_or_null(equivalents),
                ),
            )  # fmt: skip
