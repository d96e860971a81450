"""A stage: one open cell with a cast, on which tests act as people, without HTTP in between.

:func:`tell` plays a compact, complete engagement with every kind of content; the texts come from a function, so a
canary test can type canaries and a non-interference test can change one party's words only.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from crypto.party_keys import PartyKeys
from domain import (
    candidacy,
    conflicts,
    contract,
    engagement,
    parties,
    personal,
    principals,
    reporting,
    results,
    session,
    team,
)
from domain import programme as programmes
from domain.application import Outcome, Request
from domain.decisions import Command
from domain.document import ContractDocument, ManagerDemand, Objective, Resource
from domain.principals import NAMESPACE, SERVICE_ID
from domain.sight import Sight, sight_of
from domain.vocabulary import (
    CheckpointDecision,
    Dynamic,
    Ending,
    EngagementKind,
    Item,
    Level,
    ProfileFacet,
    ProgrammeReason,
    Quadrant,
    Reason,
    ResourceKind,
    Role,
)
from ops.wiring import CellService, found_cell, open_cell
from projections.opened import Story
from tests import course
from tests.support import Cell

O, M, C, E = Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE  # noqa: E741 - the matrix's letters
K = Role.CANDIDATE
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

Words = Callable[[Role, str], str]
"""Gives the text that a role types into a field."""


def plain(role: Role, field_name: str) -> str:
    """Words that tell who typed what."""
    return f"{role.word} says {field_name}"


@contextmanager
def open_service(cell: Cell) -> Iterator[CellService]:
    """A founded, open cell."""
    if not cell.founded:
        found_cell(cell.url, cell.name, cell.places)
    with open_cell(cell.url, cell.name, cell.places) as service:
        yield service


@dataclass
class Stage:
    """A cast on an open cell. ``salt`` tells two casts in one cell apart."""

    service: CellService
    salt: str = ""
    words: Words = plain
    at: datetime = START
    engagement_id: UUID = NAMESPACE
    organisation: UUID = NAMESPACE
    programme: UUID = NAMESPACE
    escrow: UUID = NAMESPACE
    people: dict[Role, UUID] = field(default_factory=dict)
    asked: int = 0

    def request(self, actor: UUID, if_seen: int | None = None, body: bytes = b"body") -> Request:
        """A fresh request; time moves on a minute with each."""
        self.asked += 1
        self.at += timedelta(minutes=1)
        command_id = uuid5(NAMESPACE, f"{self.salt}/{self.asked}")
        return Request(actor, self.at, command_id, self.service.digest(body), if_seen)

    def act(self, by: Role, command: Command, stream: UUID | None = None) -> Outcome:
        """Execute a command in the engagement as one of the cast."""
        return self.service.write_side.execute(stream or self.engagement_id, command, self.request(self.people[by]))

    def act_as_service(self, command: Command, stream: UUID | None = None) -> Outcome:
        """Execute a command of the service's, by default in the engagement."""
        return self.service.write_side.execute(stream or self.engagement_id, command, self.request(SERVICE_ID))

    def register_escrow(self, keys: PartyKeys, quorum: int = 2, shares: int = 3) -> UUID:
        """Register an escrow by its public key; the private one stays with whoever calls."""
        request = self.request(SERVICE_ID)
        command = principals.RegisterEscrow(keys.public.kem, quorum, shares)
        return self.service.write_side.execute(request.new_id(), command, request).stream

    def called(self, name: str) -> UUID:
        """The id of somebody in the cast."""
        return uuid5(NAMESPACE, f"person/{self.salt}/{name}")

    def register(self, name: str) -> UUID:
        """Register one more person."""
        person = self.called(name)
        self.service.write_side.register_person(person, {"name": name}, self.request(person))
        return person

    def replace(self, role: Role) -> UUID:
        """A newcomer takes over as line manager or as coach; returns who left."""
        former, newcomer = self.people[role], self.register(f"another {role.word}")
        said = {"name": f"another {role.word}"}
        if role is M:
            self.act(O, parties.ReplaceLineManager(newcomer, said))
        else:
            self.act(E, parties.ReplaceCoach(newcomer, said))
        self.people[role] = newcomer
        if role is C:
            self.declare_ties()
        return former

    def introduce(self) -> None:
        """Register the cast, the organisation and a supervisor."""
        write = self.service.write_side
        for role in (O, M, C, E, Role.COACHING_SUPERVISOR):
            person = self.called(role.value)
            self.people[role] = person
            write.register_person(person, {"name": self.words(role, "name")}, self.request(person))
        self.organisation = write.register_organisation(
            {"name": self.words(O, "organisation")}, self.request(self.people[O])
        ).stream
        supervisor = self.people[Role.COACHING_SUPERVISOR]
        write.appoint(supervisor, Role.COACHING_SUPERVISOR, self.request(supervisor))

    def start_programme(self, *, from_the_top: bool = True) -> Outcome:
        """The organisation begins a programme; what it asks for from now on belongs to it."""
        said = {"title": self.words(O, "programme_title"), "purpose": self.words(O, "programme_purpose")}
        command = programmes.StartProgramme(self.organisation, ProgrammeReason.CHANGE, from_the_top, said)
        request = self.request(self.people[O])
        outcome = self.service.write_side.execute(request.new_id(), command, request)
        self.programme = outcome.stream
        return outcome

    def admit_member(self, name: str = "a member") -> UUID:
        """The coachee admits somebody to the team, who acts from now on as its member."""
        member = self.register(name)
        self.act(E, team.AdmitTeamMember(member, {"name": self.words(E, "member_name")}))
        self.people[Role.TEAM_MEMBER] = member
        return member

    def request_engagement(self, level: Level = Level.TOP, kind: EngagementKind = EngagementKind.INDIVIDUAL) -> Outcome:
        """The organisation asks."""
        command = engagement.RequestEngagement(
            organisation=self.organisation,
            line_manager=self.people[M],
            coachee=self.people[E],
            reason=Reason.TAKE_UP_A_ROLE,
            content={
                "title": self.words(O, "title"),
                "request": self.words(O, "request"),
                "names": {"coachee": self.words(O, "coachee_name")},
            },
            programme=None if self.programme == NAMESPACE else self.programme,
            level=None if self.programme == NAMESPACE else level,
            kind=kind,
        )
        request = self.request(self.people[O])
        outcome = self.service.write_side.execute(request.new_id(), command, request)
        self.engagement_id = outcome.stream
        return outcome

    def meet_coach(self, coach: UUID | None = None) -> None:
        """The coachee meets a coach, who is a candidate from then on if they are named."""
        said = {"coach_name": self.words(E, "coach_met"), "impression": self.words(E, "impression")}
        self.act(E, candidacy.MeetCoach(date(2026, 1, 6), said, coach))

    def meet_candidate(self) -> None:
        """The coachee meets a registered coach whom they won't choose."""
        self.people[K] = self.register(K.value)
        self.meet_coach(self.people[K])

    def offer(self, by: Role) -> None:
        """A candidate (for the coach: before the choice) tells the coachee of themself."""
        names = "experience", "references", "training", "original_supervision"
        profile = {**{name: self.words(by, name) for name in names}, "methods": self.words(by, "profile_methods")}
        self.act(
            by, candidacy.OfferProfile(frozenset(ProfileFacet), 1, {**profile, "models": [self.words(by, "model")]})
        )
        self.act(by, candidacy.PledgeEthics({"code": self.words(by, "code")}))

    def choose_coach(self, meeting: int | None = None) -> None:
        """The coachee chooses a coach, whom they meet first if no meeting is named; the coach declares their ties."""
        if meeting is None:
            self.meet_coach()
        name, why = {"coach_name": self.words(E, "coach_name")}, {"why": self.words(E, "why")}
        self.act(E, candidacy.ChooseCoach(self.people[C], 1 if meeting is None else meeting, name, why))
        self.declare_ties()

    def declare_ties(self) -> None:
        """The coach declares ties that don't conflict."""
        said = {"ties": self.words(C, "ties")}
        self.act(C, conflicts.DeclareConflict(ties=True, in_reporting_line=False, conflict=False, content=said))

    def draft(self, by: Role = C, **changes: Any) -> tuple[int, bytes]:
        """A new contract version; its number and hash."""
        self.act(by, contract.DraftContract(document(self.words, **changes)))
        drafted = self.state().contract.at_hand().drafted
        return drafted.contract_version, drafted.document_hash

    def put_contract_in_force(self, **changes: Any) -> int:
        """Draft, assent, sign, activate."""
        version, digest = self.draft(**changes)
        for author in (E, M):
            self.act(author, contract.AssentToContract(version, digest))
        for party in (O, M, C, E):
            self.act(party, contract.SignContract(version, digest))
        self.act(C, contract.ActivateContract(version))
        return version

    def hold_session(self, number: int) -> None:
        """A whole session."""
        words, at = self.words, self.at + timedelta(days=14)
        place = {"place": words(C, "place")}
        self.act(C, session.ScheduleSession(number, at, 90, place))
        if number > 1:
            said = {name: words(E, name) for name in ("retained", "practised", "events")}
            self.act(E, session.ReviewSession(number, frozenset({1}), said))
        self.act(E, session.StateExpectation(number, {"expectation": words(E, "expectation")}))
        self.act(C, session.AcceptExpectation(number, {"remark": words(C, "remark")}))
        quadrants = frozenset({Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE})
        self.act(C, session.StartWork(number, quadrants, {"focus": words(C, "focus")}))
        worked = {"themes": words(C, "themes"), "third_parties": [words(C, "third_party")]}
        self.act(C, session.RecordWork(number, worked, third_parties=1))
        self.act(E, session.GiveFeedback(number, False, {"feedback": words(E, "feedback")}))
        self.act(C, session.CloseSession(number, attended=True, minutes=85))

    def write_note(self) -> Outcome:
        """The coach's private note."""
        stream = personal.personal_stream_id(self.engagement_id, personal.Notebook, self.people[C])
        return self.act(C, personal.WriteNote(self.engagement_id, {"note": self.words(C, "note")}), stream)

    def write_entry(self) -> Outcome:
        """The coachee's journal."""
        stream = personal.personal_stream_id(self.engagement_id, personal.Diary, self.people[E])
        return self.act(E, personal.WriteEntry(self.engagement_id, {"entry": self.words(E, "entry")}), stream)

    def state(self) -> engagement.Engagement:
        """The engagement, from its facts."""
        return self.service.write_side.load(engagement.Engagement, self.engagement_id)

    def advance(self) -> None:
        """Bring all views up to date."""
        for builder in self.service.builders.values():
            while builder.advance(self.service.connections):
                pass

    def sight(self, role: Role, at: datetime | None = None) -> Sight:
        """What one of the cast may see, now or at another time."""
        return sight_of(self.service.write_side, self.engagement_id, self.people[role], at or self.at)

    def before_the_end(self) -> datetime:
        """The last moment at which the engagement went on; now, when it still does."""
        ended_at = self.state().ended_at
        return self.at if ended_at is None else ended_at - timedelta(microseconds=1)

    def streams(self, role: Role) -> list[UUID]:
        """The streams that a role's view of the engagement is made of."""
        owner = self.state().parties[role]
        own = [
            personal.personal_stream_id(self.engagement_id, kind, owner)
            for kind, of in personal.PERSONAL.items()
            if of is role
        ]
        return [self.engagement_id, *own]

    def story(self, role: Role, at: datetime | None = None) -> Story:
        """What one of the cast reads, now or at another time."""
        self.advance()
        return self.service.views[role].story(self.sight(role, at))

    def view(self, role: Role, at: datetime | None = None) -> dict[str, Any]:
        """A party's view, now or at another time."""
        self.advance()
        return self.service.views[role].read(self.sight(role, at))


