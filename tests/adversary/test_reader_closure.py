"""Reader closure: every party's keys open exactly what the signed clauses give, in every example."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from crypto.part import CompartmentKey
from crypto.party_keys import PartyKeys
from domain.disclosure import Disclose
from domain.disposal import add_months
from domain.engagement import EndEngagement
from domain.erasure import RequestErasure, WithdrawPermission
from domain.holds import LiftHold, PlaceHold
from domain.personal import Diary, Notebook, personal_stream_id
from domain.principals import SERVICE_ID
from domain.vocabulary import DisclosureGround, Ending, HoldGround, Item, Role
from ops.closure import ReaderClosure
from ops.drill.adversary import Adversary
from ops.drill.history import History
from ops.erasure.eraser import Eraser
from ops.given import Place
from tests.stage import C, E, M, O, Stage, tell


def test_every_partys_keys_open_exactly_what_the_clause_gives(stage: Stage) -> None:
    """Nothing outside, nothing lost, for every registered principal (R53); and something opened at all."""
    tell(stage, sessions=6)
    closure = ReaderClosure(stage.service)
    proved = closure.all()
    assert len(proved) == 7  # four parties' people, the organisation, a candidate, the supervisor
    for one in proved:
        assert one.holds, (one.outside[:3], one.lost[:3])
    assert {one.opened > 0 for one in proved} == {True}


def test_a_widened_grant_is_detected(stage: Stage) -> None:
    """Control: one compartment key more in the organisation's hands shows as places outside the clause."""
    tell(stage)
    closure = ReaderClosure(stage.service)
    organisation = stage.organisation
    assert closure.of(organisation).holds
    for entry in stage.state().ledger.values():
        if Role.SPONSOR_ORGANISATION in entry.recipients:
            continue
        extra = _key(stage, entry.key_id, next(iter(entry.recipients)))
        assert closure.of(organisation, {entry.key_id: extra}).outside


def test_a_widening_clause_is_followed(stage: Stage) -> None:
    """What the clause permits opens, and the same item under a narrower clause doesn't."""
    tell(stage, permits={item: frozenset({O, M} & set(_permitted(item))) for item in _CHOICES})
    closure = ReaderClosure(stage.service)
    for one in closure.all():
        assert one.holds
    narrow = Stage(stage.service, salt="narrow")
    tell(narrow)
    again = ReaderClosure(stage.service)
    wide_count, narrow_count = again.of(stage.organisation).opened, again.of(narrow.organisation).opened
    assert wide_count > narrow_count
    assert all(one.holds for one in again.all())


def test_a_newcomer_opens_what_came_after_and_who_left_what_came_before(stage: Stage) -> None:
    """A line manager and a coach are replaced half-way: for all six people exactly what is theirs opens."""
    _begin(stage)
    left = {role: stage.replace(role) for role in (M, C)}
    stage.put_contract_in_force()
    stage.hold_session(2)
    stage.write_note()
    stage.write_entry()
    closure = ReaderClosure(stage.service)
    for one in closure.all():
        assert one.holds, (one.outside[:3], one.lost[:3])
    positions = {sealed.place: number for number, sealed in enumerate(closure.sealed)}
    for role, former in left.items():
        newcomer = stage.people[role]
        theirs, old = (
            {place for place in closure.given.to(person) if place[0] == stage.engagement_id}
            for person in (newcomer, former)
        )
        assert min(positions[place] for place in theirs) > max(positions[place] for place in old)


def test_a_withdrawn_permission_and_the_end_close_what_they_should(stage: Stage) -> None:
    """Erased by withdrawal and by the end: what was given before opens no more to whom it is erased, all else does."""
    permits = {Item.SESSION_DATES: frozenset({O, M}), Item.PROGRESS_SUMMARY: frozenset({O, M})}
    tell(stage, permits=permits)
    opened = {one.principal: one.opened for one in ReaderClosure(stage.service).all()}
    stage.act(E, WithdrawPermission(Item.PROGRESS_SUMMARY, {"reason": "no more"}))
    stage.advance()
    assert Eraser(stage.service).run(stage.at).erased > 0
    proved = {one.principal: one for one in ReaderClosure(stage.service, stage.at).all()}
    for one in proved.values():
        assert one.holds, (one.outside[:3], one.lost[:3])
    for principal in (stage.organisation, stage.people[M]):
        assert proved[principal].opened < opened[principal]
    assert proved[stage.people[E]].opened > opened[stage.people[E]]  # the withdrawal itself


def test_a_disclosure_opens_one_part_to_one_person(stage: Stage) -> None:
    """The recipient opens that part and nothing else of the engagement; once it is erased, not that either."""
    tell(stage)
    friend = stage.register("a friend")
    alone = ReaderClosure(stage.service).of(friend)
    version, index, _ = stage.state().places_of(Item.REALITY)[-1]
    until = stage.at + timedelta(days=30)
    stage.act(E, Disclose(version, index, friend, DisclosureGround.COACHEE_CONSENT, until, {}))
    closure = ReaderClosure(stage.service)
    assert closure.of(friend).opened == alone.opened + 1
    assert (stage.engagement_id, version, index) in closure.given.to(friend)
    assert all(one.holds for one in closure.all())
    stage.advance()
    assert Eraser(stage.service).run(until).erased > 0
    closure = ReaderClosure(stage.service)
    assert closure.of(friend).opened == alone.opened
    assert closure.of(friend).holds
    assert all(one.holds for one in ReaderClosure(stage.service, until).all())


