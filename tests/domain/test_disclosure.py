"""Showing one part: who may disclose what to whom, on a real store, and what the recipient opens then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from crypto.errors import CryptoError
from domain import access, disclosure
from domain.disposal import due
from domain.endings import PartDisclosed
from domain.erasure import RequestErasure
from domain.errors import Invalid, NotFound, NotYours
from domain.personal import Notebook, personal_stream_id
from domain.vocabulary import DisclosureGround, ErasureGround, Item, Role
from ops.openers import DisclosureOpener
from tests.stage import C, E, M, O, Stage, tell

MONTH = timedelta(days=30)
WHY = {"reason": "because"}


def disclose(stage: Stage, by: Role, stream: UUID, place: tuple[int, int], to: UUID, ground: DisclosureGround) -> UUID:
    """Disclose a part; the disclosure's id."""
    before = set(stage.service.write_side.stream(stream).ledger.disclosures)
    stage.act(by, disclosure.Disclose(*place, to, ground, stage.at + MONTH, WHY), stream)
    (made,) = set(stage.service.write_side.stream(stream).ledger.disclosures) - before
    return made


def place_of(stage: Stage, stream: UUID, item: Item, which: int = -1) -> tuple[int, int]:
    """Where a part of an item lies, the last one unless told otherwise."""
    version, index, _ = stage.service.write_side.stream(stream).places_of(item)[which]
    return version, index


def shown(stage: Stage, stream: UUID, disclosure_id: UUID, person: UUID, **changes: Any) -> dict[str, Any]:
    """What a person reads of a disclosure."""
    stage.service.drop_keys()
    made = stage.service.write_side.stream(stream).ledger.disclosures[disclosure_id]
    opener = DisclosureOpener(stage.service.roles[Role.SELF], stage.service.recorder)
    return opener.open(stream, replace(made, **changes), person, stage.at)


def refused(stage: Stage, by: Role, stream: UUID, command: disclosure.Disclose) -> str:
    """The refusal's name; nothing was recorded."""
    size = stage.service.recorder.max_notification_id()
    with pytest.raises(Invalid) as refusal:
        stage.act(by, command, stream)
    assert stage.service.recorder.max_notification_id() == size
    return refusal.value.name


def test_the_coachee_shows_one_part_to_somebody(stage: Stage) -> None:
    """By consent a person outside reads one part and no other; nobody else gets it, and not after it expired."""
    tell(stage)
    friend, stranger = stage.register("a friend"), stage.register("a stranger")
    place = place_of(stage, stage.engagement_id, Item.REALITY, 0)
    made = disclose(stage, E, stage.engagement_id, place, friend, DisclosureGround.COACHEE_CONSENT)
    assert shown(stage, stage.engagement_id, made, friend)["content"]["problem"] == "coachee says problem"
    with pytest.raises(NotFound):
        shown(stage, stage.engagement_id, made, stranger)
    neighbour = place_of(stage, stage.engagement_id, Item.APPROACH)
    with pytest.raises(CryptoError):
        shown(stage, stage.engagement_id, made, friend, event_version=neighbour[0])
    stage.at += MONTH
    with pytest.raises(NotFound):
        shown(stage, stage.engagement_id, made, friend)


def test_a_disclosed_note_is_read_by_the_coachee_and_told_in_the_engagement(stage: Stage) -> None:
    """On a request for access the coach shows a note: the coachee reads it, and both read that it was shown (X10)."""
    tell(stage)
    notebook = stage.streams(C)[1]
    stage.act(E, access.RequestAccess({"question": "what did you note?"}))
    place = place_of(stage, notebook, Item.COACH_NOTES)
    made = disclose(stage, C, notebook, place, stage.people[E], DisclosureGround.ACCESS_REQUEST)
    assert shown(stage, notebook, made, stage.people[E])["content"]["note"] == "coach says note"
    stage.act(C, access.AnswerAccess(1, frozenset({made}), {"answer": "this one"}))
    assert stage.state().access.requests == {1: True}
    for role in (C, E):
        parts = stage.story(role).items(Item.DISCLOSURES)
        topics = [part.topic for part in parts]
        assert topics == ["access.requested", "disclosure.noted", "access.answered"]
        assert parts[1].content["disclosure_id"] == str(made)
    for role in (O, M):
        assert stage.story(role).items(Item.DISCLOSURES) == []


