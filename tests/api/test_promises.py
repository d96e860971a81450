"""What the contract promises and what becomes of it, over HTTP: who does it, who reads it, and only once."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.api.acts import ACTS, draft, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker

ONCE: Final = {
    "take_on": (C, "coaching-request-validated"),
    "fulfil": (M, "already-kept"),
    "deliver": (O, "already-delivered"),
    "met": (E, "objective-already-met"),
    "ask_to_end": (E, "closure-already-requested"),
    "waive_follow_up": (E, "follow-up-already-waived"),
}
"""Acts that are done once, who does each, and what the second time is told."""


@pytest.fixture(scope="module")
def told(new_cast: Callable[..., Cast]) -> tuple[Cast, dict[str, str]]:
    """A fulfilled contract, and the word that each act said."""
    cast, words = play(new_cast(), "active"), {}
    agree_anew(cast, follow_up_agreed=True)
    for name, who in (
        ("state_request", E),
        ("take_on", C),
        ("reassign", M),
        ("fulfil", M),
        ("deliver", O),
        ("review_demands", E),
        ("commit", E),
        ("try", E),
        ("decide", E),
        ("effect", E),
        ("met", E),
        ("ask_to_end", C),
        ("waive_follow_up", E),
    ):
        words[name] = marker()
        perform(cast, who, name, 1, words[name])
    return cast, words


def agree_anew(cast: Cast, **changes: Any) -> None:
    """Amend the contract."""
    cast.act(C, "POST", "/contract/drafts", draft("said", **changes))
    for who in (M, E):
        perform(cast, who, "assent")
    for who in ROLES:
        perform(cast, who, "sign")
    perform(cast, C, "activate")


READ_BY: Final = {
    "state_request": {C, E},
    "take_on": {C, E},
    "reassign": {M, C, E},
    "fulfil": {M, C, E},
    "deliver": {O, M, C, E},
    "review_demands": {M, C, E},
    "commit": {C, E},
    "try": {C, E},
    "decide": {C, E},
    "effect": {C, E},
    "met": {M, C, E},
    "ask_to_end": {O, M, C, E},
    "waive_follow_up": {C, E},
}
"""Whose view shows what was said, by hand from the matrix: X1, R19, R41, R43, R40, R46, R57, R29, R63, R66."""


@pytest.mark.parametrize("name", READ_BY)
def test_each_reads_what_is_theirs(told: tuple[Cast, dict[str, str]], name: str) -> None:
    """What was said about promises, experiments, decisions and results reaches its readers, and nobody else."""
    cast, words = told
    assert {who for who in ROLES if words[name] in str(cast.view(who))} == READ_BY[name]


def test_the_organisation_knows_how_commitments_stand(told: tuple[Cast, dict[str, str]]) -> None:
    """To the organisation a commitment has a state and no words (R41, R19); the others read both."""
    cast, _ = told
    assert [one["status"] for one in cast.view(O)["manager_commitments"]] == ["reassigned", "kept"]
    handed, kept = cast.view(M)["manager_commitments"]
    assert (handed["to"], handed["status"], kept["status"]) == ("coachee", "reassigned", "kept")
    assert cast.view(O)["manager_commitments"][1].keys() == {"commitment", "contract_version", "status", "at", "by"}


def test_experiments_have_their_trials(told: tuple[Cast, dict[str, str]]) -> None:
    """What the coachee committed to stands with what came of it (R46), and not among the session's own content."""
    cast, words = told
    (experiment,) = cast.view(C)["experiments"]
    assert (experiment["experiment"], experiment["session"]) == (words["commit"], 1)
    assert [trial["outcome"] for trial in experiment["trials"]] == [words["try"]]
    assert words["commit"] not in str(cast.view(C)["sessions"])


@pytest.mark.parametrize("name", ONCE)
def test_it_is_done_once(api: Api, told: tuple[Cast, dict[str, str]], name: str) -> None:
    """What is done is refused the second time, by its own name."""
    (cast, _), (who, problem), word = told, ONCE[name], marker()
    act = ACTS[name]
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(who)}"'}
    body = act.say(cast, word)
    api.refused(cast.subject(who), act.method, act.address(cast, 1), 409, problem, word, json=body, headers=headers)


def test_an_amendment_counts_anew(new_cast: Callable[..., Cast]) -> None:
    """Commitments, resources and objectives are those of the contract in force: its next version begins at 1 (R36)."""
    cast = play(new_cast(), "active")
    for _ in range(2):
        perform(cast, M, "fulfil", 1)
        perform(cast, E, "deliver", 1)
        perform(cast, E, "met", 1)
        perform(cast, C, "ask_to_end")
        agree_anew(cast)
    assert [one["contract_version"] for one in cast.view(O)["manager_commitments"]] == [1, 2]
    assert [one["contract_version"] for one in cast.view(O)["closure_requests"]] == [1, 2]
