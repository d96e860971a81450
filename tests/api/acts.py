"""Every write route of the API: who may use it, and a body that is right, with one word in all its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from tests.api.people import ROLES, STRANGER, Body, C, Cast, E, K, M, O

Say = Callable[[Cast, str], Body | None]
ENGAGEMENT: Final = "/v1/engagements/{engagement_id}"


def draft(word: str, **changes: Any) -> Body:
    """A contract that follows the method; ``changes`` replace its members."""
    return {
        "expectations": {"sponsor_organisation": [word], "coach": [word], "coachee": [word]},
        "objectives": [objective(word)],
        "demands_on_coach": [word],
        "interests": {"sponsor_organisation": word, "coachee": word},
        "coaching_request": word,
        "complaint_route": word,
        "demands_on_manager": [{"demand": word, "due_on": "2026-06-30"}],
        "banana_skins": [word],
        "resources": [{"kind": "time", "description": word, "provider": "line_manager", "source": word}],
        "timing": {"deadline": "2026-12-31", "frequency_days": 14, "session_minutes": 90},
        "confidentiality": {"permits": {"progress_summary": ["sponsor_organisation", "line_manager"]}},
        **changes,
    }


def objective(word: str, **changes: Any) -> Body:
    """An objective with its four qualities and an indicator."""
    qualities = dict.fromkeys(("statement", "specific", "measurable", "ambitious", "achievable"), word)
    return {**qualities, "indicators": [word], "dynamic": "autonomy", **changes}


def request(cast: Cast, word: str) -> Body:
    """An engagement's request."""
    return {
        "organisation_id": cast.organisation,
        "line_manager_id": cast.ids[M],
        "coachee_id": cast.ids[E],
        "names": {"sponsor_organisation": word, "line_manager": word, "coachee": word},
        "reason": "take_up_a_role",
        "title": word,
        "request": word,
    }


def programme(cast: Cast, word: str) -> Body:
    """A programme of the organisation's."""
    about = {"title": word, "purpose": word}
    return {"organisation_id": cast.organisation, "reason": "change", "from_the_top": True, **about}


def all_said(*names: str, **rest: Any) -> Say:
    """A body whose named members are all the word."""
    return lambda _, word: {**dict.fromkeys(names, word), **rest}


def _reference(cast: Cast, _: str) -> Body:
    return cast.reference()


def _choice(cast: Cast, word: str) -> Body:
    return {"coach_id": cast.ids[C], "coach_name": word, "meeting": 0, "why": word}


def profile(_: Cast, word: str) -> Body:
    """All that a coach can tell of themself."""
    names = "methods", "experience", "references", "training", "original_supervision"
    return {**dict.fromkeys(names, word), "models": [word, word]}


@dataclass(frozen=True)
class Act:
    """A write route.

    Attributes:
        method, path: as the API's description has them.
        by: who may; empty for what isn't an engagement's.
        say: the body.
        versioned: whether it wants If-Match.
        always: whether it may come after the end, too, or only then.
    """

    method: str
    path: str
    by: tuple[str, ...]
    say: Say
    versioned: bool = True
    always: bool = False

    def address(self, cast: Cast, number: int = 1) -> str:
        """The path in somebody's engagement."""
        return self.path.format(
            engagement_id=cast.engagement,
            number=number,
            api_key_id=UUID(int=number),
            passkey_id=UUID(int=number),
            webhook_id=UUID(int=number),
        )


def _below(
    method: str, path: str, by: tuple[str, ...], say: Say, *, versioned: bool = True, always: bool = False
) -> Act:
    return Act(method, ENGAGEMENT + path, by, say, versioned, always)


def disclosure(cast: Cast, word: str, **changes: Any) -> Body:
    """The first entry of one's stream, shown to the stranger for a month; ``changes`` replace its members."""
    ends = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    said = {"entry": 1, "recipient_id": cast.ids[STRANGER], "ground": "coachee_consent", "expires_at": ends}
    return {**said, "reason": word, **changes}


def replacement(cast: Cast, word: str, **changes: Any) -> Body:
    """The stranger takes over as line manager; ``changes`` replace its members."""
    said = {"role": "line_manager", "person_id": cast.ids[STRANGER], "name": word, "statement": word}
    return {**said, **changes}


