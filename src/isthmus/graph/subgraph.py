"""The text a router composes from: that of the schema, with or without what it says of tokens.

`@authenticated` and `@requiresScopes` tell a router what the hub enforces by itself anyway. A
gateway that does not know them refuses the whole supergraph, as Apollo's in JavaScript does; so
they are left out unless the operator's router is one that does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DirectiveNode,
    ListValueNode,
    StringValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

SECURITY = frozenset({"authenticated", "requiresScopes"})
_IMPORTED = frozenset(f"@{name}" for name in SECURITY)


@cache
def without_security(sdl: str) -> str:
    """Leave out what a schema's text says of tokens; the rest stays as it is."""
    return print_ast(visit(parse(sdl), _Open())) + "\n"


class _Open(Visitor):
    """Drops the directives, their import and their scalars."""

    def leave_directive(self, node: DirectiveNode, *_: Any) -> Any:
        """Drop a directive of security."""
        return REMOVE if node.name.value in SECURITY else None

    def leave_argument(self, node: ArgumentNode, *_: Any) -> Any:
        """Drop what a link imports for them."""
        if node.name.value != "import" or not isinstance(node.value, ListValueNode):
            return None
        kept = tuple(
            one
            for one in node.value.values
            if not (isinstance(one, StringValueNode) and one.value in _IMPORTED)
        )
        return ArgumentNode(name=node.name, value=ListValueNode(values=kept))
