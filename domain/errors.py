"""Why an action is refused. A refusal carries a stable name from a closed catalogue and never an input.

The web room turns each name into a problem type with a page of its own; nothing here knows about HTTP. The texts are
fixed, so that no refusal can echo what somebody typed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final


class Refusal(Exception):  # noqa: N818 - a refusal is a business answer, not a fault
    """An action that may not happen. Nothing was recorded.

    Args:
        name: the refusal's stable name, one of the class's own ``texts``.
    """

    texts: ClassVar[Mapping[str, str]] = {}

    def __init__(self, name: str) -> None:
        super().__init__(self.texts[name])
        self.name = name


class NotFound(Refusal):
    """Absent, or none of the asker's business: a stranger can't tell which."""

    texts: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "not-found": "There is nothing here that you can see.",
        }
    )

    def __init__(self) -> None:
        super().__init__("not-found")


class NotYours(Refusal):
    """The asker is a party, but this act belongs to another role."""

    texts: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "not-your-role": "Your role in this engagement doesn't include this act.",
            "waiver-of-the-coachee": "What the coach owes the coachee only the coachee can waive.",
            "decision-of-the-coachee": "Decisions are the coachee's alone; nobody else can make or record one (P29).",
            "operator-only": "Only the operator of the service appoints supervisors and auditors.",
        }
    )


class WrongMoment(Refusal):
    """The act is known and the person may do it, but not in this state."""

    texts: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "already-registered": "This record exists already.",
            "too-many-webhooks": "You have as many webhooks as one can have. Remove one first.",
            "webhook-removed": "This webhook has been removed.",
            "too-many-api-keys": "You have as many living API keys as one can have. Revoke one first.",
            "already-revoked": "This key has been revoked already.",
            "too-many-passkeys": "You have as many living passkeys as one can have. Revoke one first.",
            "challenge-spent": "This challenge has been answered already. Ask for another one.",
            "passkey-counter": "The passkey's counter went back: there may be a copy of it. Revoke it.",
            "already-logged-out": "This login has been ended already.",
            "coach-already-chosen": "A coach has been chosen already.",
            "candidacy-over": "You declined, or the choice has been made: you are no candidate here any more.",
            "coach-declined": "This coach has declined (X4).",
            "no-coach-yet": "This needs a coach, and none has been chosen yet.",
            "engagement-ended": "The engagement has ended.",
            "no-draft": "There is no contract draft to act on.",
            "another-contract-version": "This isn't the contract version at hand. Read it again before you act.",
            "not-offered": (
                "Both authors, the coachee and the line manager, assent before the contract is signed (P9)."
            ),
            "already-offered": "This version has been offered for signature already.",
            "already-assented": "You have assented to this version already.",
            "already-signed": "You have signed this version already.",
            "signature-missing": (
                "The organisation, the line manager, the coach and the coachee all sign the same document "
                "before the contract is activated (P2)."
            ),
            "already-active": "This contract version is active already.",
            "conflict-undeclared": (
                "The coach declares their ties, and again every twelve months, before a contract is activated and "
                "before the work of a session starts (P24)."
            ),
            "conflict-unresolved": "A conflict of interest stands that was declared and isn't resolved (P24).",
            "proposal-superseded": "A newer proposal has taken its place, or it was another coach's.",
            "proposal-already-agreed": "You have agreed to this proposal already.",
            "already-acknowledged": "You have acknowledged this already.",
            "conflict-already-accepted": "You have accepted this conflict already.",
            "contract-not-active": (
                "The contract is active before the second session starts, and before anything is reported "
                "under it (P1)."
            ),
            "session-still-open": "The session before this one is still open.",
            "session-closed": "The session is closed.",
            "review-missing": "From the second session on, a session begins with the coachee's review (R30).",
            "already-reviewed": "The session has been reviewed already.",
            "expectation-missing": "The coachee states an expectation before the coach accepts it (P18).",
            "expectation-already-accepted": "The coach has accepted the expectation already.",
            "acceptance-missing": "The coach accepts the expectation before the work starts (P18).",
            "work-already-started": "The work of this session has started already.",
            "work-not-started": "The work of this session hasn't started.",
            "checkpoint-too-early": "The checkpoint comes after the fourth session (R35).",
            "already-countersigned": "The coach has countersigned this assessment already.",
            "countersignature-missing": "The coach countersigns the assessment before it is analysed (R35).",
            "results-are-clear": "Both find clear results: there is nothing to analyse (R36).",
            "already-analysed": "This assessment has been analysed already.",
            "already-kept": "This commitment has been kept already.",
            "already-delivered": "This resource has been delivered already.",
            "objective-already-met": "This objective is on record as met already.",
            "objectives-not-met": "One asks to end once all objectives of the contract in force are met (R63).",
            "closure-already-requested": "The end has been asked for already.",
            "coaching-request-not-stated": "The coachee states their request before the coach takes it on (X1).",
            "coaching-request-validated": "The coach has taken the coachee's request on already.",
            "no-follow-up-agreed": "The contract in force provides for no follow-up that could be waived (R66).",
            "follow-up-already-waived": "The follow-up has been waived already.",
            "already-answered": "This has been answered already.",
            "own-proposal": "Coach and coachee agree together: the other one agrees to this summary.",
            "already-agreed": "This summary has been agreed already.",
            "engagement-going-on": "The engagement is still going on.",
            "on-hold": "A legal hold is in the way: nothing is erased on request as long as it lasts.",
            "already-on-hold": "This hold has been placed already.",
            "not-on-hold": "This hold isn't in force.",
            "erasure-already-requested": "Erasure has been requested already.",
            "no-erasure-requested": "No erasure is waiting that could be taken back.",
            "cooling-off-over": "The time in which this could be taken back is over.",
            "nothing-permitted": "No permission about this is in force, and nothing is left to read by one.",
            "not-a-team": "This is an engagement of one person; a team is asked for as such (R4).",
            "team-full": "The team is as large as a team can be here.",
            "retention-over": "The time is over in which anything new about this may be kept (X8).",
            "follow-up-over": "The time that the contract provides for follow-up is over (R66).",
            "already-recorded": "This step is on record already.",
            "already-erased": "This has been erased already.",
            "supervision-place-held": "You have a supervision place. Leave it before you register another one.",
            "no-supervision-place": "Supervision takes place where you have a registered place (R51).",
            "already-left": "You have left this place already.",
            "already-waived": "This rule has been waived already.",
            "cooling-period-over": "Dealings are declared within 24 months after the end (R65).",
            "already-released": "The statistics of this quarter have been released already.",
            "quarter-not-closed": "Statistics are released quarter by quarter, each when it is over.",
        }
    )


class Stale(Refusal):
    """Somebody did something that the asker can see since the asker last looked."""

    texts: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "stale-version": "Something that you can see has changed since you last looked. Read again, then decide.",
        }
    )

    def __init__(self) -> None:
        super().__init__("stale-version")


class Invalid(Refusal):
    """The act itself breaks a rule of the method, whatever the state."""

    texts: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "same-person-in-two-roles": (
                "Organisation's representative, line manager, coach and coachee are different people, so "
                "that nobody reads over another's shoulder (R1)."
            ),
            "unknown-webhook": "You have no such webhook.",
            "unknown-api-key": "You have no such API key.",
            "unknown-passkey": "You have no such passkey.",
            "passkey-too-large": "The passkey's id or public key is longer than such things are.",
            "api-key-expiry": "An API key ends, in the future and within a year.",
            "unknown-person": "A person named here isn't registered.",
            "unknown-organisation": "The organisation isn't registered, or you don't represent it.",
            "unknown-programme": "There is no such programme of this organisation.",
            "coach-never-met": "This meeting isn't on record. Record it first, or choose without one by waiving it.",
            "unknown-proposal": "There is no such proposal.",
            "unknown-conflict": "No conflict stands under this declaration.",
            "tie-undescribed": "Whoever declares a conflict says what the tie is, so that the others can judge it.",
            "tie-in-reporting-line": (
                "A coach in the coachee's reporting line is no neutral third party, whoever accepts it (R1)."
            ),
            "another-coach-met": "This meeting was with another coach.",
            "profile-empty": "A profile tells of at least one thing: methods, experience, references (R13).",
            "no-objectives": "A contract has at least one objective (P6).",
            "too-many-objectives": "A contract has at most three objectives (P6).",
            "objective-quality-missing": (
                "Each objective says how it is specific, measurable, ambitious and achievable (P7)."
            ),
            "indicator-missing": "Each objective has at least one success indicator (P8).",
            "demands-missing": "The contract names demands on the coach and demands on the line manager (P10).",
            "expectations-missing": (
                "The contract names what the organisation, the coach and the coachee expect (R17)."
            ),
            "timing-missing": "The contract has a deadline, a frequency and a session length (P13).",
            "interests-missing": "The contract states the organisation's interest and the coachee's (R61).",
            "coaching-request-missing": "The contract names the request within which the coach works (R54).",
            "complaint-route-missing": "The contract says where to complain, before anything starts (X9).",
            "follow-up-without-time": "A follow-up that is agreed has months in which it can be held (R66).",
            "aggregate-too-small": "A statistic is about as many people as the policy says, or more if you agree so.",
            "empty-reporting-clause": (
                "The clause gives the organisation nothing. Who pays has a voice: permit at least one item (P4)."
            ),
            "not-an-overseer": "Overseers are coaching supervisors and auditors.",
            "clause-permits-too-much": "The clause permits something that no clause can permit (P3).",
            "clause-without-compartment": "The clause would make an audience that has no compartment (P3).",
            "clause-lifetime-out-of-range": "The clause's periods contradict each other or are out of range (P3).",
            "signature-invalid": "The signature doesn't fit the document and your key.",
            "unknown-session": "There is no such session.",
            "session-out-of-order": "Sessions are scheduled one after another.",
            "unknown-commitment": "The contract in force has no such demand on the line manager.",
            "commitment-to-coach": "What the line manager committed to is never handed to the coach (R19).",
            "unknown-resource": "The contract in force names no such resource.",
            "unknown-experiment": "There is no such experiment.",
            "unknown-assessment": "There is no such assessment of results.",
            "checkpoint-decision-missing": (
                "Without clear results the contract is amended or deliberately kept (P22)."
            ),
            "unknown-objective": "The active contract has no such objective or indicator.",
            "unknown-voice": "There is no such statement of the organisation's voice.",
            "unknown-summary": "There is no such proposed summary.",
            "former-party": "Somebody who left an engagement doesn't come back into it.",
            "unknown-part": "There is nothing at this place that you can read.",
            "unknown-request": "There is no such request for access.",
            "unknown-disclosure": "No such disclosure was made to the coachee.",
            "disclosed-to-a-reader": "Whoever this is for reads it already.",
            "disclosure-without-ground": (
                "The coachee discloses by consent; the coach discloses to the coachee on a request for access, and to "
                "others only on a ground that the signed clause states (P39, X6)."
            ),
            "disclosure-expiry": "A disclosure ends, in the future and within a year.",
            "unknown-team-member": "No such person is a member of the team.",
            "unknown-escrow": "No escrow is registered under this id.",
            "another-escrow": "The keys are held by another escrow already.",
            "escrow-quorum": "Escrow takes at least two people, and no more than have a share.",
            "unknown-grant": "There is no such grant.",
            "unknown-erasure": "There is no such request for erasure.",
            "unknown-limit": "There is no such competence limit.",
            "unknown-referral": "There is no such referral.",
            "unknown-concern": "There is no such concern that you could answer.",
            "unknown-counterpart": "A dealing is with the organisation, the line manager or the coachee.",
            "unknown-place": "There is no such supervision place of yours.",
            "own-supervisor": "Nobody is their own supervisor.",
            "not-a-supervisor": "Whoever is named as supervisor was appointed as one; others go without their id.",
            "unknown-engagement": "An engagement named here isn't one that you coach or coached.",
            "credential-dates": "A credential ends after it was awarded.",
            "rule-not-waivable": "This rule protects everybody; it is never waived.",
            "unknown-parameter": "The policy has no such parameter.",
            "parameter-out-of-range": "A parameter of the policy is out of its range.",
            "policy-unchanged": "This is the policy that holds already.",
            "not-due": "This isn't due for erasure on this ground.",
            "content-changed": "The text isn't the one that was proposed.",
            "idempotency-key-reused": "This idempotency key came with another request before.",
        }
    )


CATALOGUE: Final[Mapping[str, type[Refusal]]] = MappingProxyType(
    {name: kind for kind in (NotFound, NotYours, WrongMoment, Stale, Invalid) for name in kind.texts}
)
"""Every refusal by name. Names are stable: never renamed, never reused."""
