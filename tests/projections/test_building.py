"""Views follow the log to the same bytes, however the batches fall and whoever is killed in between."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops.embedded import EmbeddedPostgres
from ops.store.connections import Connections
from ops.store.migrate import migrate
from ops.wiring import CellService
from projections.building import LogIncomplete
from tests.processes import Forked, run
from tests.projections.tables import TABLES, catch_up, clear, contents
from tests.stage import C, Stage, open_service, tell
from tests.support import Cell

VIEWS = ("sponsor_organisation", "line_manager", "coach", "coachee", "coaching_supervisor")
STEPS = st.lists(st.tuples(st.sampled_from(VIEWS), st.integers(1, 150)), max_size=12)


@dataclass
class Built:
    """A cell with two engagements, and what its views hold when each was built in one batch."""

    cell: Cell
    service: CellService
    expected: dict[str, list[Any]]


@pytest.fixture(scope="module")
def built(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Built]:
    """A log that nobody adds to."""
    migrate(database_url, "built")
    cell = Cell("built", database_url, postgres.data)
    with open_service(cell) as service:
        tell(Stage(service, "one"))
        tell(Stage(service, "two"))
        catch_up(service)
        yield Built(cell, service, contents(cell))


@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, rest=st.integers(3, 200))
def test_any_batches_in_any_turns_give_the_same_rows(built: Built, steps: list[tuple[str, int]], rest: int) -> None:
    """Batches of any size, the views taking turns in any order: every row is the same as from one big batch."""
    clear(built.service)
    assert not any(contents(built.cell).values())
    for view, batch in steps:
        assert built.service.builders[view].advance(built.service.connections, batch) <= batch
    catch_up(built.service, rest)
    assert contents(built.cell) == built.expected


def test_a_batch_of_one_position_each_gives_the_same_rows(built: Built) -> None:
    """The smallest batches there are."""
    clear(built.service)
    catch_up(built.service, 1)
    assert contents(built.cell) == built.expected


def test_an_advance_with_nothing_new_changes_nothing(built: Built) -> None:
    """A view that is up to date takes in nothing and writes nothing."""
    clear(built.service)
    catch_up(built.service)
    assert [builder.advance(built.service.connections) for builder in built.service.builders.values()] == [0] * len(
        built.service.builders
    )
    assert contents(built.cell) == built.expected


def test_a_rebuild_equals_following_along(service: CellService, cell: Cell) -> None:
    """Views that took in every act as it happened, in batches of random sizes, equal those built afterwards."""
    dice = random.Random(7)  # noqa: S311 - repeatable
    stage = _Followed(service, dice=dice)
    tell(stage)
    catch_up(service)
    followed = contents(cell)
    assert stage.batches > 20
    clear(service)
    catch_up(service)
    assert contents(cell) == followed


@dataclass
class _Followed(Stage):
    """A stage where some views follow after every act."""

    dice: random.Random = field(default_factory=random.Random)
    batches: int = 0

    def act(self, by: Any, command: Any, stream: Any = None) -> Any:
        """The act; then some views take in some of the log."""
        outcome = super().act(by, command, stream)
        for view in self.dice.sample(VIEWS, 2):
            self.batches += 1
            self.service.builders[view].advance(self.service.connections, self.dice.randint(1, 9))
        return outcome


def test_two_builders_of_one_view_take_turns(built: Built) -> None:
    """Two processes' worth of connections build every view at once: no error, nothing twice, the same rows."""
    clear(built.service)
    others = Connections(built.cell.url, built.cell.name)

    def build(connections: Connections) -> int:
        taken = 0
        for builder in built.service.builders.values():
            while (count := builder.advance(connections, 3)) > 0:
                taken += count
        return taken

    with ThreadPoolExecutor(4) as pool:
        shares = [one.result() for one in [pool.submit(build, c) for c in (built.service.connections, others) * 2]]
    others.close()
    assert sum(shares) == len(built.service.builders) * (built.service.recorder.max_notification_id() or 0)
    assert contents(built.cell) == built.expected


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_process_is_resumed_to_the_same_rows(built: Built, seed: int) -> None:
    """A real process, killed in the middle again and again at seeded moments: the last one ends with the same rows."""
    clear(built.service)
    dice = random.Random(seed)  # noqa: S311 - repeatable
    building = "tests.projections.building_process", built.cell.url, built.cell.name, str(built.cell.home)
    progress = []
    for _ in range(2):
        with Forked(*building) as process:
            for _ in range(dice.randint(20, 150)):
                assert process.stdout.readline()
            process.kill()
        progress.append(len(contents(built.cell)["view_rows"]))
    assert 0 < progress[0] < progress[1] < len(built.expected["view_rows"])  # it was in the middle, and went on
    assert run(*building).returncode == 0
    assert contents(built.cell) == built.expected


