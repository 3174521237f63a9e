"""Whether the policies bind: chosen when the vault opens, refused where they could not.

A superuser is bound by no policy, so that everything runs as a role that is. A user of a server
that may take no other role is bound itself, as the owner of tables that force it.
"""

from __future__ import annotations

from isthmus.errors import Misconfigured
from isthmus.store.database import Database, Row

ROLE = "isthmus_viewer"
ITSELF = "none"
"""What PostgreSQL calls no other role."""

TABLES = (
    "hub_secret", "client", "learner", "learner_key", "identity", "handshake", "guardianship",
    "consent", "source_link", "credential", "endorsement", "audit_event", "export_file",
    "idempotency", "erasure",
)  # fmt: skip
"""The tables of people."""

_TABLES = (
    "SELECT count(*) FILTER (WHERE relrowsecurity AND relforcerowsecurity) AS guarded"
    " FROM pg_class WHERE oid = ANY(SELECT to_regclass(t)::oid FROM unnest($1::text[]) AS t)"
)
_USER = (
    "SELECT rolsuper OR rolbypassrls AS unbound,"
    " current_setting('server_version_num')::int >= 160000 AS grants_set"
    " FROM pg_roles WHERE rolname = current_user"
)
_TAKEN = (
    "SELECT NOT (r.rolsuper OR r.rolbypassrls) AND pg_has_role(current_user, r.oid, $2)"
    " AND (SELECT bool_and(has_table_privilege(r.oid, t, p)) FROM unnest($3::text[]) AS t,"
    " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p)"
    " FROM pg_roles r WHERE r.rolname = $1"
)


async def role_to_take(database: Database) -> str:
    """Name the role that statements on people run as; raise `Misconfigured` where none binds."""
    guarded = await database.value(_TABLES, list(TABLES))
    if guarded != len(TABLES):
        message = (
            "Row level security is off on a table of people; see docs/operating.md to restore it."
        )
        raise Misconfigured("POLICIES_OFF", message)
    user = await database.row(_USER)
    if user is not None and await _may_take(database, user):
        return ROLE
    if user is None or user["unbound"]:
        message = (
            f"The database's user is bound by no policy, and the role {ROLE} that is cannot be"
            f" taken: CREATE ROLE {ROLE} NOLOGIN; then SELECT isthmus_admit();"
        )
        raise Misconfigured("ROLE_MISSING", message)
    return ITSELF


async def _may_take(database: Database, user: Row) -> bool:
    # until 15, whoever is a member may take a role; from 16 on that is granted apart
    right = "SET" if user["grants_set"] else "MEMBER"
    return bool(await database.value(_TAKEN, ROLE, right, list(TABLES)))
