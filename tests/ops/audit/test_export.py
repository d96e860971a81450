"""Exporting: what a bundle holds, what is on record before it is there, and what makes there be none."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from crypto.log.signing import NoteSigner, signed
from crypto.receipt import canonical, check_receipt
from crypto.verifier.notes import ED25519, Checkpoint, Note
from domain.audit import BundleScope, EvidenceExported
from domain.disclosure import Disclose
from domain.keys import keys_stream_id
from domain.personal import Diary, Notebook, personal_stream_id
from domain.practice import practice_stream_id
from domain.principals import CELL_ID, SERVICE_ID
from domain.reads import NotOnRecord, NotRecorded, Purpose, ReadRecorded, Ticket, access_stream_id
from domain.vocabulary import DisclosureGround, Item, Role
from ops.audit import export as exporting
from ops.audit.errors import BundleTooLarge, NoSuchDisclosure, NotACheckpoint, NotExtended, NothingThere, RecordDamaged
from ops.audit.export import Wanted, export, extended, prepare, state
from ops.audit.scope import Scope, find, hold
from ops.clock import now
from ops.erasure.eraser import Eraser
from tests.evidence import OPERATOR, bundle_of, members, policy_of, verified
from tests.stage import START, C, E, M, O, Stage, tell
from tests.support import Cell


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement."""
    return tell(stage)


def of_engagement(stage: Stage) -> Scope:
    """The engagement."""
    return Scope(BundleScope.ENGAGEMENT, stage.engagement_id)


def held(stage: Stage, scope: Scope) -> set[UUID]:
    """The streams that a bundle about something holds whole."""
    return {head.stream for head in hold(stage.service, find(stage.service, scope)).heads}


def facts(stage: Stage, count: int) -> list[object]:
    """The last facts on record."""
    size = stage.service.recorder.max_notification_id() or 0
    rows = stage.service.recorder.select_notifications(size - count + 1, count)
    return [stage.service.write_side.mapper.to_domain_event(row).fact for row in rows]  # type: ignore[attr-defined]


def test_an_engagement_is_all_its_streams_and_what_checks_them(told: Stage, tmp_path: Path) -> None:
    """Notebook, journal and access stream; the records of whoever acted, the cell, the epochs; nobody else's."""
    stranger = told.register("a stranger")
    tell(Stage(told.service, salt="other"))
    told.advance()
    epoch = told.service.vault.tree.pages([])[0].epoch
    assert Eraser(told.service).run(told.at).erased > 0
    bundle_of(told.service, of_engagement(told), tmp_path / "first")  # there is an access stream from now on
    people = {told.people[role] for role in (M, C, E, Role.CANDIDATE)}
    personal = {
        personal_stream_id(told.engagement_id, kind, told.people[role]) for kind, role in ((Notebook, C), (Diary, E))
    }
    assert held(told, of_engagement(told)) == {
        told.engagement_id, access_stream_id(told.engagement_id), *personal, *people, told.organisation, CELL_ID,
        keys_stream_id(epoch + 1),
    }  # fmt: skip
    assert stranger not in held(told, of_engagement(told))


def test_a_person_and_a_coach_are_all_their_engagements(told: Stage) -> None:
    """Whoever took part in any role, also who left; as a coach, only where they coach or coached; and their record."""
    other = Stage(told.service, salt="other")
    other.introduce()
    other.people[C], other.people[E] = told.people[E], told.people[C]
    other.request_engagement()
    other.choose_coach()
    former = other.replace(C)
    coachee, coach = told.people[E], told.people[C]
    both = {told.engagement_id, other.engagement_id}
    assert former == coachee
    assert held(told, Scope(BundleScope.PERSON, coachee)) >= both | {coachee}
    assert held(told, Scope(BundleScope.COACH, coachee)) & both == {other.engagement_id}
    own = {told.engagement_id, practice_stream_id(coach)}  # what the stage's coach keeps of their practice, too (R51)
    assert held(told, Scope(BundleScope.COACH, coach)) & (both | own) == own
    assert held(told, Scope(BundleScope.PERSON, told.people[O])) & both == {told.engagement_id}
    assert held(told, Scope(BundleScope.PERSON, told.register("a stranger"))) & both == set()


def test_a_period_is_every_leaf_between_two_moments(told: Stage, tmp_path: Path) -> None:
    """From the first event in it to the last, with what went before in the same streams; it verifies by itself."""
    middle = told.at - timedelta(minutes=10)
    scope = Scope.period(middle, told.at + timedelta(seconds=1))
    found = find(told.service, scope)
    assert found.first is not None
    assert found.end is not None
    assert found.end == told.service.recorder.max_notification_id()
    assert 9 <= found.end - found.first < found.end
    bundle = bundle_of(told.service, scope, tmp_path / "bundle")
    assert verified(bundle, policy_of(told.service)).verified
    assert held(told, scope) >= {told.engagement_id, told.people[C], CELL_ID}
    with pytest.raises(NothingThere):
        find(told.service, Scope.period(START - timedelta(days=2), START - timedelta(days=1)))


