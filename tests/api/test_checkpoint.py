"""The checkpoint over HTTP: assessment, countersignature, analysis, and who learns of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.acts import perform, play
from tests.api.people import Api, C, Cast, E, M, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People after four coaching sessions."""
    made = play(new_cast(), "reviewed")
    for number in range(2, 6):
        if number > 2:
            perform(made, C, "schedule")
        made.act(C, "PUT", f"/sessions/{number}/end", {"attended": False, "minutes": 0})
    return made


def _refused(api: Api, cast: Cast, path: str, status: int, problem: str, **said: Any) -> None:
    word = marker()
    body = {name: word if value is None else value for name, value in said.items()}
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(C)}"'}
    api.refused(cast.subject(C), "PUT", cast.below(path), status, problem, word, json=body, headers=headers)


def test_a_checkpoint_from_its_assessment_to_a_decision(api: Api, cast: Cast) -> None:
    """The coachee assesses, the coach countersigns and analyses (R35, R36); the others learn that it was held."""
    found, seen, why = marker(), marker(), marker()
    cast.act(E, "POST", "/checkpoint", {"clear_results": False, "assessment": found})
    first, second = "/checkpoint/1/analysis", "/checkpoint/1/countersignature"
    assert {"do": "countersign_results", "assessment": 1} in cast.view(C)["to_do"]
    _refused(api, cast, first, 409, "countersignature-missing", decision="amend", analysis=None)
    cast.act(C, "PUT", second, {"agrees": True, "remark": seen})
    assert {"do": "analyse_no_result", "assessment": 1} in cast.view(C)["to_do"]
    _refused(api, cast, second, 409, "already-countersigned", agrees=False, remark=None)
    _refused(api, cast, first, 422, "checkpoint-decision-missing", decision="go_on", analysis=None)
    cast.act(C, "PUT", first, {"decision": "keep_unchanged", "analysis": why})
    _refused(api, cast, first, 409, "already-analysed", decision="amend", analysis=None)
    assert not [one for one in cast.view(C)["to_do"] if "results" in one["do"] or "no_result" in one["do"]]
    for who in (O, M):
        view = cast.view(who)
        assert [{name for name in one if name not in ("at", "by")} for one in view["checkpoints"]] == [{"held"}]
        assert not any(word in str(view) for word in (found, seen, why))
    for who in (C, E):
        told = str(cast.view(who)["analyses"])
        assert all(word in told for word in (found, seen, why))


def test_clear_results_need_no_analysis(api: Api, cast: Cast) -> None:
    """Where coachee and coach both find clear results, they go on."""
    number = len(cast.view(E)["checkpoints"]) + 1
    cast.act(E, "POST", "/checkpoint", {"clear_results": True, "assessment": "clear"})
    cast.act(C, "PUT", f"/checkpoint/{number}/countersignature", {"agrees": True})
    path = f"/checkpoint/{number}/analysis"
    _refused(api, cast, path, 409, "results-are-clear", decision="amend", analysis=None)
