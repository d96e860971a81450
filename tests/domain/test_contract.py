"""From draft to active: assent by both authors, one hash for all, and the old clause until the new one is active."""

from itertools import permutations

import pytest

from domain.clause import DEFAULT_CLAUSE
from domain.contract import (
    ActivateContract,
    AssentToContract,
    ContractActivated,
    ContractAssented,
    ContractOffered,
    ContractSigned,
    DraftContract,
    SignContract,
)
from domain.document import SECTIONS, ContractDrafted
from domain.engagement import Engagement
from domain.policies import POLICIES
from domain.vocabulary import Item, Role
from tests.domain.acting import C, E, Given, M, O, given
from tests.domain.moments import (
    ACTIVE,
    COACHED,
    DRAFTED,
    OFFERED,
    TYPED,
    activated,
    carried_draft,
    document,
    drafted,
    hash_of,
    offered,
    signed,
)

WIDER = {Item.OBJECTIVES: frozenset({O}), Item.SESSION_DATES: frozenset({O, M})}


def assent(version: int = 1) -> AssentToContract:
    """An author's assent, with the draft as its author reads it back."""
    return AssentToContract(version, hash_of(version), carried_draft(version))


@pytest.mark.parametrize(("first", "second"), [(E, M), (M, E)], ids=["coachee-first", "manager-first"])
def test_both_authors_assent_in_either_order(first: Role, second: Role) -> None:
    """One author's assent offers nothing yet; the other's, in either order, offers the version (P9, R37)."""
    case = given(Engagement, *DRAFTED)
    assert [type(h.fact) for h in case.when(first, assent())] == [ContractAssented]
    case.then(first, assent())
    assert case.refuses(C, SignContract(1, hash_of(1))) == "not-offered"
    assert [type(h.fact) for h in case.when(second, assent())] == [ContractAssented, ContractOffered]
    case.then(second, assent())
    assert case.when(C, SignContract(1, hash_of(1)))


@pytest.mark.parametrize("author", [C, M, E])
def test_who_wrote_it_changes_nothing(author: Role) -> None:
    """Whoever holds the pen, both authors still assent: writing isn't assenting, and the coach never assents."""
    case = given(Engagement, *COACHED).then(author, DraftContract(document()))
    assert case.state.contract.at_hand().assents == set()
    assert case.state.contract.at_hand().drafted.author is author
    assert POLICIES[AssentToContract] == {E, M}


def test_an_assent_by_the_coach_would_count_for_nothing() -> None:
    """Even without the policy, coach and one author together are not both authors."""
    case = given(Engagement, *DRAFTED).then(C, assent()).then(E, assent())
    assert not case.state.contract.at_hand().offered


def test_the_offer_shows_what_was_drafted_under_its_own_clause() -> None:
    """The offered parts are the draft's sections word for word, each under its item and under the offer's clause."""
    drafting = given(Engagement, *COACHED).when(C, DraftContract(document(permits=WIDER)))
    fact, content = drafting[0].fact, drafting[0].parts[0].content
    assert isinstance(fact, ContractDrafted)
    case = given(Engagement, *COACHED, fact)
    one = AssentToContract(1, fact.document_hash, content)
    _, offer = case.then(E, one).when(M, one)
    assert offer.clause is not None
    assert offer.clause.permits == WIDER
    assert [part.item for part in offer.parts] == list(SECTIONS.values())
    for (name, _), part in zip(SECTIONS.items(), offer.parts, strict=True):
        assert content["sections"][name].items() <= part.content.items()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_changed_draft_is_not_offered(section: str) -> None:
    """A draft that isn't the one among the facts, whichever section was changed, is refused at the second assent."""
    case = given(Engagement, *DRAFTED).then(E, assent())
    altered = AssentToContract(1, hash_of(1), carried_draft(1, {section: {"changed": TYPED}}))
    assert case.refuses(M, altered) == "content-changed"
    assert case.when(M, assent())


def test_a_changed_salt_is_not_offered() -> None:
    """The salt belongs to the commitment: another one is another draft."""
    carried = carried_draft()
    carried["salts"]["terms"] = (b"\1" * 32).hex()
    case = given(Engagement, *DRAFTED).then(E, assent())
    assert case.refuses(M, AssentToContract(1, hash_of(1), carried)) == "content-changed"


def test_a_draft_that_cannot_be_read_any_more_is_not_offered() -> None:
    """Without the draft's content the first assent still stands, and the second is refused instead of offering less."""
    case = given(Engagement, *DRAFTED)
    unread = AssentToContract(1, hash_of(1), None)
    assert case.then(E, unread).refuses(M, unread) == "content-changed"