def document(words: Words = plain, **changes: Any) -> ContractDocument:
    """A contract text that follows the method; ``changes`` replace its fields."""
    objective = Objective(
        **{name: words(E, name) for name in ("statement", "specific", "measurable", "ambitious", "achievable")},
        indicators=(words(E, "indicator"), words(M, "indicator")),
        dynamic=Dynamic.AUTONOMY,
    )
    fields: dict[str, Any] = {
        "expectations": {role: (words(role, "expects"),) for role in (O, C, E)},
        "objectives": (objective,),
        "demands_on_coach": (words(E, "demand_on_coach"),),
        "demands_on_manager": (ManagerDemand(words(E, "demand_on_manager"), date(2026, 6, 30)),),
        "banana_skins": (words(E, "banana_skin"),),
        "resources": (Resource(ResourceKind.BOOKS, words(M, "resource"), M, words(M, "source"), date(2026, 3, 31)),),
        "interests": {O: words(O, "interest"), E: words(E, "interest")},
        "coaching_request": words(C, "coaching_request"),
        "complaint_route": words(C, "complaint_route"),
        "venue": words(C, "venue"),
        "deadline": date(2026, 9, 30),
        "frequency_days": 14,
        "session_minutes": 90,
        "permits": {Item.PROGRESS_SUMMARY: frozenset({O, M}), Item.SESSION_DATES: frozenset({O, M})},
        "retention_months": 60,
        "follow_up_months": 6,
        **changes,
    }
    return ContractDocument(**fields)


