"""Statements to outsiders: each once, in a stream of its own, by the service alone."""

from uuid import UUID, uuid4

import pytest

from domain.audit import Audit, BundleScope, EvidenceExported, LoggedHead, MakeStatement, audit_stream_id
from domain.errors import NotFound, WrongMoment
from domain.facts import fact_from_stored
from tests.domain.moments import STATED
from tests.stage import E, Stage

EXPORTED = EvidenceExported(
    scope=BundleScope.ENGAGEMENT,
    about=UUID(int=7),
    begins=None,
    ends=None,
    first=None,
    end=None,
    heads=(LoggedHead(UUID(int=7), 61, bytes(range(32))), LoggedHead(UUID(int=8), 2, bytes(32))),
    disclosures=(UUID(int=9),),
)


def test_a_statement_is_read_back_as_it_was_made() -> None:
    """What was exported is stored with each stream's version and leaf hash, and comes back the same."""
    stored = EXPORTED.to_stored()
    heads = [[UUID(int=7).bytes, 61, bytes(range(32))], [UUID(int=8).bytes, 2, bytes(32)]]
    fields = ["engagement", UUID(int=7).bytes, None, None, None, None, heads, [UUID(int=9).bytes]]
    assert stored == ["evidence.exported", 1, fields]
    assert fact_from_stored(stored) == EXPORTED


def test_the_service_alone_states_things_once(stage: Stage) -> None:
    """On a real store each statement begins a stream of its own; told again it is refused, and a person finds none."""
    stage.introduce()
    one, two = audit_stream_id(uuid4()), audit_stream_id(uuid4())
    stage.act_as_service(MakeStatement(EXPORTED), one)
    stage.act_as_service(MakeStatement(STATED), two)
    with pytest.raises(WrongMoment):
        stage.act_as_service(MakeStatement(EXPORTED), one)
    with pytest.raises(NotFound):
        stage.act(E, MakeStatement(EXPORTED), audit_stream_id(uuid4()))
    for stream in (one, two):
        state = stage.service.write_side.stream(stream)
        assert isinstance(state, Audit)
        assert state.version == 1