def test_a_refused_request_has_a_reason(stage: Stage) -> None:
    """An answer without disclosures is a refusal; disclosures to somebody else are no answer."""
    tell(stage, exceptions=frozenset({DisclosureGround.COURT_ORDER}))
    court, notebook = stage.register("a court"), stage.streams(C)[1]
    place = place_of(stage, notebook, Item.COACH_NOTES)
    to_the_court = disclose(stage, C, notebook, place, court, DisclosureGround.COURT_ORDER)
    stage.act(E, access.RequestAccess({}))
    with pytest.raises(Invalid) as refusal:
        stage.act(C, access.AnswerAccess(1, frozenset({to_the_court}), {}))
    assert refusal.value.name == "unknown-disclosure"
    stage.act(C, access.AnswerAccess(1, frozenset(), {"reason": "others are named in it"}))
    assert stage.state().access.requests == {1: True}


@pytest.mark.parametrize("ground", DisclosureGround, ids=lambda ground: ground.value)
def test_the_coach_needs_a_ground_that_the_clause_states(stage: Stage, ground: DisclosureGround) -> None:
    """To somebody else a coach discloses only on a stated exception (X6); by default there is none."""
    tell(stage, exceptions=frozenset({DisclosureGround.COURT_ORDER, DisclosureGround.SUPERVISION}))
    default = Stage(stage.service, salt="default")
    tell(default)
    court = stage.register("a court")
    for where, allowed in ((stage, {DisclosureGround.COURT_ORDER, DisclosureGround.SUPERVISION}), (default, set())):
        notebook = where.streams(C)[1]
        place = place_of(where, notebook, Item.COACH_NOTES)
        if ground in allowed:
            made = disclose(where, C, notebook, place, court, ground)
            assert shown(where, notebook, made, court)["content"]["note"] == "coach says note"
            continue
        command = disclosure.Disclose(*place, court, ground, where.at + MONTH, WHY)
        assert refused(where, C, notebook, command) == "disclosure-without-ground"


def test_the_journal_is_shown_by_the_coachee_alone(stage: Stage) -> None:
    """The coachee shows a journal entry, and nobody but the coachee learns of it; the coach can't even find it."""
    tell(stage, exceptions=frozenset({DisclosureGround.COURT_ORDER}))
    friend, diary = stage.register("a friend"), stage.streams(E)[1]
    place, before = place_of(stage, diary, Item.COACHEE_JOURNAL), stage.state().version
    made = disclose(stage, E, diary, place, friend, DisclosureGround.COACHEE_CONSENT)
    assert shown(stage, diary, made, friend)["content"]["entry"] == "coachee says entry"
    assert stage.state().version == before
    with pytest.raises(NotFound):
        stage.act(C, disclosure.Disclose(*place, friend, DisclosureGround.COURT_ORDER, stage.at + MONTH, WHY), diary)


def test_what_one_cannot_read_one_cannot_disclose(stage: Stage) -> None:
    """The coach's notebook isn't there for the coachee, a coachee's part not for the coach, and nothing for O and M."""
    tell(stage)
    friend, notebook = stage.register("a friend"), stage.streams(C)[1]
    note, met = place_of(stage, notebook, Item.COACH_NOTES), place_of(stage, stage.engagement_id, Item.COACHES_MET)
    consent = DisclosureGround.COACHEE_CONSENT
    with pytest.raises(NotFound):
        stage.act(E, disclosure.Disclose(*note, friend, consent, stage.at + MONTH, WHY), notebook)
    to_the_coachee = disclosure.Disclose(*met, stage.people[E], DisclosureGround.ACCESS_REQUEST, stage.at + MONTH, WHY)
    assert refused(stage, C, stage.engagement_id, to_the_coachee) == "unknown-part"
    for role in (O, M):
        with pytest.raises(NotYours):
            stage.act(role, disclosure.Disclose(*met, friend, consent, stage.at + MONTH, WHY))
    stage.act(E, disclosure.Disclose(*met, friend, consent, stage.at + MONTH, WHY))


