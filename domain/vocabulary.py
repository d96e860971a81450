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
    TEAM_MEMBER = "T"  # one of a coached team; holds keys in the coachee's role
    CANDIDATE = "K"  # a coach whom the coachee met and hasn't chosen; holds no key
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
    COACH_PROFILE = "coach_profile"
    CREDENTIALS = "credentials"
    CONFLICTS = "conflicts"
    RELATIONSHIP_CONTRACT = "relationship_contract"
    ACKNOWLEDGEMENTS = "acknowledgements"
    ORGANISATION_CONTEXT = "organisation_context"
    COMMITMENTS = "commitments"
    COMMITMENT_STATUS = "commitment_status"
    RESOURCES = "resources"
    DECISIONS = "decisions"
    REFERRAL = "referral"
    COACHEE_CONCERN = "coachee_concern"
    MANAGER_CONCERN = "manager_concern"
    SPONSOR_CONCERN = "sponsor_concern"
    FULFILMENT = "fulfilment"
    DEALINGS = "dealings"
    WAIVERS = "waivers"
    SUPERVISION = "supervision"
    PRACTICE = "practice"
    PROGRAMME = "programme"
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
    CONTEXT = "context"
    MANAGER_AND_COACH = "manager_and_coach"
    SPONSOR_AND_COACH = "sponsor_and_coach"
    SUPERVISION = "supervision"
    SPONSOR = "sponsor"


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
        Compartment.CONTEXT: frozenset({_O, _M, _C}),
        Compartment.MANAGER_AND_COACH: frozenset({_M, _C}),
        Compartment.SPONSOR_AND_COACH: frozenset({_O, _C}),
        Compartment.SUPERVISION: frozenset({_C, Role.COACHING_SUPERVISOR}),
        Compartment.SPONSOR: frozenset({_O}),
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


class Paradox(Enum):
    """Why somebody in charge needs a neutral third party (R2)."""

    SELF_RESCUE = "self_rescue"
    HELPERS_TOO_CLOSE = "helpers_too_close"
    LEAST_COMPETENT_WITH_PROBLEM_PERSONS = "least_competent_with_problem_persons"


class LeadershipStyle(Enum):
    """How somebody in charge leads: from commands by way of coaching to giving meaning (R3)."""

    COMMANDS = "commands"
    COACHING_MANAGER = "coaching_manager"
    GIVES_MEANING = "gives_meaning"


class Quadrant(Enum):
    """Inner or outer, individual or collective (R45-R48)."""

    INNER_INDIVIDUAL = "inner_individual"
    OUTER_INDIVIDUAL = "outer_individual"
    INNER_COLLECTIVE = "inner_collective"
    OUTER_COLLECTIVE = "outer_collective"


class Quality(Enum):
    """What an objective is said to be, each with its reason (R38, P7)."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    AMBITIOUS = "ambitious"
    ACHIEVABLE = "achievable"


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


class EngagementKind(Enum):
    """Whether one person is coached or a team (R4)."""

    INDIVIDUAL = "individual"
    TEAM = "team"


class Level(Enum):
    """Where in the organisation the coachee works; a programme begins at the top (R7)."""

    TOP = "top"
    MIDDLE = "middle"
    FIRST_LINE = "first_line"
    OTHER = "other"


class ProgrammeReason(Enum):
    """Why an organisation has several people coached (R7); nobody is ever labelled by it."""

    CHANGE = "change"
    RETAIN_TALENT = "retain_talent"
    PROFESSIONALISE = "professionalise"


class ProfileFacet(Enum):
    """What a coach tells of themself before the choice (R11, R13, R50)."""

    METHODS = "methods"
    EXPERIENCE = "experience"
    REFERENCES = "references"
    MODELS = "models"
    TRAINING = "training"
    ORIGINAL_SUPERVISION = "original_supervision"


class ConflictResolution(Enum):
    """How a declared conflict of interest came to its end (R62)."""

    TIE_ENDED = "tie_ended"
    ACCEPTED_BY_ALL = "accepted_by_all"


class ResourceKind(Enum):
    """The means that a contract provides (R43)."""

    TIME = "time"
    PEOPLE = "people"
    TRAINING = "training"
    BOOKS = "books"
    OTHER = "other"


class ConcernKind(Enum):
    """What a concern about the coaching is about (R12, R13, R58, X3)."""

    BOUNDARY = "boundary"
    HARM = "harm"
    PACE = "pace"
    INFLUENCE = "influence"


class CredentialKind(Enum):
    """What qualifies a coach (R50)."""

    TRAINING = "training"
    EXPERIENCE = "experience"
    ORIGINAL_SUPERVISION = "original_supervision"
    ACCREDITATION = "accreditation"


class DevelopmentKind(Enum):
    """How a coach goes on learning (R52)."""

    TRAINING = "training"
    PEER_GROUP = "peer_group"
    CONFERENCE = "conference"
    READING = "reading"
    OTHER = "other"


class DealingKind(Enum):
    """What a coach begins with a party of an earlier engagement (R65)."""

    EMPLOYMENT = "employment"
    CONSULTING = "consulting"
    COACHING = "coaching"
    TRAINING = "training"
    OTHER = "other"


class WaiverGround(Enum):
    """Why a rule of the process is waived; the words behind it stay with coach and coachee."""

    COACHEE_WISH = "coachee_wish"
    ORGANISATION_WISH = "organisation_wish"
    AGREED_BY_ALL = "agreed_by_all"
    CIRCUMSTANCES = "circumstances"
    NOT_APPLICABLE = "not_applicable"


class RuleId(Enum):
    """The adherence rules (requirements.md, C). A number is never reused."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    P6 = "P6"
    P7 = "P7"
    P8 = "P8"
    P9 = "P9"
    P10 = "P10"
    P11 = "P11"
    P12 = "P12"
    P13 = "P13"
    P14 = "P14"
    P15 = "P15"
    P16 = "P16"
    P17 = "P17"
    P18 = "P18"
    P19 = "P19"
    P20 = "P20"
    P21 = "P21"
    P22 = "P22"
    P23 = "P23"
    P24 = "P24"
    P25 = "P25"
    P26 = "P26"
    P27 = "P27"
    P28 = "P28"
    P29 = "P29"
    P30 = "P30"
    P31 = "P31"
    P32 = "P32"
    P33 = "P33"
    P34 = "P34"
    P35 = "P35"
    P36 = "P36"
    P37 = "P37"
    P38 = "P38"
    P39 = "P39"
    P40 = "P40"
