"""An arena for somebody who may write to every table: two engagements, and everything put back before each attack.

The attacker is a superuser with every trigger off. The defenders are the ordinary reads: loading an aggregate, a
party's view as the read route gives it, the supervisors' timeline, a view that follows or is built anew, a follower of
the log, a repeated command, and a process that starts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from psycopg import sql

from api.reading import find
from domain import personal, reporting
from domain.application import Request
from domain.engagement import Engagement
from domain.principals import CELL_ID
from domain.vocabulary import Role
from ops.store.recorder import CellRecorder
from ops.wiring import CellService, open_cell
from ops.worker import ViewProgress
from projections.recorded import RecordedView
from tests.erasing import erase
from tests.stage import C, E, Stage, open_service, tell
from tests.support import Cell

TABLES = (
    "log_state", "events", "parts", "grants", "heads", "commands", "key_state", "pages", "tree_slots", "tombstones",
    "view_rows", "view_keys", "view_heads", "tracking",
)  # fmt: skip
"""Every table of a cell that holds something."""
HOLDING_NO_TRUTH = ("leases", "agenda", "webhooks")
"""Tables that nothing is believed from: a wrong row costs a wait, a look, or a message (``tests/api/webhooks``)."""
PUBLISHED = ("tiles", "checkpoints")
"""What the log publishes: hashes and signatures, which whoever reads them checks (``test_fsck``, ``tests/ops/log``)."""


@dataclass
class Arena:
    """Two engagements on record, views up to date; ``kept`` names the schema where everything lies twice."""

    cell: Cell
    stage: Stage
    other: Stage
    kept: str
    names: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now, self.asked = self.stage.at, self.stage.asked

    @contextmanager
    def restored(self) -> Iterator[CellService]:
        """The cell as it was, opened by a process that remembers nothing."""
        with self.cell.connect(forge=True) as connection, connection.transaction():
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} SELECT * FROM {self.kept}.{table}")
        with open_cell(self.cell.url, self.cell.name, self.cell.places) as service:
            self.stage.service = self.other.service = service
            self.stage.at, self.stage.asked = self.now, self.asked
            yield service

    def attack(self, statements: str) -> None:
        """Run statements, divided by semicolons; each must change something, or the attack would prove nothing."""
        with self.cell.connect(forge=True) as connection, connection.transaction():
            for statement in statements.split(";"):
                assert connection.execute(statement, self.names).rowcount > 0, statement

    def read(self, how: str) -> Any:
        """One of :data:`READS`."""
        return READS[how](self)


def build(cell: Cell) -> Arena:
    """Play, and keep a copy of every table; also of how far the views had come early on."""
    with open_service(cell) as service:
        stage, other = Stage(service, "here"), Stage(service, "there")
        stage.introduce()
        stage.request_engagement()
        stage.advance()
        with cell.connect() as connection:
            connection.execute("CREATE TABLE early AS TABLE tracking")
        _go_on(stage)
        tell(other)
        stage.advance()
        erase(service, [service.vault.keyring.scope("custody").provision(CELL_ID).slot_id])
    kept = f"kept_{cell.name}"
    with cell.connect() as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(kept)))
        for table in TABLES:
            connection.execute(f"CREATE TABLE {kept}.{table} AS TABLE {table}")
    made = Arena(cell, stage, other, kept)
    made.names = {
        "e": stage.engagement_id,
        "o": other.engagement_id,
        "notes": personal.personal_stream_id(stage.engagement_id, personal.Notebook, stage.people[C]),
        "journal": personal.personal_stream_id(stage.engagement_id, personal.Diary, stage.people[E]),
        "coachee": stage.people[E],
        "coach": stage.people[C],
        "last": _last(cell, stage.engagement_id),
    }
    return made


def _last(cell: Cell, stream: UUID) -> int:
    with cell.connect() as connection:
        row = connection.execute("SELECT version FROM heads WHERE originator_id = %s", [stream]).fetchone()
    assert row is not None
    return int(row[0])


def _go_on(stage: Stage) -> None:
    """Everything but the end, so that more can happen."""
    stage.act(Role.SPONSOR_ORGANISATION, reporting.StateVoice({"statement": stage.words(Role.SELF, "voice")}))
    stage.choose_coach()
    stage.hold_session(1)
    stage.put_contract_in_force()
    stage.hold_session(2)
    for _ in range(2):
        stage.act(E, reporting.ReadIndicator(1, 1, {"value": "6", "observation": "better"}))
    stage.write_note()
    stage.write_entry()


def _view(arena: Arena, role: Role) -> list[Any]:
    """The view's parts, as complete as the read route wants them."""
    service = arena.stage.service
    views = {each: RecordedView(view) for each, view in service.views.items()}
    behind: Any = SimpleNamespace(write_side=service.write_side, views=views, progress=ViewProgress(service))
    sight = arena.stage.sight(role)
    find(behind, sight)
    return list(service.views[role].story(sight))


def _timeline(arena: Arena) -> list[Any]:
    supervisor = arena.stage.people[Role.COACHING_SUPERVISOR]
    return arena.stage.service.timeline.page(supervisor, after=0, limit=200)[0]


def _more(arena: Arena, role: Role) -> list[Any]:
    """A view after one more thing happened in every stream."""
    arena.stage.act(E, reporting.ReadIndicator(1, 1, {"value": "7", "observation": "better still"}))
    arena.stage.write_note()
    arena.stage.write_entry()
    arena.stage.advance()
    return _view(arena, role)


def _built_anew(arena: Arena) -> list[Any]:
    service = arena.stage.service
    for builder in service.builders.values():
        builder.clear(service.connections)
    arena.stage.advance()
    return _view(arena, E)


def _follow(arena: Arena) -> list[Any]:
    recorder: CellRecorder = arena.stage.service.recorder
    return [notification.id for notification in recorder.select_notifications(1, 10_000)]


def _repeat(arena: Arena) -> Any:
    """The very first command of the engagement's coachee again: it is answered, not done again."""
    stage = Stage(arena.stage.service, "here", asked=0)
    person = arena.stage.people[Role.SPONSOR_ORGANISATION]
    first: Request = stage.request(person)
    return stage.service.write_side.register_person(person, {"name": "again"}, first)


def _reopen(arena: Arena) -> int | None:
    with open_cell(arena.cell.url, arena.cell.name, arena.cell.places) as service:
        return service.recorder.max_notification_id()


def _advance(arena: Arena) -> int:
    service = arena.stage.service
    return sum(builder.advance(service.connections) for builder in service.builders.values())


READS: dict[str, Callable[[Arena], Any]] = {
    "load": lambda arena: arena.stage.service.write_side.load(Engagement, arena.stage.engagement_id).version,
    "coachee": lambda arena: _view(arena, E),
    "coach": lambda arena: _view(arena, C),
    "manager": lambda arena: _view(arena, Role.LINE_MANAGER),
    "timeline": _timeline,
    "advance": _advance,
    "advance, then coachee": lambda arena: (_advance(arena), _view(arena, E)),
    "more, then coachee": lambda arena: _more(arena, E),
    "more, then manager": lambda arena: _more(arena, Role.LINE_MANAGER),
    "build anew": _built_anew,
    "follow": _follow,
    "repeat": _repeat,
    "reopen": _reopen,
    "tombstones": lambda arena: arena.stage.service.vault.check_tombstones(),
}
"""The reads, by name."""
