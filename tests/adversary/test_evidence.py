"""Evidence of whole engagements: it verifies, and nothing can be changed, left out or put in without being named.

The adversary has the bundle, and more: as whoever runs the service they can make one with any events in it, with all
proofs that go with these. What they don't have is another log that is signed.
"""

import io
import struct
from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import KeyErased
from crypto.verifier.notes import Checkpoint, Note
from domain.audit import BundleScope
from domain.disclosure import Disclose
from domain.personal import Diary, Notebook, personal_stream_id
from domain.vocabulary import DisclosureGround, Item
from ops.audit.bundle import BundleWriter
from ops.audit.export import Stated, Wanted, prepare, state, write
from ops.audit.scope import Scope
from ops.clock import now
from ops.embedded import EmbeddedPostgres
from ops.erasure.eraser import Eraser
from ops.store.migrate import migrate
from ops.wiring import CellService
from tests.erasing import erase
from tests.evidence import OPERATOR, broken, bundle_of, members, policy_of, verified
from tests.stage import C, E, Stage, open_service, tell
from tests.support import Cell

HEADS = {"leaves": ">QH", "facts": ">Q32sI"}
MANY = 1 << 32
"""Chooses among whatever there is, by its remainder."""


class Told:
    """Two engagements on record, one with erased keys, and a bundle about that one: ``whole``, as it was written."""

    def __init__(self, stage: Stage, stated: Stated) -> None:
        self.service: CellService = stage.service
        self.stage, self.stated, self.policy = stage, stated, policy_of(stage.service)
        self.whole = self.written(stated)

    def written(self, stated: Stated) -> bytes:
        """A bundle as somebody who runs the service could make it."""
        file = io.BytesIO()
        write(self.service, stated, file)
        return file.getvalue()


@pytest.fixture(scope="module")
def told(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Told]:
    """Everything with events of its own, told once."""
    migrate(database_url, "evidence")
    with open_service(Cell("evidence", database_url, postgres.data)) as service:
        stage = tell(Stage(service), sessions=3)
        tell(Stage(service, salt="other"))
        version, index, _ = stage.state().places_of(Item.REALITY)[-1]
        friend, until = stage.register("a friend"), stage.at + timedelta(days=30)
        stage.act(E, Disclose(version, index, friend, DisclosureGround.COACHEE_CONSENT, until, {}))
        stage.advance()
        assert Eraser(service).run(stage.at).erased > 0
        prepared = prepare(service, Wanted(Scope(BundleScope.ENGAGEMENT, stage.engagement_id), OPERATOR, now()))
        stated = state(service, prepared, service.reads.record(*prepared.reads))
        yield Told(stage, stated)


def test_the_same_statement_gives_the_same_bytes(told: Told) -> None:
    """Written twice, byte for byte; packed again from its members, too. It verifies: the control of all others here."""
    assert told.written(told.stated) == told.whole == packed(members(told.whole))
    assert verified(told.whole, told.policy).verified


def packed(made: dict[str, bytes]) -> bytes:
    """A bundle of these members, with the checksums that go with them."""
    file = io.BytesIO()
    with BundleWriter(file) as bundle:
        for name, content in made.items():
            bundle.whole(name, content)
    return file.getvalue()


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, MANY))
def test_any_flipped_bit_in_the_file_is_found(told: Told, at: int) -> None:
    """One bit of the file, wherever it is: what it belongs to isn't what was written, and is named."""
    report = verified(flipped(told.whole, at), told.policy)
    assert not report.verified
    assert all(report.findings[step] for step in broken(report))


def flipped(content: bytes, bit: int) -> bytes:
    """The same with one bit changed, counted round."""
    changed, bit = bytearray(content), bit % (len(content) * 8)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@settings(max_examples=60, deadline=None)
@given(which=st.integers(0, MANY), bit=st.integers(0, MANY))
def test_any_flipped_bit_in_a_member_is_found_by_what_it_belongs_to(told: Told, which: int, bit: int) -> None:
    """One bit of a member, with checksums put right again: another step finds it, and says where.

    Signature lines that name a key nobody knows are ignored by whoever reads a note; that a bit makes a line one of
    these changes nothing of what the rest have signed.
    """
    made = members(told.whole)
    names = [name for name, content in made.items() if content]
    name = names[which % len(names)]
    report = verified(packed({**made, name: flipped(made[name], bit)}), told.policy)
    if name == "checkpoint" and report.verified:
        assert Note.parse(flipped(made[name], bit)).text == Note.parse(made[name]).text
        return
    assert not report.verified, name
    assert all(report.findings[step] for step in broken(report))


def records(member: bytes, head: str) -> list[tuple[int, bytes]]:
    """The records of a member, each with the index of its leaf."""
    found, at, form = [], 0, struct.Struct(head)
    while at < len(member):
        fields = form.unpack_from(member, at)
        end = at + form.size + fields[-1]
        found.append((fields[0], member[at:end]))
        at = end
    return found


