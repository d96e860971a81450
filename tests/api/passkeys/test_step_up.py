"""What asks for a passkey, and what an answer is good for: the one request that it was asked for, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from domain.passkeys import LASTS
from tests.api.acts import ACTS, perform, play
from tests.api.passkeys.holders import HEADER, ORIGIN, Holder, found, holder, offer, register
from tests.api.people import Api, C, Cast, E, M, O
from tests.authenticator import BE, BS, UP, UV, Authenticator


@pytest.fixture(scope="module")
def coach(cast: Cast) -> Holder:
    """The coach, with a passkey."""
    return holder(cast, C)


def view(cast: Cast, who: str, more: str = "") -> str:
    """The path of somebody's view."""
    return f"/v1/views/{who}/engagements/{cast.engagement}{more}"


def test_a_notebook_is_read_with_a_passkey(cast: Cast, coach: Holder) -> None:
    """View and stream ask for it, then hold the note; a view without notebook doesn't, nor does anybody without one."""
    for more in ("", "/stream"):
        shown = coach.step_up("GET", view(cast, C, more))
        assert (shown.status_code, "a note of the coach" in shown.text) == (200, True)
        without = coach.ask("GET", view(cast, C, more), params={"personal": "false"})
        assert (without.status_code, "a note of the coach" in without.text) == (200, False)
        journal = cast.send(E, "GET", view(cast, E, more))
        assert (journal.status_code, "an entry of the coachee" in journal.text) == (200, True)


def test_nothing_else_asks_for_one(cast: Cast, coach: Holder) -> None:
    """Lists, writes of other kinds and other people's business go on as they did."""
    assert found(coach.ask("GET", "/v1/engagements")) == (200, "")
    assert found(coach.ask("GET", f"/v1/engagements/{cast.engagement}/grants")) == (200, "")
    headers = {"Idempotency-Key": cast.api.new_key()}
    assert found(coach.ask("POST", cast.below("/notes"), json={"note": "another"}, headers=headers)) == (201, "")


def test_a_line_manager_s_view_holds_nothing_personal(new_cast: Callable[..., Cast]) -> None:
    """Whoever has neither notebook nor journal reads their view as before, passkey or not."""
    cast = play(new_cast(), "coached")
    for who in (O, M):
        assert found(holder(cast, who).ask("GET", view(cast, who))) == (200, "")


def test_an_answer_is_good_once(coach: Holder, cast: Cast) -> None:
    """The same answer again shows nothing, though its counter is the last that was seen."""
    path = view(cast, C)
    answer = coach.device.answer(coach.asked("GET", path))
    assert found(coach.show("GET", path, answer)) == (200, "")
    before = cast.api.size()
    assert found(coach.show("GET", path, answer)) == (403, "passkey-refused")
    assert cast.api.size() == before
    assert found(coach.step_up("GET", path)) == (200, "")


def test_an_answer_is_good_for_what_was_asked(coach: Holder, cast: Cast) -> None:
    """Not for another path, query, method or person; for what it was asked for, it then still is."""
    path = view(cast, C)
    answer = coach.device.answer(coach.asked("GET", path))
    assert found(coach.show("GET", view(cast, C, "/stream"), answer)) == (403, "passkey-refused")
    assert found(coach.show("GET", path, answer, params={"x": "1"})) == (403, "passkey-refused")
    gone = {"Idempotency-Key": cast.api.new_key()}
    for tried in (f"/v1/passkeys/{coach.id}/revocation",):
        assert found(coach.show("POST", tried, answer, headers=gone)) == (403, "passkey-refused")
    assert found(coach.show("GET", path, answer)) == (200, "")


def _otherwise(**changes: Any) -> Callable[[Holder, dict[str, Any]], str]:
    return lambda one, options: one.device.answer(options, **changes)


def _another_key(one: Holder, options: dict[str, Any]) -> str:
    return replace(one.device, key=Authenticator(ORIGIN).key).answer(options)


def _unknown(one: Holder, options: dict[str, Any]) -> str:
    return replace(one.device, id=b"another").answer(options, uninvited=True)


def _counter_back(one: Holder, options: dict[str, Any]) -> str:
    return replace(one.device, count=0).answer(options)


def _counter_still(one: Holder, options: dict[str, Any]) -> str:
    return replace(one.device, count=one.device.count - 1).answer(options)


