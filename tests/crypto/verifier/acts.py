"""Acts that break one rule of the record each, with the steps that name them; and acts that a rule allows."""

from collections.abc import Callable
from uuid import UUID, uuid4

from crypto.part import new_compartment_key
from tests.crypto.verifier.story import (
    CELL,
    DAY,
    ENGAGEMENT,
    IDS,
    KEYS,
    NAMES,
    NOTEBOOK,
    Story,
)

E, C, M, O = (IDS[name] for name in ("E", "C", "M", "organisation"))  # noqa: E741 - the matrix's letters
ALLIANCE = {"C": "retention", "E": "kept"}


def begun(*, contract: bool = True) -> Story:
    """A story up to its contract in force."""
    story = Story()
    story.found()
    for name in NAMES[1:]:
        story.register(name)
    story.begin()
    if contract:
        story.draft()
        story.sign("organisation", "M", "C", "E")
        story.activate()
    return story


def escrow_in_a_hold(s: Story) -> None:
    """While there is a hold, keys are shared with its escrow."""
    s.work()
    s.record(ENGAGEMENT, "service", "hold.placed", bytes(16), "litigation", IDS["stranger"].bytes)
    s.share("all", ENGAGEMENT, "X", IDS["stranger"])
    s.share("notes", NOTEBOOK, "X", IDS["stranger"])


def three_signatures(s: Story) -> None:
    """The coachee hasn't signed."""
    s.draft()
    s.sign("organisation", "M", "C")
    s.activate()


def signature_by_somebody_else(s: Story) -> None:
    """The coach signs for the coachee."""
    s.draft()
    s.sign("organisation", "M", "C")
    message = KEYS["C"].sign(b"anything")
    s.record(ENGAGEMENT, "E", "contract.signed", 1, s.document, "E", message, parts=[s.part("all", "contract_text")])
    s.activate()


def two_hashes(s: Story) -> None:
    """The organisation signs another hash than was drafted."""
    s.draft()
    s.document, drafted = b"\x22" * 32, s.document
    s.sign("organisation")
    s.document = drafted
    s.sign("M", "C", "E")
    s.activate()


def signed_by_a_former_party(s: Story) -> None:
    """The line manager who signed was replaced before the contract was put in force."""
    s.draft()
    s.sign("organisation", "M", "C", "E")
    s.record(ENGAGEMENT, "organisation", "party.replaced", "M", IDS["stranger"].bytes)
    s.activate()


def beyond_the_clause(s: Story) -> None:
    """A key for session dates is given to the organisation, which no clause permits."""
    lifetimes = {"O": "closure", **ALLIANCE}
    s.open("dates", ENGAGEMENT, "sponsorship", lifetimes, {"O": O, "C": C, "E": E}, "session_dates")
    s.record(ENGAGEMENT, "C", "session.scheduled", 1, s.now, 90, parts=[s.part("dates", "session_dates")])


def longer_than_the_clause(s: Story) -> None:
    """A key of the alliance is given to the coach for good."""
    s.open("alliance", ENGAGEMENT, "alliance", {"C": "kept", "E": "retention"}, {"C": C, "E": E})
    s.record(ENGAGEMENT, "C", "session.work_recorded", 1, parts=[s.part("alliance", "session_content")])


def to_a_stranger(s: Story) -> None:
    """A key of the alliance is given to somebody who isn't the coach."""
    s.open("alliance", ENGAGEMENT, "alliance", ALLIANCE, {"C": IDS["stranger"], "E": E})
    s.record(ENGAGEMENT, "C", "session.work_recorded", 1, parts=[s.part("alliance", "session_content")])


def by_a_draft_that_was_never_offered(s: Story) -> None:
    """A key is given under a draft's clause, and another event follows than its offer."""
    s.open("authors", ENGAGEMENT, "authors", {"M": "closure", "C": "retention", "E": "kept"}, {"M": M, "C": C, "E": E})
    terms = [2, b"\x33" * 32, "C", [[1, None]], 1, 1, 1, 1, 739_000, 14, 90, [["session_dates", ["O"]]], 60, 6, 0, []]
    s.record(ENGAGEMENT, "C", "contract.drafted", *terms, parts=[s.part("authors", "contract_draft")])
    beyond_the_clause(s)


