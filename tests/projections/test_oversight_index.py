"""What overseers look after: every engagement and every coach, found by pseudonym, and nobody named in the table."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from domain.vocabulary import Role
from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from projections.locators import ViewForged
from projections.oversight_index import NAME
from tests.stage import C, E, O, Stage, open_service
from tests.support import Cell

S = Role.COACHING_SUPERVISOR


@pytest.fixture(scope="module")
def cell_here(postgres: EmbeddedPostgres, database_url: str) -> Cell:
    """A cell for the whole file."""
    migrate(database_url, "oversight_index")
    return Cell("oversight_index", database_url, postgres.data)


@pytest.fixture(scope="module")
def stages(cell_here: Cell) -> Iterator[tuple[Stage, Stage]]:
    """Two casts: the first has two engagements with one coach, who leaves the second; the other has one engagement."""
    with open_service(cell_here) as service:
        stage, other = Stage(service), Stage(service, salt="other")
        stage.introduce()
        stage.request_engagement()
        stage.choose_coach()
        other.introduce()
        other.request_engagement()
        other.choose_coach()
        stage.advance()
        yield stage, other


def _walked(page: Callable[[int | None], list[tuple[int, Any]]]) -> list[Any]:
    found, before = [], None
    while rows := page(before):
        found += [one for _, one in rows]
        before = rows[-1][0]
    return found


def test_all_engagements_are_there_newest_first(stages: tuple[Stage, Stage]) -> None:
    """Page by page, every engagement once; each is found by its pseudonym and by nothing else."""
    stage, other = stages
    index = stage.service.index
    found = _walked(lambda before: index.engagements(before=before, limit=1))
    assert found == [other.engagement_id, stage.engagement_id]
    for one in found:
        assert index.engagement(index.pseudonym(one)) == one
    for wrong in ("", "0" * 32, str(stage.engagement_id), stage.engagement_id.hex):
        assert index.engagement(wrong) is None


def test_coaches_are_there_once_with_all_they_coach(stages: tuple[Stage, Stage]) -> None:
    """A coach with several engagements is one coach; whoever took over is another, and who left keeps theirs."""
    stage, other = stages
    index, overseer = stage.service.index, stage.people[S]
    first, coach = stage.engagement_id, stage.people[C]
    stage.request_engagement()
    stage.choose_coach()
    stage.replace(C)
    stage.advance()
    listed = _walked(lambda before: index.coaches(overseer, before=before, limit=2))
    assert [one for one in listed if one] == [stage.people[C], coach, other.people[C]]
    assert index.engagements_of(coach) == [stage.engagement_id, first]
    assert index.engagements_of(stage.people[C]) == [stage.engagement_id]
    assert index.engagements_of(stage.people[E]) == []


def test_a_pseudonym_stands_for_one_thing(stages: tuple[Stage, Stage]) -> None:
    """A coach's pseudonym is no engagement's and the other way round; other people have none."""
    stage, _ = stages
    index, overseer = stage.service.index, stage.people[S]
    of_coach, of_engagement = index.pseudonym(stage.people[C]), index.pseudonym(stage.engagement_id)
    assert index.coach(overseer, of_coach) == stage.people[C]
    assert index.engagement(of_coach) is None
    assert index.coach(overseer, of_engagement) is None
    assert index.coach(overseer, index.pseudonym(stage.people[E])) is None
    assert index.coach(overseer, "nobody") is None


def test_a_rebuilt_index_is_the_same(stages: tuple[Stage, Stage], cell_here: Cell) -> None:
    """Cleared and built in small batches, the index has the same rows as built all at once."""
    stage, _ = stages

    def rows() -> list[Any]:
        query = "SELECT * FROM view_rows WHERE view = %s ORDER BY originator_id, seq"
        with cell_here.connect() as connection:
            return connection.execute(query, (NAME,)).fetchall()

    before, builder = rows(), stage.service.builders[NAME]
    builder.clear(stage.service.connections)
    assert rows() == []
    assert stage.service.index.engagements(before=None, limit=10) == []
    while builder.advance(stage.service.connections, 7):
        pass
    assert rows() == before
    assert before


def test_the_index_names_nobody(stages: tuple[Stage, Stage], cell_here: Cell) -> None:
    """No id of a person, of an engagement's or a pseudonym stands in its rows; the log is the control."""
    stage, other = stages
    with cell_here.connect() as connection:
        query = "SELECT originator_id FROM view_rows WHERE view = %s"
        owners = {row[0] for row in connection.execute(query, (NAME,))}
        streams = {row[0] for row in connection.execute("SELECT originator_id FROM events")}
    known = {one for cast in stages for one in (*cast.people.values(), cast.engagement_id, cast.organisation)}
    pseudonyms = {UUID(stage.service.index.pseudonym(one)) for one in known}
    assert owners
    assert not owners & (known | pseudonyms | streams)
    assert {stage.engagement_id, other.engagement_id, other.people[O]} <= streams


def test_a_row_removed_in_sql_is_noticed(stages: tuple[Stage, Stage], cell_here: Cell) -> None:
    """An index that lost rows is refused; built anew it reads."""
    stage, _ = stages
    index, builder = stage.service.index, stage.service.builders[NAME]
    whole = index.engagements(before=None, limit=10)
    with cell_here.connect() as connection:
        connection.execute("DELETE FROM view_rows WHERE view = %s", (NAME,))
    with pytest.raises(ViewForged):
        index.engagements(before=None, limit=10)
    with pytest.raises(ViewForged):
        index.coach(stage.people[S], index.pseudonym(stage.people[C]))
    builder.clear(stage.service.connections)
    stage.advance()
    assert index.engagements(before=None, limit=10) == whole
