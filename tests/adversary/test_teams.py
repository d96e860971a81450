"""A coached team (R4): each member holds keys of their own, of what is sealed while they are one, and no others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain import engagement, team
from domain.audit import BundleScope
from domain.errors import Invalid, NotFound, NotYours
from domain.personal import Diary, WriteEntry, personal_stream_id
from domain.sight import sight_of
from domain.vocabulary import EngagementKind, Item, Role
from ops.audit.scope import Scope, streams_of
from ops.closure import ReaderClosure
from ops.embedded import EmbeddedPostgres
from ops.erasure.eraser import Eraser
from ops.store.migrate import migrate
from tests.evidence import bundle_of, policy_of, verified
from tests.stage import C, E, M, O, Stage, open_service
from tests.support import Cell

T = Role.TEAM_MEMBER


class Team(Stage):
    """A team with two members, of whom one leaves; ``first`` and ``second`` are their ids."""

    first: UUID
    second: UUID

    def tell(self) -> None:
        """One part before there are members, one with one, one with both, one when the first has left."""
        self.introduce()
        self.request_engagement(kind=EngagementKind.TEAM)
        self.choose_coach()
        self.describe("alone")
        self.first = self.admit_member("the first")
        self.describe("with the first")
        self.write_member_entry()
        self.second = self.admit_member("the second")
        self.describe("with both")
        self.at_parting = self.at
        self.act(E, team.EndTeamMembership(self.first, {"statement": "a new job"}))
        self.describe("without the first")

    def describe(self, said: str) -> None:
        """The coachee tells how things are."""
        self.act(E, engagement.DescribeReality(dict.fromkeys(("reality", "problem", "weight", "rationale"), said)))

    def write_member_entry(self) -> None:
        """The member's own journal."""
        stream = personal_stream_id(self.engagement_id, Diary, self.people[T])
        self.act(T, WriteEntry(self.engagement_id, {"entry": "for myself"}), stream)

    def realities(self, person: UUID) -> list[str]:
        """What somebody reads of the team's reality."""
        self.advance()
        sight = sight_of(self.service.write_side, self.engagement_id, person, self.at)
        return [part.content["reality"] for part in self.service.views[E].story(sight).items(Item.REALITY)]

    def entries(self, person: UUID) -> list[str]:
        """What somebody reads in their own journal."""
        sight = sight_of(self.service.write_side, self.engagement_id, person, self.at)
        return [part.content["entry"] for part in self.service.views[E].story(sight).items(Item.COACHEE_JOURNAL)]


@pytest.fixture(scope="module")
def told(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Team]:
    """The team's story, told once; nothing was erased yet."""
    migrate(database_url, "teams")
    with open_service(Cell("teams", database_url, postgres.data)) as service:
        stage = Team(service)
        stage.tell()
        yield stage


def test_a_member_reads_what_is_said_while_they_are_one(told: Team) -> None:
    """R4: who joins reads nothing of before, who left nothing any more; the coachee, the control, everything."""
    everything = ["alone", "with the first", "with both", "without the first"]
    assert told.realities(told.people[E]) == everything
    assert told.realities(told.second) == everything[2:]
    assert told.realities(told.first) == []


def test_each_member_has_a_key_pair_and_slots_of_their_own(told: Team) -> None:
    """No two of the team share a slot, and each one's own keys open just what was granted to them."""
    people = (told.people[E], told.first, told.second)
    grants = {person: set[UUID]() for person in people}
    for entry in told.state().ledger.values():
        for role, to in entry.grants():
            if role is E:
                grants[to.principal].add(to.slot_id)
    assert all(grants.values())
    assert sum(map(len, grants.values())) == len(set[UUID]().union(*grants.values()))
    keys = {person: set(told.service.roles[E].openable(person)) for person in people}
    streams = {person: personal_stream_id(told.engagement_id, Diary, person) for person in people}
    for person in people:
        own = told.service.write_side.load(Diary, streams[person]).keys_of(E, person)
        assert keys[person] == told.state().keys_of(E, person) | own


def test_what_is_the_coachees_alone_stays_so(told: Team) -> None:
    """Coaches met are the coachee's; a journal is its writer's, also when they have left the team."""
    met = [label.key_id for labels in told.state().trail for label in labels if label.item is Item.COACHES_MET]
    assert set(met) <= told.state().keys_of(E)
    assert set(met).isdisjoint(told.state().keys_of(E, told.first) | told.state().keys_of(E, told.second))
    assert told.entries(told.first) == ["for myself"]
    assert told.entries(told.people[E]) == told.entries(told.second) == []


def test_a_member_acts_for_nobody_but_themself(told: Team) -> None:
    """They neither speak for the team nor see others off; who has left is a stranger to every act."""
    said = {"statement": "said"}
    with pytest.raises(NotYours):
        told.act(T, engagement.DescribeReality(said))
    with pytest.raises(NotYours):
        told.act(T, team.EndTeamMembership(told.people[E], said))
    with pytest.raises(Invalid):
        told.act(E, team.AdmitTeamMember(told.first, said))
    told.people[T], member = told.first, told.people[T]
    with pytest.raises(NotFound):
        told.act(T, team.EndTeamMembership(told.first, said))
    told.people[T] = member


def test_all_keys_are_within_what_is_given_and_the_evidence_holds(told: Team, tmp_path: Path) -> None:
    """The closure holds for everybody, before and after the eraser took what is over; the offline verifier agrees."""
    for closure in ReaderClosure(told.service).all():
        assert closure.holds
    before = len(ReaderClosure(told.service).of(told.first).places)
    told.advance()
    assert Eraser(told.service).run(told.at + timedelta(seconds=1)).erased > 0
    for closure in ReaderClosure(told.service, told.at + timedelta(seconds=1)).all():
        assert closure.holds
    assert len(ReaderClosure(told.service).of(told.first).places) < before
    assert told.entries(told.first) == ["for myself"]
    told.advance()
    bundle = bundle_of(told.service, Scope(BundleScope.ENGAGEMENT, told.engagement_id), tmp_path / "bundle.zip")
    report = verified(bundle, policy_of(told.service))
    assert report.verified, report.findings
    journal = personal_stream_id(told.engagement_id, Diary, told.first)
    assert journal in streams_of(told.service, told.engagement_id)
    assert told.service.recorder.select_events(journal)


def test_the_others_see_who_is_in_the_team(told: Team) -> None:
    """Organisation, manager and coach see each member's name and whether they are still one; so does a member."""
    for role in (O, M, C, E):
        members = told.view(role)["engagement"]["team"]
        assert [(one["person_id"], one["admitted"]) for one in members] == [
            (str(told.first), False),
            (str(told.second), True),
        ]