def last_key_of_all(s: Story) -> None:
    """A key without any event after it that it was opened for."""
    s.open("alliance", ENGAGEMENT, "alliance", {"O": "kept"}, {"O": O})


def shared_with_a_stranger(s: Story) -> None:
    """A key is shared with somebody who isn't in a role of its audience."""
    s.share("all", ENGAGEMENT, "C", IDS["stranger"])


def shared_beyond_its_audience(s: Story) -> None:
    """The notebook's key is shared with the coachee."""
    s.work()
    s.share("notes", NOTEBOOK, "E", E)


def escrow_without_a_hold(s: Story) -> None:
    """A key is shared with escrow although nothing is on hold."""
    s.share("all", ENGAGEMENT, "X", IDS["stranger"])


def escrow_after_the_hold(s: Story) -> None:
    """A key is shared with escrow after the hold was lifted."""
    escrow_in_a_hold(s)
    s.record(ENGAGEMENT, "service", "hold.lifted", bytes(16))
    s.share("all", ENGAGEMENT, "X", IDS["stranger"])


def a_grant_that_no_fact_names(s: Story) -> None:
    """An event about something else carries a grant."""
    s.record(ENGAGEMENT, "C", "approach.explained", grants=[(uuid4(), uuid4())])


def more_grants_than_recipients(s: Story) -> None:
    """An opening carries one grant more than it names recipients."""
    key = new_compartment_key("alliance", "C.retention+E.kept", 1, ("C", "E"))
    slot = uuid4()
    fields = [
        key.key_id.bytes,
        "alliance",
        [["C", "retention"], ["E", "kept"]],
        1,
        [["E", [E.bytes, slot.bytes]]],
        None,
    ]
    grants = [(key.key_id, slot), (key.key_id, uuid4())]
    s.record(ENGAGEMENT, "service", "compartment.opened", *fields, grants=grants)
    s.record(ENGAGEMENT, "C", "session.work_recorded", 1, parts=[("session_content", key)])


def somebody_elses_signature(s: Story) -> None:
    """An event is signed by another than its author."""
    s.record(ENGAGEMENT, "E", "reality.described", signer="C")


def an_unregistered_author(s: Story) -> None:
    """Somebody acts who never registered."""
    s.record(ENGAGEMENT, "C", "approach.explained", role="C", principal=UUID(int=1))


def in_anothers_role(s: Story) -> None:
    """A stranger acts as the coach."""
    s.record(ENGAGEMENT, "stranger", "approach.explained", role="C")


def registered_twice(s: Story) -> None:
    """Somebody is registered again, with another key."""
    public = KEYS["C"].public
    custody, slot = [E.bytes, uuid4().bytes], uuid4()
    s.record(E, "E", "person.registered", public.kem, public.signing, custody, role="P", grants=[(E, slot)])


def registered_by_somebody_else(s: Story) -> None:
    """Somebody is registered in another's stream."""
    who = UUID(int=99)
    public = KEYS["C"].public
    custody = [who.bytes, uuid4().bytes]
    s.record(C, "C", "person.registered", public.kem, public.signing, custody, role="P", grants=[(who, uuid4())])


def founded_elsewhere(s: Story) -> None:
    """A cell is founded in an engagement."""
    public, grants = KEYS["C"].public, [(uuid4(), uuid4()), (uuid4(), uuid4())]
    custody = [bytes(16), bytes(16)]
    s.record(ENGAGEMENT, "service", "cell.founded", public.kem, public.signing, custody, grants=grants)