def test_a_coach_whose_reading_ended_discloses_nothing(stage: Stage) -> None:
    """After retention the coach can't disclose what the keys would still open; the coachee, who keeps it, can."""
    tell(stage, exceptions=frozenset({DisclosureGround.COURT_ORDER}))
    court = stage.register("a court")
    place = place_of(stage, stage.engagement_id, Item.REALITY)
    stage.at += timedelta(days=6 * 366)
    command = disclosure.Disclose(*place, court, DisclosureGround.COURT_ORDER, stage.at + MONTH, WHY)
    assert refused(stage, C, stage.engagement_id, command) == "unknown-part"
    disclose(stage, E, stage.engagement_id, place, court, DisclosureGround.COACHEE_CONSENT)


def test_a_former_coach_discloses_nothing(stage: Stage) -> None:
    """Who has left still has a notebook, and can act on it no more."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force(exceptions=frozenset({DisclosureGround.COURT_ORDER}))
    stage.write_note()
    court, notebook = stage.register("a court"), stage.streams(C)[1]
    place = place_of(stage, notebook, Item.COACH_NOTES)
    command = disclosure.Disclose(*place, court, DisclosureGround.COURT_ORDER, stage.at + MONTH, WHY)
    stage.act(C, command, notebook)
    former = stage.replace(C)
    assert notebook == personal_stream_id(stage.engagement_id, Notebook, former)
    with pytest.raises(NotFound):
        stage.service.write_side.execute(notebook, command, stage.request(former))


def test_an_expired_disclosure_is_due(stage: Stage) -> None:
    """Its slot is due for erasure at its expiry, on that ground, and not a moment before."""
    tell(stage)
    friend, place = stage.register("a friend"), place_of(stage, stage.engagement_id, Item.REALITY)
    made = disclose(stage, E, stage.engagement_id, place, friend, DisclosureGround.COACHEE_CONSENT)
    state = stage.state()
    expiry = state.ledger.disclosures[made].expires_at
    before, then = (
        {one.key_id: one.ground for one in due(state, state.terms, at)}
        for at in (expiry - timedelta(microseconds=1), expiry)
    )
    assert made not in before
    assert then[made] is ErasureGround.DISCLOSURE_EXPIRED


def test_a_disclosure_that_is_asked_for_twice_is_made_once(stage: Stage) -> None:
    """The same request again is answered, for a note as for a part of the engagement, and records nothing."""
    tell(stage)
    for stream, item, by, ground in (
        (stage.engagement_id, Item.REALITY, E, DisclosureGround.COACHEE_CONSENT),
        (stage.streams(C)[1], Item.COACH_NOTES, C, DisclosureGround.ACCESS_REQUEST),
    ):
        to = stage.people[E] if by is C else stage.register("a friend")
        place = place_of(stage, stream, item)
        command = disclosure.Disclose(*place, to, ground, stage.at + MONTH, WHY)
        request = stage.request(stage.people[by])
        first = stage.service.write_side.execute(stream, command, request)
        size = stage.service.recorder.max_notification_id()
        second = stage.service.write_side.execute(stream, command, request)
        assert (second.replayed, second.seen, second.stream) == (True, first.seen, first.stream)
        assert stage.service.recorder.max_notification_id() == size


def test_the_fact_names_the_part_and_not_what_it_says(stage: Stage) -> None:
    """What is recorded of a disclosure is where, who, why and until when."""
    tell(stage)
    friend, place = stage.register("a friend"), place_of(stage, stage.engagement_id, Item.REALITY)
    made = disclose(stage, E, stage.engagement_id, place, friend, DisclosureGround.COACHEE_CONSENT)
    fact = stage.state().ledger.disclosures[made]
    assert isinstance(fact, PartDisclosed)
    assert (fact.event_version, fact.index, fact.recipient.principal) == (*place, friend)
    assert fact.recipient.slot_id != disclosure.NO_SLOT


def test_an_id_tells_nothing_of_a_stream_s_length(stage: Stage) -> None:
    """Neither a disclosure's id nor an erasure's follows from its place, from which its readers could count events."""
    tell(stage)
    notebook = stage.streams(C)[1]
    place = place_of(stage, notebook, Item.COACH_NOTES)
    made = disclose(stage, C, notebook, place, stage.people[E], DisclosureGround.ACCESS_REQUEST)
    stage.act(E, RequestErasure(WHY))
    asked = next(iter(stage.state().ledger.erasures))
    for name, stream, found in (("disclosure", notebook, made), ("erasure", stage.engagement_id, asked)):
        assert found not in {uuid5(stream, f"{name}/{number}") for number in range(1_000)}
        assert found.version == 4