ACTS: Final = {
    "register_person": Act("POST", "/v1/people", (), all_said("name", "email"), versioned=False),
    "register_organisation": Act("POST", "/v1/organisations", (), all_said("name"), versioned=False),
    "appoint": Act(
        "POST", "/v1/oversight/appointments", (),
        lambda cast, _: {"person_id": cast.ids[C], "role": "auditor"}, versioned=False,
    ),
    "make_key": Act("POST", "/v1/api-keys", (), all_said("name", scopes=["views"], days=30), versioned=False),
    "register_webhook": Act(
        "POST", "/v1/webhooks", (), all_said("name", url="https://example.org/driehoek"), versioned=False
    ),
    "change_webhook_secret": Act(
        "POST", "/v1/webhooks/{webhook_id}/secret", (), lambda _cast, _word: None, versioned=False
    ),
    "replay_webhook": Act("POST", "/v1/webhooks/{webhook_id}/replay", (), lambda _cast, _word: {}, versioned=False),
    "remove_webhook": Act(
        "POST", "/v1/webhooks/{webhook_id}/removal", (), lambda _cast, _word: None, versioned=False
    ),
    "revoke_key": Act("POST", "/v1/api-keys/{api_key_id}/revocation", (), lambda _cast, _word: None, versioned=False),
    "make_passkey": Act("POST", "/v1/passkeys", (), all_said("name", "credential"), versioned=False),
    "revoke_passkey": Act(
        "POST", "/v1/passkeys/{passkey_id}/revocation", (), lambda _cast, _word: None, versioned=False
    ),
    "programme": Act("POST", "/v1/programmes", (), programme, versioned=False),
    "request": Act("POST", "/v1/engagements", (), request, versioned=False),
    "meet": _below("POST", "/coaches-met", (E,), all_said("coach_name", "impression", met_on="2026-01-05")),
    "offer": _below("PUT", "/candidacy/profile", (K,), profile, versioned=False),
    "pledge": _below("PUT", "/candidacy/ethics-code", (K,), all_said("code", "remark"), versioned=False),
    "decline": _below("POST", "/candidacy/refusal", (K,), all_said("reason", "referral"), versioned=False),
    "profile": _below("PUT", "/coach-profile", (C,), profile),
    "ethics": _below("PUT", "/ethics-code", (C,), all_said("code", "remark")),
    "choose": _below("PUT", "/coach", (E,), _choice),
    "approach": _below("POST", "/approach", (C,), all_said("approach", "methods", "reference_material", "ethics")),
    "reality": _below("POST", "/reality", (E,), all_said("reality", "problem", "weight", "rationale")),
    "meeting": _below("POST", "/tripartite-meeting", (C,), all_said(held_on="2026-01-06", present=["coach"])),
    "end": _below("POST", "/closure", ROLES, all_said("statement", "evaluation", ending="broken_off")),
    "declare": _below("POST", "/conflicts", (C,), all_said("ties", in_reporting_line=False, conflict=False)),
    "resolve": _below("PUT", "/conflicts/{number}/resolution", (C,), all_said("statement")),
    "accept_tie": _below("PUT", "/conflicts/{number}/acceptance", (O, M, E), all_said("statement")),
    "propose_relation": _below("POST", "/relationship-contract/proposals", (C,), all_said("text")),
    "agree_relation": _below("PUT", "/relationship-contract/proposals/{number}/agreement", (E,),
                             lambda _cast, _word: None),
    "acknowledge": _below("POST", "/acknowledgements", (O, E), all_said("statement")),
    "context": _below("POST", "/organisation-context", (O, M, C), all_said("culture", "context", "constraints")),
    "meeting_date": _below("PUT", "/tripartite-meeting/date", (C,), all_said(
        "place", starts_at="2026-01-06T09:00:00Z")),
    "draft": _below("POST", "/contract/drafts", (M, C, E), lambda _, word: draft(word)),
    "assent": _below("POST", "/contract/assents", (M, E), _reference),
    "sign": _below("POST", "/contract/signatures", ROLES, _reference),
    "activate": _below("PUT", "/contract/in-force", (C,), lambda cast, _: {
        "contract_version": cast.reference()["contract_version"]}),
    "schedule": _below("POST", "/sessions", (C, E), lambda cast, word: {
        "session": len(cast.view(E)["sessions"]) + 1, "starts_at": "2026-02-01T09:30:00+01:00", "minutes": 90,
        "place": word}),
    "review": _below("PUT", "/sessions/{number}/review", (E,), all_said("retained", "practised", "events")),
    "expect": _below("PUT", "/sessions/{number}/expectation", (E,), all_said("expectation")),
    "accept": _below("PUT", "/sessions/{number}/acceptance", (C,), all_said("remark")),
    "start": _below("PUT", "/sessions/{number}/start", (C,), all_said("focus", quadrants=["inner_individual"])),
    "work": _below("POST", "/sessions/{number}/work", (C,), lambda _, word: {
        "themes": word, "models": [word], "techniques": [word], "experiment": word, "third_parties": [word]}),
    "feedback": _below("POST", "/sessions/{number}/feedback", (E,), all_said("feedback", "improvement")),
    "close": _below("PUT", "/sessions/{number}/end", (C,), all_said(attended=True, minutes=85)),
    "assess": _below("POST", "/checkpoint", (E,), all_said("assessment", clear_results=True)),
    "countersign": _below("PUT", "/checkpoint/{number}/countersignature", (C,), all_said("remark", agrees=True)),
    "analyse": _below("PUT", "/checkpoint/{number}/analysis", (C,), all_said("analysis", decision="amend")),
    "effect": _below("POST", "/coaching-effect", (E,), all_said("value", "observation")),
    "met": _below("PUT", "/objectives/{number}/met", (E,), all_said("statement")),
    "ask_to_end": _below("POST", "/closure-requests", (C, E), all_said("statement")),
    "fulfil": _below("PUT", "/commitments/{number}/fulfilment", (M,), all_said("remark")),
    "reassign": _below("PUT", "/commitments/{number}/assignee", (M,), all_said("reason", to="coachee")),
    "deliver": _below("PUT", "/resources/{number}/delivery", ROLES, all_said("remark")),
    "review_demands": _below("POST", "/demands/reviews", (M, E), all_said("review", met=True)),
    "commit": _below("POST", "/experiments", (E,), all_said("experiment", session=1)),
    "try": _below("POST", "/experiments/{number}/trial", (E,), all_said("outcome")),
    "decide": _below("POST", "/decisions", (E,), all_said("decision", "reason")),
    "state_request": _below("POST", "/coaching-request", (E,), all_said("request")),
    "take_on": _below("PUT", "/coaching-request/validation", (C,), all_said("remark")),
    "waive_follow_up": _below("PUT", "/follow-up/waiver", (E,), all_said("reason"), always=True),
    "voice": _below("POST", "/voice", (O,), all_said("statement")),
    "answer": _below("PUT", "/voice/{number}/answer", (C,), all_said("answer")),
    "read": _below("POST", "/indicators", (E,), all_said("value", "observation", objective=1, indicator=1)),
    "propose": _below("POST", "/summaries", (C, E), all_said("summary")),
    "agree": _below("PUT", "/summaries/{number}/agreement", (C, E), lambda _cast, _word: None),
    "limit": _below("POST", "/competence-limits", (C,), all_said("statement")),
    "refer": _below("POST", "/referrals", (C,), all_said("recommendation", limit=0)),
    "answer_referral": _below("PUT", "/referrals/{number}/answer", (E,), all_said("answer", accepted=True),
                              always=True),
    "worry": _below("POST", "/concerns", (O, M, E), all_said("statement", kind="boundary")),
    "answer_concern": _below("PUT", "/concerns/{number}/answer", (C,), all_said("answer", raised_by="coachee"),
                             always=True),
    "deal": _below("POST", "/dealings", (C,), all_said(
        "statement", kind="training", counterpart="coachee", begins_on="2026-12-01"), always=True),
    "waive": _below("POST", "/waivers", (C, E), all_said("statement", rule="P15", ground="coachee_wish")),
    "replace": _below("POST", "/parties", (O,), replacement),
    "admit": _below("POST", "/team-members", (E,), lambda cast, word: {"person_id": cast.ids[STRANGER], "name": word}),
    "see_off": _below("POST", "/team-members/departures", (E,), lambda cast, word: {
        "person_id": cast.ids[STRANGER], "statement": word}),
    "withdraw": _below("POST", "/permissions/withdrawals", (E,), all_said("statement", item="progress_summary"),
                       always=True),
    "erase": _below("POST", "/erasure-requests", (E,), all_said("statement"), always=True),
    "keep": _below("POST", "/erasure-requests/cancellation", (E,), all_said("statement"), always=True),
    "follow_up": _below("POST", "/follow-up", (C,), all_said("notes", held_on="2026-12-01"), always=True),
    "disclose": _below("POST", "/disclosures", (C, E), disclosure, always=True),
    "ask_access": _below("POST", "/access-requests", (E,), all_said("question"), always=True),
    "answer_access": _below("PUT", "/access-requests/{number}/answer", (C,), all_said("answer", disclosed=[]),
                            always=True),
    "credential": Act("POST", "/v1/coaches/me/practice/credentials", (), all_said(
        "name", "issuer", kind="training", awarded_on="2024-05-01"), versioned=False),
    "supervised": Act("POST", "/v1/coaches/me/practice/supervision-places", (), all_said(
        "name", "arrangement", since="2026-01-10"), versioned=False),
    "leave_place": Act("PUT", "/v1/coaches/me/practice/supervision-places/{number}/end", (), all_said(
        "statement", left_on="2026-06-30"), versioned=False),
    "supervision": Act("POST", "/v1/coaches/me/practice/supervisions", (), all_said(
        "notes", held_on="2026-03-04", minutes=90), versioned=False),
    "development": Act("POST", "/v1/coaches/me/practice/development", (), all_said(
        "description", kind="reading", on="2026-02-11", hours=3), versioned=False),
    "note": _below("POST", "/notes", (C,), all_said("note"), versioned=False),
    "journal": _below("POST", "/journal", (E,), all_said("entry"), versioned=False),
}  # fmt: skip
"""Every write route by a short name; a test holds them against the API's description."""

