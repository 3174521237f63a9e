"""Mutations about sources: added, changed, given secrets, paused, resumed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry

from isthmus.graph.durations import seconds_of
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_with, input_of
from isthmus.graph.mutations.registering import (
    LOOKING,
    answered,
    applicant,
    registering,
    user_errors,
    writing_once,
)
from isthmus.graph.registering_inputs import (
    AddSourceInput,
    PauseSourceInput,
    ResumeSourceInput,
    SetSourceSecretInput,
    UpdateSourceInput,
)
from isthmus.graph.rows import entity_of
from isthmus.graph.types.connector import CONNECTOR
from isthmus.graph.types.registering_payloads import (
    AddSourcePayload,
    PauseSourcePayload,
    ResumeSourcePayload,
    SetSourceSecretPayload,
    UpdateSourcePayload,
)
from isthmus.graph.types.rejected_record import DryRun
from isthmus.model.run import SourceMode as Mode
from isthmus.query.ids import key_of
from isthmus.registering.applicant import Declined, Refusal
from isthmus.registering.sourcing import Wanted

P = TypeVar("P")
WRITE = "source:write"
SOURCE = "src"


@strawberry.type
class SourceMutations:
    """What is done with sources."""

    @doing_with(
        WRITE,
        "Add a source of a connector that is in force. Its first page is read from where it is, and"
        " counted, before anything is stored.",
        LOOKING,
    )
    async def add_source(
        self,
        info: GraphInfo,
        input: input_of(AddSourceInput, "The source."),  # type: ignore[valid-type]
    ) -> AddSourcePayload | None:
        """Look at it, and store it where that is wanted."""
        desk = (services := await registering(info)).desk
        key = key_of(input.connector, CONNECTOR)

        async def work() -> AddSourcePayload:
            wanted = _wanted(input, name=input.name)
            if input.dry_run is not False:
                seen, refusals = await desk.dry_run(applicant(info), key, wanted)
                shown = DryRun.of(seen, info.context.now)
                return AddSourcePayload(dry_run=shown, user_errors=user_errors(refusals))
            writing = writing_once(info, services, "addSource", input)
            made = await desk.add(applicant(info), key, wanted, writing)
            return AddSourcePayload(source=await _source(info, made), user_errors=[])

        return await answered(AddSourcePayload, work)

    @doing_with(WRITE, "Change the config, address, mode or schedule of a source.")
    async def update_source(
        self,
        info: GraphInfo,
        input: input_of(UpdateSourceInput, "The source as it is to be."),  # type: ignore[valid-type]
    ) -> UpdateSourcePayload | None:
        """Change it."""
        desk, key = (await registering(info)).desk, key_of(input.source, SOURCE)
        return await _done(
            info,
            UpdateSourcePayload,
            key,
            lambda: desk.update(applicant(info), key, _wanted(input)),
        )

    @doing_with(WRITE, "Give a source a secret: it is sealed at once, and never shown again.")
    async def set_source_secret(
        self,
        info: GraphInfo,
        input: input_of(SetSourceSecretInput, "The secret."),  # type: ignore[valid-type]
    ) -> SetSourceSecretPayload | None:
        """Seal it."""
        desk, key = (await registering(info)).desk, key_of(input.source, SOURCE)
        return await _done(
            info,
            SetSourceSecretPayload,
            key,
            lambda: desk.set_secret(applicant(info), key, input.name, input.value),
        )

    @doing_with(WRITE, "Read a source no more until it is resumed; what is held of it stays.")
    async def pause_source(
        self,
        info: GraphInfo,
        input: input_of(PauseSourceInput, "Which source."),  # type: ignore[valid-type]
    ) -> PauseSourcePayload | None:
        """Pause it."""
        desk, key = (await registering(info)).desk, key_of(input.source, SOURCE)
        return await _done(
            info,
            PauseSourcePayload,
            key,
            lambda: desk.pause(applicant(info), key, input.reason or None),
        )

    @doing_with(WRITE, "Read a source again.")
    async def resume_source(
        self,
        info: GraphInfo,
        input: input_of(ResumeSourceInput, "Which source."),  # type: ignore[valid-type]
    ) -> ResumeSourcePayload | None:
        """Resume it."""
        desk, key = (await registering(info)).desk, key_of(input.source, SOURCE)
        return await _done(
            info, ResumeSourcePayload, key, lambda: desk.resume(applicant(info), key)
        )


async def _done(
    info: GraphInfo, kind: Callable[..., P], key: int, work: Callable[[], Awaitable[None]]
) -> P:
    """Do something to a source, and show it as it is then."""

    async def step() -> P:
        await work()
        return kind(source=await _source(info, key), user_errors=[])

    return await answered(kind, step)


async def _source(info: GraphInfo, key: int) -> Any:
    rows = await info.context.loaders.fresh("Source", [key])
    return entity_of("Source", rows[key]) if key in rows else None


def _wanted(input: AddSourceInput | UpdateSourceInput, name: str = "") -> Wanted:
    stated: dict[str, str] | None = None
    if input.config or input.config == []:
        stated = {one.name: one.value for one in input.config}
        if len(stated) < len(input.config):
            message = "A value of the config is given twice."
            raise Declined(Refusal("CONFIG_INVALID", message, ("config",)))
    owner = getattr(input, "owner", None)
    return Wanted(
        name=name,
        config=stated,
        base_url=str(input.base_url) if input.base_url else None,
        mode=Mode(input.mode.name) if input.mode else None,
        every_seconds=seconds_of(str(input.schedule)) if input.schedule else None,
        owner=key_of(owner, "org") if owner else None,
    )
