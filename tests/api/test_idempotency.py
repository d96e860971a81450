"""The same request twice is one act: the key names it, its bytes prove it."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.acts import ACTS, perform, play, request
from tests.api.people import Api, C, Cast, E, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract."""
    return play(new_cast(), "active")


def _send(cast: Cast, who: str, name: str, key: str, body: Any, version: str | None) -> httpx.Response:
    act = ACTS[name]
    headers = {"Idempotency-Key": key, **({"If-Match": f'"{version}"'} if version else {})}
    return cast.send(who, act.method, act.address(cast), json=body, headers=headers)


@pytest.mark.parametrize(("who", "name"), [(O, "voice"), (C, "note"), (E, "journal"), (O, "request")])
def test_a_repetition_is_answered_not_done(api: Api, cast: Cast, who: str, name: str) -> None:
    """Same key and bytes: the same id and version as the first time, marked as a repetition, and nothing recorded."""
    key, body = api.new_key(), ACTS[name].say(cast, "said once")
    version = cast.version(who) if ACTS[name].versioned else None
    first = _send(cast, who, name, key, body, version)
    size = api.acts()
    if name != "request":
        perform(cast, who, name)
        size = api.acts()
    again = _send(cast, who, name, key, body, version)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert api.acts() == size


def test_people_and_organisations_are_made_once(api: Api) -> None:
    """Registering is repeatable too, although a second registration under another key is refused."""
    for path, body in (("/v1/people", {"name": "N", "email": "e"}), ("/v1/organisations", {"name": "N"})):
        headers = {"Idempotency-Key": "first" + path}
        first = api.send("repeater", "POST", path, json=body, headers=headers)
        size = api.acts()
        again = api.send("repeater", "POST", path, json=body, headers=headers)
        assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
        assert again.headers["Idempotency-Replayed"] == "true"
        assert api.acts() == size


@pytest.mark.parametrize(("who", "name"), [(O, "voice"), (C, "note")])
def test_two_at_once_are_one(api: Api, cast: Cast, who: str, name: str) -> None:
    """Eight threads send the same request at the same moment: eight equal answers, one act on record."""
    perform(cast, who, name)  # so that no compartment is opened any more
    key, body, size = api.new_key(), ACTS[name].say(cast, "at once"), api.acts()
    version = cast.version(who) if ACTS[name].versioned else None
    answers: list[httpx.Response] = []
    start = threading.Barrier(8)

    def send() -> None:
        start.wait()
        answers.append(_send(cast, who, name, key, body, version))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert api.acts() == size + 1


def test_a_key_belongs_to_one_request(api: Api, cast: Cast) -> None:
    """Another body, another act or another engagement under a used key is refused, whatever it would have done."""
    key = api.new_key()
    assert _send(cast, C, "note", key, {"note": "said"}, None).status_code == 201
    other = play(Cast(api, cast.run, cast.ids, cast.organisation), "coached")
    for there, name in ((cast, "note"), (cast, "approach"), (cast, "propose"), (other, "note")):
        act, word = ACTS[name], marker()
        body = {"note": "said"} if there is other else act.say(there, word)
        headers = {"Idempotency-Key": key, "If-Match": f'"{there.version(C)}"'}
        api.refused(
            cast.subject(C), act.method, act.address(there), 422, "idempotency-key-reused", word,
            json=body, headers=headers,
        )  # fmt: skip


def test_a_key_belongs_to_one_person(api: Api, cast: Cast) -> None:
    """Two people may choose the same key: both acts happen."""
    key, size = api.new_key(), api.acts()
    for who, name, body in ((C, "note", {"note": "mine"}), (E, "journal", {"entry": "mine"})):
        answer = _send(cast, who, name, key, body, None)
        assert (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (201, None)
    assert api.acts() == size + 2


def test_a_refused_request_uses_up_no_key(api: Api, cast: Cast) -> None:
    """After a refusal the same key may come with a better request."""
    key, word = api.new_key(), marker()
    headers = {"Idempotency-Key": key}
    api.refused(
        cast.subject(O), "POST", "/v1/engagements", 422, "unknown-organisation", word,
        json={**request(cast, word), "organisation_id": cast.ids[O]}, headers=headers,
    )  # fmt: skip
    assert _send(cast, O, "request", key, request(cast, "said"), None).status_code == 201


@pytest.mark.parametrize("key", [None, "", "with space", "Zq\xe9Xw", "Zq" + "x" * 254, "Zq" + "x" * 60_000])
def test_a_key_is_visible_ascii(api: Api, cast: Cast, key: str | None) -> None:
    """A missing, empty, too long or unprintable key is refused as such."""
    word = "Zq" if key and key.startswith("Zq") else marker()
    headers = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    api.refused(
        cast.subject(C), "POST", cast.below("/notes"), 400, "idempotency-key-missing", word,
        json={"note": word}, headers=headers,
    )  # fmt: skip


def test_two_keys_are_none(api: Api, cast: Cast) -> None:
    """Two Idempotency-Key lines say nothing certain, even if they are the same."""
    headers = [*api.bearer(cast.subject(C)).items(), ("Idempotency-Key", "twice"), ("Idempotency-Key", "twice")]
    size = api.acts()
    answer = api.client.post(cast.below("/notes"), json={"note": "said"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/v1/problems/idempotency-key-missing")
    assert api.acts() == size


def test_a_long_key_works(cast: Cast) -> None:
    """The positive control: 255 visible characters of every kind are a key."""
    key = ("".join(map(chr, range(0x21, 0x7F))) * 3)[:255]
    assert _send(cast, C, "note", key, {"note": "said"}, None).status_code == 201