def test_who_left_reads_what_is_kept_from_that_moment_on(stage: Stage) -> None:
    """Before the eraser comes, the keys of who left open more than they may; after it, and after each end, no more."""
    _begin(stage)
    left = {role: stage.replace(role) for role in (M, C)}
    closure = ReaderClosure(stage.service, stage.at)
    early = {role: closure.of(person) for role, person in left.items()}
    assert all(one.outside and not one.lost for one in early.values())
    stage.act(C, EndEngagement(Ending.FULFILLED, {}, {}))
    months = stage.state().clause_in_force.retention_months
    for at in (stage.at, add_months(stage.at, months + 1)):
        _erase(stage, at)
        for one in ReaderClosure(stage.service, at).all():
            assert one.holds, (one.outside[:3], one.lost[:3])
    for role, person in left.items():
        assert 1 < ReaderClosure(stage.service).of(person).opened < early[role].opened  # what is kept, they keep


def test_an_erasure_on_request_ends_what_others_held(stage: Stage) -> None:
    """In the cooling-off everything opens still; once it is over, what others held for a time is closed to them."""
    tell(stage, cooling_off_days=10)
    _erase(stage, stage.at)
    stage.act(E, RequestErasure({"reason": "enough"}))
    due = stage.at + timedelta(days=10)
    opened = {}
    for at in (due - timedelta(hours=1), due):
        _erase(stage, at)
        proved = ReaderClosure(stage.service, at).all()
        assert all(one.holds for one in proved)
        opened[at] = {one.principal: one.opened for one in proved}
    before, after = opened.values()
    coach, coachee = stage.people[C], stage.people[E]
    assert after[coach] < before[coach]
    assert after[coachee] == before[coachee]
    assert {given[2] for given in ReaderClosure(stage.service).given.to(coach)} >= {1}


def test_escrow_opens_what_is_held_for_as_long_as_it_is_held(stage: Stage) -> None:
    """During a hold escrow's own key opens the engagement and the notes, the journal never; afterwards nothing."""
    tell(stage)
    keys, hold = PartyKeys.generate(), uuid4()
    escrow = stage.register_escrow(keys)
    placed = PlaceHold(hold, HoldGround.LITIGATION, escrow, {"reason": "a court asks"})
    stage.service.write_side.place_hold(stage.engagement_id, placed, stage.request(SERVICE_ID))
    at = add_months(stage.at, stage.state().clause_in_force.retention_months + 1)
    _erase(stage, at)
    assert all(one.holds for one in ReaderClosure(stage.service, at).all())  # the hold gives nobody else anything
    held = _held(stage, escrow, keys)
    assert held == ReaderClosure(stage.service, at).given.to(escrow, at)
    journal, notes = (
        personal_stream_id(stage.engagement_id, kind, stage.people[role]) for kind, role in ((Diary, E), (Notebook, C))
    )
    assert {notes, stage.engagement_id} == {place[0] for place in held}
    assert journal in {place[0] for place in ReaderClosure(stage.service).of(stage.people[E]).places}
    stage.at = at
    stage.act_as_service(LiftHold(hold, {"reason": "it is over"}))
    _erase(stage, stage.at)
    assert _held(stage, escrow, keys) == ReaderClosure(stage.service, stage.at).given.to(escrow, stage.at) == set()
    assert all(one.holds for one in ReaderClosure(stage.service, stage.at).all())


def _begin(stage: Stage) -> None:
    """An engagement in the middle: a contract in force, a session held, a note written."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.hold_session(1)
    stage.put_contract_in_force()
    stage.write_note()


def _erase(stage: Stage, at: datetime) -> None:
    stage.advance()
    Eraser(stage.service).run(at)


def _held(stage: Stage, escrow: UUID, keys: PartyKeys) -> set[Place]:
    """What somebody opens who put the escrow's private key together, and has everything else besides."""
    history = History.of_now(stage.service.connections)
    return set(Adversary(history, stage.service.vault.roots.unwrap, {escrow: keys}).reach(only=escrow).places)


_CHOICES = (Item.OBJECTIVES, Item.SESSION_DATES, Item.PROGRESS_SUMMARY, Item.INDICATOR_READINGS, Item.SPONSOR_VOICE)


def _permitted(item: Item) -> tuple[Role, ...]:
    return {Item.OBJECTIVES: (O,), Item.SPONSOR_VOICE: (M,)}.get(item, (O, M))


def _key(stage: Stage, key_id: object, holder: Role) -> CompartmentKey:
    keys = stage.service.roles[holder]
    return keys.key(key_id, stage.state().parties[holder])  # type: ignore[arg-type]
