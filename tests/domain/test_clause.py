"""The clause as a total function (P3): an answer for every item and party, and what the matrix fixes stays put."""

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clause import CHOICES, DEFAULT_CLAUSE, ELSEWHERE, EXCEPTIONS, MATRIX, REPORTING_ITEMS, Clause, audience_of
from domain.errors import Invalid
from domain.vocabulary import AUDIENCES, COMPARTMENT_OF, Compartment, DisclosureGround, Item, Lifetime, Role
from tests.domain.acting import C, E, M, O

# The matrix again, by hand from requirements.md, section B: who always reads an item, and who if the clause permits.
BY_HAND: dict[Item, tuple[str, str]] = {
    Item.ENGAGEMENT: ("OMCE", ""),
    Item.CONTRACT_DRAFT: ("MCE", ""),
    Item.CONTRACT_TEXT: ("OMCE", ""),
    Item.OBJECTIVES: ("MCE", "O"),
    Item.DEMANDS: ("MCE", ""),
    Item.BANANA_SKINS: ("MCE", ""),
    Item.COACHES_MET: ("E", ""),
    Item.APPROACH: ("CE", ""),
    Item.REALITY: ("CE", ""),
    Item.SESSION_DATES: ("CE", "OM"),
    Item.SESSION_CONTENT: ("CE", ""),
    Item.COACH_NOTES: ("C", ""),
    Item.COACHEE_JOURNAL: ("E", ""),
    Item.PROGRESS_PROPOSAL: ("CE", ""),
    Item.PROGRESS_SUMMARY: ("CE", "OM"),
    Item.INDICATOR_READINGS: ("CE", "OM"),
    Item.QUADRANT_TAGS: ("CE", ""),
    Item.CHECKPOINT: ("OMCE", ""),
    Item.NO_RESULT_ANALYSIS: ("CE", ""),
    Item.SPONSOR_VOICE: ("OCE", "M"),
    Item.EVALUATION: ("CE", ""),
    Item.FOLLOW_UP: ("CE", "M"),
    Item.DISCLOSURES: ("CE", ""),
    Item.OWN_RECORD: ("P", ""),
    Item.COACH_PROFILE: ("E", ""),
    Item.CREDENTIALS: ("OMCE", ""),
    Item.CONFLICTS: ("OMCE", ""),
    Item.RELATIONSHIP_CONTRACT: ("CE", ""),
    Item.ACKNOWLEDGEMENTS: ("OCE", ""),
    Item.ORGANISATION_CONTEXT: ("OMC", ""),
    Item.COMMITMENTS: ("MCE", ""),
    Item.COMMITMENT_STATUS: ("OMCE", ""),
    Item.RESOURCES: ("OMCE", ""),
    Item.DECISIONS: ("CE", ""),
    Item.REFERRAL: ("CE", ""),
    Item.COACHEE_CONCERN: ("CE", ""),
    Item.MANAGER_CONCERN: ("MC", ""),
    Item.SPONSOR_CONCERN: ("OC", ""),
    Item.FULFILMENT: ("OMCE", ""),
    Item.DEALINGS: ("OCE", ""),
    Item.WAIVERS: ("CE", ""),
    Item.SUPERVISION: ("CS", ""),
    Item.PRACTICE: ("CS", ""),
    Item.PROGRAMME: ("O", ""),
}
# And the column "after the end": whose reading ends when. What isn't named is kept.
ENDS: dict[Item, str] = {
    Item.CONTRACT_DRAFT: "M.closure C.retention",
    Item.OBJECTIVES: "M.closure C.retention O.closure",
    Item.DEMANDS: "M.closure C.retention",
    Item.BANANA_SKINS: "M.closure C.retention",
    Item.APPROACH: "C.retention",
    Item.REALITY: "C.retention",
    Item.SESSION_DATES: "C.retention O.closure M.closure",
    Item.SESSION_CONTENT: "C.retention",
    Item.COACH_NOTES: "C.retention",
    Item.PROGRESS_PROPOSAL: "C.retention",
    Item.INDICATOR_READINGS: "C.closure O.closure M.closure",
    Item.QUADRANT_TAGS: "C.closure",
    Item.FOLLOW_UP: "C.follow_up M.follow_up",
    Item.DISCLOSURES: "C.retention",
    Item.RELATIONSHIP_CONTRACT: "C.retention",
    Item.ORGANISATION_CONTEXT: "M.closure C.retention",
    Item.DECISIONS: "C.retention",
    Item.COACHEE_CONCERN: "C.retention",
    Item.MANAGER_CONCERN: "M.closure C.retention",
    Item.SPONSOR_CONCERN: "O.closure C.retention",
    Item.WAIVERS: "C.retention",
}
NEVER_FOR_THE_ORGANISATION = (
    Item.BANANA_SKINS,
    Item.SESSION_CONTENT,
    Item.COACH_NOTES,
    Item.COACHEE_JOURNAL,
    Item.COACHES_MET,
    Item.REALITY,
    Item.NO_RESULT_ANALYSIS,
    Item.PROGRESS_PROPOSAL,
    Item.CONTRACT_DRAFT,
    Item.EVALUATION,
    Item.QUADRANT_TAGS,
    Item.DEMANDS,
    Item.FOLLOW_UP,
    Item.DISCLOSURES,
    Item.COACH_PROFILE,
    Item.RELATIONSHIP_CONTRACT,
    Item.COMMITMENTS,
    Item.DECISIONS,
    Item.REFERRAL,
    Item.COACHEE_CONCERN,
    Item.MANAGER_CONCERN,
    Item.WAIVERS,
    Item.SUPERVISION,
    Item.PRACTICE,
)
NOT_ABOUT_THE_COACHEE = (
    Item.COACH_NOTES,  # shown on request (X10)
    Item.ORGANISATION_CONTEXT,  # R60: the organisation's culture, for manager and coach
    Item.MANAGER_CONCERN,  # about the coach, for whoever raised it and the coach
    Item.SPONSOR_CONCERN,
)
ENGAGEMENT_ITEMS = [item for item in Item if item not in ELSEWHERE]
ROLES = tuple(Role)


