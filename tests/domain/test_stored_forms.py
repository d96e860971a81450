"""What is stored for ever: topics, the order of their fields, and the values of the closed words.

These tables are copies on purpose. Whoever has to change a line of them is changing the format of events that exist:
a fact gets a new version instead, and a word is added, never renamed.
"""

import dataclasses
from enum import Enum

import pytest

from domain import application as _application  # noqa: F401 - declares every fact
from domain.api_keys import Scope
from domain.audit import BundleScope
from domain.facts import REGISTRY, UPCASTS, UnknownFactError, fact_from_stored
from domain.reads import DocumentKind, Purpose, View
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
    "api_key.issued": "key sha256 scopes expires_at",
    "api_key.revoked": "key",
    "login.ended": "login",
    "passkey.registered": "passkey credential public_key sign_count challenge",
    "passkey.revoked": "passkey",
    "passkey.used": "passkey sign_count challenge",
    "webhook.registered": "webhook since",
    "webhook.secret_changed": "webhook",
    "webhook.replayed": "webhook after",
    "webhook.removed": "webhook",
    "candidacy.declined": "meeting refers",
    "closure.requested": "by",
    "coaching_request.stated": "statement",
    "coaching_request.validated": "statement",
    "coach.disclosed": "meeting facets models commitment",
    "coaching_effect.measured": "measurement",
    "commitment.kept": "commitment",
    "commitment.reassigned": "commitment to",
    "competence_limit.signalled": "limit",
    "concern.answered": "concern",
    "concern.raised": "concern kind by",
    "conflict.accepted": "declaration by",
    "conflict.declared": "declaration ties in_reporting_line conflict",
    "conflict.resolved": "declaration resolution",
    "dealing.declared": "dealing kind counterpart",
    "decision.recorded": "decision",
    "demands.reviewed": "by met",
    "ethics_code.acknowledged": "meeting commitment",
    "experiment.committed": "experiment session",
    "experiment.tried": "experiment",
    "follow_up.waived": "",
    "limits.acknowledged": "by",
    "no_result.analysed": "assessment decision",
    "objective.met": "objective",
    "organisation_context.recorded": "by",
    "referral.answered": "referral accepted",
    "referral.recommended": "referral limit",
    "relationship_contract.agreed": "proposal",
    "relationship_contract.proposed": "proposal",
    "resource.delivered": "resource by",
    "results.countersigned": "assessment agrees",
    "rule.waived": "rule by ground",
    "tripartite_meeting.scheduled": "starts_at",
    "practice.credential_recorded": "credential kind awarded_on valid_until",
    "practice.development_logged": "entry kind on hours",
    "practice.supervision_held": "supervision held_on minutes engagements",
    "practice.supervision_place_left": "place left_on",
    "practice.supervision_place_registered": "place supervisor since",
    "statistics.released": "quarter method k counted digest",
    "access.answered": "request disclosed",
    "access.requested": "request due_at",
    "approach.explained": "",
    "boundaries.stated": "size engagements grants unfounded principals tried opened outside lost digest",
    "cell.restored": "epoch behind tombstones tombstone_head",
    "cell.founded": "kem_public signing_public custody",
    "coach.chosen": "coach meeting",
    "coach.met": "meeting met_on coach",
    "compartment.opened": "key_id compartment lifetimes generation recipients permitted",
    "compartment.shared": "key_id role recipient",
    "contract.activated": "contract_version",
    "contract.assented": "contract_version document_hash by",
    "contract.drafted": (
        "contract_version document_hash author objectives demands_on_coach demands_on_manager banana_skins resources"
        " deadline frequency_days session_minutes planned_sessions follow_up_agreed policy aggregate_k permits"
        " retention_months follow_up_months cooling_off_days exceptions"
    ),
    "contract.offered": "contract_version document_hash",
    "contract.signed": "contract_version document_hash by signature",
    "disclosure.noted": "disclosure_id stream recipient ground expires_at",
    "engagement.ended": "ending by",
    "engagement.requested": "organisation representative line_manager coachee reason kind programme level",
    "erasure.cancelled": "erasure_id",
    "erasure.requested": "erasure_id ground grants due_at",
    "policy.published": "policy",
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
    "programme.started": "organisation reason from_the_top",
    "read.recorded": "engagement principal purpose view places log given",
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
    "session.work_recorded": "session models techniques third_parties",
    "session.work_started": "session quadrants",
    "team_member.admitted": "member",
    "team_member.left": "member",
    "tree.copied": "epoch places digest",
    "tree.rekeyed": "epoch pages slots tombstone_head page_head",
    "tripartite_meeting.held": "held_on present",
    "voice.answered": "voice",
    "voice.stated": "voice asks_review",
}

