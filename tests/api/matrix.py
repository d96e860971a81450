"""The confidentiality matrix by hand, from requirements.md, section B: a row, its items, and a cell for each reader.

A cell says whether the reader reads (F), reads if the clause permits that seals it (K), or never does (–), and until
when: ``c`` the closure, ``u`` the months of follow-up after it, ``r`` the retention; without a letter it is kept. Where
the matrix has no row of its own for an item, the row says which requirement's column *Sees* decides.
"""

from dataclasses import dataclass
from typing import Final

from tests.api.people import C, E, M, O

PERMITS: Final[dict[int, dict[str, tuple[str, ...]]]] = {
    0: {},
    1: {"session_dates": (M,), "progress_summary": (M,), "indicator_readings": (O,)},
    2: {
        "objectives": (O,),
        "session_dates": (O,),
        "progress_summary": (O,),
        "indicator_readings": (M,),
        "sponsor_voice": (M,),
        "follow_up": (M,),
    },
}
"""What the two versions of the contract permit; each K of the matrix is permitted in one and not in the other."""

MOMENTS: Final = ("offered", "active", "amended", "closed", "followed up", "retained")
"""Before the signature, under the first version, after the amendment, after the end, the follow-up, the retention."""

ENDS: Final = {"c": "closed", "u": "followed up", "r": "retained"}
"""From which moment on a lifetime is over."""


@dataclass(frozen=True)
class Row:
    """A row: its items and each party's cell."""

    name: str
    items: tuple[str, ...]
    cells: dict[str, str]


def _row(name: str, items: str, cells: str) -> Row:
    read = [cell.strip() for cell in cells.split("|")]
    return Row(name, tuple(items.split()), dict(zip((O, M, C, E), read, strict=True)))


ROWS: Final = (
    #                                                                         O   | M   | C   | E
    _row("Engagement exists, parties, timing", "engagement",                 "F   | F   | F   | F"),
    _row("Contract text (banana skins apart)", "contract_text",              "F   | F   | F   | F"),
    _row("Contract before it is offered (R37)", "contract_draft",            "–   | F c | F r | F"),
    _row("Banana skins", "banana_skins",                                     "–   | F c | F r | F"),
    _row("Objectives, indicators", "objectives",                             "K c | F c | F r | F"),
    _row("Demands on coach and manager (R40, R41)", "demands",               "–   | F c | F r | F"),
    _row("Coaches met, not chosen", "coaches_met",                           "–   | –   | –   | F"),
    _row("Reality, problem, weight, rationale", "reality",                   "–   | –   | F r | F"),
    _row("Approach explained (R23)", "approach",                             "–   | –   | F r | F"),
    _row("Session dates, attendance", "session_dates",                       "K c | K c | F r | F"),
    _row("Review, expectation, feedback", "session_content",                 "–   | –   | F r | F"),
    _row("Coach's private notes", "coach_notes",                             "–   | –   | F r | –"),
    _row("Coachee's journal", "coachee_journal",                             "–   | –   | –   | F"),
    _row("Progress summary before it is agreed (X2)", "progress_proposal",   "–   | –   | F r | F"),
    _row("Jointly agreed progress summary", "progress_summary",              "K   | K   | F   | F"),
    _row("Indicator readings", "indicator_readings",                         "K c | K c | F c | F"),
    _row("Quadrant tags", "quadrant_tags",                                   "–   | –   | F c | F"),
    _row("4-session checkpoint happened", "checkpoint",                      "F   | F   | F   | F"),
    _row("No-result analysis", "no_result_analysis",                         "–   | –   | F   | F"),
    _row("Sponsor's voice and the answer", "sponsor_voice",                  "F   | K   | F   | F"),
    _row("Outcome (R21)", "evaluation",                                      "–   | –   | F   | F"),
    _row("Follow-up (R66)", "follow_up",                                     "–   | K u | F u | F"),
    _row("Coach's profile before the choice (R13, R24)", "coach_profile",    "–   | –   | –   | F"),
    _row("Credentials, conflicts of interest", "credentials conflicts",      "F   | F   | F   | F"),
    _row("Relationship contract (R12)", "relationship_contract",             "–   | –   | F r | F"),
    _row("Limits acknowledged (R20, R54)", "acknowledgements",               "F   | –   | F   | F"),
    _row("Organisation's context (R60)", "organisation_context",             "F   | F c | F r | –"),
    _row("Manager's commitments", "commitments",                             "–   | F   | F   | F"),
    _row("Manager's commitments: status", "commitment_status",               "F   | F   | F   | F"),
    _row("Resources (R43)", "resources",                                     "F   | F   | F   | F"),
    _row("Decisions (R57)", "decisions",                                     "–   | –   | F r | F"),
    _row("Competence limit, referral", "referral",                           "–   | –   | F   | F"),
    _row("Boundary or harm concern, the coachee's", "coachee_concern",       "–   | –   | F r | F"),
    _row("Boundary or harm concern, the manager's", "manager_concern",       "–   | F c | F r | –"),
    _row("Boundary or harm concern, the sponsor's", "sponsor_concern",       "F c | –   | F r | –"),
    _row("Fulfilled, asked to end (R63)", "fulfilment",                      "F   | F   | F   | F"),
    _row("Dealings after the end (R65)", "dealings",                         "F   | –   | F   | F"),
    _row("Rules waived", "waivers",                                          "–   | –   | F r | F"),
    _row("Access requested, parts disclosed (X6, X10)", "disclosures",       "–   | –   | F r | F"),
)  # fmt: skip
"""All rows; a test holds their items against the vocabulary."""

