"""One loopback application that answers as four outside systems would.

Promises: status codes, content types, paging headers and bodies of refusals are the originals'.
What the answers hold is decided in `isthmus.playground.simulators`; here are only routes.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from isthmus.playground.simulators import credential_registry, esco, greenhouse, microsoft_learn
from isthmus.playground.simulators.credential_registry import PER_PAGE, Envelope, PageOfEnvelopes
from isthmus.playground.world import World

COMMUNITIES = {"ce-registry", "ce_registry"}


def create_app(world: World) -> Starlette:
    """Return the application that serves the world; it holds no state of its own."""
    answers = _Answers(world)
    registry = "/credential-registry"
    routes = [
        Route(f"/esco/ESCO-v{esco.VERSION}-{{language}}-csv.zip", answers.esco_archive),
        Route("/greenhouse/v1/boards/{board}/jobs", answers.board_jobs),
        Route("/microsoft-learn/api/catalog/", answers.learn_catalogue),
        Route(f"{registry}/graph/{{ctid}}", answers.registry_graph),
        Route(f"{registry}/resources/{{ctid}}", answers.registry_resource),
        Route(f"{registry}/{{community}}/search", answers.registry_search),
        Route(f"{registry}/{{community}}/envelopes", answers.registry_envelopes),
    ]
    return Starlette(routes=routes)


class _Answers:
    """The routes' answers about one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _archives(self) -> dict[str, bytes]:
        taxonomy = self._world.taxonomy
        packed = {each: esco.archive(taxonomy, each) for each in taxonomy.languages}
        return {language: content for language, content in packed.items() if content}

    @cached_property
    def _envelopes(self) -> tuple[Envelope, ...]:
        return credential_registry.published(self._world)

    async def esco_archive(self, request: Request) -> Response:
        content = self._archives.get(request.path_params["language"])
        if content is None:
            return Response("Not Found", status_code=404, media_type="text/plain")
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag}
        if tag in _tags(request):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/zip", headers=headers)

    async def board_jobs(self, request: Request) -> Response:
        board = request.path_params["board"]
        with_content = request.query_params.get("content") == "true"
        jobs = greenhouse.board_jobs(self._world, board, with_content=with_content)
        return _json(greenhouse.NOT_FOUND, status=404) if jobs is None else _json(jobs)

    async def learn_catalogue(self, request: Request) -> Response:
        types = request.query_params.get("type", "")
        locale = request.query_params.get("locale", "en-us").lower()
        wanted = frozenset(filter(None, (each.strip() for each in types.split(","))))
        try:
            body = microsoft_learn.catalogue(self._world, locale=locale, types=wanted)
        except microsoft_learn.UnknownType as problem:
            return _json(microsoft_learn.refusal(problem), status=400)
        return _json(body)

    async def registry_graph(self, request: Request) -> Response:
        envelope = self._envelope(request)
        if envelope is None:
            return _json(credential_registry.not_found("Envelope"), status=404)
        return _json(envelope.document)

    async def registry_resource(self, request: Request) -> Response:
        envelope = self._envelope(request)
        if envelope is None:
            return _json(credential_registry.not_found("Resource"), status=404)
        return _json({"@context": credential_registry.CONTEXT, **envelope.graph[0]})

    async def registry_search(self, request: Request) -> Response:
        found = self._page(request)
        if isinstance(found, Response):
            return found
        results = [credential_registry.search_result(each) for each in found.envelopes]
        return _json(results, headers=found.headers)

    async def registry_envelopes(self, request: Request) -> Response:
        found = self._page(request)
        if isinstance(found, Response):
            return found
        records = [credential_registry.envelope_record(each) for each in found.envelopes]
        return _json(records, headers=found.headers)

    def _envelope(self, request: Request) -> Envelope | None:
        wanted = request.path_params["ctid"].lower()
        return next((each for each in self._envelopes if each.ctid == wanted), None)

    def _page(self, request: Request) -> PageOfEnvelopes | Response:
        if request.path_params["community"] not in COMMUNITIES:
            return _json(credential_registry.not_found("EnvelopeCommunity"), status=404)
        query = dict(request.query_params)
        page, per_page = _counted(query, "page", 1), _counted(query, "per_page", PER_PAGE)
        for name, value in (("page", page), ("per_page", per_page)):
            if value is None:
                return _json({"errors": [f"{name} is invalid"]}, status=400)
        changed = credential_registry.changed_between(
            self._envelopes, since=query.get("from"), until=query.get("until")
        )
        url = str(request.url.replace(query=""))
        return credential_registry.page_of(
            changed, url=url, query=query, page=page or 1, per_page=per_page or 1
        )


def _tags(request: Request) -> set[str]:
    header = request.headers.get("if-none-match", "")
    return {each.strip().removeprefix("W/") for each in header.split(",")}


def _counted(query: dict[str, str], name: str, default: int) -> int | None:
    text = query.get(name, str(default))
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else None


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = orjson.dumps(body)
    return Response(content, status, headers, media_type="application/json")
