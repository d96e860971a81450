"""Conflicts of interest over HTTP: nothing begins undeclared or in conflict, and all four read why."""

from collections.abc import Callable
from datetime import timedelta

from tests.api.acts import ACTS, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker


def refuse(cast: Cast, who: str, name: str, number: int, status: int, problem: str, **changes: object) -> None:
    """An act that must be refused."""
    act, word = ACTS[name], marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(who)}"'}
    said = {**(act.say(cast, word) or {}), **changes}
    cast.api.refused(
        cast.subject(who), act.method, act.address(cast, number), status, problem, word, json=said, headers=headers
    )


def declare(cast: Cast, **changes: object) -> None:
    """The coach declares their ties."""
    cast.act(C, "POST", "/conflicts", {"ties": "", "in_reporting_line": False, "conflict": False, **changes})


def test_no_work_without_a_declaration_and_none_in_conflict(new_cast: Callable[..., Cast]) -> None:
    """P24: undeclared and in conflict it is refused; once all three accept, the work starts, and all read why."""
    cast = play(new_cast(), "coached")
    for who, name, number in ((C, "schedule", 0), (E, "expect", 1), (C, "accept", 1)):
        perform(cast, who, name, number)
    refuse(cast, C, "start", 1, 409, "conflict-undeclared")
    declare(cast, ties="We taught at the same school.", conflict=True)
    refuse(cast, C, "start", 1, 409, "conflict-unresolved")
    for who in (O, M):
        perform(cast, who, "accept_tie", 1)
        refuse(cast, C, "start", 1, 409, "conflict-unresolved")
    refuse(cast, M, "accept_tie", 1, 409, "conflict-already-accepted")
    cast.act(E, "PUT", "/conflicts/1/acceptance", {"statement": "I know, and I chose."})
    perform(cast, C, "start", 1)
    for who in ROLES:
        (shown,) = cast.view(who)["conflicts"]
        assert (shown["ties"], shown["conflict"]) == ("We taught at the same school.", True)
        assert [one["by"] for one in shown["accepted"]] == ["sponsor_organisation", "line_manager", "coachee"]
        assert shown["accepted"][2]["statement"] == "I know, and I chose."
        assert shown["resolved"]["resolution"] == "accepted_by_all"


def test_no_contract_with_a_coach_in_the_reporting_line(new_cast: Callable[..., Cast]) -> None:
    """R1: nobody can accept it; the coach leaves the line, and the contract that all signed comes into force."""
    cast = play(new_cast(), "half signed")
    perform(cast, M, "sign")
    declare(cast, ties="I stand in for the director.", in_reporting_line=True)
    refuse(cast, C, "activate", 0, 409, "conflict-unresolved")
    for who in (O, M, E):
        refuse(cast, who, "accept_tie", 2, 422, "tie-in-reporting-line")
    perform(cast, C, "resolve", 2)
    perform(cast, C, "activate")
    assert cast.view(E)["conflicts"][1]["resolved"]["by"] == "coach"
    assert cast.view(E)["contract"]["in_force"] == 1


def test_after_twelve_months_the_coach_declares_again(api: Api, new_cast: Callable[..., Cast]) -> None:
    """P24: over a year later the next session's work waits for a declaration, and for nothing else."""
    cast = play(new_cast(), "reviewed")
    for who, name in ((E, "expect"), (C, "accept")):
        perform(cast, who, name, 2)
    with api.ahead(timedelta(days=366)):
        refuse(cast, C, "start", 2, 409, "conflict-undeclared")
        declare(cast)
        perform(cast, C, "start", 2)
    assert [one["ties"] for one in cast.view(O)["conflicts"]] == ["said", ""]
