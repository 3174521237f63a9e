"""Mutations about connectors: sent in, approved, run in shadow, switched, rolled back, retired."""

from __future__ import annotations

from typing import Any

import strawberry

from isthmus.connector.config import typed
from isthmus.errors import Misconfigured
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_with, input_of
from isthmus.graph.mutations.registering import (
    TRYING,
    answered,
    applicant,
    registering,
    user_errors,
    writing_once,
)
from isthmus.graph.registering import Registering
from isthmus.graph.registering_inputs import (
    ApproveConnectorInput,
    RegisterConnectorInput,
    RetireConnectorInput,
    RollbackConnectorInput,
    ShadowConnectorInput,
    SwitchConnectorInput,
)
from isthmus.graph.types.connector import (
    CONNECTOR,
    ShadowReport,
    connector_of,
    shown_differences,
)
from isthmus.graph.types.registering_payloads import (
    ApproveConnectorPayload,
    RegisterConnectorPayload,
    RetireConnectorPayload,
    RollbackConnectorPayload,
    ShadowConnectorPayload,
    SwitchConnectorPayload,
)
from isthmus.graph.types.rejected_record import DryRun
from isthmus.query.ids import key_of
from isthmus.registering.applicant import Declined, Refusal
from isthmus.registering.differing import differences_of
from isthmus.registering.registry import Outcome
from isthmus.registering.submission import Submission, of_manifest
from isthmus.store.connectors import find_version_of

WRITE, APPROVE = "connector:write", "connector:approve"
EITHER = "Give `manifest`, or `feed`, and not both."


@strawberry.type
class ConnectorMutations:
    """What is done with connectors."""

    @doing_with(
        WRITE,
        "Send a connector in, as a manifest or as a feed. The hub tries it itself, and says by line"
        " what is wrong with it. A check that takes long goes on: `status` says how it ended.",
        TRYING,
    )
    async def register_connector(
        self,
        info: GraphInfo,
        input: input_of(RegisterConnectorInput, "The connector."),  # type: ignore[valid-type]
    ) -> RegisterConnectorPayload | None:
        """Try it, and store it where that is wanted."""
        services = await registering(info)

        async def work() -> RegisterConnectorPayload:
            sent = await _submission(services, input)
            if input.dry_run is not False:
                config = _config(sent, input)
                made = await services.registry.dry_run(applicant(info), sent, config)
            else:
                writing = writing_once(info, services, "registerConnector", input)
                made = await services.registry.register(applicant(info), sent, writing)
            return await _registered(info, made)

        return await answered(RegisterConnectorPayload, work)

    @doing_with(APPROVE, "Approve of a version that was checked. One that is asked live needs two.")
    async def approve_connector(
        self,
        info: GraphInfo,
        input: input_of(ApproveConnectorInput, "Which version."),  # type: ignore[valid-type]
    ) -> ApproveConnectorPayload | None:
        """Approve."""
        services, key = await registering(info), key_of(input.connector, CONNECTOR)

        async def work() -> ApproveConnectorPayload:
            database = info.context.loaders.database
            held = await find_version_of(database, key, input.version)
            made = await differences_of(database, held) if held else []
            await services.approvals.approve(applicant(info), key, input.version)
            return ApproveConnectorPayload(
                connector=await connector_of(info, key),
                differences=shown_differences(made),
                user_errors=[],
            )

        return await answered(ApproveConnectorPayload, work)

    @doing_with(
        WRITE,
        "Read the sources of a connector by another version too, write nothing, and compare.",
        TRYING,
    )
    async def shadow_connector(
        self,
        info: GraphInfo,
        input: input_of(ShadowConnectorInput, "Which version."),  # type: ignore[valid-type]
    ) -> ShadowConnectorPayload | None:
        """Compare."""
        services, key = await registering(info), key_of(input.connector, CONNECTOR)

        async def work() -> ShadowConnectorPayload:
            made = await services.approvals.shadow_soon(applicant(info), key, input.version)
            return ShadowConnectorPayload(
                connector=await connector_of(info, key),
                report=None if made is None else ShadowReport.of(made.as_json()),
                user_errors=[],
            )

        return await answered(ShadowConnectorPayload, work)

    @doing_with(APPROVE, "Put an approved version in force for every source of its connector.")
    async def switch_connector(
        self,
        info: GraphInfo,
        input: input_of(SwitchConnectorInput, "Which version."),  # type: ignore[valid-type]
    ) -> SwitchConnectorPayload | None:
        """Switch."""
        services, key = await registering(info), key_of(input.connector, CONNECTOR)

        async def work() -> SwitchConnectorPayload:
            await services.approvals.switch(applicant(info), key, input.version)
            return SwitchConnectorPayload(connector=await connector_of(info, key), user_errors=[])

        return await answered(SwitchConnectorPayload, work)

    @doing_with(APPROVE, "Put the version before in force again.")
    async def rollback_connector(
        self,
        info: GraphInfo,
        input: input_of(RollbackConnectorInput, "Which connector."),  # type: ignore[valid-type]
    ) -> RollbackConnectorPayload | None:
        """Go back."""
        services, key = await registering(info), key_of(input.connector, CONNECTOR)

        async def work() -> RollbackConnectorPayload:
            await services.approvals.rollback(applicant(info), key)
            return RollbackConnectorPayload(connector=await connector_of(info, key), user_errors=[])

        return await answered(RollbackConnectorPayload, work)

    @doing_with(APPROVE, "End a connector: nothing is read by it any more; its records stay.")
    async def retire_connector(
        self,
        info: GraphInfo,
        input: input_of(RetireConnectorInput, "Which connector."),  # type: ignore[valid-type]
    ) -> RetireConnectorPayload | None:
        """End it."""
        services, key = await registering(info), key_of(input.connector, CONNECTOR)

        async def work() -> RetireConnectorPayload:
            await services.approvals.retire(applicant(info), key)
            return RetireConnectorPayload(connector=await connector_of(info, key), user_errors=[])

        return await answered(RetireConnectorPayload, work)


async def _submission(services: Registering, input: RegisterConnectorInput) -> Submission:
    if bool(input.manifest) is bool(input.feed):
        raise Declined(Refusal("REQUIRED", EITHER))
    if input.feed:
        return await services.registry.sent_by_feed(str(input.feed))
    samples = [(one.name, one.body) for one in input.samples or ()]
    return of_manifest(str(input.manifest), samples)


def _config(sent: Submission, input: RegisterConnectorInput) -> dict[str, Any] | None:
    if not input.config and input.config != []:
        return None
    stated = {one.name: one.value for one in input.config or ()}
    try:
        return typed(stated, sent.ready().manifest.config)
    except Misconfigured as refused:
        code = "CONFIG_INVALID" if refused.code == "CONFIG_INVALID" else "MANIFEST_INVALID"
        place = "config" if code == "CONFIG_INVALID" else "manifest"
        raise Declined(Refusal(code, str(refused), (place,))) from None


async def _registered(info: GraphInfo, made: Outcome) -> RegisterConnectorPayload:
    return RegisterConnectorPayload(
        connector=await connector_of(info, made.connector_id),
        dry_run=DryRun.of(made.preview, info.context.now),
        differences=shown_differences(made.differences),
        user_errors=user_errors(made.refusals),
    )