def tell(stage: Stage, sessions: int = 2, **contract_changes: Any) -> Stage:
    """A compact engagement with every kind of content, from the request to the end."""
    from tests import ethics_told  # noqa: PLC0415 - it plays on the stage that is made here

    words = stage.words
    stage.introduce()
    stage.start_programme()
    stage.request_engagement()
    stage.act(O, reporting.StateVoice({"statement": words(O, "voice")}))
    stage.meet_candidate()
    stage.offer(K)
    stage.act(K, candidacy.DeclineCandidacy(True, {name: words(K, name) for name in ("reason", "referral")}))
    stage.meet_coach(stage.people[C])
    stage.offer(C)
    stage.choose_coach(meeting=2)
    disclosed = candidacy.DiscloseProfile(frozenset({ProfileFacet.TRAINING}), 0, {"training": words(C, "training")})
    stage.act(C, disclosed)
    stage.act(C, candidacy.AcknowledgeEthics({"code": words(C, "code")}))
    stage.act(C, reporting.AnswerVoice(1, {"answer": words(C, "answer")}))
    approach = {name: words(C, name) for name in ("approach", "methods", "reference_material", "ethics")}
    stage.act(C, engagement.ExplainApproach(approach))
    reality = {name: words(E, name) for name in ("reality", "problem", "weight", "rationale")}
    stage.act(E, engagement.DescribeReality(reality))
    course.state_request(stage)
    course.agree_how(stage)
    stage.hold_session(1)
    stage.act(C, engagement.HoldTripartiteMeeting(date(2026, 1, 20), frozenset({M, C, E})))
    stage.put_contract_in_force(**contract_changes)
    for number in range(2, sessions + 1):
        stage.hold_session(number)
    reading = {"value": words(E, "value"), "observation": words(E, "observation")}
    stage.act(E, reporting.ReadIndicator(1, 1, reading))
    stage.act(C, reporting.ProposeSummary({"summary": words(C, "summary")}))
    stage.act(E, reporting.AgreeSummary(1))
    course.fulfil(stage)
    stage.write_note()
    stage.write_entry()
    ethics_told.worry(stage)
    ethics_told.keep_practice(stage)
    if sessions > results.CHECKPOINT_AFTER:
        stage.act(E, results.AssessResults(clear_results=False, content={"assessment": words(E, "assessment")}))
        stage.act(C, results.CountersignResults(1, agrees=True, content={"remark": words(C, "agreed")}))
        analysis = {"analysis": words(C, "analysis")}
        stage.act(C, results.AnalyseNoResult(1, CheckpointDecision.KEEP_UNCHANGED, analysis))
    ended = engagement.EndEngagement(
        Ending.FULFILLED, {"statement": words(C, "statement")}, {"evaluation": words(C, "evaluation")}
    )
    stage.act(C, ended)
    ethics_told.declare(stage)
    return stage