ROW_OF: Final = {item: row for row in ROWS for item in row.items}


def reads(item: str, who: str, clause: int, moment: str) -> bool:
    """Whether somebody reads at a moment what was sealed under an item and a version of the clause."""
    letter, _, until = ROW_OF[item].cells[who].partition(" ")
    if letter == "–" or (letter == "K" and who not in PERMITS[clause].get(item, ())):
        return False
    return not until or MOMENTS.index(moment) < MOMENTS.index(ENDS[until])


SEES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "R1": ("OMCE", ("conflict.declared conflicts",)),
    "R6": ("OMCE", ("engagement.requested engagement",)),
    "R8": ("MCE(O)", ("contract.offered objectives",)),
    "R12": ("OC", ("concern.raised sponsor_concern", "concern.answered sponsor_concern")),
    "R16": ("OCE(M)", ("voice.stated sponsor_voice", "voice.answered sponsor_voice")),
    "R17": ("OMCE", ("contract.offered contract_text",)),
    "R18": ("OMCE", ("contract.offered contract_text", "contract.activated contract_text")),
    "R19": ("MCE", ("commitment.reassigned commitments",)),
    "R21": ("CE", ("engagement.ended evaluation",)),
    "R22": ("CE", ("session.work_recorded session_content",)),
    "R23": ("CE", ("approach.explained approach",)),
    "R24": ("E", ("coach.met coaches_met", "coach.chosen coaches_met")),
    "R25": ("CE", ("reality.described reality",)),
    "R26": ("CE", ("reality.described reality",)),
    "R27": ("OMCE", ("tripartite_meeting.held engagement",)),
    "R28": ("MCE(O)", ("contract.offered objectives",)),
    "R29": ("CE(OM)", ("indicator.read indicator_readings", "coaching_effect.measured indicator_readings")),
    "R30": ("CE", ("session.reviewed session_content",)),
    "R31": ("CE", ("session.reviewed session_content",)),
    "R32": ("CE", ("session.expectation_stated session_content",)),
    "R33": ("CE", ("session.expectation_accepted session_content",)),
    "R34": ("CE", ("session.feedback_given session_content",)),
    "R35": ("OMCE", ("results.assessed checkpoint",)),
    "R36": ("CE", ("results.assessed no_result_analysis", "no_result.analysed no_result_analysis")),
    "R38": ("MCE(O)", ("contract.offered objectives",)),
    "R39": ("MCE(O)", ("contract.offered objectives",)),
    "R40": ("MCE", ("contract.offered demands", "demands.reviewed demands")),
    "R41": ("MCE", ("commitment.kept commitments",)),
    "R42": ("MCE", ("contract.offered banana_skins",)),
    "R43": ("OMCE", ("contract.offered contract_text", "resource.delivered resources")),
    "R44": ("OMCE", ("contract.offered contract_text",)),
    "R45": ("CE", ("session.work_started quadrant_tags",)),
    "R46": ("CE", ("session.work_started quadrant_tags",)),
    "R47": ("CE", ("session.work_started quadrant_tags",)),
    "R48": ("CE", ("session.work_started quadrant_tags",)),
    "R55": ("CE", ("competence_limit.signalled referral",)),
    "R56": ("CE", ("referral.recommended referral", "referral.answered referral")),
    "R57": ("CE", ("decision.recorded decisions",)),
    "R58": ("MC", ("concern.raised manager_concern", "concern.answered manager_concern")),
    "R61": ("OMCE", ("contract.offered contract_text",)),
    "R62": ("OMCE", ("conflict.declared conflicts",)),
    "R63": ("OMCE", ("closure.requested fulfilment", "engagement.ended engagement")),
    "R65": ("OCE", ("dealing.declared dealings",)),
    "R66": ("CE(M)", ("follow_up.recorded follow_up",)),
    "X1": ("CE", ("coaching_request.stated reality", "coaching_request.validated reality")),
    "X2": ("CE(OM)", ("progress_summary.agreed progress_summary",)),
    "X3": ("CE", ("concern.raised coachee_concern", "concern.answered coachee_concern")),
    "X7": ("OMCE", ("engagement.ended engagement",)),
}
"""Who sees what a requirement brings (section A, *Sees*; in brackets by the clause), and where: event and item."""