def given_after_the_end(s: Story) -> None:
    """After the end the line manager is given a key that was to end with it."""
    s.end()
    s.open("late", ENGAGEMENT, "authors", {"M": "closure", "C": "retention", "E": "kept"}, {"M": M, "C": C, "E": E})
    s.record(ENGAGEMENT, "C", "contract.noted", parts=[s.part("late", "demands")])


def given_after_the_retention(s: Story) -> None:
    """Six years after the end the coach is given a key of the alliance."""
    s.end()
    s.now += 6 * 366 * DAY
    s.open("alliance", ENGAGEMENT, "alliance", ALLIANCE, {"C": C, "E": E})
    s.record(ENGAGEMENT, "E", "access.requested", 1, s.now, parts=[s.part("alliance", "disclosures")])


def shared_after_it_was_erased(s: Story) -> None:
    """A key that was erased for everybody is shared again."""
    s.end()
    s.erase()
    key = s.opened["authors"]
    grants = [[key.key.key_id.bytes, role, slot.bytes] for role, slot in key.slots.items()]
    s.record(ENGAGEMENT, "service", "erasure.requested", bytes(16), "operator_order", grants, s.now)
    slots = [slot for *_, slot in grants]
    s.record(ENGAGEMENT, "service", "keys.erased", bytes(16), 2, b"t" * 32, b"p" * 32, slots)
    s.share("authors", ENGAGEMENT, "E", E)


def disclosed_after_its_key_was_erased(s: Story) -> None:
    """The coach discloses a part after the coach's own grant was erased."""
    said = s.work()
    key = s.opened["alliance"]
    grants = [[key.key.key_id.bytes, "C", key.slots["C"].bytes]]
    s.record(ENGAGEMENT, "service", "erasure.requested", bytes(16), "operator_order", grants, s.now + DAY)
    s.disclose(said, by="C", ground="court_order")


def disclosed_for_no_time(s: Story) -> None:
    """A disclosure ends before it begins."""
    s.disclose(s.work(), until=s.now)


def disclosed_on_no_ground(s: Story) -> None:
    """The coach discloses on a ground that the clause doesn't state."""
    s.disclose(s.work(), by="C", ground="supervision")


def erased_too_soon(s: Story) -> None:
    """What was to be erased later is erased now."""
    key = s.opened["authors"]
    grants = [[key.key.key_id.bytes, "M", key.slots["M"].bytes]]
    s.record(ENGAGEMENT, "service", "erasure.requested", bytes(16), "closure", grants, s.now + DAY)
    s.erase()
    s.record(ENGAGEMENT, "service", "keys.erased", bytes(16), 2, b"t" * 32, b"p" * 32, [grants[0][2]])


def erased_something_else(s: Story) -> None:
    """The receipt names another slot than the request."""
    s.erase(slots=[uuid4()])


def erased_in_no_epoch(s: Story) -> None:
    """The receipt names an epoch of which nothing is on record."""
    s.erase(epoch=3)


def erased_with_other_tombstones(s: Story) -> None:
    """The receipt names another head than its epoch."""
    s.erase(head=b"x" * 32)


def never_erased(s: Story) -> None:
    """What was due two months ago isn't erased, and nothing is on hold."""
    key = s.opened["authors"]
    grants = [[key.key.key_id.bytes, "M", key.slots["M"].bytes]]
    s.record(ENGAGEMENT, "service", "erasure.requested", bytes(16), "closure", grants, s.now)
    s.now += 60 * DAY


def facts_of_another_form(s: Story) -> None:
    """A fact that matters has one field too many."""
    s.record(ENGAGEMENT, "service", "contract.activated", 1, 2)


def facts_about_nothing(s: Story) -> None:
    """A hold is lifted that wasn't placed."""
    s.record(ENGAGEMENT, "service", "hold.lifted", bytes(16))


def an_erasure_of_nothing(s: Story) -> None:
    """Keys are erased that nobody asked to have erased."""
    s.record(ENGAGEMENT, "service", "keys.erased", bytes(16), 2, b"t" * 32, None, [])


