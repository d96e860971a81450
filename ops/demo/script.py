"""Engagement scripts: TOML files in ``examples/`` that tell who does what, as people would type it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CAST: Final = ("representative", "line_manager", "coach", "coachee", "coaching_supervisor")

GUESTS: Final = ("predecessor", "candidate", "team_member")
"""Who may be in a script, too: the line manager before the present one, a coach who wasn't chosen, a team's member."""


class ScriptError(ValueError):
    """A script that can't be played; the message names the step, never its texts."""


@dataclass(frozen=True)
class Step:
    """One act: who, what, and what they type.

    Ids are the player's to fill in. ``who`` (of a coach whom the coachee meets) and ``to`` (of a disclosure) name
    somebody by their part; ``item`` and ``days`` say that the newest entry of this item is shown for so long.
    """

    number: int
    by: str
    do: str
    says: Mapping[str, Any]


@dataclass(frozen=True)
class Script:
    """A whole engagement.

    Attributes:
        language, title, story: for the reader.
        organisation: the sponsor organisation's fields.
        people: each person's fields, by their part in :data:`CAST` or among the :data:`GUESTS`.
        steps: what happens, in order.
    """

    language: str
    title: str
    story: str
    organisation: Mapping[str, str]
    people: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]

    def texts(self, shortest: int = 12) -> Iterator[str]:
        """Every text that somebody types, long enough to be found nowhere by chance; the vocabulary's words aren't."""
        for typed in (self.organisation, self.people, *(step.says for step in self.steps)):
            yield from (text for text in _texts(typed) if len(text) >= shortest and " " in text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)


