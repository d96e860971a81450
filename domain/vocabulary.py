"""The words of the method, as closed sets (requirements.md, vocabulary).

Every enumeration here may stand among an event's *facts*: its values are few, known beforehand and tell nothing
that a person typed. The values are stored; version with care: a value is never renamed and never reused.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Role(Enum):
    """Who somebody is in one engagement. The triangle has three corners but four principals."""

    SPONSOR_ORGANISATION = "O"
    LINE_MANAGER = "M"
    COACH = "C"
    COACHEE = "E"
    COACHING_SUPERVISOR = "S"
    AUDITOR = "A"
    SELF = "P"  # a person or an organisation towards its own record
    ESCROW = "X"  # holds keys during a legal hold; several people together, none of them the operator alone
    SERVICE = "service"  # the software itself: process facts only

    @property
    def word(self) -> str:
        """The role's name in the vocabulary, e.g. ``line_manager``."""
        return self.name.lower()


class Item(Enum):
    """A row of the confidentiality matrix: something that the clause gives to parties or keeps from them."""

    ENGAGEMENT = "engagement"
    CONTRACT_DRAFT = "contract_draft"
    CONTRACT_TEXT = "contract_text"
    OBJECTIVES = "objectives"
    DEMANDS = "demands"
    BANANA_SKINS = "banana_skins"
    COACHES_MET = "coaches_met"
    APPROACH = "approach"
    REALITY = "reality"
    SESSION_DATES = "session_dates"
    SESSION_CONTENT = "session_content"
    COACH_NOTES = "coach_notes"
    COACHEE_JOURNAL = "coachee_journal"
    PROGRESS_PROPOSAL = "progress_proposal"
    PROGRESS_SUMMARY = "progress_summary"
    INDICATOR_READINGS = "indicator_readings"
    QUADRANT_TAGS = "quadrant_tags"
    CHECKPOINT = "checkpoint"
    NO_RESULT_ANALYSIS = "no_result_analysis"
    SPONSOR_VOICE = "sponsor_voice"
    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"
    DISCLOSURES = "disclosures"
    OWN_RECORD = "own_record"


class Lifetime(Enum):
    """How long a party may go on reading what it was given (crypto.md, erasure)."""

    UNTIL_CLOSURE = "closure"
    FOLLOW_UP = "follow_up"
    RETENTION = "retention"
    KEPT = "kept"


class Compartment(Enum):
    """A named audience, fixed at write time by the clause in force (architecture.md, compartments)."""

    TRIANGLE = "triangle"
    SPONSORSHIP = "sponsorship"
    AUTHORS = "authors"
    ALLIANCE = "alliance"
    COACH = "coach"
    COACHEE = "coachee"
    SELF = "self"
    OVERSIGHT = "oversight"


_O, _M, _C, _E = Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE

AUDIENCES: Final[Mapping[Compartment, frozenset[Role]]] = MappingProxyType(
    {
        Compartment.TRIANGLE: frozenset({_O, _M, _C, _E}),
        Compartment.SPONSORSHIP: frozenset({_O, _C, _E}),
        Compartment.AUTHORS: frozenset({_M, _C, _E}),
        Compartment.ALLIANCE: frozenset({_C, _E}),
        Compartment.COACH: frozenset({_C}),
        Compartment.COACHEE: frozenset({_E}),
        Compartment.SELF: frozenset({Role.SELF}),
    }
)
"""Each compartment's audience. ``oversight`` is not here: it holds facts, and the clause doesn't move facts."""

COMPARTMENT_OF: Final[Mapping[frozenset[Role], Compartment]] = MappingProxyType({a: c for c, a in AUDIENCES.items()})

PARTIES: Final = (_O, _M, _C, _E)
"""The four principals who sign, in the order in which screens name them."""


class Reason(Enum):
    """Why an individual engagement is asked for (R6)."""

    IMPROVE_PERFORMANCE = "improve_performance"
    LEAD_A_PROJECT = "lead_a_project"
    MANAGE_A_CRISIS = "manage_a_crisis"
    TAKE_UP_A_ROLE = "take_up_a_role"


class Quadrant(Enum):
    """Inner or outer, individual or collective (R45-R48)."""

    INNER_INDIVIDUAL = "inner_individual"
    OUTER_INDIVIDUAL = "outer_individual"
    INNER_COLLECTIVE = "inner_collective"
    OUTER_COLLECTIVE = "outer_collective"


class Dynamic(Enum):
    """What an objective works on (R8)."""

    CHALLENGES = "challenges"
    AUTONOMY = "autonomy"
    IDENTITY = "identity"
    COMPETENCE = "competence"
    CHANGE = "change"
    MEANING = "meaning"


class CheckpointDecision(Enum):
    """What follows from the checkpoint after four sessions (R35, R36)."""

    GO_ON = "go_on"
    AMEND = "amend"
    KEEP_UNCHANGED = "keep_unchanged"


class Ending(Enum):
    """How an engagement ended (R63, X7; R21: not to change is a valid outcome, never a breach)."""

    FULFILLED = "fulfilled"
    CHOSE_NOT_TO_CHANGE = "chose_not_to_change"
    BROKEN_OFF = "broken_off"


class ErasureGround(Enum):
    """Why a grant is erased: which promise, order or request puts an end to somebody's reading (R64, X8, X12)."""

    CLOSURE = "closure"
    FOLLOW_UP_END = "follow_up_end"
    RETENTION_END = "retention_end"
    PARTY_LEFT = "party_left"
    ERASURE_REQUEST = "erasure_request"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    HOLD_LIFTED = "hold_lifted"
    DISCLOSURE_EXPIRED = "disclosure_expired"
    OPERATOR_ORDER = "operator_order"


class HoldGround(Enum):
    """Why keys are held in escrow although their time may be up (X12)."""

    LITIGATION = "litigation"
    AUTHORITY = "authority"
    SAFETY = "safety"


class DisclosureGround(Enum):
    """Why one part is shown to somebody whom the clause doesn't name as its reader (X6, X10)."""

    ACCESS_REQUEST = "access_request"
    COACHEE_CONSENT = "coachee_consent"
    COURT_ORDER = "court_order"
    IMMINENT_DANGER = "imminent_danger"
    ILLEGALITY = "illegality"
    SUPERVISION = "supervision"
