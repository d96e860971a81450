"""What an API key may be used for: each route has one scope that a key needs, or none, and then no key will do.

Routes go by their name, which is the operation's id in the API's description. A route that isn't here can't be used
with a key at all, and a test asks that every route that wants to know who asks is here once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from api.problems import ScopeMissing
from domain.api_keys import Scope

if TYPE_CHECKING:
    from api.backend import Identity

ROUTES: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        Scope.VIEWS: """
            who_am_i list_engagements read_view list_candidacies read_own_practice read_practice read_coach_practice
            list_programmes read_programme read_roster read_statistics list_disclosures list_grants list_receipts
            read_receipt contract_document amendment_document receipt_document read_access_log read_own_access_log
            """,
        Scope.STREAMS: "read_stream list_changes open_stream list_webhooks list_dead_letters replay_webhook",
        Scope.OVERSIGHT: """
            read_timeline list_adherence read_adherence adherence_document list_due list_coaches read_coach
            process_policies
            """,
        Scope.LOG: """
            read_checkpoint read_tile read_entries prove_event export_engagement_evidence export_person_evidence
            export_coach_evidence export_period_evidence
            """,
        Scope.WRITING: """
            start_programme request_engagement meet_coach choose_coach explain_approach describe_reality
            hold_tripartite_meeting offer_profile pledge_ethics decline_candidacy disclose_profile acknowledge_ethics
            declare_conflict resolve_conflict propose_relationship_contract record_organisation_context
            schedule_tripartite_meeting draft_contract schedule_session review_session state_expectation
            accept_expectation start_work record_work give_feedback close_session state_voice answer_voice
            read_indicator propose_summary assess_results analyse_no_result measure_effect meet_objective
            request_closure keep_commitment reassign_commitment deliver_resource review_demands state_coaching_request
            validate_coaching_request commit_experiment try_experiment record_credential register_place leave_place
            record_supervision log_development record_follow_up signal_limit recommend_referral raise_concern
            answer_concern declare_dealing request_access
            """,
    }
)
"""The routes that a key with this scope may ask."""

NEVER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "issue_api_key list_api_keys revoke_api_key": "a key that makes keys outlives its own end",
        "offer_passkey register_passkey list_passkeys revoke_passkey": "a passkey shows that somebody is there",
        "register_webhook change_webhook_secret remove_webhook": "a webhook outlives the key that made it",
        "register_person register_organisation appoint": "who somebody is, the issuer says and nobody else",
        "sign_contract activate_contract assent_to_contract": "who signs, or brings to signature, does so in person",
        "acknowledge_limits agree_relationship_contract agree_summary countersign_results accept_conflict":
            "who agrees to what binds them does so in person",
        "waive_rule waive_follow_up answer_referral record_decision": "who gives something up decides so in person",
        "request_erasure cancel_erasure withdraw_permission": "what is revoked for ever is revoked in person",
        "replace_party admit_team_member end_team_membership end_engagement": "who comes and goes, people decide",
        "write_note write_entry": "notebook and journal are their owner's alone",
        "disclose answer_access read_disclosure export_engagement": "what is shown of them may be out of a notebook",
    }
)  # fmt: skip
"""What no key can do, and why."""

_NEEDED: Final = {name: scope for scope, names in ROUTES.items() for name in names.split()}


def needed(route: str) -> Scope | None:
    """The scope that a key needs for a route, by its name; None where no key will do."""
    return _NEEDED.get(route)


def check_scope(request: Request, asker: "Identity") -> None:
    """Nothing, where the asker came without an API key, or with one that is made for this route.

    Raises:
        ScopeMissing: it isn't, or no key is.
    """
    if asker.scopes is None:
        return
    route = request.scope.get("route")
    scope = needed(getattr(route, "name", ""))
    if scope is None or scope not in asker.scopes:
        raise ScopeMissing