def load(path: Path) -> Script:
    """Read a script.

    Raises:
        ScriptError: when the file isn't a script, with the place that is wrong.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScriptError("the script isn't valid TOML in UTF-8") from error
    missing = {"language", "title", "story", "organisation", "people", "step"} - raw.keys()
    if missing:
        raise ScriptError(f"the script lacks {', '.join(sorted(missing))}")
    if not isinstance(raw["people"], Mapping) or not isinstance(raw["organisation"], Mapping):
        raise ScriptError("the script's people and organisation aren't tables")
    if not isinstance(raw["step"], list):
        raise ScriptError("the script's steps aren't a list of tables")
    if (absent := set(CAST) - raw["people"].keys()) != set():
        raise ScriptError(f"the script's people lack {', '.join(sorted(absent))}")
    steps = []
    for number, step in enumerate(raw["step"], start=1):
        if not isinstance(step, Mapping) or not isinstance(step.get("with", {}), Mapping):
            raise ScriptError(f"step {number} isn't a table")
        if step.get("by") not in raw["people"].keys() & {*CAST, *GUESTS} or step.get("do") not in REQUESTS:
            raise ScriptError(f"step {number} names no known person or act")
        steps.append(Step(number, step["by"], step["do"], step.get("with", {})))
    return Script(raw["language"], raw["title"], raw["story"], raw["organisation"], raw["people"], tuple(steps))


_PRACTICE: Final = "/v1/coaches/me/practice"

REQUESTS: Final[Mapping[str, tuple[str, str]]] = {
    "start_programme": ("POST", "/v1/programmes"),
    "request_engagement": ("POST", ""),
    "meet_coach": ("POST", "/coaches-met"),
    "offer_profile": ("PUT", "/candidacy/profile"),
    "pledge_ethics": ("PUT", "/candidacy/ethics-code"),
    "decline_candidacy": ("POST", "/candidacy/refusal"),
    "choose_coach": ("PUT", "/coach"),
    "disclose_profile": ("PUT", "/coach-profile"),
    "acknowledge_ethics": ("PUT", "/ethics-code"),
    "explain_approach": ("POST", "/approach"),
    "describe_reality": ("POST", "/reality"),
    "propose_relationship_contract": ("POST", "/relationship-contract/proposals"),
    "agree_relationship_contract": ("PUT", "/relationship-contract/proposals/{proposal}/agreement"),
    "acknowledge_limits": ("POST", "/acknowledgements"),
    "record_organisation_context": ("POST", "/organisation-context"),
    "schedule_tripartite_meeting": ("PUT", "/tripartite-meeting/date"),
    "hold_tripartite_meeting": ("POST", "/tripartite-meeting"),
    "declare_conflict": ("POST", "/conflicts"),
    "resolve_conflict": ("PUT", "/conflicts/{declaration}/resolution"),
    "accept_conflict": ("PUT", "/conflicts/{declaration}/acceptance"),
    "draft_contract": ("POST", "/contract/drafts"),
    "assent_to_contract": ("POST", "/contract/assents"),
    "sign_contract": ("POST", "/contract/signatures"),
    "activate_contract": ("PUT", "/contract/in-force"),
    "schedule_session": ("POST", "/sessions"),
    "review_session": ("PUT", "/sessions/{session}/review"),
    "state_expectation": ("PUT", "/sessions/{session}/expectation"),
    "accept_expectation": ("PUT", "/sessions/{session}/acceptance"),
    "start_work": ("PUT", "/sessions/{session}/start"),
    "record_work": ("POST", "/sessions/{session}/work"),
    "give_feedback": ("POST", "/sessions/{session}/feedback"),
    "close_session": ("PUT", "/sessions/{session}/end"),
    "assess_results": ("POST", "/checkpoint"),
    "countersign_results": ("PUT", "/checkpoint/{assessment}/countersignature"),
    "analyse_no_result": ("PUT", "/checkpoint/{assessment}/analysis"),
    "measure_effect": ("POST", "/coaching-effect"),
    "meet_objective": ("PUT", "/objectives/{objective}/met"),
    "request_closure": ("POST", "/closure-requests"),
    "keep_commitment": ("PUT", "/commitments/{commitment}/fulfilment"),
    "reassign_commitment": ("PUT", "/commitments/{commitment}/assignee"),
    "deliver_resource": ("PUT", "/resources/{resource}/delivery"),
    "review_demands": ("POST", "/demands/reviews"),
    "commit_experiment": ("POST", "/experiments"),
    "try_experiment": ("POST", "/experiments/{number}/trial"),
    "record_decision": ("POST", "/decisions"),
    "state_coaching_request": ("POST", "/coaching-request"),
    "validate_coaching_request": ("PUT", "/coaching-request/validation"),
    "waive_follow_up": ("PUT", "/follow-up/waiver"),
    "state_voice": ("POST", "/voice"),
    "answer_voice": ("PUT", "/voice/{voice}/answer"),
    "read_indicator": ("POST", "/indicators"),
    "propose_summary": ("POST", "/summaries"),
    "agree_summary": ("PUT", "/summaries/{summary}/agreement"),
    "signal_limit": ("POST", "/competence-limits"),
    "recommend_referral": ("POST", "/referrals"),
    "answer_referral": ("PUT", "/referrals/{referral}/answer"),
    "raise_concern": ("POST", "/concerns"),
    "answer_concern": ("PUT", "/concerns/{concern}/answer"),
    "declare_dealing": ("POST", "/dealings"),
    "waive_rule": ("POST", "/waivers"),
    "record_credential": ("POST", f"{_PRACTICE}/credentials"),
    "register_place": ("POST", f"{_PRACTICE}/supervision-places"),
    "leave_place": ("PUT", f"{_PRACTICE}/supervision-places/{{number}}/end"),
    "record_supervision": ("POST", f"{_PRACTICE}/supervisions"),
    "log_development": ("POST", f"{_PRACTICE}/development"),
    "write_note": ("POST", "/notes"),
    "write_entry": ("POST", "/journal"),
    "replace_party": ("POST", "/parties"),
    "admit_member": ("POST", "/team-members"),
    "end_membership": ("POST", "/team-members/departures"),
    "withdraw_permission": ("POST", "/permissions/withdrawals"),
    "end_engagement": ("POST", "/closure"),
    "record_follow_up": ("POST", "/follow-up"),
    "request_access": ("POST", "/access-requests"),
    "disclose": ("POST", "/disclosures"),
    "answer_access": ("PUT", "/access-requests/{request}/answer"),
    "request_erasure": ("POST", "/erasure-requests"),
    "cancel_erasure": ("POST", "/erasure-requests/cancellation"),
}
"""Each act's method and its path, below the engagement or from ``/v1`` on; names in braces are taken out of what is
said."""

UNVERSIONED: Final = frozenset(
    {"request_engagement", "write_note", "write_entry", "offer_profile", "pledge_ethics", "decline_candidacy"}
    | {name for name, (_, path) in REQUESTS.items() if path.startswith("/v1/")}
)
"""Acts that aren't based on a version."""


def request_of(step: Step) -> tuple[str, str, dict[str, Any]]:
    """A step's method, path below the engagement, and body."""
    method, path = REQUESTS[step.do]
    body = dict(step.says)
    for name in re.findall(r"\{(\w+)\}", path):
        path = path.replace(f"{{{name}}}", str(body.pop(name)))
    return method, path, body
