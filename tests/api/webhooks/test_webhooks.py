"""Webhooks over HTTP: registered, listed, changed and removed by their person, and by nobody else."""

import base64
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.api.people import Api, C, Cast, E, marker
from tests.api.webhooks.receiver import Hearer

HOOKS: Final = "/v1/webhooks"
FAR: Final = "https://example.org/driehoek?of=häuser".replace("ä", "%C3%A4")


@pytest.fixture
def made(register: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A webhook of the coach's, far away."""
    return register(Hearer(lambda _: 204, FAR), C)


def _entries(cast: Cast, who: str, **params: Any) -> list[dict[str, Any]]:
    return cast.send(who, "GET", HOOKS, params=params).json()["entries"]  # type: ignore[no-any-return]


def test_a_webhook_is_shown_with_its_address_and_without_its_secret(cast: Cast, made: dict[str, Any]) -> None:
    """The answer has the secret, 32 bytes as Standard Webhooks writes them; the list has all but that."""
    text = made["secret"].removeprefix("whsec_")
    assert len(base64.b64decode(text, validate=True)) == 32
    answer = cast.send(C, "GET", HOOKS)
    one = next(entry for entry in answer.json()["entries"] if entry["id"] == made["id"])
    assert (one["name"], one["url"], one["removed_at"], one["last_attempt"]) == ("Agenda", FAR, None, None)
    assert text not in answer.text
    assert text not in cast.api.log.getvalue()


def test_a_repetition_has_the_same_secret(api: Api, cast: Cast) -> None:
    """Whoever lost the answer asks again, with the same key: one webhook, and its secret."""
    headers = {"Idempotency-Key": api.new_key()}
    body = {"name": "Agenda", "url": FAR}
    before = len(_entries(cast, E))
    first, second = (cast.send(E, "POST", HOOKS, json=body, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert len(_entries(cast, E)) == before + 1


def test_the_list_is_paged_newest_first(cast: Cast, register: Callable[..., dict[str, Any]]) -> None:
    """Each webhook once, whatever the size of the pages, and only one's own."""
    for number in range(3):
        register(Hearer(lambda _: 204, f"{FAR}&n={number}"), E)
    whole, paged = _entries(cast, E), []
    cursor: dict[str, str] = {}
    while True:
        page = cast.send(E, "GET", HOOKS, params={"limit": 2, **cursor}).json()
        paged += page["entries"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert paged == whole
    assert [one["url"] for one in whole[:3]] == [f"{FAR}&n={number}" for number in (2, 1, 0)]
    assert not {one["id"] for one in whole} & {one["id"] for one in _entries(cast, C)}


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "example.org/hook",
        "https://exämple.org/",
        "https://example.org/a b",
        "https://example.org:99999/",
        "https://example.org/\r\nx: y",
    ],
)
def test_an_address_is_a_public_one(api: Api, cast: Cast, url: str) -> None:
    """Anything else is refused with a problem of its own, and recorded nowhere."""
    word = marker()
    body = {"name": word, "url": url}
    headers = {"Idempotency-Key": f"{api.new_key()}-{word}"}
    api.refused(cast.subject(C), "POST", HOOKS, 422, "webhook-address", word, json=body, headers=headers)


@pytest.mark.parametrize("act", ["secret", "replay", "removal"])
def test_only_its_person_can_change_a_webhook(api: Api, cast: Cast, made: dict[str, Any], act: str) -> None:
    """Somebody else's, one that never was and one that is removed are refused; one's own is changed."""
    body: dict[str, int] | None = {} if act == "replay" else None
    cases = [(E, made["id"], 422, "unknown-webhook"), (C, str(uuid4()), 422, "unknown-webhook")]
    for who, webhook, status, name in cases:
        word = marker()
        headers = {"Idempotency-Key": f"{api.new_key()}-{word}"}
        api.refused(
            cast.subject(who), "POST", f"{HOOKS}/{webhook}/{act}", status, name, word, json=body, headers=headers
        )
    assert cast.write(C, "POST", f"{HOOKS}/{made['id']}/{act}", body).json()["id"] == made["id"]
    if act != "removal":
        cast.write(C, "POST", f"{HOOKS}/{made['id']}/removal", None)
    word = marker()
    headers = {"Idempotency-Key": f"{api.new_key()}-{word}"}
    path = f"{HOOKS}/{made['id']}/{act}"
    api.refused(cast.subject(C), "POST", path, 409, "webhook-removed", word, json=body, headers=headers)


@pytest.mark.parametrize("path", ["", "/{id}/replay"])
def test_a_number_is_one_of_the_list(api: Api, cast: Cast, made: dict[str, Any], path: str) -> None:
    """Behind the last change is as far as one can begin."""
    last = cast.send(C, "GET", "/v1/changes").json()["last"]
    path = HOOKS + path.format(**made)
    about = {} if "replay" in path else {"name": "Agenda", "url": FAR}
    word = marker()
    headers = {"Idempotency-Key": f"{api.new_key()}-{word}"}
    body = {**about, "after": last + 1}
    api.refused(cast.subject(C), "POST", path, 422, "unknown-number", word, json=body, headers=headers)
    cast.write(C, "POST", path, {**about, "after": last})


def test_no_api_key_makes_a_webhook(cast: Cast, made: dict[str, Any]) -> None:
    """A key with all scopes may see them and replay one; registering, changing and removing are its person's."""
    asked = {"name": "Dashboard", "scopes": ["views", "streams", "oversight", "log", "writing"], "days": 1}
    key = cast.write(C, "POST", "/v1/api-keys", asked).json()["api_key"]

    def show(method: str, path: str, body: Any = None) -> int:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": cast.api.new_key()}
        return cast.api.client.request(method, path, json=body, headers=headers).status_code

    one = f"{HOOKS}/{made['id']}"
    assert show("GET", HOOKS) == show("GET", f"{one}/dead-letters") == show("POST", f"{one}/replay", {}) == 200
    assert show("POST", HOOKS, {"name": "Agenda", "url": FAR}) == 403
    assert show("POST", f"{one}/secret") == show("POST", f"{one}/removal") == 403