def written_for_others(s: Story) -> None:
    """A session's content is written under the key that all four hold."""
    s.record(ENGAGEMENT, "C", "session.work_recorded", 1, parts=[s.part("all", "session_content")])


BROKEN: dict[Callable[[Story], None], tuple[set[int], bool]] = {
    three_signatures: ({9}, False),
    signature_by_somebody_else: ({9}, False),
    two_hashes: ({9}, False),
    signed_by_a_former_party: ({9}, False),
    beyond_the_clause: ({10}, True),
    longer_than_the_clause: ({10}, True),
    to_a_stranger: ({10}, True),
    by_a_draft_that_was_never_offered: ({10}, True),
    last_key_of_all: ({10}, True),
    shared_with_a_stranger: ({10}, True),
    shared_beyond_its_audience: ({10}, True),
    escrow_without_a_hold: ({10}, True),
    escrow_after_the_hold: ({10}, True),
    a_grant_that_no_fact_names: ({8, 10}, True),
    more_grants_than_recipients: ({8, 10}, True),
    somebody_elses_signature: ({7}, True),
    an_unregistered_author: ({7}, True),
    in_anothers_role: ({7}, True),
    registered_twice: ({6, 8}, True),
    registered_by_somebody_else: ({6, 8}, True),
    founded_elsewhere: ({6, 8}, True),
    given_after_the_end: ({11}, True),
    given_after_the_retention: ({11}, True),
    shared_after_it_was_erased: ({11}, True),
    disclosed_after_its_key_was_erased: ({11}, True),
    disclosed_for_no_time: ({11}, True),
    disclosed_on_no_ground: ({10}, True),
    erased_too_soon: ({11}, True),
    erased_something_else: ({11}, True),
    erased_in_no_epoch: ({11}, True),
    erased_with_other_tombstones: ({11}, True),
    never_erased: ({11}, True),
    written_for_others: ({10}, True),
    facts_of_another_form: ({6}, True),
    facts_about_nothing: ({6}, True),
    an_erasure_of_nothing: ({6}, True),
}


def overdue_in_a_hold(s: Story) -> None:
    """What is on hold may be erased later."""
    escrow_in_a_hold(s)
    never_erased(s)


def taken_back(s: Story) -> None:
    """A request that was taken back needs no receipt."""
    never_erased(s)
    s.record(ENGAGEMENT, "E", "erasure.cancelled", bytes(16))


def another_coach(s: Story) -> None:
    """Another coach takes over, keeps a notebook, and a new contract is signed by all who are parties then."""
    newcomer = IDS["stranger"]
    s.open(
        "all",
        ENGAGEMENT,
        "triangle",
        {"O": "kept", "M": "kept", "C": "kept", "E": "kept"},
        {"O": O, "M": M, "C": newcomer, "E": E},
    )
    s.record(ENGAGEMENT, "E", "party.replaced", "C", newcomer.bytes, parts=[s.part("all", "engagement")])


def answered(s: Story) -> None:
    """The coach discloses to the coachee on their request, and to a court."""
    said = s.work()
    s.disclose(said, by="C", ground="court_order")


def withdrawn(s: Story) -> None:
    """A withdrawn permission gives no more keys; those without it are given."""
    s.record(ENGAGEMENT, "E", "permission.withdrawn", "progress_summary", parts=[s.part("all", "engagement")])
    s.open("summary", ENGAGEMENT, "alliance", {"C": "kept", "E": "kept"}, {"C": C, "E": E})
    s.record(ENGAGEMENT, "C", "summary.agreed", 1, parts=[s.part("summary", "progress_summary")])


def overseen(s: Story) -> None:
    """A supervisor is appointed."""
    slot = uuid4()
    to = [IDS["stranger"].bytes, slot.bytes]
    s.record(CELL, "service", "overseer.appointed", to[0], "S", to, grants=[(s.oversight.key_id, slot)])


ALLOWED = [escrow_in_a_hold, overdue_in_a_hold, taken_back, another_coach, answered, withdrawn, overseen]