def _counter_gone(one: Holder, options: dict[str, Any]) -> str:
    return replace(one.device, count=0, counts=False).answer(options)


def _of_a_registration(one: Holder, options: dict[str, Any]) -> str:
    return one.device.answer({**options, "challenge": offer(one.cast, one.who)["challenge"]})


def _made_up(one: Holder, options: dict[str, Any]) -> str:
    return one.device.answer({**options, "challenge": options["challenge"][::-1]})


def _short(one: Holder, options: dict[str, Any]) -> str:
    return one.device.answer({**options, "challenge": options["challenge"][:30]})


def _changed_after_signing(one: Holder, options: dict[str, Any]) -> str:
    answer = one.device.answer(options)
    at = len(answer) // 2
    return answer[:at] + ("A" if answer[at] != "A" else "B") + answer[at + 1 :]


WRONG: Final[dict[str, Callable[[Holder, dict[str, Any]], str]]] = {
    "another origin": _otherwise(origin="https://evil.example"),
    "a neighbour's origin": _otherwise(origin="http://localhost:8401"),
    "inside another's frame": _otherwise(crossOrigin=True),
    "another relying party": _otherwise(rp_id="evil.example"),
    "a registration's type": _otherwise(type="webauthn.create"),
    "not verified": _otherwise(flags=UP),
    "not present": _otherwise(flags=UV),
    "backed up without being able to": _otherwise(flags=UP | UV | BS),
    "another's user handle": _otherwise(user=bytes(32)),
    "another key": _another_key,
    "an unknown credential": _unknown,
    "a counter that went back": _counter_back,
    "a counter that stood still": _counter_still,
    "a counter that is gone": _counter_gone,
    "a registration's challenge": _of_a_registration,
    "a made-up challenge": _made_up,
    "a short challenge": _short,
    "changed after signing": _changed_after_signing,
    "no JSON": lambda _one, _options: "bm9uZQ",
    "a list": lambda _one, _options: "W10",
    "no base64": lambda _one, _options: "{}",
    "nothing": lambda _one, _options: "",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_answer_that_is_not_right_is_refused(
    coach: Holder, cast: Cast, wrong: Callable[[Holder, dict[str, Any]], str]
) -> None:
    """Each thing that can be wrong with it, beside the same answer with nothing wrong; it leaves no trace."""
    path = view(cast, C)
    options = coach.asked("GET", path)
    before = cast.api.acts()
    assert found(coach.show("GET", path, wrong(coach, options))) == (403, "passkey-refused")
    assert cast.api.acts() == before
    assert found(coach.show("GET", path, coach.device.answer(options))) == (200, "")


def test_two_answers_are_none(coach: Holder, cast: Cast) -> None:
    """A header that comes twice isn't read as either."""
    path = view(cast, C)
    answer = coach.device.answer(coach.asked("GET", path))
    for two in ((answer, "AAAA"), ("AAAA", answer), (answer, answer)):
        headers = [*cast.api.bearer(cast.subject(C)).items(), *((HEADER, one) for one in two)]
        assert found(cast.api.client.get(path, headers=headers)) == (403, "passkey-refused")
    assert found(coach.show("GET", path, answer)) == (200, "")


def test_a_challenge_is_good_for_five_minutes(coach: Holder, cast: Cast, api: Api) -> None:
    """A second before it still is, and then it isn't, whoever asks."""
    path = view(cast, C)
    early, late = coach.asked("GET", path), coach.asked("GET", path)
    with api.ahead(LASTS - timedelta(seconds=30)):
        assert found(coach.show("GET", path, coach.device.answer(early))) == (200, "")
    with api.ahead(LASTS + timedelta(seconds=1)):
        assert found(coach.show("GET", path, coach.device.answer(late))) == (403, "passkey-refused")
        assert found(coach.step_up("GET", path)) == (200, "")


def test_another_s_passkey_is_not_theirs(coach: Holder, cast: Cast) -> None:
    """Not for their own challenge, nor somebody else's answer to the other's; each for its own person, it is."""
    coachee = holder(cast, E)
    mine, theirs = view(cast, C), view(cast, E)
    options = coach.asked("GET", mine)
    assert found(coach.show("GET", mine, coachee.device.answer(options, uninvited=True))) == (403, "passkey-refused")
    lent = coach.device.answer(coachee.asked("GET", theirs), uninvited=True)
    assert found(coachee.show("GET", theirs, lent)) == (403, "passkey-refused")
    caught = coach.device.answer(options)
    assert found(coachee.show("GET", mine, caught)) == (403, "passkey-refused")
    assert found(coach.show("GET", mine, caught)) == (200, "")
    exported = coachee.step_up("GET", cast.below("/exports"))
    assert (exported.status_code, exported.headers["Content-Type"]) == (200, "application/zip")


def test_what_has_no_counter_and_is_backed_up_is_good(new_cast: Callable[..., Cast]) -> None:
    """A passkey that a person's devices share says 0 each time; each of its answers is good once all the same."""
    cast = play(new_cast(), "coached")
    one = holder(cast, C, counts=False, flags=UP | UV | BE | BS)
    path = view(cast, C)
    for _ in range(2):
        answer = one.device.answer(one.asked("GET", path))
        assert found(one.show("GET", path, answer)) == (200, "")
        assert found(one.show("GET", path, answer)) == (403, "passkey-refused")


def test_signing_asks_for_it(new_cast: Callable[..., Cast]) -> None:
    """Another text, key or version makes it another request; the same one again is a repetition and no second one."""
    cast = play(new_cast(), "offered")
    one, said = holder(cast, M), cast.reference()
    path, version = cast.below("/contract/signatures"), cast.version(M)
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": f'"{version}"'}
    request: dict[str, Any] = {"json": said, "headers": headers}
    answer = one.device.answer(one.asked("POST", path, **request))
    for changes in (
        {"json": {**said, "contract_version": 2}},
        {"headers": {**headers, "Idempotency-Key": cast.api.new_key()}},
        {"headers": {**headers, "If-Match": '"v1"'}},
    ):
        assert found(one.show("POST", path, answer, **{**request, **changes})) == (403, "passkey-refused")
    assert found(one.show("POST", path, answer, **request)) == (201, "")
    size = cast.api.size()
    again = one.show("POST", path, answer, **request)
    assert (found(again), again.headers["Idempotency-Replayed"]) == ((201, ""), "true")
    assert cast.api.size() == size


def test_no_entry_is_given_away_without_it(new_cast: Callable[..., Cast]) -> None:
    """Who has a token alone discloses no entry to somebody else, who could then read it; with the passkey it goes."""
    cast = play(new_cast(), "active")
    perform(cast, E, "journal")
    version, act = cast.version(E), ACTS["disclose"]
    coachee = holder(cast, E)
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": f'"{version}"'}
    request: dict[str, Any] = {"json": act.say(cast, "said"), "headers": headers}
    before = cast.api.acts()
    answer = coachee.device.answer(coachee.asked(act.method, act.address(cast), **request))
    assert cast.api.acts() == before
    assert found(coachee.show(act.method, act.address(cast), answer, **request)) == (201, "")


@pytest.mark.parametrize("name", ["assent", "erase", "withdraw"])
def test_what_binds_or_does_not_come_back_asks_for_it(cast: Cast, coach: Holder, name: str) -> None:
    """Before anything else is looked at: also whoever it doesn't belong to is asked first, and then told so."""
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": '"v1"'}
    act = ACTS[name]
    request: dict[str, Any] = {"json": act.say(cast, "said") if name != "assent" else {
        "contract_version": 1, "document_hash": "00" * 32}, "headers": headers}  # fmt: skip
    assert found(coach.step_up(act.method, act.address(cast), **request)) == (403, "not-your-role")


def test_a_key_that_a_program_has_steps_up_to_nothing(cast: Cast, coach: Holder) -> None:
    """With an API key the view is told without the notebook, and an answer beside it changes nothing."""
    answer = coach.device.answer(coach.asked("GET", view(cast, C)))
    body = {"name": "Dashboard", "scopes": ["views"], "days": 2}
    key = cast.write(C, "POST", "/v1/api-keys", body).json()["api_key"]
    headers = {"Authorization": f"Bearer {key}", HEADER: answer}
    shown = cast.api.client.get(view(cast, C), headers=headers)
    assert (shown.status_code, "a note of the coach" in shown.text) == (200, False)
    assert register(cast, C, "{}").status_code == 401  # the person themself is asked, with a token
