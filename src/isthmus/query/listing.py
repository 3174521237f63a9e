"""Objects and lists that the database writes as JSON, where it can; None where they are rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.query import vocabulary as v
from isthmus.query.calling import RequestReader
from isthmus.query.json_text import NotText, TextCode, TextRow
from isthmus.query.levels import View
from isthmus.query.readings import PageTexts
from isthmus.query.selections import Sets
from isthmus.query.statements import as_bytes

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler


def object_in_row(compiler: Compiler, type_name: str, sets: Sets, view: View) -> str | None:
    """Have an object written whole in its row; give the code of its value."""
    if not compiler.texts or view.shape is None:
        return None
    held = view.level.state()
    try:
        row = TextRow(view.shape, view=view)
        text = TextCode(compiler, view.level, view).object(type_name, sets, row)
    except NotText:
        view.level.restore(held)
        return None
    return f"fragment({view.pick(as_bytes(text))})"


def list_in_row(compiler: Compiler, plan: v.Many, sets: Sets, view: View) -> str | None:
    """Have a short list written in its owner's own row; give the code of its value."""
    if not compiler.texts:
        return None
    held = view.level.state()
    try:
        text = TextCode(compiler, view.level).many(plan, sets, view.sql("id"))
    except NotText:
        view.level.restore(held)
        return None
    return f"fragment({view.pick(as_bytes(text))})"


def page_texts(
    compiler: Compiler, plan: v.Page, shape: v.Shape, sets: Sets, number: int, read: RequestReader
) -> PageTexts | None:
    """Give the reading of the nodes of pages, those of all owners in one statement."""
    if not compiler.texts or plan.link_columns or shape.joins or shape.of_sources:
        return None
    code = TextCode(compiler)
    try:
        text = code.object(shape.type, sets, TextRow(shape))
    except NotText:
        return None
    return PageTexts(plan, number, read, text, " ".join(code.joins))