VERSIONS = {
    "coach.met": 2,
    "contract.drafted": 2,
    "engagement.requested": 2,
    "read.recorded": 2,
    "results.assessed": 2,
    "session.work_recorded": 2,
    "voice.stated": 2,
}
"""The newest version of the facts that have more than one."""

_ID = bytes(16)
OLDER: dict[tuple[str, int], list[object]] = {
    ("coach.met", 1): [1, 739_000],
    ("contract.drafted", 1): [
        1, bytes(32), "C", [[2, "meaning"]], 1, 2, 3, 2, 739_500, 14, 90, [["progress_summary", ["O"]]], 60, 6, 0, []
    ],
    ("engagement.requested", 1): [_ID, _ID, _ID, _ID, "manage_a_crisis"],
    ("read.recorded", 1): [_ID, _ID, "view", "coach", [[_ID, 1, 9]], None],
    ("results.assessed", 1): [5, False, "amend"],
    ("session.work_recorded", 1): [3],
    ("voice.stated", 1): [1],
}  # fmt: skip
"""What older versions stored, as they stored it: copies, like the tables above."""

VALUES: dict[type[Enum], str] = {
    Item: (
        "engagement contract_draft contract_text objectives demands banana_skins coaches_met approach reality"
        " session_dates session_content coach_notes coachee_journal progress_proposal progress_summary"
        " indicator_readings quadrant_tags checkpoint no_result_analysis sponsor_voice evaluation follow_up disclosures"
        " coach_profile credentials conflicts relationship_contract acknowledgements organisation_context"
        " commitments commitment_status resources decisions referral coachee_concern manager_concern sponsor_concern"
        " fulfilment dealings waivers supervision practice programme own_record"
    ),
    Compartment: (
        "triangle sponsorship authors alliance coach coachee self oversight context manager_and_coach sponsor_and_coach"
        " supervision sponsor"
    ),
    Scope: "views streams oversight log writing",
    Reason: "improve_performance lead_a_project manage_a_crisis take_up_a_role",
    Quadrant: "inner_individual outer_individual inner_collective outer_collective",
    Dynamic: "challenges autonomy identity competence change meaning",
    CheckpointDecision: "go_on amend keep_unchanged",
    Ending: "fulfilled chose_not_to_change broken_off",
    Lifetime: "closure follow_up retention kept",
    Role: "O M C E T K S A P X service",
    ErasureGround: (
        "closure follow_up_end retention_end party_left erasure_request consent_withdrawn hold_lifted"
        " disclosure_expired operator_order"
    ),
    HoldGround: "litigation authority safety",
    BundleScope: "engagement person coach period",
    Purpose: "view stream list export disclosure timeline access_log own_record grants audit document adherence",
    DocumentKind: "contract amendment receipt export adherence",
    View: (
        "sponsor_organisation line_manager coach coachee coaching_supervisor disclosures key_record access_log"
        " own_record log bundle programme statistics practice candidacy adherence changes"
    ),
    DisclosureGround: "access_request coachee_consent court_order imminent_danger illegality supervision",
}


def test_no_topic_is_missing_or_new() -> None:
    """Every fact that exists has its line in the table, and no line has lost its fact."""
    assert REGISTRY.keys() == FIELDS.keys()


@pytest.mark.parametrize("topic", FIELDS)
def test_a_fact_keeps_its_fields_in_order(topic: str) -> None:
    """The fields of each fact, in the order in which they are stored, are those of its version."""
    kind = REGISTRY[topic]
    assert " ".join(field.name for field in dataclasses.fields(kind)) == FIELDS[topic]  # type: ignore[arg-type]
    assert (kind.topic, kind.version) == (topic, VERSIONS.get(topic, 1))


def test_every_older_version_is_read() -> None:
    """Each fact that has more than one version is read from all of them, step by step."""
    assert set(UPCASTS) == {(topic, older) for topic, newest in VERSIONS.items() for older in range(1, newest)}
    for (topic, version), fields in OLDER.items():
        read = fact_from_stored([topic, version, fields])
        assert (read.topic, read.version) == (topic, VERSIONS[topic])
        assert fact_from_stored(read.to_stored()) == read
    assert OLDER.keys() == UPCASTS.keys()


def test_an_unknown_version_is_refused() -> None:
    """A version that is newer than this program, or older than any, isn't guessed at."""
    for version in (0, VERSIONS["coach.met"] + 1):
        with pytest.raises(UnknownFactError):
            fact_from_stored(["coach.met", version, [1, 739_000]])


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
