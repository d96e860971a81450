"""How the four deal with each other, over HTTP: each reads what the matrix gives, and what is agreed is agreed once."""

from collections.abc import Callable

import pytest

from tests.api.acts import perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """An engagement whose coach has just been chosen."""
    return play(new_cast(), "coached")


def read_by(cast: Cast, word: str) -> set[str]:
    """Whose view holds a word."""
    return {who for who in ROLES if word in str(cast.view(who))}


def test_coach_and_coachee_agree_how_they_deal_with_each_other(api: Api, cast: Cast) -> None:
    """R12: the coachee agrees to the newest proposal, once; organisation and line manager read nothing of it."""
    first, second = marker(), marker()
    for text in (first, second):
        cast.act(C, "POST", "/relationship-contract/proposals", {"text": text})
    assert cast.view(E)["relationship_contract"]["agreed_at"] is None
    for number, status, problem in ((1, 409, "proposal-superseded"), (3, 422, "unknown-proposal")):
        refuse(api, cast, E, f"/relationship-contract/proposals/{number}/agreement", status, problem)
    cast.act(E, "PUT", "/relationship-contract/proposals/2/agreement", None)
    refuse(api, cast, E, "/relationship-contract/proposals/2/agreement", 409, "proposal-already-agreed")
    for who in (C, E):
        shown = cast.view(who)["relationship_contract"]
        assert (shown["text"], shown["proposal"], shown["agreed_at"] is None) == (second, 2, False)
    assert read_by(cast, second) == {C, E}


def test_whoever_pays_and_whoever_is_coached_acknowledge_the_limits(api: Api, cast: Cast) -> None:
    """R20, R54: organisation and coachee, each once; coach and they themselves read it, the line manager doesn't."""
    for who in (O, E):
        word = marker()
        cast.act(who, "POST", "/acknowledgements", {"statement": word})
        assert read_by(cast, word) == {O, C, E}
        refuse(api, cast, who, "/acknowledgements", 409, "already-acknowledged", method="POST", statement=None)
    assert [one["by"] for one in cast.view(C)["acknowledgements"]] == ["sponsor_organisation", "coachee"]


@pytest.mark.parametrize("who", [O, M, C])
def test_the_organisations_context_is_told_to_the_coach(cast: Cast, who: str) -> None:
    """R60: culture, context and constraints, by each who knows them; the three read it, the coachee doesn't."""
    words = {name: marker() for name in ("culture", "context", "constraints")}
    cast.act(who, "POST", "/organisation-context", words)
    told = cast.view(C)["organisation_context"][-1]
    assert {name: told[name] for name in words} == words
    assert read_by(cast, words["culture"]) == {O, M, C}


def test_a_context_says_something(api: Api, cast: Cast) -> None:
    """Three empty texts are refused, as the shape of the request says; one that isn't empty is enough."""
    empty = {"culture": " ", "context": "", "constraints": "\t"}
    refuse(api, cast, O, "/organisation-context", 422, "invalid-request", method="POST", **empty)
    cast.act(O, "POST", "/organisation-context", {"constraints": "No travel in May."})


def test_the_meeting_with_the_line_manager_gets_its_date(cast: Cast) -> None:
    """R27: all four read when and where, in UTC whatever the clock that it was given by; the newest date holds."""
    for starts_at in ("2026-01-19T10:00:00+01:00", "2026-01-20T10:00:00+01:00"):
        cast.act(C, "PUT", "/tripartite-meeting/date", {"starts_at": starts_at, "place": "Żółta 7"})
    perform(cast, C, "meeting")
    for who in ROLES:
        shown = cast.view(who)["engagement"]
        assert (shown["meeting_date"]["starts_at"], shown["meeting_date"]["place"]) == (
            "2026-01-20T09:00:00Z",
            "Żółta 7",
        )
        assert shown["meeting"]["present"] == ["coach"]


def test_a_coachee_tags_why_and_how_they_lead(api: Api, cast: Cast) -> None:
    """R2, R3: tags out of closed lists, each once, if the coachee likes; coach and coachee read them, nobody else."""
    said = dict.fromkeys(("reality", "problem", "weight", "rationale"), "said")
    tags = {"paradoxes": ["self_rescue", "helpers_too_close"], "leadership_style": "coaching_manager"}
    for wrong in (
        {"paradoxes": ["none_of_these"]},
        {"paradoxes": ["self_rescue", "self_rescue"]},
        {"paradoxes": "self_rescue"},
        {"leadership_style": "shouts"},
    ):
        refuse(api, cast, E, "/reality", 422, "invalid-request", method="POST", **said, **wrong)
    cast.act(E, "POST", "/reality", {**said, **tags})
    for who in (C, E):
        shown = cast.view(who)["reality"]
        assert {name: shown[name] for name in tags} == tags
    assert read_by(cast, "helpers_too_close") == {C, E}


def refuse(
    api: Api, cast: Cast, who: str, path: str, status: int, name: str, /, *, method: str = "PUT", **said: object
) -> None:
    """A request that must be refused; None among what is said becomes a word that nobody may find."""
    word = marker()
    body = {member: word if value is None else value for member, value in said.items()} or None
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(who)}"'}
    api.refused(cast.subject(who), method, cast.below(path), status, name, word, json=body, headers=headers)
