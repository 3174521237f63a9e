"""Columns that never hold NULL, by table, as the migrations have them.

Told here so that a server need not import the table classes, which takes as long as all else at
its start. A test compares this with them.
"""

from __future__ import annotations

from collections.abc import Mapping

_COLUMNS = {
    "audit_event": "at digest id kind",
    "awaited_callback": (
        "action closed id late message most most_bytes received received_bytes refused source "
        "stream transaction_name until"
    ),
    "change": "at entity_id id noun op xid",
    "client": "created_at id name organization_id role scopes",
    "concept_scheme": "id languages name uri version",
    "consent": (
        "awaits_guardian expires_at id learner_id mode purpose recipient_id requested_at scopes "
        "sources status"
    ),
    "credential": "id key_mac learner_id",
    "endorsement": "id made_at",
    "erasure": "at id",
    "export_file": "created_at expires_at format id learner_id state",
    "framework": "changed_at code id kind name name_lang",
    "generation": "hub one records sources swept_id swept_xid",
    "guardianship": "created_at id learner_id",
    "handshake": "expires_at kind state_mac",
    "hub_secret": "created_at key_id name sealed",
    "idempotency": "at caller_mac input_mac key_mac mutation",
    "identity": "created_at kind learner_id subject_mac",
    "learner": "created_at id",
    "learner_key": "key_id learner_id sealed",
    "learning_outcome": "changed_at domain id text text_lang",
    "level": "code framework_id id notation rank",
    "level_equivalent": "basis equivalent_id level_id",
    "occupation": "changed_at deprecated id is_group label label_lang scheme_id uri",
    "occupation_broader": "broader_id occupation_id",
    "occupation_mapping": "id occupation_id relation source_id target_id",
    "occupation_replacement": "occupation_id replacement_id",
    "occupation_skill": "occupation_id relation skill_id",
    "organization": "changed_at id name name_lang roles",
    "outcome_skill": "confidence method ord outcome_id reviewed stated_as",
    "pending_link": "id link ord owner_id owner_noun source_id target_noun",
    "qualification": (
        "changed_at countries delivery id languages learning_type programmes register_status "
        "scale title title_key title_lang"
    ),
    "qualification_awarding_body": "organization_id qualification_id",
    "qualification_outcome": "ord outcome_id qualification_id",
    "qualification_part": "ord part_id stated_by whole_id",
    "qualification_skill": "confidence method ord qualification_id reviewed stated_as",
    "received_callback": "awaited_id digest id sender",
    "record": "entity_id id noun retrieved_at source_id source_key stream",
    "rejected_record": "at id message reason source_id source_key stream",
    "requirement": "kind must ord reviewed stated_as vacancy_id",
    "run_page": "number records run_id",
    "skill": "changed_at deprecated id is_group kind label label_lang reuse scheme_id uri",
    "skill_broader": "broader_id skill_id",
    "skill_mapping": "id relation reviewed skill_id source_id target_id",
    "skill_qualification": "qualification_id skill_id",
    "skill_replacement": "replacement_id skill_id",
    "source": (
        "connector connector_version created_at drift failures id mode name paused produces "
        "redistributable state state_since"
    ),
    "source_link": "id learner_id source_id state",
    "source_traffic": "calls circuit faults recent source_id turns",
    "stream_state": "source_id stream",
    "sync_run": (
        "added changed drift heartbeat_at id matched pages rejected removals_held removed seen "
        "source_id started_at state statements stream unchanged"
    ),
    "trusted_document": "added_at document id",
    "vacancy": "changed_at countries employment_type id regions status title title_lang",
    "vacancy_skill": "skill_id vacancy_id",
}

REQUIRED: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split()) for table, columns in _COLUMNS.items()
}
