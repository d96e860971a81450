"""The contract's text: what the method demands of it, one rule at a time (P4, P6-P8, P10, P13, R17)."""

from typing import Any

import pytest

from domain.document import SECTIONS, CommitmentTerms, ManagerDemand, Resource, ResourceTerms
from domain.errors import Invalid
from domain.vocabulary import Item, ResourceKind
from tests.domain.acting import C, E, M, O
from tests.domain.moments import DAY, PERMITS, TYPED, document, objective

QUALITIES = ("statement", "specific", "measurable", "ambitious", "achievable")
CORNERS = (O, C, E)


def corners_without(corner: Any) -> dict[str, Any]:
    """Everybody's expectations but one's."""
    return {"expectations": {role: (TYPED,) for role in CORNERS if role is not corner}}


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("no-objectives", {"objectives": ()}),
    ("too-many-objectives", {"objectives": (objective(),) * 4}),
    *(("objective-quality-missing", {"objectives": (objective(**{quality: ""}),)}) for quality in QUALITIES),
    *(("objective-quality-missing", {"objectives": (objective(**{quality: " \n"}),)}) for quality in QUALITIES),
    ("objective-quality-missing", {"objectives": (objective(), objective(specific=""))}),
    ("indicator-missing", {"objectives": (objective(indicators=()),)}),
    ("indicator-missing", {"objectives": (objective(indicators=(TYPED, " ")),)}),
    ("indicator-missing", {"objectives": (objective(), objective(indicators=()))}),
    ("demands-missing", {"demands_on_coach": ()}),
    ("demands-missing", {"demands_on_manager": ()}),
    ("demands-missing", {"demands_on_manager": (ManagerDemand(" "),)}),
    *(("interests-missing", {"interests": {one: TYPED}}) for one in (O, E)),
    ("interests-missing", {"interests": {O: TYPED, E: " "}}),
    ("coaching-request-missing", {"coaching_request": "\n"}),
    ("complaint-route-missing", {"complaint_route": ""}),
    ("follow-up-without-time", {"follow_up_agreed": True, "follow_up_months": 0}),
    ("aggregate-too-small", {"aggregate_k": 4}),
    *(("expectations-missing", corners_without(corner)) for corner in CORNERS),
    *(("expectations-missing", {"expectations": dict.fromkeys(CORNERS, ()) | {corner: ("",)}}) for corner in CORNERS),
    ("timing-missing", {"frequency_days": 0}),
    ("timing-missing", {"session_minutes": 0}),
    ("timing-missing", {"session_minutes": -90}),
    ("empty-reporting-clause", {"permits": {}}),
    ("empty-reporting-clause", {"permits": {Item.PROGRESS_SUMMARY: frozenset()}}),
    ("empty-reporting-clause", {"permits": {Item.SPONSOR_VOICE: frozenset({M})}}),
    ("clause-permits-too-much", {"permits": {**PERMITS, Item.BANANA_SKINS: frozenset({O})}}),
    ("clause-permits-too-much", {"permits": {**PERMITS, Item.SESSION_CONTENT: frozenset({M})}}),
    ("clause-permits-too-much", {"permits": {**PERMITS, Item.OBJECTIVES: frozenset({M})}}),
    ("clause-lifetime-out-of-range", {"retention_months": 0}),
    ("clause-lifetime-out-of-range", {"retention_months": 241}),
    ("clause-lifetime-out-of-range", {"follow_up_months": -1}),
    ("clause-lifetime-out-of-range", {"follow_up_months": 61}),
    ("clause-lifetime-out-of-range", {"retention_months": 6, "follow_up_months": 7}),
]

FOLLOWING: list[dict[str, Any]] = [
    {},
    {"objectives": (objective(),) * 3},
    {"objectives": (objective(indicators=(TYPED,), dynamic=None),)},
    {"banana_skins": (), "resources": ()},
    {"frequency_days": 1, "session_minutes": 1},
    {"demands_on_manager": (ManagerDemand(TYPED),), "aggregate_k": 5, "planned_sessions": 1},
    {"follow_up_agreed": True, "follow_up_months": 1, "aggregate_k": 50},
    {"retention_months": 1, "follow_up_months": 0},
    {"retention_months": 240, "follow_up_months": 60},
    {"permits": {Item.OBJECTIVES: frozenset({O})}},
    {"permits": {Item.PROGRESS_SUMMARY: frozenset({O, M}), Item.SESSION_DATES: frozenset()}},
]