def subsets(roles: frozenset[Role]) -> list[frozenset[Role]]:
    """All of them."""
    return [frozenset(some) for some in chain.from_iterable(combinations(roles, n) for n in range(len(roles) + 1))]


def permitted(item: Item) -> list[frozenset[Role]]:
    """What a clause may permit of an item: the subsets of its K roles that end in a compartment."""
    row = MATRIX[item]
    return [some for some in subsets(frozenset(row.if_permitted)) if frozenset(row.always) | some in COMPARTMENT_OF]


clauses = st.builds(
    Clause,
    version=st.integers(0, 99),
    permits=st.fixed_dictionaries({}, optional={item: st.sampled_from(permitted(item)) for item in CHOICES}),
    retention_months=st.integers(60, 240),
    follow_up_months=st.integers(0, 60),
    cooling_off_days=st.integers(0, 30),
    exceptions=st.frozensets(st.sampled_from(sorted(EXCEPTIONS, key=lambda ground: ground.value))),
)
"""Every clause that can be written."""


def test_the_matrix_is_the_one_of_the_requirements() -> None:
    """The table in the code says what the confidentiality matrix says, row by row."""
    in_code = {
        item: ("".join(r.value for r in row.always), "".join(r.value for r in row.if_permitted))
        for item, row in MATRIX.items()
    }
    assert in_code == BY_HAND
    assert set(MATRIX) == set(Item)


def test_reading_ends_when_the_requirements_say() -> None:
    """Each party's lifetime of each item is the one of the matrix's last column; all else is kept."""
    in_code = {
        item: {
            (role.value, lifetime.value)
            for role, lifetime in {**row.always, **row.if_permitted}.items()
            if lifetime is not Lifetime.KEPT
        }
        for item, row in MATRIX.items()
    }
    by_hand = {item: {tuple(end.split(".")) for end in ENDS.get(item, "").split()} for item in Item}
    assert in_code == by_hand


@given(clauses)
def test_total(clause: Clause) -> None:
    """Every item has a compartment, and every role is in its audience or not: there is no third answer (P3)."""
    for item in Item:
        answer = clause.disposition(item)
        assert answer.audience == audience_of(answer.compartment)
        assert all((role in answer.audience) is (role in answer.lifetimes) for role in ROLES)
        assert all(isinstance(lifetime, Lifetime) for lifetime in answer.lifetimes.values())


@given(clauses)
def test_the_coachee_never_loses(clause: Clause) -> None:
    """Nothing of the engagement leaves the coachee's reach but what is named above, and hers she keeps."""
    for item in ENGAGEMENT_ITEMS:
        answer = clause.disposition(item)
        assert (E in answer.audience) is (item not in NOT_ABOUT_THE_COACHEE)
        assert answer.lifetimes.get(E, Lifetime.KEPT) is Lifetime.KEPT


@given(clauses)
def test_the_organisation_never_sees_what_is_not_its_own(clause: Clause) -> None:
    """No clause gives the organisation banana skins, session content, notes, journal, drafts or analyses."""
    assert all(O not in clause.disposition(item).audience for item in NEVER_FOR_THE_ORGANISATION)


@given(clauses)
def test_permits_only_widen_and_only_where_the_matrix_says_k(clause: Clause) -> None:
    """Against the default clause a clause adds the roles it permits, each a K of the matrix, and takes nobody away."""
    for item in Item:
        before, after = DEFAULT_CLAUSE.disposition(item), clause.disposition(item)
        assert before.lifetimes.items() <= after.lifetimes.items()
        assert after.audience - before.audience == clause.permits.get(item, frozenset())
        assert after.audience - before.audience <= {Role(letter) for letter in BY_HAND[item][1]}


@given(clauses)
def test_the_signed_table_says_the_same(clause: Clause) -> None:
    """The rows that people sign are the function itself, for every item of an engagement."""
    rows = {row["item"]: row for row in clause.as_table()}
    assert set(rows) == {item.value for item in ENGAGEMENT_ITEMS}
    for item in ENGAGEMENT_ITEMS:
        answer = clause.disposition(item)
        assert rows[item.value]["compartment"] == answer.compartment.value
        assert rows[item.value]["lifetimes"] == {r.word: t.value for r, t in answer.lifetimes.items()}
        by_permission = [role.word for role in ROLES if role in clause.permits.get(item, ())]
        assert rows[item.value]["permitted"] == by_permission