def test_a_batch_that_fails_leaves_nothing(built: Built) -> None:
    """A connection that dies inside a batch leaves the view where the batch before ended."""
    clear(built.service)
    builder = built.service.builders["coach"]
    builder.advance(built.service.connections, 20)
    before = contents(built.cell)
    with built.cell.connect() as connection:
        connection.execute("ALTER TABLE tracking ADD CONSTRAINT no_further CHECK (position <= 20) NOT VALID")
    try:
        with pytest.raises(Exception, match="SQLSTATE 23514"):
            builder.advance(built.service.connections, 20)
        assert contents(built.cell) == before
    finally:
        with built.cell.connect() as connection:
            connection.execute("ALTER TABLE tracking DROP CONSTRAINT no_further")
    catch_up(built.service)
    assert contents(built.cell) == built.expected


def test_a_deleted_event_stops_a_view(stage: Stage, cell: Cell) -> None:
    """Where a position is missing the batch raises and writes nothing; the positions before it were taken in."""
    tell(stage)
    with cell.connect(forge=True) as connection:
        connection.execute("DELETE FROM events WHERE position = 30")
    builder = stage.service.builders["coach"]
    assert builder.advance(stage.service.connections, 29) == 29
    before = contents(cell)
    for _ in range(2):
        with pytest.raises(LogIncomplete):
            builder.advance(stage.service.connections)
    assert contents(cell) == before
    assert builder.position(stage.service.connections) == 29


def test_who_comes_later_sees_what_was_before(stage: Stage, cell: Cell) -> None:
    """The coach, chosen later, comes to know earlier parts with the grant; the numbers run on without a gap."""
    stage.introduce()
    stage.request_engagement()
    stage.advance()
    assert _numbers(cell, stage) == []
    stage.choose_coach()
    stage.advance()
    first = _numbers(cell, stage)
    assert len(first) == 3  # the request, the choice, and the ties
    granted = first[0][1]
    assert first[0][2] < granted  # the request lies before the moment in which the coach could know it
    stage.hold_session(1)
    stage.advance()
    later = _numbers(cell, stage)
    assert later[: len(first)] == first  # a number that was given stays
    assert [number for number, _, _ in later] == list(range(1, len(later) + 1))
    assert [known for _, known, _ in later] == sorted(known for _, known, _ in later)
    view = stage.view(C)
    assert view["engagement"]["title"] == "sponsor_organisation says title"


def _numbers(cell: Cell, stage: Stage) -> list[tuple[int, int, int]]:
    with cell.connect() as connection:
        query = "SELECT seq, known_at, position FROM view_rows WHERE view = 'coach' AND originator_id = %s ORDER BY seq"
        return connection.execute(query, [stage.engagement_id]).fetchall()


def test_a_view_holds_locators_only(built: Built) -> None:
    """No view table has a column that could hold content: ids, numbers, and authentication codes of 32 bytes."""
    with built.cell.connect() as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = %s"
            " AND table_name = ANY(%s)", [built.cell.name, list(TABLES)]
        ).fetchall()  # fmt: skip
    kinds = {(name, kind) for _, name, kind in rows}
    assert {name for name, kind in kinds if kind == "text"} == {"view", "name"}
    assert {name for name, kind in kinds if kind == "bytea"} == {"mac"}
    macs = {len(row[-1]) for table in ("view_heads", "tracking") for row in built.expected[table]}
    assert macs == {32}
