"""What the record itself may not say: stories that break one rule each, and the step that names it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from crypto.verifier.clause import rfc3339
from crypto.verifier.plan import Report, verify
from crypto.verifier.policy import Policy
from tests.crypto.verifier import acts, acts_of_practice
from tests.crypto.verifier.acts import C, E, M, O, begun
from tests.crypto.verifier.pieces import bundle
from tests.crypto.verifier.story import (
    CELL,
    ENGAGEMENT,
    EPOCH,
    IDS,
    POLICY,
    ROLES,
    SECOND,
    START,
    Story,
)

BROKEN = {**acts.BROKEN, **acts_of_practice.BROKEN}
ALLOWED = [*acts.ALLOWED, *acts_of_practice.ALLOWED]


def verdict(story: Story, **stated: Any) -> Report:
    """What the verifier says of a whole story."""
    at = story.state(**stated)
    return verify(BytesIO(bundle(story, at).build()), Policy.parse(POLICY))


@pytest.mark.parametrize("act", BROKEN, ids=lambda act: act.__name__)
def test_a_broken_rule_is_named(act: Callable[[Story], None]) -> None:
    """A record that a rule forbids is found by the step that keeps that rule, and by no other."""
    steps, contract = BROKEN[act]
    story = begun(contract=contract)
    act(story)
    assert set(verdict(story).findings) == steps


@pytest.mark.parametrize("act", ALLOWED, ids=lambda act: act.__name__)
def test_what_the_rules_allow_is_verified(act: Callable[[Story], None]) -> None:
    """Positive control: holds, replacements, grounds, withdrawals and appointments as they should be are verified."""
    story = begun()
    act(story)
    report = verdict(story)
    assert report.findings == {}
    assert report.verified


def test_a_withdrawn_permission_gives_nothing() -> None:
    """The same key is given before the permission is withdrawn, and not after."""
    for before in (True, False):
        story = begun()
        if not before:
            story.record(
                ENGAGEMENT, "E", "permission.withdrawn", "progress_summary", parts=[story.part("all", "engagement")]
            )
        lifetimes = {"O": "kept", "M": "kept", "C": "kept", "E": "kept"}
        story.open("summary", ENGAGEMENT, "triangle", lifetimes, {"O": O, "M": M, "C": C, "E": E}, "progress_summary")
        story.record(ENGAGEMENT, "C", "summary.agreed", 1, parts=[story.part("summary", "progress_summary")])
        assert set(verdict(story).findings) == (set() if before else {10})


def test_a_statement_must_name_what_the_bundle_is_about() -> None:
    """A statement that leaves the engagement out, that names a head that isn't, or a period with gaps, is found."""
    story = begun()
    heads = [[stream.bytes, *head] for stream, head in sorted(story.heads.items())]
    without = [head for head in heads if head[0] != ENGAGEMENT.bytes]
    assert set(verdict(begun()).findings) == set()
    for changed in ({"about": UUID(int=404)}, {"heads": without}, {"heads": [[bytes(16), 1, bytes(32)]]}):
        assert set(verdict(begun(), **changed).findings) == {5}
    story = begun()
    period = {"kind": "period", "about": None, "first": 2, "end": 9}
    assert set(verdict(story, **period, heads=[]).findings) == {5}  # the bundle claims an engagement


def test_a_period_holds_every_leaf() -> None:
    """A period's leaves are all there, or the step about completeness says so; streams may begin before it."""
    for gap in ((), (20,)):
        story = begun()
        story.end()
        story.erase()
        cast = {CELL, *IDS.values(), EPOCH}
        heads: list[Any] = [[one.bytes, *head] for one, head in sorted(story.heads.items()) if one in cast]
        first, end = 18, len(story.events)  # in the middle of the engagement
        at = story.state(kind="period", about=None, first=first, end=end, heads=heads)
        before = [n for n, event in enumerate(story.events[:first]) if event.stream == ENGAGEMENT]
        pieces = bundle(story, at, left_out=[*before, *gap])
        times = {"from": rfc3339(START), "to": rfc3339(story.now - SECOND)}
        pieces.claims["scope"] = {"kind": "period", "first": first, "end": end, **times}
        pieces.claims["streams"] = [{"stream": stream.hex(), "version": version} for stream, version, _ in heads]
        pieces.receipts.clear()
        found = verify(BytesIO(pieces.build()), Policy.parse(POLICY)).findings
        assert before
        assert set(found) == ({5} if gap else set())


def test_roles_are_the_matrix_letters() -> None:
    """The story's cast acts in the roles that the rules know."""
    assert set(ROLES.values()) == {"O", "M", "C", "E", "service"}