def test_what_is_about_nothing_is_refused_before_anything_is_recorded(told: Stage, tmp_path: Path) -> None:
    """An unknown engagement, a person's id for one's, an organisation for a person: no file, no record."""
    size = told.service.recorder.max_notification_id()
    for kind, about in (
        (BundleScope.ENGAGEMENT, uuid4()),
        (BundleScope.ENGAGEMENT, told.people[E]),
        (BundleScope.PERSON, told.engagement_id),
        (BundleScope.COACH, told.organisation),
        (BundleScope.PERSON, None),
    ):
        with pytest.raises(NothingThere):
            export(told.service, Wanted(Scope(kind, about), OPERATOR, now()), tmp_path / "bundle")
    assert told.service.recorder.max_notification_id() == size
    assert list(tmp_path.iterdir()) == []


def test_the_export_is_on_record_before_the_file(told: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads what of the engagement, then the statement, then the file; a crash leaves the record only."""

    def crash(*_: object) -> None:
        assert list(tmp_path.iterdir()) != []
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "write", crash)
    wanted = Wanted(of_engagement(told), OPERATOR, now())
    with pytest.raises(KeyboardInterrupt):
        export(told.service, wanted, tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []
    of_it, others, stated = facts(told, 3)
    assert isinstance(of_it, ReadRecorded)
    assert (of_it.engagement, of_it.purpose, of_it.principal) == (told.engagement_id, Purpose.AUDIT, SERVICE_ID)
    assert isinstance(others, ReadRecorded)
    assert isinstance(stated, EvidenceExported)
    assert {head.stream for head in stated.heads} == {place.stream for one in (of_it, others) for place in one.places}
    monkeypatch.undo()
    done = export(told.service, wanted, tmp_path / "bundle")
    assert (tmp_path / "bundle").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    assert done.as_json().keys() == {"bytes", "events", "streams", "checkpoint"}


def test_a_name_that_is_taken_is_left_alone(told: Stage, tmp_path: Path) -> None:
    """A file, or a link to nowhere, under the bundle's name: refused, untouched, and nothing recorded."""
    size = told.service.recorder.max_notification_id()
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(FileExistsError):
            export(told.service, Wanted(of_engagement(told), OPERATOR, now()), tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()
    assert told.service.recorder.max_notification_id() == size


def test_without_a_recorded_read_there_is_no_statement(told: Stage) -> None:
    """A ticket for something else, or a read that can't be recorded: nothing is stated."""
    prepared = prepare(told.service, Wanted(of_engagement(told), OPERATOR, now()))
    size = told.service.recorder.max_notification_id()
    with pytest.raises(NotOnRecord):
        state(told.service, prepared, Ticket(prepared.reads[:1]))
    assert told.service.recorder.max_notification_id() == size
    assert state(told.service, prepared, told.service.reads.record(*prepared.reads)).published.size == size + 3  # type: ignore[operator]


DAMAGES = {
    "other facts": "UPDATE events SET state = set_byte(state, 100, get_byte(state, 100) # 1) WHERE position = %s",
    "another leaf": "UPDATE events SET leaf = set_byte(leaf, 60, get_byte(leaf, 60) # 1) WHERE position = %s",
    "another grant": "UPDATE grants SET sealed = set_byte(sealed, 9, get_byte(sealed, 9) # 1) WHERE position = %s",
    "no grant": "DELETE FROM grants WHERE position = %s",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_of_a_damaged_record_no_evidence_is_made(told: Stage, cell: Cell, tmp_path: Path, damage: str) -> None:
    """What wouldn't verify isn't handed out: it is found while it is read or written, and there is no file."""
    prepared = prepare(told.service, Wanted(of_engagement(told), OPERATOR, now()))
    stated = state(told.service, prepared, told.service.reads.record(*prepared.reads))
    with (tmp_path / "good").open("w+b") as file:
        exporting.write(told.service, stated, file)  # control
    with cell.connect(forge=True) as connection:
        position = connection.execute(
            "SELECT position FROM events JOIN grants USING (position) WHERE originator_id = %s LIMIT 1",
            (told.engagement_id,),
        ).fetchone()
        connection.execute(DAMAGES[damage], position)
    with (tmp_path / "bad").open("w+b") as file, pytest.raises(RecordDamaged):
        exporting.write(told.service, stated, file)


def test_receipts_say_what_was_erased(told: Stage, tmp_path: Path) -> None:
    """Each erasure of the engagement with all its grants, signed by the service, for whoever has the bundle."""
    told.advance()
    assert Eraser(told.service).run(told.at).erased > 0
    receipts = json.loads(members(bundle_of(told.service, of_engagement(told), tmp_path / "bundle"))["receipts.json"])
    done = [one for one in told.state().ledger.erasures.values() if one.receipt]
    statements = []
    for receipt in receipts:
        statement, key = check_receipt(canonical(receipt))
        assert key == told.service.service.party.public.signing
        statements.append(statement)
    assert {one["reader"] for one in statements} == {"auditor"}
    assert {one["erasure"] for one in statements} >= {str(one.id) for one in done}
    slots = {grant["slot"] for one in statements for grant in one["grants"]}
    assert slots >= {str(slot) for one in done if one.receipt for slot in one.receipt.slots}


def disclose(stage: Stage, until: timedelta) -> UUID:
    """The coachee shows one part of the engagement to a friend; the disclosure's id."""
    version, index, _ = stage.state().places_of(Item.REALITY)[-1]
    friend, expires = stage.register("a friend"), stage.at + until
    stage.act(E, Disclose(version, index, friend, DisclosureGround.COACHEE_CONSENT, expires, {}))
    return next(reversed(stage.state().ledger.disclosures))


def test_a_disclosed_part_goes_along_when_it_is_asked_for(told: Stage, tmp_path: Path) -> None:
    """One part, opened with a key of its own, under the disclosure on record; its reading is recorded, too."""
    disclosure = disclose(told, timedelta(days=30))
    wanted = Wanted(of_engagement(told), OPERATOR, told.at, disclosures=(disclosure,))
    export(told.service, wanted, tmp_path / "bundle")
    report = verified((tmp_path / "bundle").read_bytes(), policy_of(told.service))
    assert report.verified, report.findings
    assert report.results[13] is True
    assert [one["content"]["item"] for one in report.disclosed] == ["reality"]
    *_, of_part, stated = facts(told, 2)
    assert isinstance(of_part, ReadRecorded)
    assert of_part.purpose is Purpose.DISCLOSURE
    assert isinstance(stated, EvidenceExported)
    assert stated.disclosures == (disclosure,)
    assert "parts" not in members(bundle_of(told.service, of_engagement(told), tmp_path / "without"))


def test_a_disclosure_that_is_over_or_elsewhere_is_refused(told: Stage) -> None:
    """Expired, erased, never made, or made in another engagement."""
    disclosure, other = disclose(told, timedelta(days=1)), tell(Stage(told.service, salt="other"))
    later = told.at + timedelta(days=2)
    for scope, at, one in (
        (of_engagement(told), later, disclosure),
        (of_engagement(told), told.at, uuid4()),
        (of_engagement(other), told.at, disclosure),
    ):
        with pytest.raises(NoSuchDisclosure):
            prepare(told.service, Wanted(scope, OPERATOR, at, disclosures=(one,)))
    assert prepare(told.service, Wanted(of_engagement(told), OPERATOR, told.at, disclosures=(disclosure,))).disclosed
    told.advance()
    Eraser(told.service).run(later)
    with pytest.raises(NoSuchDisclosure):
        prepare(told.service, Wanted(of_engagement(told), OPERATOR, told.at, disclosures=(disclosure,)))


def test_only_a_checkpoint_that_the_log_extends_is_extended(told: Stage) -> None:
    """One of the log's own gives its size; a forked one, a later one, another log's and no checkpoint at all don't."""
    service = told.service
    published = service.log.publish_now()
    assert extended(service, published.note) == published.size
    mine, checkpoint = NoteSigner("mine", ED25519, bytes(32)), published.checkpoint
    forked = Checkpoint(checkpoint.origin, checkpoint.size - 1, bytes(32))
    later = Checkpoint(checkpoint.origin, checkpoint.size + 1, checkpoint.root)
    another = Checkpoint("another", checkpoint.size, checkpoint.root)
    for one in (forked, later, another):
        with pytest.raises(NotExtended):
            extended(service, signed(one, [mine], 0))
    with pytest.raises(NotACheckpoint):
        extended(service, b"not a note")
    assert Note.parse(published.note).text == checkpoint.text
    with pytest.raises(NotExtended):
        prepare(service, Wanted(of_engagement(told), OPERATOR, told.at, since=1 << 40))


def test_a_bundle_that_no_tool_would_read_is_refused(
    told: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More bytes, or more events, than there may be, and there is no file; with room enough there is."""
    size = len(bundle_of(told.service, of_engagement(told), tmp_path / "first"))
    monkeypatch.setattr("ops.audit.bundle.LARGEST", size // 2)
    with pytest.raises(BundleTooLarge):
        bundle_of(told.service, of_engagement(told), tmp_path / "second")
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    monkeypatch.setattr("ops.audit.bundle.LARGEST", size * 2)
    monkeypatch.setattr("ops.audit.export.MAX_LEAVES", 20)
    with pytest.raises(BundleTooLarge):
        bundle_of(told.service, of_engagement(told), tmp_path / "second")
    monkeypatch.undo()
    assert bundle_of(told.service, of_engagement(told), tmp_path / "third")


def test_a_read_that_cant_be_recorded_makes_no_bundle(
    told: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the log's door shut in the very moment, nothing is written."""

    def shut(*_: object, **__: object) -> None:
        raise NotRecorded

    monkeypatch.setattr(told.service.reads, "record", shut)
    with pytest.raises(NotRecorded):
        bundle_of(told.service, of_engagement(told), tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []
