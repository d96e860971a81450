"""The eraser and its agenda: what is due is found however late it comes to be, and each erasure counts once."""

from datetime import datetime, timedelta

import pytest

from domain import access, reporting
from domain.disposal import accesses, add_months
from domain.erasure import RequestErasure
from domain.errors import WrongMoment
from domain.vocabulary import Item, Role
from ops.erasure.eraser import Eraser, Report
from tests.stage import C, E, Stage, tell


def _run(stage: Stage, at: datetime) -> Report:
    stage.advance()
    return Eraser(stage.service).run(at)


def _living(stage: Stage, role: Role) -> set[Item]:
    """The items of which a role still holds a key of a part."""
    state = stage.state()
    keys = {one.key_id for one in accesses(state, state.terms) if one.role is role and not one.erased}
    return {label.item for labels in state.trail for label in labels if label.key_id in keys}


def test_nothing_is_begun_anew_after_everything_ended(stage: Stage) -> None:
    """After the retention there is nothing to give access to, and nothing new to note; a day before, there is."""
    tell(stage)
    months = stage.state().clause_in_force.retention_months
    stage.at = add_months(stage.at, months) - timedelta(days=1)
    stage.act(E, access.RequestAccess({"asks": "what did you write?"}))
    stage.write_note()
    assert Item.DISCLOSURES in _living(stage, C)
    stage.at += timedelta(days=2)
    _run(stage, stage.at)
    assert stage.service.agenda.next_at() is None  # nothing is left to look at
    kept = _living(stage, C), stage.service.recorder.max_notification_id()
    with pytest.raises(WrongMoment) as asked:
        stage.act(E, access.RequestAccess({"asks": "what else did you write?"}))
    with pytest.raises(WrongMoment) as noted:
        stage.write_note()
    assert asked.value.name == noted.value.name == "retention-over"
    assert (_living(stage, C), stage.service.recorder.max_notification_id()) == kept


def test_a_key_that_is_opened_after_an_erasure_request_ends_with_the_retention(stage: Stage) -> None:
    """What is said after the request was carried out is new: it ends when the retention does, and not before."""
    tell(stage)
    stage.act(E, RequestErasure({"reason": "enough"}))
    ends = add_months(stage.state().ended_at or stage.at, stage.state().clause_in_force.retention_months)
    assert _run(stage, stage.at).erased > 0
    stage.act(E, access.RequestAccess({"asks": "what did you write?"}))
    assert _run(stage, ends - timedelta(seconds=1)).erased == 0
    assert Item.DISCLOSURES in _living(stage, C)
    assert _run(stage, ends).erased == 1
    assert Item.DISCLOSURES not in _living(stage, C)


def test_a_follow_up_that_comes_after_the_closure_was_settled_ends_in_time(stage: Stage) -> None:
    """The agenda waits for the retention; a follow-up brings a key that ends sooner, and it does."""
    tell(stage, follow_up_months=3)
    ended = stage.state().ended_at
    assert ended is not None
    _run(stage, stage.at)
    stage.act(C, reporting.RecordFollowUp({"said": "how it went on"}))
    assert Item.FOLLOW_UP in _living(stage, C)
    assert _run(stage, add_months(ended, 3) - timedelta(seconds=1)).erased == 0
    assert _run(stage, add_months(ended, 3)).erased == 1
    assert Item.FOLLOW_UP not in _living(stage, C)


def test_each_erasure_counts_once(stage: Stage) -> None:
    """The notebook is on the agenda for itself and with its engagement; what is erased of it is counted once."""
    tell(stage)
    months = stage.state().clause_in_force.retention_months
    before = {slot.slot_id for slot in stage.service.vault.tree.slots_within([b""]) if slot.erased is None}
    report = _run(stage, add_months(stage.at, months + 1))
    after = {slot.slot_id for slot in stage.service.vault.tree.slots_within([b""]) if slot.erased is None}
    assert report.looked_at >= 2
    assert report.erased == len(before - after) > 0
    again = _run(stage, add_months(stage.at, months + 2))
    assert (again.erased, again.epoch) == (0, None)