@pytest.mark.parametrize(("name", "changes"), BROKEN, ids=[f"{n}-{row[0]}" for n, row in enumerate(BROKEN)])
def test_breaking_a_rule_names_it(name: str, changes: dict[str, Any]) -> None:
    """A text that breaks one rule can't exist, and the refusal names that rule (P4, P6-P8, P10, P13)."""
    with pytest.raises(Invalid) as refusal:
        document(**changes)
    assert refusal.value.name == name


@pytest.mark.parametrize("changes", FOLLOWING, ids=[str(n) for n in range(len(FOLLOWING))])
def test_following_the_rules_is_enough(changes: dict[str, Any]) -> None:
    """One to three objectives, the least and the most of everything: all of these are contracts."""
    assert document(**changes).clause(1).reports_to_sponsor


def test_refusals_dont_echo_the_text() -> None:
    """What was typed isn't in the refusal, nor in what a traceback shows of it."""
    with pytest.raises(Invalid) as refusal:
        document(objectives=(objective(specific=""),))
    assert TYPED not in f"{refusal.value!r} {refusal.value}"


def test_every_section_is_always_there() -> None:
    """A text without banana skins has the same sections as one with them, so their absence isn't seen from outside."""
    assert document(banana_skins=()).sections(1).keys() == document().sections(1).keys() == SECTIONS.keys()


def test_facts_count_and_dont_say() -> None:
    """Of the text the write model keeps counts, dates and the clause: other words give the same facts."""
    other = objective(**dict.fromkeys(QUALITIES, "x"), indicators=("y", "z"))
    reworded = document(
        objectives=(other,),
        demands_on_coach=("x",),
        demands_on_manager=(ManagerDemand("x", DAY), ManagerDemand("y")),
        banana_skins=("y",),
        resources=(Resource(ResourceKind.TRAINING, "x", O, "y", DAY), Resource(ResourceKind.BOOKS, "z")),
        interests={O: "x", E: "y"},
        coaching_request="x",
        complaint_route="y",
        venue="z",
    )
    assert reworded.facts(1, b"h", E) == document().facts(1, b"h", E)
    more = document(objectives=(objective(), objective()), banana_skins=(TYPED, TYPED)).facts(1, b"h", E)
    assert (len(more.objectives), more.banana_skins) == (2, 2)


def test_what_is_promised_is_a_fact_without_words() -> None:
    """Of resources (R43) and commitments (R41) facts keep kind, provider and day; of the plan what rules ask (R35)."""
    facts = document(planned_sessions=8, follow_up_agreed=True, aggregate_k=7, policy=2).facts(1, b"h", E)
    assert facts.resources == (
        ResourceTerms(ResourceKind.TRAINING, O, DAY),
        ResourceTerms(ResourceKind.BOOKS, None, None),
    )
    assert facts.demands_on_manager == (CommitmentTerms(DAY), CommitmentTerms(None))
    assert (facts.planned_sessions, facts.follow_up_agreed, facts.aggregate_k, facts.policy) == (8, True, 7, 2)


def test_the_text_says_whose_interests_and_which_request_it_serves() -> None:
    """Both interests (R61), the request, best effort and no more (R54), where to complain (X9), and the venue (X5)."""
    terms = document(venue="here").sections(1)["terms"]
    assert terms["interests"] == {"sponsor_organisation": TYPED, "coachee": TYPED}
    assert (terms["coaching_request"], terms["obligation"], terms["complaint_route"]) == (TYPED, "best_effort", TYPED)
    assert terms["timing"]["venue"] == "here"


def test_the_clause_is_in_the_text() -> None:
    """What people sign shows the whole clause: each item with its compartment and lifetimes, under the terms (R18)."""
    text = document()
    terms = text.sections(3)["terms"]
    assert terms["confidentiality"]["items"] == text.clause(3).as_table()
