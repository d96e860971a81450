"""Capabilities: what is built for one role can't read another's, whatever its code asks for.

Each "can't" stands beside the same attempt by whoever may, on the same bytes. Nothing here goes through a route or a
policy: the openers are handed foreign bytes directly, as a mistaken or malicious view would.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from crypto.errors import KeyErased, NotInScope, RootForeign, Tampered
from crypto.tree import SCOPES_PAGE
from domain.practice import Practice, practice_stream_id
from domain.principals import CELL_ID
from domain.vocabulary import Compartment, Role
from ops.embedded import EmbeddedPostgres
from ops.keys.vault import KeyPlaces
from ops.openers import RoleOpener
from ops.store.lookups import PartRow
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell
from projections.ports import SealedAt
from tests.erasing import erase
from tests.stage import C, E, M, O, Stage, open_service, tell
from tests.support import Cell

S, A = Role.COACHING_SUPERVISOR, Role.AUDITOR
PARTIES = (O, M, C, E)


@pytest.fixture(scope="module")
def played(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Stage]:
    """An engagement for the tests that change nothing."""
    migrate(database_url, "capabilities")
    with open_service(Cell("capabilities", database_url, postgres.data)) as service:
        yield tell(Stage(service))


@pytest.fixture
def told(played: Stage) -> Stage:
    """The engagement, and nothing in memory but what a fresh process would have."""
    played.service.drop_keys()
    return played


@pytest.fixture
def own(stage: Stage) -> Stage:
    """An engagement for a test that breaks something."""
    return tell(stage)


def _sealed(rows: list[PartRow]) -> list[SealedAt]:
    return [SealedAt(row.originator_id, row.originator_version, row.idx, row.key_id, row.sealed) for row in rows]


def _principal(stage: Stage, role: Role) -> UUID:
    return stage.state().parties.get(role) or stage.people[role]


def _readers(stage: Stage, stream: UUID) -> dict[UUID, set[Role]]:
    """Who may open each compartment key of a stream, as its facts say."""
    ledger = stage.state().ledger.values()
    if stream == stage.engagement_id:
        return {entry.key_id: set(entry.recipients) for entry in ledger}
    return {row.key_id: {C if stream == stage.streams(C)[1] else E} for row in stage.service.recorder.parts(stream)}


@pytest.mark.parametrize("role", [O, M, C, E, S, A], ids=lambda role: role.word)
def test_an_opener_opens_its_own_roles_parts_only(told: Stage, role: Role) -> None:
    """Every part of three streams, one by one: the role's own open, and each of the others is out of scope."""
    opener, opened, refused = RoleOpener(told.service.roles[role]), 0, 0
    principal = _principal(told, role) if role is not A else told.people[S]
    for stream in (told.engagement_id, told.streams(C)[1], told.streams(E)[1]):
        readers = _readers(told, stream)
        for part in _sealed(told.service.recorder.parts(stream)):
            if role in readers[part.key_id]:
                (payload,) = opener.open_parts([part], principal)
                assert payload["content"] is not None
                opened += 1
            else:
                with pytest.raises(NotInScope):
                    opener.open_parts([part], principal)
                refused += 1
    assert (opened > 0) == (role in PARTIES)
    assert refused > 0


def test_the_coachees_view_can_not_open_the_coachs_notes(told: Stage) -> None:
    """Handed the notebook's parts, the coachee's capability opens none; the coach's opens them all."""
    notes = _sealed(told.service.recorder.parts(told.streams(C)[1]))
    with pytest.raises(NotInScope):
        told.service.views[E].opener.open_parts(notes, told.people[E])
    with pytest.raises(NotInScope):  # nor with the coach's own keys in hand
        told.service.views[E].opener.open_parts(notes, told.people[C])
    (note,) = told.service.views[C].opener.open_parts(notes, told.people[C])
    assert note["content"]["note"] == "coach says note"


@pytest.mark.parametrize("view", PARTIES, ids=lambda role: role.word)
def test_a_roles_capability_is_useless_with_another_persons_keys(told: Stage, view: Role) -> None:
    """A grant has two locks: the role's slot alone opens nothing with somebody else's private keys."""
    keys = [entry.key_id for entry in told.state().ledger.values() if view in entry.recipients]
    for other in set(PARTIES) - {view}:
        with pytest.raises(Tampered):
            told.service.roles[view].open(keys, _principal(told, other))
    assert told.service.roles[view].open(keys, _principal(told, view)).keys() == set(keys)


def test_the_supervisor_opens_facts_and_no_part(told: Stage) -> None:
    """All compartment keys of the engagement are out of the supervisor's scope; the oversight key is in it.

    So are the keys of the one practice whose supervision place names this supervisor (R51), and nothing else.
    """
    keys, supervisor = told.service.roles[S], told.people[S]
    for entry in told.state().ledger.values():
        with pytest.raises(NotInScope):
            keys.key(entry.key_id, supervisor)
    oversight = keys.key(told.service.service.oversight.key_id, supervisor)
    assert oversight.compartment == Compartment.OVERSIGHT.value
    practice = told.service.write_side.load(Practice, practice_stream_id(told.people[Role.COACH]))
    assert practice.ledger.entries
    assert keys.openable(supervisor).keys() == {oversight.key_id, *practice.ledger.entries}