@given(clauses)
def test_reporting_is_what_the_organisation_reads_beyond_the_contract(clause: Clause) -> None:
    """A clause reports exactly when it gives the organisation an item that the default clause keeps back (P4, R15)."""
    gained = [item for item in Item if O in clause.disposition(item).audience - set(MATRIX[item].always)]
    assert clause.reports_to_sponsor is bool(gained)
    assert set(gained) <= set(REPORTING_ITEMS)


@given(st.sampled_from(list(Item)), st.frozensets(st.sampled_from(ROLES)))
def test_what_the_matrix_fixes_no_clause_permits(item: Item, roles: frozenset[Role]) -> None:
    """Permitting a role that the matrix doesn't name K for an item is refused; permitting one that it names isn't."""
    if roles in permitted(item):
        assert roles <= Clause(1, {item: roles}).disposition(item).audience
        return
    with pytest.raises(Invalid) as refusal:
        Clause(1, {item: roles})
    k_roles = {Role(letter) for letter in BY_HAND[item][1]}
    assert refusal.value.name == ("clause-without-compartment" if roles <= k_roles else "clause-permits-too-much")


@given(clauses)
def test_what_a_clause_permits_has_a_key_of_its_own(clause: Clause) -> None:
    """An item that somebody reads by permission names itself, so its key can go alone; all others share keys."""
    for item in Item:
        assert clause.disposition(item).permitted is (item if clause.permits.get(item) else None)


@given(clauses, st.frozensets(st.sampled_from(list(Item))))
def test_a_withdrawn_permission_leaves_what_the_matrix_gives(clause: Clause, withdrawn: frozenset[Item]) -> None:
    """Without some of its permissions a clause gives those items as the default clause does, and all else as before."""
    narrower = clause.without(withdrawn)
    for item in Item:
        before = DEFAULT_CLAUSE if item in withdrawn else clause
        assert narrower.disposition(item) == before.disposition(item)
    assert (narrower.version, narrower.retention_months) == (clause.version, clause.retention_months)


@pytest.mark.parametrize("days", [-1, 31, 365])
def test_a_cooling_off_is_no_longer_than_the_laws_month(days: int) -> None:
    """A request for erasure waits 30 days at most (GDPR art. 12(3)); none and 30 are allowed."""
    with pytest.raises(Invalid) as refusal:
        Clause(1, cooling_off_days=days)
    assert refusal.value.name == "clause-lifetime-out-of-range"
    assert [Clause(1, cooling_off_days=some).cooling_off_days for some in (0, 30)] == [0, 30]


@pytest.mark.parametrize("ground", DisclosureGround)
def test_only_exceptions_to_secrecy_can_be_stated(ground: DisclosureGround) -> None:
    """A clause may state each exception (X6); the coachee's own consent and access need no clause and are refused."""
    if ground in EXCEPTIONS:
        assert Clause(1, exceptions=frozenset({ground})).exceptions == {ground}
        return
    with pytest.raises(Invalid) as refusal:
        Clause(1, exceptions=frozenset({ground}))
    assert refusal.value.name == "clause-permits-too-much"
    assert DEFAULT_CLAUSE.exceptions == frozenset()


def test_every_choice_ends_in_a_compartment() -> None:
    """Whatever a clause chooses among the K roles of an item, the audience has a compartment: no choice is a trap."""
    for item in CHOICES:
        assert permitted(item) == subsets(frozenset(MATRIX[item].if_permitted))


def test_an_audience_without_a_compartment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a compartment taken away, the clauses that need it would be refused instead of sealed to somebody else."""
    fewer = {a: c for a, c in COMPARTMENT_OF.items() if c is not Compartment.SPONSORSHIP}
    monkeypatch.setattr("domain.clause.COMPARTMENT_OF", fewer)
    with pytest.raises(Invalid) as refusal:
        Clause(1, {Item.SESSION_DATES: frozenset({O})})
    assert refusal.value.name == "clause-without-compartment"


def test_compartments_have_one_audience_each() -> None:
    """An audience names its compartment and the other way round; oversight holds facts and isn't a choice."""
    assert len(COMPARTMENT_OF) == len(AUDIENCES)
    assert set(AUDIENCES) == set(Compartment) - {Compartment.OVERSIGHT}


def test_the_default_clause_permits_nothing() -> None:
    """Before a contract is active everybody reads what the matrix gives unconditionally, and no more (R5)."""
    assert DEFAULT_CLAUSE.permits == {}
    assert not DEFAULT_CLAUSE.reports_to_sponsor
    assert DEFAULT_CLAUSE.disposition(Item.PROGRESS_SUMMARY).audience == {C, E}
    assert DEFAULT_CLAUSE.disposition(Item.SPONSOR_VOICE).audience == {O, C, E}
    assert M not in DEFAULT_CLAUSE.disposition(Item.SESSION_DATES).audience