@pytest.mark.parametrize("missing", [O, M, C, E])
def test_each_signature_is_needed(missing: Role) -> None:
    """With three of the four signatures nothing is activated; the fourth makes it possible (P2)."""
    case = given(Engagement, *OFFERED, *signed(*({O, M, C, E} - {missing})))
    assert case.refuses(C, ActivateContract(1)) == "signature-missing"
    assert case.then(missing, SignContract(1, hash_of(1))).when(C, ActivateContract(1))


@pytest.mark.parametrize("order", list(permutations((O, M, C, E)))[::5], ids=lambda o: "".join(r.value for r in o))
def test_signatures_come_in_any_order(order: tuple[Role, ...]) -> None:
    """All four sign the same hash, in whatever order; then it is activated."""
    case = given(Engagement, *OFFERED)
    for role in order:
        (happening,) = case.when(role, SignContract(1, hash_of(1)))
        assert isinstance(happening.fact, ContractSigned)
        assert happening.fact.document_hash == hash_of(1)
        case.then(role, SignContract(1, hash_of(1)))
    assert [type(h.fact) for h in case.when(C, ActivateContract(1))] == [ContractActivated]


def test_a_signature_of_ones_own_is_checked() -> None:
    """Somebody else's signature under one's name is refused; one's own, made elsewhere, is taken."""
    case = given(Engagement, *OFFERED)
    (of_the_coach,) = case.when(C, SignContract(1, hash_of(1)))
    assert isinstance(of_the_coach.fact, ContractSigned)
    borrowed = SignContract(1, hash_of(1), of_the_coach.fact.signature)
    assert case.refuses(E, borrowed) == "signature-invalid"
    assert case.when(C, borrowed)


def test_the_default_clause_rules_until_activation() -> None:
    """Drafted, offered and fully signed, a version's clause isn't in force; activated, it is."""
    case = given(Engagement, *OFFERED, *signed(O, M, C, E))
    assert case.state.clause_in_force is DEFAULT_CLAUSE
    assert case.then(C, ActivateContract(1)).state.clause_in_force.version == 1


def amendment(steps: int) -> Given[Engagement]:
    """An active contract and the first steps of an amendment: drafted, assented twice, offered, signed four times."""
    return given(Engagement, *ACTIVE, *(drafted(2), *offered(2), *signed(O, M, C, E, version=2))[:steps])


def test_an_amendment_leaves_the_old_clause_in_force_until_it_is_active() -> None:
    """Through every step of an amendment the old version stays active, with its clause; activation changes it."""
    for steps in range(9):
        state = amendment(steps).state
        assert state.clause_in_force.version == 1
        assert state.contract.active is not None
        assert state.contract.active.drafted.contract_version == 1
    assert amendment(8).then(C, ActivateContract(2)).state.clause_in_force.version == 2


def test_an_amendment_starts_over() -> None:
    """A new draft has no assent and no signature of the old one, and the old one can't be signed or activated again."""
    case = amendment(1)
    assert case.state.contract.at_hand().assents == set()
    assert case.refuses(C, SignContract(2, hash_of(2))) == "not-offered"
    assert case.refuses(C, SignContract(1, hash_of(1))) == "another-contract-version"
    assert case.refuses(C, ActivateContract(1)) == "another-contract-version"
    assert case.refuses(C, ActivateContract(2)) == "signature-missing"


def test_a_new_draft_while_signing_puts_the_offer_aside() -> None:
    """Signatures under an offer that was drafted over don't count for the next version."""
    case = given(Engagement, *OFFERED, *signed(O, M, C, E), drafted(2), *offered(2))
    assert case.refuses(C, ActivateContract(2)) == "signature-missing"
    assert case.refuses(C, ActivateContract(1)) == "another-contract-version"


def test_versions_count_from_one() -> None:
    """Each draft is a version of its own, numbered without gaps, whether or not the one before was ever offered."""
    case = given(Engagement, *COACHED)
    for number in (1, 2, 3):
        case.then(M, DraftContract(document()))
        assert case.state.contract.at_hand().drafted.contract_version == number
    assert given(Engagement, *ACTIVE).then(E, DraftContract(document())).state.contract.at_hand().clause.version == 2


def test_the_same_text_has_another_hash_in_another_version_or_engagement() -> None:
    """A hash is of one text in one version of one engagement: no signature can be carried elsewhere."""
    assert hash_of(1) != hash_of(2)
    facts = (*DRAFTED, *offered(1), *signed(O, M, C, E), activated(1), drafted(2), *offered(2))
    assert given(Engagement, *facts).refuses(C, SignContract(2, hash_of(1))) == "another-contract-version"
