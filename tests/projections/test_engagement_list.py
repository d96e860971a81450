"""Which engagements somebody is in: found by each party, by nobody else, and not told by the table."""

import pytest

from domain.vocabulary import Role
from projections.engagement_list import NAME
from projections.locators import ViewForged
from tests.stage import C, E, M, O, Stage
from tests.support import Cell


def _lists(stage: Stage, role: Role) -> list[object]:
    ids, _ = stage.service.engagements.page(stage.people[role], before=None, limit=50)
    return list(ids)


def test_every_party_finds_the_engagement_and_nobody_else_does(stage: Stage) -> None:
    """The three from the request on, the coach from the choice on, the supervisor never."""
    stage.introduce()
    stage.request_engagement()
    stage.advance()
    assert [_lists(stage, role) for role in (O, M, E, C)] == [*[[stage.engagement_id]] * 3, []]
    stage.choose_coach()
    stage.advance()
    assert _lists(stage, C) == [stage.engagement_id]
    assert _lists(stage, Role.COACHING_SUPERVISOR) == []


def test_pages_are_newest_first_and_whole(stage: Stage) -> None:
    """Walking page by page gives what one large page gives, newest first, however batches fell."""
    stage.introduce()
    asked = []
    for _ in range(5):
        asked.append(stage.request_engagement().stream)
        stage.advance()
    person, walked, before = stage.people[E], [], None
    while True:
        ids, before = stage.service.engagements.page(person, before=before, limit=2)
        walked += ids
        if before is None:
            break
    assert walked == asked[::-1] == _lists(stage, E)


def test_a_rebuilt_list_is_the_same(stage: Stage) -> None:
    """Clearing and following the log again gives the same pages."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.advance()
    before = [_lists(stage, role) for role in (O, M, C, E)]
    stage.service.builders[NAME].clear(stage.service.connections)
    assert _lists(stage, E) == []
    stage.advance()
    assert [_lists(stage, role) for role in (O, M, C, E)] == before


def test_a_row_removed_in_sql_is_noticed(stage: Stage, cell: Cell) -> None:
    """A list that lost a row is refused; untouched it reads."""
    stage.introduce()
    stage.request_engagement()
    stage.advance()
    assert _lists(stage, M) == [stage.engagement_id]
    with cell.connect() as connection:
        connection.execute("DELETE FROM view_rows WHERE view = %s", (NAME,))
    with pytest.raises(ViewForged):
        _lists(stage, M)


def test_the_table_names_nobody(stage: Stage, cell: Cell) -> None:
    """No person's id stands in the list's rows; the control finds the engagement's id in the log."""
    stage.introduce()
    stage.request_engagement()
    stage.advance()
    with cell.connect() as connection:
        owners = {
            row[0]
            for row in connection.execute(f"SELECT originator_id FROM {cell.name}.view_rows WHERE view = %s", (NAME,))
        }
        streams = {row[0] for row in connection.execute(f"SELECT originator_id FROM {cell.name}.events")}
    assert owners
    assert not owners & set(stage.people.values())
    assert stage.engagement_id in streams