def without(stated: Stated, *gone: int) -> Stated:
    """The same statement with some leaves left out of the bundle; what proves the others is worked out anew."""
    return replace(stated, indices=array("q", [index for index in stated.indices if index not in gone]))


@settings(max_examples=20, deadline=None)
@given(which=st.integers(0, MANY))
def test_any_event_left_out_is_found(told: Told, which: int) -> None:
    """Whichever event is left out, with all proofs made to match: its stream isn't whole, or nothing states it."""
    gone = told.stated.indices[which % len(told.stated.indices)]
    report = verified(told.written(without(told.stated, gone)), told.policy)
    assert 5 in broken(report)


def test_an_end_that_is_cut_off_is_found_whatever_the_bundle_claims(told: Told) -> None:
    """The last event of a stream left out, and the bundle says that it ends there: the log says otherwise."""
    held = told.stated.prepared.held
    for head in held.heads[::3]:
        rows = told.service.recorder.leaves(head.stream)
        with told.service.connections.use() as connection:
            found = connection.execute(
                "SELECT position FROM events WHERE originator_id = %s AND originator_version = %s",
                (head.stream, head.version),
            ).fetchone()
        assert found is not None
        shorter = [
            replace(one, version=one.version - 1, leaf_hash=rows[one.version - 2].leaf_hash) if one is head else one
            for one in held.heads
        ]
        prepared = replace(told.stated.prepared, held=replace(held, heads=tuple(shorter)))
        forged = replace(without(told.stated, int(found[0]) - 1), prepared=prepared)
        assert 5 in broken(verified(told.written(forged), told.policy))


@pytest.mark.parametrize("name", list(HEADS))
def test_what_is_exchanged_repeated_moved_or_left_out_is_found(told: Told, name: str) -> None:
    """Two neighbours' leaves or facts exchanged, each under the other's index; one of them twice, last, or nowhere."""
    made = members(told.whole)
    found = records(made[name], HEADS[name])
    rows = [record for _, record in found]
    for at in range(0, len(found) - 1, 11):
        (first, one), (second, other) = found[at : at + 2]
        exchanged = [struct.pack(">Q", first) + other[8:], struct.pack(">Q", second) + one[8:]]
        for changed in (
            [*rows[:at], *exchanged, *rows[at + 2 :]],
            [*rows[: at + 1], *rows[at:]],
            [*rows[:at], *rows[at + 1 :], rows[at]],
            [*rows[:at], *rows[at + 1 :]],
        ):
            report = verified(packed({**made, name: b"".join(changed)}), told.policy)
            assert not report.verified, (name, at)
            assert all(report.findings[step] for step in broken(report))


def test_what_is_put_in_is_found(told: Told) -> None:
    """An event that was never recorded, under an index that the bundle doesn't hold or one that it does."""
    made = members(told.whole)
    found = {member: records(made[member], HEADS[member]) for member in ("leaves", "facts")}
    size = told.stated.published.size
    for index in (next(n for n in range(size) if n not in told.stated.indices), size, told.stated.indices[3]):
        forged = {}
        for member, rows in found.items():
            put = (index, struct.pack(">Q", index) + rows[5][1][8:])
            forged[member] = b"".join(record for _, record in sorted([*rows, put], key=lambda row: row[0]))
        report = verified(packed({**made, **forged}), told.policy)
        assert not report.verified
        assert {1, 3} & set(broken(report))


def test_evidence_outlives_every_key(told: Told, tmp_path: Path) -> None:
    """Every key of an engagement erased: what was exported before verifies after, and what is exported after, too."""
    service, stage = told.service, told.stage
    scope = Scope(BundleScope.ENGAGEMENT, stage.engagement_id)
    before = bundle_of(service, scope, tmp_path / "before")
    own = [(kind, stage.people[role]) for kind, role in ((Notebook, C), (Diary, E))]
    streams = [stage.engagement_id, *(personal_stream_id(stage.engagement_id, kind, who) for kind, who in own)]
    states = [service.write_side.stream(one) for one in streams]
    living = [slot for one in states for slot in one.slots() if one.ledger.lives(slot)]
    key_id = next(iter(stage.state().keys_of(E)))
    assert service.roles[E].key(key_id, stage.people[E]).key_id == key_id  # control: until now
    erase(service, living)
    service.drop_keys()
    with pytest.raises(KeyErased):
        service.roles[E].key(key_id, stage.people[E])
    assert verified(before, told.policy).verified
    seen = members(before)["checkpoint"]
    after = bundle_of(service, scope, tmp_path / "after", since=Checkpoint.parse(Note.parse(seen).text).size)
    report = verified(after, told.policy, [seen])
    assert report.verified, report.findings
    assert report.results[4] is True
