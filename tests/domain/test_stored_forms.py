"""What is stored for ever: topics, the order of their fields, and the values of the closed words.

These tables are copies on purpose. Whoever has to change a line of them is changing the format of events that exist:
a fact gets a new version instead, and a word is added, never renamed.
"""

import dataclasses
from enum import Enum

import pytest

from domain import application as _application  # noqa: F401 - declares every fact
from domain.audit import BundleScope
from domain.facts import REGISTRY
from domain.reads import Purpose, View
from domain.session import SessionReviewed
from domain.vocabulary import (
    CheckpointDecision,
    Compartment,
    DisclosureGround,
    Dynamic,
    Ending,
    ErasureGround,
    HoldGround,
    Item,
    Lifetime,
    Quadrant,
    Reason,
    Role,
)

FIELDS = {
    "access.answered": "request disclosed",
    "access.requested": "request due_at",
    "approach.explained": "",
    "boundaries.stated": "size engagements grants unfounded principals tried opened outside lost digest",
    "cell.restored": "epoch behind tombstones tombstone_head",
    "cell.founded": "kem_public signing_public custody",
    "coach.chosen": "coach meeting",
    "coach.met": "meeting met_on",
    "compartment.opened": "key_id compartment lifetimes generation recipients permitted",
    "compartment.shared": "key_id role recipient",
    "contract.activated": "contract_version",
    "contract.assented": "contract_version document_hash by",
    "contract.drafted": (
        "contract_version document_hash author objectives demands_on_coach demands_on_manager banana_skins resources"
        " deadline frequency_days session_minutes permits retention_months follow_up_months cooling_off_days exceptions"
    ),
    "contract.offered": "contract_version document_hash",
    "contract.signed": "contract_version document_hash by signature",
    "disclosure.noted": "disclosure_id stream recipient ground expires_at",
    "engagement.ended": "ending by",
    "engagement.requested": "organisation representative line_manager coachee reason",
    "erasure.cancelled": "erasure_id",
    "erasure.requested": "erasure_id ground grants due_at",
    "escrow.registered": "kem_public quorum shares",
    "evidence.exported": "scope about begins ends first end heads disclosures",
    "follow_up.recorded": "follow_up",
    "hold.lifted": "hold_id",
    "hold.placed": "hold_id ground escrow",
    "indicator.read": "objective indicator",
    "journal.entry_written": "engagement entry",
    "keys.erased": "erasure_id epoch tombstone_head page_head slots",
    "log.keys_rotated": "line ended begun",
    "log.resumed": "line size root kept begun",
    "notebook.note_written": "engagement note",
    "organisation.registered": "representative kem_public signing_public custody",
    "overseer.appointed": "person role recipient",
    "part.disclosed": "disclosure_id event_version index key_id role recipient ground expires_at",
    "party.replaced": "role person",
    "permission.withdrawn": "item",
    "person.registered": "kem_public signing_public custody",
    "processes.fenced": "epoch processes",
    "progress_summary.agreed": "summary by",
    "progress_summary.proposed": "summary by commitment",
    "read.recorded": "engagement principal purpose view places log",
    "reality.described": "",
    "results.assessed": "after_session clear_results decision",
    "root.destroyed": "epoch",
    "root.staged": "epoch",
    "session.closed": "session attended minutes",
    "session.expectation_accepted": "session",
    "session.expectation_stated": "session",
    "session.feedback_given": "session asks_improvement",
    "session.reviewed": "session has_retained has_practised has_events objectives",
    "session.scheduled": "session starts_at minutes",
    "session.work_recorded": "session",
    "session.work_started": "session quadrants",
    "tree.copied": "epoch places digest",
    "tree.rekeyed": "epoch pages slots tombstone_head page_head",
    "tripartite_meeting.held": "held_on present",
    "voice.answered": "voice",
    "voice.stated": "voice",
}

VALUES: dict[type[Enum], str] = {
    Item: (
        "engagement contract_draft contract_text objectives demands banana_skins coaches_met approach reality"
        " session_dates session_content coach_notes coachee_journal progress_proposal progress_summary"
        " indicator_readings quadrant_tags checkpoint no_result_analysis sponsor_voice evaluation follow_up disclosures"
        " own_record"
    ),
    Compartment: "triangle sponsorship authors alliance coach coachee self oversight",
    Reason: "improve_performance lead_a_project manage_a_crisis take_up_a_role",
    Quadrant: "inner_individual outer_individual inner_collective outer_collective",
    Dynamic: "challenges autonomy identity competence change meaning",
    CheckpointDecision: "go_on amend keep_unchanged",
    Ending: "fulfilled chose_not_to_change broken_off",
    Lifetime: "closure follow_up retention kept",
    Role: "O M C E S A P X service",
    ErasureGround: (
        "closure follow_up_end retention_end party_left erasure_request consent_withdrawn hold_lifted"
        " disclosure_expired operator_order"
    ),
    HoldGround: "litigation authority safety",
    BundleScope: "engagement person coach period",
    Purpose: "view stream list export disclosure timeline access_log own_record grants audit",
    View: (
        "sponsor_organisation line_manager coach coachee coaching_supervisor disclosures key_record access_log"
        " own_record log bundle"
    ),
    DisclosureGround: "access_request coachee_consent court_order imminent_danger illegality supervision",
}


def test_no_topic_is_missing_or_new() -> None:
    """Every fact that exists has its line in the table, and no line has lost its fact."""
    assert REGISTRY.keys() == FIELDS.keys()


@pytest.mark.parametrize("topic", FIELDS)
def test_a_fact_keeps_its_fields_in_order(topic: str) -> None:
    """The fields of each fact, in the order in which they are stored, are those of version 1."""
    kind = REGISTRY[topic]
    assert " ".join(field.name for field in dataclasses.fields(kind)) == FIELDS[topic]  # type: ignore[arg-type]
    assert (kind.topic, kind.version) == (topic, 1)


@pytest.mark.parametrize("words", VALUES, ids=lambda words: words.__name__)
def test_a_closed_word_keeps_its_value(words: type[Enum]) -> None:
    """The values of each enumeration that facts hold are those that were stored before."""
    assert " ".join(word.value for word in words) == VALUES[words]


def test_a_set_is_stored_in_order() -> None:
    """A set has one stored form, whatever order it happens to have in memory."""
    unordered = frozenset({8, 1})
    assert list(unordered) != sorted(unordered)
    reviewed = SessionReviewed(session=1, has_retained=True, has_practised=True, has_events=True, objectives=unordered)
    assert reviewed.to_stored() == ["session.reviewed", 1, [1, True, True, True, [1, 8]]]