def test_a_party_opens_no_facts(told: Stage) -> None:
    """Facts are the overseers': the oversight key is out of every party's scope."""
    for role in PARTIES:
        with pytest.raises(NotInScope):
            told.service.roles[role].key(told.service.service.oversight.key_id, _principal(told, role))


def test_a_builder_claims_its_own_roles_slots_only(told: Stage) -> None:
    """Every slot of the cell offered to every builder: no two claim the same, and each claims some."""
    with told.service.connections.use() as connection:
        slots = [row[0] for row in connection.execute("SELECT slot_id FROM tree_slots").fetchall()]
    claimed = [b.claims.claims(slots) for b in told.service.builders.values() if b.claims is not None]
    assert len(claimed) == len(PARTIES)
    assert all(claimed)
    assert sum(map(len, claimed)) == len(set().union(*claimed))
    assert not any(claims & told.service.roles[S].marks().claims(slots) for claims in claimed)


def test_a_former_process_must_open_again_and_can_not(own: Stage) -> None:
    """A process that read before reads nothing once the slots are erased, without being told to forget."""
    view, principal = own.service.views[O], own.organisation
    assert own.view(O)["engagement"]["status"] == "closed"
    sealed = [one.part for one in view.located(own.sight(O))]
    with own.service.connections.use() as connection:
        slots = [row[0] for row in connection.execute("SELECT slot_id FROM tree_slots").fetchall()]
    scope = own.service.roles[O].marks()
    erase(own.service, scope.claims(slots))
    with pytest.raises(KeyErased):
        view.opener.open_parts(sealed, principal)
    gone = own.view(O)
    assert gone["engagement"]["status"] == "unknown"
    assert (
        gone["ended"][0].items() >= {"since": None, "receipt": None}.items()
    )  # done past the domain, no record says so
    assert own.view(E)["engagement"]["status"] == "closed"  # nobody else lost anything


@pytest.mark.parametrize("to", ["another role", "another stream"])
def test_a_copied_grant_opens_nothing(own: Stage, cell: Cell, to: str) -> None:
    """The coachee's grant of the alliance, copied under a slot of the manager's or to another stream, stays shut."""
    entry = next(e for e in own.state().ledger.values() if e.need.compartment is Compartment.ALLIANCE)
    granted = entry.recipients[E].slot_id
    foreign = next(e for e in own.state().ledger.values() if M in e.recipients).recipients[M].slot_id
    keys = own.service.roles
    assert keys[E].key(entry.key_id, own.people[E]).compartment == "alliance"
    with cell.connect(forge=True) as connection:
        if to == "another role":
            connection.execute(
                "INSERT INTO grants SELECT position + 1, key_id, %s, sealed FROM grants WHERE slot_id = %s",
                [foreign, granted],
            )
        else:
            elsewhere = "(SELECT min(position) FROM events WHERE originator_id = %s)"
            connection.execute(f"UPDATE grants SET position = {elsewhere} WHERE slot_id = %s", [own.people[E], granted])
    own.service.drop_keys()
    reader, principal = (M, own.people[M]) if to == "another role" else (E, own.people[E])
    with pytest.raises(Tampered):
        keys[reader].key(entry.key_id, principal)


def test_a_capability_does_not_lead_back_to_the_scopes(service: CellService) -> None:
    """What opens the tree for a role refuses the page of the scopes' secrets, and serves any other place."""
    scope = service.roles[O]._scope
    (place,) = scope._places.take(CELL_ID, 1)
    assert len(scope._places.entries({place.page + bytes((place.index,))}).by_location) == 1
    with pytest.raises(NotInScope):
        scope._places.entries({SCOPES_PAGE + bytes((0,))})


def test_the_database_role_of_a_reader_can_not_write_views(told: Stage) -> None:
    """A reading connection may not touch a view's rows; a builder's may, and a builder's may not append."""
    change = "UPDATE view_rows SET seq = seq WHERE view = %s"
    for purpose, allowed in (("read", False), ("project", True)):
        with told.service.connections._pool(purpose).connection() as connection:  # type: ignore[arg-type]
            if allowed:
                connection.execute(change, ["coach"])
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(change, ["coach"])


def test_a_stranger_holds_no_capability(own: Stage, cell: Cell, tmp_path: Path) -> None:
    """Under another root nothing of the cell opens; under its own it does."""
    foreign = KeyPlaces.in_folder(tmp_path)
    migrate(cell.url, "foreign")
    found_cell(cell.url, "foreign", foreign)
    with pytest.raises(RootForeign), open_cell(cell.url, cell.name, foreign):
        pass
    own.advance()
    with open_cell(cell.url, cell.name, cell.places) as again:
        assert again.views[E].read(own.sight(E))["engagement"]["status"] == "closed"
