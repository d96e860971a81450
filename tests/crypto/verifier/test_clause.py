"""The verifier's own table of who reads what, against the one that decides."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from crypto.verifier.clause import ITEMS, Clause, rfc3339
from crypto.verifier.matter import FORMS
from crypto.verifier.record import CELL, NAMESPACE, SERVICE
from domain import application as _application  # noqa: F401 - declares every fact
from domain import clause, disposal, facts, principals
from domain.errors import Invalid
from domain.vocabulary import Item, Lifetime, Role

CHOICES = {item: sorted(clause.MATRIX[item].if_permitted, key=lambda role: role.value) for item in clause.CHOICES}


def both(permits: dict[Item, frozenset[Role]]) -> tuple[clause.Clause, Clause]:
    """A clause as the domain has it, and as the verifier reads it from the facts."""
    stored = {item.value: [role.value for role in roles] for item, roles in permits.items()}
    return clause.Clause(1, MappingProxyType(permits)), Clause(stored)


def as_table(of: clause.Clause) -> dict[str, tuple[str, dict[str, str], str | None]]:
    """The domain's clause in the verifier's words."""
    found = {}
    for item in Item:
        disposition = of.disposition(item)
        lifetimes = {role.value: lifetime.value for role, lifetime in disposition.lifetimes.items()}
        permitted = None if disposition.permitted is None else disposition.permitted.value
        found[item.value] = (disposition.compartment.value, lifetimes, permitted)
    return found


def test_every_version_of_a_fact_is_known() -> None:
    """The verifier reads the newest version of each fact that has several, also where it takes nothing from it."""
    newest = {topic: max(version for of, version in facts.UPCASTS if of == topic) + 1 for topic, _ in facts.UPCASTS}
    assert newest == FORMS
    assert FORMS["read.recorded"] > 1  # which no rule looks at


def test_the_tables_are_the_same_without_a_clause() -> None:
    """What the matrix alone gives is the same, item by item, and so are the defaults of a clause."""
    theirs, ours = both({})
    assert {item: ours.place(item) for item in ITEMS} == as_table(theirs)
    assert (ours.retention, ours.follow_up) == (
        clause.DEFAULT_CLAUSE.retention_months,
        clause.DEFAULT_CLAUSE.follow_up_months,
    )


def test_the_tables_are_the_same_under_every_permission() -> None:
    """For each item and each set of roles that a clause can permit, both tables say the same."""
    for item, roles in CHOICES.items():
        for count in range(1, len(roles) + 1):
            for some in combinations(roles, count):
                try:
                    theirs, ours = both({item: frozenset(some)})
                except Invalid:
                    continue  # an audience that has no compartment
                assert {item: ours.place(item) for item in ITEMS} == as_table(theirs)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(Lifetime),
    st.integers(1, 240),
    st.integers(0, 60),
    st.booleans(),
)
def test_ends_are_the_same(over: datetime, lifetime: Lifetime, retention: int, follow_up: int, left: bool) -> None:
    """Every lifetime ends at the same instant for both, after the end and after leaving."""
    who = uuid4()
    terms: dict[str, Any] = {"retention_months": 60, "follow_up_months": follow_up}
    if left:
        terms["left"] = {who: disposal.Departure(over, retention)}
    else:
        terms |= {"ended_at": over, "retention_months": retention}
    end = disposal.end_of(lifetime, who, disposal.Terms(**terms))
    ours = Clause(retention=terms["retention_months"], follow_up=follow_up)
    found = ours.end(lifetime.value, facts.instant_to_stored(over), retention if left else None)
    assert found == (None if end is None else facts.instant_to_stored(end[0]))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_instants_are_written_as_everywhere(at: datetime) -> None:
    """A time in a bundle's claims is spelled as the rest of the system spells it."""
    assert rfc3339(facts.instant_to_stored(at)) == facts.rfc3339(at)
    assert at + timedelta(0) == at


def test_names_are_the_domains() -> None:
    """The service and the cell have the ids that the record gives them."""
    assert principals.NAMESPACE == NAMESPACE
    assert (principals.SERVICE_ID.bytes, principals.CELL_ID.bytes) == (SERVICE, CELL)
