"""Limit (L2p): one hand-written statement for an operation; PostgreSQL builds the JSON text.

It reads the hub's loaded tables by the hub's indexes and answers the same data as the hub. The
operation is known by its name: nothing of GraphQL is read, so this is a floor, not a server.
Cursors are `moment~key` and `key`.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

VACANCIES = """
WITH found AS MATERIALIZED (
  SELECT id, title, employer_id, locations, published_at, employment_type,
         salary_min, salary_currency
  FROM vacancy
  WHERE (coalesce(published_at, '-infinity'), id) < ($2::timestamptz, $3::bigint)
  ORDER BY coalesce(published_at, '-infinity') DESC, id DESC LIMIT $1 + 1
), page AS MATERIALIZED (
  SELECT *, to_json(published_at)#>>'{}' || '~' || id AS place
  FROM found ORDER BY published_at DESC, id DESC LIMIT $1
)
SELECT json_build_object('data', json_build_object('vacancies', json_build_object(
  'edges', (
    SELECT json_agg(json_build_object('cursor', p.place, 'node', %s)
                    ORDER BY p.published_at DESC, p.id DESC)
    FROM page p JOIN organization e ON e.id = p.employer_id),
  'pageInfo', json_build_object(
    'hasNextPage', (SELECT count(*) > $1 FROM found),
    'endCursor', (SELECT place FROM page ORDER BY published_at, id LIMIT 1)))))::text
"""
EMPLOYER = "json_build_object('name', json_build_object('value', e.name))"

STATEMENTS = {
    "Q1": VACANCIES
    % f"""json_build_object(
      'id', 'vac_' || p.id, 'title', json_build_object('value', p.title), 'employer', {EMPLOYER},
      'locations', (SELECT json_agg(json_build_object(
          'country', l->'country', 'municipality', l->'municipality'))
        FROM jsonb_array_elements(p.locations) l),
      'publishedAt', p.published_at, 'employmentType', p.employment_type,
      'salary', json_build_object('min', p.salary_min::text, 'currency', p.salary_currency))""",
    "Q2": VACANCIES
    % f"""json_build_object(
      'id', 'vac_' || p.id, 'title', json_build_object('value', p.title), 'employer', {EMPLOYER},
      'requirements', (SELECT json_agg(json_build_object('must', r.must,
          'skill', json_build_object('skill', json_build_object(
            'uri', s.uri, 'label', json_build_object('value', s.label)))) ORDER BY r.ord)
        FROM requirement r JOIN skill s ON s.id = r.skill_id WHERE r.vacancy_id = p.id))""",
    "Q3": """
WITH found AS MATERIALIZED (
  SELECT id, title FROM qualification WHERE id > $2::bigint ORDER BY id LIMIT $1 + 1
), page AS MATERIALIZED (SELECT * FROM found ORDER BY id LIMIT $1)
SELECT json_build_object('data', json_build_object('qualifications', json_build_object(
  'edges', (SELECT json_agg(json_build_object('cursor', q.id::text, 'node', json_build_object(
    'id', 'qua_' || q.id, 'title', json_build_object('value', q.title),
    'outcomes', (SELECT json_agg(json_build_object(
        'id', 'out_' || o.id, 'text', json_build_object('value', o.text),
        'skills', (SELECT json_agg(json_build_object('skill', json_build_object(
            'uri', s.uri, 'label', json_build_object('value', s.label),
            'occupations', json_build_object('nodes', (
              SELECT coalesce(json_agg(json_build_object(
                'uri', c.uri, 'label', json_build_object('value', c.label)) ORDER BY c.id), '[]')
              FROM (SELECT c.id, c.uri, c.label
                FROM occupation_skill k JOIN occupation c ON c.id = k.occupation_id
                WHERE k.skill_id = s.id ORDER BY c.id LIMIT 5) c)))) ORDER BY a.ord)
          FROM outcome_skill a JOIN skill s ON s.id = a.skill_id WHERE a.outcome_id = o.id))
        ORDER BY l.ord)
      FROM qualification_outcome l JOIN learning_outcome o ON o.id = l.outcome_id
      WHERE l.qualification_id = q.id))) ORDER BY q.id) FROM page q),
  'pageInfo', json_build_object(
    'hasNextPage', (SELECT count(*) > $1 FROM found),
    'endCursor', (SELECT max(id)::text FROM page)))))::text
""",
    "Q4": """
SELECT json_build_object('data', json_build_object('qualification', json_build_object(
  'id', 'qua_' || q.id, 'title', json_build_object('value', q.title),
  'registerStatus', q.register_status,
  'credits', (SELECT json_agg(json_build_object('points', c->'points'))
    FROM jsonb_array_elements(q.credits) c),
  'provider', json_build_object(
    'id', 'org_' || p.id, 'name', json_build_object('value', p.name), 'country', p.country),
  'level', json_build_object('id', 'lvl_' || l.id, 'notation', l.notation, 'rank', l.rank),
  'awardingBodies', (SELECT json_agg(json_build_object(
      'id', 'org_' || b.id, 'name', json_build_object('value', b.name)) ORDER BY b.id)
    FROM qualification_awarding_body k JOIN organization b ON b.id = k.organization_id
    WHERE k.qualification_id = q.id))))::text
FROM qualification q JOIN organization p ON p.id = q.provider_id JOIN level l ON l.id = q.level_id
WHERE q.id = $1
""",
}
held: dict[str, Any] = {}


def parameters(name: str, variables: dict[str, Any]) -> tuple[Any, ...]:
    """Give the parameters of a statement."""
    if name == "Q4":
        return (int(variables["id"].rpartition("_")[2]),)
    if name == "Q3":
        return variables["first"], int(variables["after"])
    moment, _, key = variables["after"].partition("~")
    return variables["first"], datetime.fromisoformat(moment), int(key)


async def answer(request: Request) -> Response:
    """Answer one operation."""
    if "pool" not in held:
        held["pool"] = await asyncpg.create_pool(
            os.environ["PEER_DATABASE"], min_size=8, max_size=8, server_settings={"jit": "off"}
        )
    body = orjson.loads(await request.body())
    name = body["operationName"]
    async with held["pool"].acquire() as connection:
        text = await connection.fetchval(STATEMENTS[name], *parameters(name, body["variables"]))
    return Response(text.encode(), media_type="application/json")


app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])])
