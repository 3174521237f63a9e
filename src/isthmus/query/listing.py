"""Lists that the database writes as JSON, where it can; None where they are read as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.query import vocabulary as v
from isthmus.query.calling import RequestReader
from isthmus.query.json_text import NotText, TextCode
from isthmus.query.readings import OwnedTexts, PageTexts
from isthmus.query.selections import Sets

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler


def owned_texts(compiler: Compiler, plan: v.Many, shape: v.Shape, sets: Sets) -> OwnedTexts | None:
    """Give the reading of a short list."""
    written = _written(compiler, shape, sets)
    return None if written is None else OwnedTexts(plan, *written)


def page_texts(
    compiler: Compiler, plan: v.Page, shape: v.Shape, sets: Sets, number: int, read: RequestReader
) -> PageTexts | None:
    """Give the reading of the nodes of pages; columns of the link stand in no text."""
    if plan.link_columns:
        return None
    written = _written(compiler, shape, sets)
    return None if written is None else PageTexts(plan, number, read, *written)


def _written(compiler: Compiler, shape: v.Shape, sets: Sets) -> tuple[str, str] | None:
    if not compiler.texts or shape.of_sources:
        return None
    code = TextCode(compiler)
    try:
        text = code.object(shape.type, sets, shape)
    except NotText:
        return None
    if any(joined.of_sources for joined in code.shapes):
        return None
    return text, " ".join(code.joins)