Step = tuple[str, str, int]
"""Who, which act, and the number in its path."""

COURSE: Final[tuple[tuple[str, tuple[Step, ...]], ...]] = (
    ("requested", ()),
    ("coached", ((E, "choose", 0),)),
    ("declared", ((C, "declare", 0),)),
    ("heard", ((O, "voice", 0),)),
    ("scheduled", ((C, "schedule", 0),)),
    ("expected", ((E, "expect", 1),)),
    ("accepted", ((C, "accept", 1),)),
    ("working", ((C, "start", 1),)),
    ("closed", ((C, "close", 1),)),
    ("second", ((C, "schedule", 0), (C, "propose", 0))),
    ("drafted", ((C, "draft", 0),)),
    ("half assented", ((M, "assent", 0),)),
    ("offered", ((E, "assent", 0),)),
    ("half signed", ((O, "sign", 0), (E, "sign", 0), (C, "sign", 0))),
    ("active", ((M, "sign", 0), (C, "activate", 0))),
    ("reviewed", ((E, "review", 2), (C, "answer", 1), (E, "agree", 1))),
    ("ended", ((C, "end", 0),)),
)
"""An engagement's course in stages; each adds its steps to those before."""


def perform(cast: Cast, who: str, name: str, number: int = 0, word: str = "said") -> None:
    """One act that must succeed."""
    act = ACTS[name]
    version = cast.version(who) if act.versioned else None
    cast.write(who, act.method, act.address(cast, number), act.say(cast, word), version=version)


def ask(cast: Cast, word: str = "said") -> None:
    """The organisation's request, which makes the engagement."""
    cast.engagement = cast.write(O, "POST", "/v1/engagements", request(cast, word)).json()["id"]


def play(cast: Cast, stage: str) -> Cast:
    """A new engagement, up to and with a stage."""
    ask(cast)
    for name, steps in COURSE:
        for who, act, number in steps:
            perform(cast, who, act, number)
        if name == stage:
            break
    return cast
