"""What may not happen now, doesn't: every refusal of the method's catalogue, over HTTP, with its own problem type."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from domain.errors import CATALOGUE
from tests.api.acts import ACTS, draft, objective, play
from tests.api.people import Api, C, Cast, E, M, O, marker

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
OTHER_HASH: Final = {"document_hash": "00" * 32}

NOTHING_TOLD: Final = {
    **dict.fromkeys(("methods", "experience", "references", "training", "original_supervision"), " "), "models": []
}  # fmt: skip

# When, who, which act (with its number), changes to a body that is right otherwise, and the refusal.
WRONG: Final[tuple[tuple[str, str, str, int, Mapping[str, Any], int, str], ...]] = (
    ("requested", E, "reality", 0, {}, 409, "no-coach-yet"),
    ("requested", M, "draft", 0, {}, 409, "no-coach-yet"),
    ("requested", E, "schedule", 0, {}, 409, "no-coach-yet"),
    ("requested", E, "expect", 1, {}, 409, "no-coach-yet"),
    ("requested", E, "read", 0, {}, 409, "no-coach-yet"),
    ("requested", E, "propose", 0, {}, 409, "no-coach-yet"),
    ("requested", E, "agree", 1, {}, 409, "no-coach-yet"),
    ("requested", E, "end", 0, {"ending": "fulfilled"}, 409, "contract-not-active"),
    ("requested", O, "end", 0, {"ending": "fulfilled"}, 403, "not-your-role"),
    ("requested", C, "note", 0, {}, 404, "not-found"),
    ("requested", E, "choose", 0, {"meeting": 1}, 422, "coach-never-met"),
    ("coached", E, "meet", 0, {}, 409, "coach-already-chosen"),
    ("coached", E, "choose", 0, {}, 409, "coach-already-chosen"),
    ("coached", C, "end", 0, {"ending": "chose_not_to_change"}, 403, "not-your-role"),
    ("coached", M, "assent", 0, {"contract_version": 1, **OTHER_HASH}, 409, "no-draft"),
    ("coached", O, "sign", 0, {"contract_version": 1, **OTHER_HASH}, 409, "no-draft"),
    ("coached", C, "activate", 0, {"contract_version": 1}, 409, "no-draft"),
    ("coached", C, "schedule", 0, {"session": 2}, 422, "session-out-of-order"),
    ("coached", E, "review", 1, {}, 422, "unknown-session"),
    ("coached", E, "expect", 1, {}, 422, "unknown-session"),
    ("coached", C, "accept", 1, {}, 422, "unknown-session"),
    ("coached", C, "start", 1, {}, 422, "unknown-session"),
    ("coached", C, "work", 1, {}, 422, "unknown-session"),
    ("coached", E, "feedback", 1, {}, 422, "unknown-session"),
    ("coached", C, "close", 1, {}, 422, "unknown-session"),
    ("coached", E, "assess", 0, {}, 409, "checkpoint-too-early"),
    ("coached", C, "countersign", 1, {}, 422, "unknown-assessment"),
    ("coached", C, "analyse", 1, {}, 422, "unknown-assessment"),
    ("coached", C, "answer", 1, {}, 422, "unknown-voice"),
    ("coached", E, "commit", 0, {}, 422, "unknown-session"),
    ("scheduled", E, "commit", 0, {}, 409, "work-not-started"),
    ("coached", E, "try", 1, {}, 422, "unknown-experiment"),
    ("coached", C, "take_on", 0, {}, 409, "coaching-request-not-stated"),
    ("coached", M, "fulfil", 1, {}, 409, "contract-not-active"),
    ("active", M, "fulfil", 2, {}, 422, "unknown-commitment"),
    ("active", M, "reassign", 1, {"to": "coach"}, 422, "commitment-to-coach"),
    ("active", O, "deliver", 2, {}, 422, "unknown-resource"),
    ("active", E, "met", 2, {}, 422, "unknown-objective"),
    ("active", C, "ask_to_end", 0, {}, 409, "objectives-not-met"),
    ("active", E, "waive_follow_up", 0, {}, 409, "no-follow-up-agreed"),
    ("coached", C, "agree", 1, {}, 422, "unknown-summary"),
    ("coached", E, "read", 0, {}, 409, "contract-not-active"),
    ("coached", C, "profile", 0, NOTHING_TOLD, 422, "profile-empty"),
    ("coached", C, "declare", 0, {"ties": " ", "conflict": True}, 422, "tie-undescribed"),
    ("coached", E, "agree_relation", 1, {}, 422, "unknown-proposal"),
    ("declared", C, "resolve", 1, {}, 422, "unknown-conflict"),
    ("scheduled", C, "schedule", 0, {}, 409, "session-still-open"),
    ("scheduled", C, "accept", 1, {}, 409, "expectation-missing"),
    ("expected", C, "start", 1, {}, 409, "acceptance-missing"),
    ("accepted", E, "expect", 1, {}, 409, "expectation-already-accepted"),
    ("accepted", C, "accept", 1, {}, 409, "expectation-already-accepted"),
    ("accepted", C, "work", 1, {}, 409, "work-not-started"),
    ("accepted", E, "feedback", 1, {}, 409, "work-not-started"),
    ("accepted", C, "close", 1, {}, 409, "work-not-started"),
    ("working", C, "start", 1, {}, 409, "work-already-started"),
    ("closed", E, "review", 1, {}, 409, "session-closed"),
    ("closed", E, "expect", 1, {}, 409, "session-closed"),
    ("closed", C, "accept", 1, {}, 409, "session-closed"),
    ("closed", C, "start", 1, {}, 409, "session-closed"),
    ("closed", C, "work", 1, {}, 409, "session-closed"),
    ("closed", E, "feedback", 1, {}, 409, "session-closed"),
    ("closed", C, "close", 1, {}, 409, "session-closed"),
    ("second", E, "review", 2, {}, 409, "contract-not-active"),
    ("second", E, "expect", 2, {}, 409, "contract-not-active"),
    ("second", C, "agree", 1, {}, 409, "own-proposal"),
    ("second", E, "agree", 1, {}, 409, "contract-not-active"),
    ("drafted", O, "sign", 0, {}, 409, "not-offered"),
    ("drafted", C, "activate", 0, {}, 409, "signature-missing"),
    ("drafted", E, "assent", 0, OTHER_HASH, 409, "another-contract-version"),
    ("drafted", E, "assent", 0, {"contract_version": 2}, 409, "another-contract-version"),
    ("half assented", M, "assent", 0, {}, 409, "already-assented"),
    ("half assented", E, "sign", 0, {}, 409, "not-offered"),
    ("offered", M, "assent", 0, {}, 409, "already-offered"),
    ("offered", C, "activate", 0, {}, 409, "signature-missing"),
    ("offered", O, "sign", 0, OTHER_HASH, 409, "another-contract-version"),
    ("offered", O, "sign", 0, {"signature": "ab" * 64}, 422, "signature-invalid"),
    ("half signed", O, "sign", 0, {}, 409, "already-signed"),
    ("half signed", C, "activate", 0, {}, 409, "signature-missing"),
    ("half signed", C, "activate", 0, {"contract_version": 2}, 409, "another-contract-version"),
    ("active", C, "activate", 0, {}, 409, "already-active"),
    ("active", E, "expect", 2, {}, 409, "review-missing"),
    ("active", E, "review", 2, {"objectives": [2]}, 422, "unknown-objective"),
    ("active", E, "read", 0, {"objective": 2}, 422, "unknown-objective"),
    ("active", E, "read", 0, {"indicator": 2}, 422, "unknown-objective"),
    ("reviewed", E, "review", 2, {}, 409, "already-reviewed"),
    ("reviewed", C, "answer", 1, {}, 409, "already-answered"),
    ("reviewed", E, "agree", 1, {}, 409, "already-agreed"),
    *(
        ("ended", act.by[0], name, 2, {}, 409, "engagement-ended")
        for name, act in ACTS.items()
        if act.by and act.versioned and not act.always
    ),
    ("requested", E, "worry", 0, {}, 409, "no-coach-yet"),
    ("coached", C, "refer", 0, {"limit": 1}, 422, "unknown-limit"),
    ("coached", E, "answer_referral", 1, {}, 422, "unknown-referral"),
    ("coached", C, "answer_concern", 1, {}, 422, "unknown-concern"),
    ("coached", C, "deal", 0, {}, 409, "engagement-going-on"),
    ("coached", E, "waive", 0, {"rule": "P4"}, 422, "rule-not-waivable"),
    ("coached", C, "waive", 0, {"rule": "P26"}, 403, "waiver-of-the-coachee"),
    ("ended", C, "answer_concern", 1, {"raised_by": "line_manager"}, 409, "engagement-ended"),
    ("requested", E, "replace", 0, {"role": "coach"}, 409, "no-coach-yet"),
    ("requested", E, "ask_access", 0, {}, 409, "no-coach-yet"),
    ("coached", E, "withdraw", 0, {}, 409, "nothing-permitted"),
    ("active", E, "withdraw", 0, {"item": "objectives"}, 409, "nothing-permitted"),
    ("active", E, "erase", 0, {}, 409, "engagement-going-on"),
    ("active", C, "follow_up", 0, {}, 409, "engagement-going-on"),
    ("active", C, "answer_access", 1, {}, 422, "unknown-request"),
    ("active", E, "disclose", 0, {"entry": 999}, 422, "unknown-part"),
    ("active", E, "disclose", 0, {"recipient_id": NOBODY}, 422, "unknown-person"),
    ("active", E, "disclose", 0, {"ground": "court_order"}, 422, "disclosure-without-ground"),
    ("active", C, "disclose", 0, {"ground": "court_order"}, 422, "disclosure-without-ground"),
    ("active", E, "disclose", 0, {"expires_at": "2020-01-01T00:00:00Z"}, 422, "disclosure-expiry"),
    ("active", E, "disclose", 0, {"expires_at": "2999-01-01T00:00:00Z"}, 422, "disclosure-expiry"),
    ("ended", E, "keep", 0, {}, 409, "no-erasure-requested"),
    ("requested", M, "draft", 0, {"objectives": []}, 422, "no-objectives"),
    ("coached", E, "draft", 0, {"objectives": [objective("said")] * 4}, 422, "too-many-objectives"),
    *(
        ("coached", E, "draft", 0, {"objectives": [objective("said", **{quality: " "})]}, 422,
         "objective-quality-missing")
        for quality in ("statement", "specific", "measurable", "ambitious", "achievable")
    ),
    ("coached", E, "draft", 0, {"objectives": [objective("said", indicators=[])]}, 422, "indicator-missing"),
    ("coached", E, "draft", 0, {"objectives": [objective("said", indicators=["\t"])]}, 422, "indicator-missing"),
    ("coached", E, "draft", 0, {"demands_on_coach": []}, 422, "demands-missing"),
    ("coached", E, "draft", 0, {"demands_on_manager": [{"demand": ""}]}, 422, "demands-missing"),
    *(
        ("coached", E, "draft", 0, {"expectations": {**draft("said")["expectations"], corner: []}}, 422,
         "expectations-missing")
        for corner in ("sponsor_organisation", "coach", "coachee")
    ),
    ("coached", E, "draft", 0, {"timing": {**draft("said")["timing"], "frequency_days": 0}}, 422, "timing-missing"),
    ("coached", E, "draft", 0, {"timing": {**draft("said")["timing"], "session_minutes": 0}}, 422, "timing-missing"),
    ("coached", E, "draft", 0, {"interests": {"sponsor_organisation": "said", "coachee": ""}}, 422,
     "interests-missing"),
    ("coached", E, "draft", 0, {"coaching_request": " "}, 422, "coaching-request-missing"),
    ("coached", E, "draft", 0, {"complaint_route": ""}, 422, "complaint-route-missing"),
    ("coached", E, "draft", 0, {"follow_up_agreed": True, "confidentiality": {"permits": {"objectives":
     ["sponsor_organisation"]}, "follow_up_months": 0}}, 422, "follow-up-without-time"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {"objectives": ["sponsor_organisation"]},
     "aggregate_k": 4}}, 422, "aggregate-too-small"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {}}}, 422, "empty-reporting-clause"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {"sponsor_voice": ["line_manager"]}}}, 422,
     "empty-reporting-clause"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {"objectives": ["coach"]}}}, 422,
     "clause-permits-too-much"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {"session_dates": ["line_manager"],
     "progress_summary": ["line_manager", "sponsor_organisation"]}, "retention_months": 0}}, 422,
     "clause-lifetime-out-of-range"),
    ("coached", E, "draft", 0, {"confidentiality": {"permits": {"progress_summary": ["sponsor_organisation"]},
     "cooling_off_days": 31}}, 422, "clause-lifetime-out-of-range"),
)  # fmt: skip


@pytest.fixture(scope="module")
def stages(new_cast: Callable[..., Cast]) -> Callable[[str], Cast]:
    """Engagements by the stage that they are in; a refusal leaves each as it was, so each serves many tests."""
    made: dict[str, Cast] = {}
    cast = new_cast()

    def stage(name: str) -> Cast:
        if name not in made:
            made[name] = play(Cast(cast.api, cast.run, cast.ids, cast.organisation), name)
        return made[name]

    return stage


@pytest.mark.parametrize(
    ("when", "who", "name", "number", "changes", "status", "problem"),
    WRONG,
    ids=[f"{row[0]}-{row[2]}-{row[6]}-{place}" for place, row in enumerate(WRONG)],
)
def test_the_wrong_moment_is_refused(
    api: Api, stages: Callable[[str], Cast], when: str, who: str, name: str, number: int,
    changes: Mapping[str, Any], status: int, problem: str,
) -> None:  # fmt: skip
    """The act gets its own refusal, nothing is recorded and nothing is repeated; the asker's version stays."""
    cast, act, word = stages(when), ACTS[name], marker()
    known = who == C and when == "requested"
    said = None if name == "agree" else {**(_body(cast, name, word, changes) or {}), **changes}
    version = None if known or not act.versioned else cast.version(who)
    headers = {"Idempotency-Key": word, **({"If-Match": f'"{version}"'} if version else {})}
    api.refused(
        cast.subject(who), act.method, act.address(cast, number), status, problem, word, json=said, headers=headers
    )
    if version:
        assert cast.version(who) == version


