"""The confidentiality matrix, cell by cell and moment by moment: what the API tells each party equals the table.

One engagement with everything is told over HTTP, under two versions of the contract that permit different things. At
six moments each party reads all that they can: the view, the stream, the list. What must be there is worked out from
the table in ``matrix`` alone, which was written down from requirements.md and not from the code.
"""

import json
from collections.abc import Callable
from typing import Final

import pytest

from domain.clause import ELSEWHERE
from domain.vocabulary import Item
from ops.reference.citations import ids_in
from tests.api.matrix import MOMENTS, PERMITS, ROW_OF, ROWS, SEES, reads
from tests.api.matrix_story import Play, Told, tell
from tests.api.people import ROLES, Cast, S

CELLS: Final = [(item, who) for item in ROW_OF for who in ROLES]

NOT_TOLD: Final = {
    "coach_profile", "credentials", "relationship_contract", "acknowledgements", "organisation_context",
}  # fmt: skip
"""Items that the story says nothing about yet. It shrinks, and is empty in the end."""


@pytest.fixture(scope="module")
def play(new_cast: Callable[..., Cast]) -> Play:
    """The whole story, and what each read of it."""
    return tell(new_cast(S))


def everything(play: Play, moment: str) -> set[Told]:
    """All that is on record by a moment, whoever reads it then or read it before."""
    upto = MOMENTS[: MOMENTS.index(moment) + 1]
    return {told for (_, when), seen in play.seen.items() if when in upto for told in seen.stream}


def test_every_item_has_its_row() -> None:
    """The table speaks of each item that belongs to an engagement, once."""
    assert len(ROW_OF) == sum(len(row.items) for row in ROWS)
    assert ROW_OF.keys() == {item.value for item in Item} - {item.value for item in ELSEWHERE}


@pytest.mark.parametrize(("item", "who"), CELLS, ids=[f"{item}-{who}" for item, who in CELLS])
def test_a_cell_is_what_the_table_says(play: Play, item: str, who: str) -> None:
    """At each moment somebody's stream holds of an item exactly what the matrix gives them then (R5, R18, R64)."""
    for moment in MOMENTS:
        told = {one for one in everything(play, moment) if one.item == item}
        due = {one for one in told if reads(item, who, one.clause, moment)}
        found = {one for one in play.seen[who, moment].stream if one.item == item}
        assert found == due, (moment, len(found), len(due))


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_other_answer_tells_more(play: Play, who: str, moment: str) -> None:
    """A view and a list hold no word that the stream doesn't: what isn't in somebody's stream is told nowhere."""
    seen = play.seen[who, moment]
    known = "".join(seen.stream.values())
    shown = {about for word, about in play.words.items() if word in seen.elsewhere}
    assert {about for word, about in play.words.items() if word in seen.elsewhere and word not in known} == set()
    assert shown


def test_every_item_is_told(play: Play) -> None:
    """Positive control: of every item somebody reads something, and every word that was typed is read by somebody."""
    assert ROW_OF.keys() - {told.item for told in everything(play, "retained")} == NOT_TOLD
    read = "".join(text for seen in play.seen.values() for text in seen.stream.values())
    assert {about for word, about in play.words.items() if word not in read} == set()


def test_every_permission_makes_a_difference(play: Play) -> None:
    """Positive control: each K of the table is read under the version that permits it, and not under the other."""
    for row in ROWS:
        for who, cell in row.cells.items():
            if not cell.startswith("K"):
                continue
            (item,) = row.items
            told = [one for one in everything(play, "closed") if one.item == item]
            read = {one.clause for moment in MOMENTS for one in play.seen[who, moment].stream if one.item == item}
            permitting = {clause for clause, permits in PERMITS.items() if who in permits.get(item, ())}
            assert read == permitting
            assert item == "follow_up" or {one.clause for one in told} - permitting


@pytest.mark.parametrize("asked", SEES)
def test_whom_a_requirement_names_reads_what_it_brings(play: Play, asked: str) -> None:
    """Each event that a requirement brings is read by those whom it names, and by nobody else at any moment.

    R1, R6, R8, R12, R16-R19, R21-R36, R38-R48, R55-R58, R61-R63, R65, R66, X1-X3, X7.
    """
    readers, places = SEES[asked]
    always, _, by_clause = readers.removesuffix(")").partition("(")
    assert always
    for place in places:
        event, item = place.split()
        told = {one for one in everything(play, "retained") if (one.event, one.item) == (event, item)}
        assert told
        found = {
            letter
            for letter, who in zip("OMCE", ROLES, strict=True)
            if any(one in play.seen[who, moment].stream for moment in MOMENTS for one in told)
        }
        assert found == set(always + by_clause)


def test_every_requirement_that_is_named_is_tried() -> None:
    """The sentence above names what the table holds."""
    told = test_whom_a_requirement_names_reads_what_it_brings.__doc__ or ""
    assert ids_in(told) == list(SEES)


UNSUPERVISED: Final = {"coaches_met", "coach_notes", "coachee_journal"}
"""Items of which supervisors don't even learn that they are there."""


def test_a_supervisor_reads_what_happened_and_no_word_of_it(play: Play) -> None:
    """The timeline tells of the events behind each item but the hidden ones, and holds nothing that anybody typed."""
    told = everything(play, "retained")
    listed = {entry["event"] for entry in play.timeline}
    shown = {one.event for one in told if one.item not in UNSUPERVISED}
    hidden = {one.event for one in told if one.item in UNSUPERVISED} - {"coach.chosen"}
    assert shown <= listed
    assert hidden
    assert hidden.isdisjoint(listed)
    text = json.dumps(play.timeline)
    assert {about for word, about in play.words.items() if word in text} == set()