def _body(cast: Cast, name: str, word: str, changes: Mapping[str, Any]) -> Any:
    """The act's own body, unless what it would refer to doesn't exist yet and the row says everything."""
    if (
        name in {"assent", "sign", "activate"}
        and "contract_version" in changes
        and not cast.view(E)["contract"]["versions"]
    ):
        return {}
    return ACTS[name].say(cast, word)


def test_the_table_knows_every_refusal() -> None:
    """Each refusal of the catalogue is tried here, or in the file that is named beside it."""
    elsewhere = {
        "operator-only": "test_refusals_by_role",
        "already-registered": "test_refusals_by_role, test_principals",
        "unknown-person": "test_refusals_by_role, test_principals",
        "unknown-organisation": "test_principals",
        "same-person-in-two-roles": "test_principals",
        "stale-version": "test_versions",
        "idempotency-key-reused": "test_idempotency",
        "checkpoint-decision-missing": "test_checkpoint",
        "countersignature-missing": "test_checkpoint",
        "already-countersigned": "test_checkpoint",
        "already-analysed": "test_checkpoint",
        "results-are-clear": "test_checkpoint",
        **dict.fromkeys(
            (
                "already-kept",
                "already-delivered",
                "objective-already-met",
                "closure-already-requested",
                "coaching-request-validated",
                "follow-up-already-waived",
            ),
            "test_promises",
        ),
        **dict.fromkeys(("another-coach-met", "coach-declined", "candidacy-over"), "test_candidacies"),
        "conflict-undeclared": "test_conflicts",
        "conflict-unresolved": "test_conflicts",
        "conflict-already-accepted": "test_conflicts",
        "tie-in-reporting-line": "test_conflicts",
        "former-party": "test_endings",
        "erasure-already-requested": "test_endings",
        "cooling-off-over": "test_endings",
        "not-a-team": "test_team",
        "unknown-team-member": "test_team",
        "team-full": "tests/domain/wrong_moments",
        "follow-up-over": "test_endings",
        "retention-over": "test_eraser",
        "on-hold": "test_endings",
        **dict.fromkeys(
            (
                "supervision-place-held",
                "no-supervision-place",
                "already-left",
                "unknown-place",
                "own-supervisor",
                "not-a-supervisor",
                "unknown-engagement",
                "credential-dates",
            ),
            "test_practice",
        ),
        "already-waived": "test_ethics",
        "cooling-period-over": "test_ethics",
        "disclosed-to-a-reader": "test_disclosures",
        "unknown-disclosure": "test_disclosures",
        "unknown-programme": "test_programmes",
        **dict.fromkeys(
            ("proposal-superseded", "proposal-already-agreed", "already-acknowledged"), "test_relationship"
        ),
        "decision-of-the-coachee": "test_refusals_by_role",
        **dict.fromkeys(("too-many-api-keys", "already-logged-out"), "tests/domain/moments_of_api_keys"),
        "too-many-webhooks": "tests/domain/moments_of_webhooks",
        **dict.fromkeys(("unknown-webhook", "webhook-removed"), "test_webhooks"),
        **dict.fromkeys(("unknown-api-key", "api-key-expiry", "already-revoked"), "test_api_keys"),
        **dict.fromkeys(
            ("unknown-passkey", "passkey-too-large", "too-many-passkeys", "challenge-spent"), "passkeys/test_passkeys"
        ),
        "passkey-counter": "tests/domain/moments_of_passkeys",  # over HTTP it is one of the ways to be refused
    }
    of_the_service = {  # what the service records or the operator orders; the API has no route to it
        "already-on-hold", "not-on-hold", "unknown-escrow", "another-escrow", "escrow-quorum",
        "unknown-grant", "unknown-erasure", "not-due", "already-erased", "already-recorded", "already-released",
        "quarter-not-closed", "unknown-parameter", "parameter-out-of-range", "policy-unchanged",
    }  # fmt: skip
    unreachable = {
        "not-an-overseer",  # the API's own schema knows no other role
        "unknown-counterpart",  # nor another counterpart
        "content-changed",  # needs a store that was tampered with
        "clause-without-compartment",  # every audience that today's choices can make has one
    }
    assert CATALOGUE.keys() == {row[6] for row in WRONG} | elsewhere.keys() | of_the_service | unreachable
