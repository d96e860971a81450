"""What a webhook's receiver gets: the person's list of changes, signed, each message until it is taken, in order."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from ops.webhooks.secret import OVERLAP
from tests.api.people import Api, C, Cast, E, O
from tests.api.webhooks.conftest import Sending
from tests.api.webhooks.receiver import Hearer, hearing

Register = Callable[..., dict[str, Any]]
Act = Callable[[int], None]


def _changes(cast: Cast, who: str) -> list[dict[str, Any]]:
    answer = cast.send(who, "GET", "/v1/changes", params={"limit": 200})
    return answer.json()["entries"]  # type: ignore[no-any-return]


def _listed(cast: Cast, webhook: str, who: str = C) -> dict[str, Any]:
    entries = cast.send(who, "GET", "/v1/webhooks", params={"limit": 200}).json()["entries"]
    [one] = [entry for entry in entries if entry["id"] == webhook]
    return one  # type: ignore[no-any-return]


def _until(hearer: Hearer, cast: Cast, webhook: str, standing: str) -> dict[str, Any]:
    """The webhook, once it stands like this; each look waits for a message more, or for a moment."""
    while (one := _listed(cast, webhook))["standing"] != standing:
        with hearer.changed:
            hearer.changed.wait(0.05)
    return one


@pytest.mark.parametrize("who", [O, C, E])
def test_messages_are_the_list_signed_and_in_order(cast: Cast, sending: Sending, register: Register, who: str) -> None:
    """Every change from the first on, once, as the pages show it, with the id of the change and a good signature."""
    wanted = _changes(cast, who)
    with hearing() as hearer:
        made = register(hearer, who, after=0)
        with sending():
            messages = hearer.taken(len(wanted))
    assert [message.opened(made["secret"]) for message in messages] == wanted
    assert [message.fields["webhook-id"] for message in messages] == [one["id"] for one in wanted]
    assert {message.fields["content-type"] for message in messages} == {"application/cloudevents+json"}
    with pytest.raises(WebhookVerificationError):
        messages[0].opened("whsec_" + "A" * 43 + "=")


def test_what_happens_is_sent_as_it_happens(cast: Cast, sending: Sending, register: Register, act: Act) -> None:
    """By default a webhook begins behind the last change; what comes after it is sent, and the list says how far."""
    with hearing() as hearer, sending():
        made = register(hearer)
        before = len(_changes(cast, C))
        act(3)
        messages = hearer.taken(3)
        assert [int(json.loads(one.body)["sequence"]) for one in messages] == [before + 1, before + 2, before + 3]
        act(1)
        hearer.taken(4)
    one = _listed(cast, made["id"])
    assert (one["standing"], one["failures"], one["failing_since"]) == ("active", 0, None)
    assert one["last_attempt"]["outcome"] == "delivered"
    assert one["taken"] >= before + 3


def test_a_message_is_repeated_until_it_is_taken(sending: Sending, register: Register, act: Act) -> None:
    """Refusals, redirects and broken connections are tried again under the same id; what comes after it waits."""
    wrong: list[int | None] = [500, 302, None, 404, 429]

    def answer(request: BaseHTTPRequestHandler) -> int | None:
        if not wrong:
            return 204
        status = wrong.pop()
        if status is None:
            request.close_connection = True
            request.connection.close()
        return status

    with hearing(answer) as hearer:
        register(hearer)
        act(2)
        with sending():
            hearer.taken(2)
    ids = [one.fields["webhook-id"] for one in hearer.heard]
    assert ids[:6] == [ids[0]] * 6
    assert ids[6] != ids[0]


def test_a_receiver_that_fails_for_long_is_left_alone(
    cast: Cast, sending: Sending, register: Register, act: Act
) -> None:
    """Parked after the last pause; what it missed is listed, waits, and is sent in order once it is replayed."""
    with hearing(lambda _: 503) as hearer:
        made = register(hearer)
        path = f"/v1/webhooks/{made['id']}"
        before = len(_changes(cast, C))
        act(3)
        with sending(pauses=(0.0, 0.0)):
            parked = _until(hearer, cast, made["id"], "parked")
            act(1)
        assert len(hearer.heard) == 3  # the first of them, three times
        assert (parked["failures"], parked["taken"]) == (3, before)
        assert parked["last_attempt"] | {"at": ""} == {"at": "", "outcome": "refused", "status": 503}
        dead = cast.send(C, "GET", f"{path}/dead-letters").json()
        assert (dead["waiting"], dead["entries"]) == (4, _changes(cast, C)[before:])
        assert cast.send(E, "GET", f"{path}/dead-letters").status_code == 404
        hearer.answer = lambda _: 204
        cast.write(C, "POST", f"{path}/replay", {})
        with sending():
            messages = hearer.taken(4)
    assert [message.opened(made["secret"]) for message in messages] == dead["entries"]
    assert cast.send(C, "GET", f"{path}/dead-letters").json() == {"entries": [], "waiting": 0}


def test_a_receiver_that_is_gone_is_asked_once(cast: Cast, sending: Sending, register: Register, act: Act) -> None:
    """410 ends it, until its person replays it from where they like."""
    with hearing(lambda _: 410) as hearer:
        made = register(hearer)
        act(1)
        with sending():
            assert _until(hearer, cast, made["id"], "gone")["last_attempt"]["status"] == 410
            assert len(hearer.heard) == 1
            hearer.answer = lambda _: 204
            cast.write(C, "POST", f"/v1/webhooks/{made['id']}/replay", {"after": 0})
            messages = hearer.taken(len(_changes(cast, C)))
    assert [message.opened(made["secret"]) for message in messages] == _changes(cast, C)


def test_a_secret_is_changed_without_a_gap(
    api: Api, cast: Cast, sending: Sending, register: Register, act: Act
) -> None:
    """For a day messages are good under the old secret and under the new one; after that under the new one alone."""
    with hearing() as hearer, sending():
        made = register(hearer)
        changed = cast.write(C, "POST", f"/v1/webhooks/{made['id']}/secret", None).json()
        act(1)
        [both] = hearer.taken(1)
        assert both.opened(made["secret"]) == both.opened(changed["secret"])
        with api.ahead(OVERLAP + timedelta(minutes=1)):
            act(1)
            [_, one] = hearer.taken(2)
    assert one.opened(changed["secret"])
    with pytest.raises(WebhookVerificationError):
        one.opened(made["secret"])


def test_nothing_is_sent_once_it_is_removed(cast: Cast, sending: Sending, register: Register, act: Act) -> None:
    """A removed webhook's receiver hears nothing, while another one hears all."""
    with hearing() as hearer, hearing() as other, sending():
        made = register(hearer)
        register(other)
        act(1)
        hearer.taken(1)
        cast.write(C, "POST", f"/v1/webhooks/{made['id']}/removal", None)
        act(2)
        other.taken(3)
    assert len(hearer.heard) == 1
    assert _listed(cast, made["id"])["removed_at"]


def test_a_new_attempt_waits_as_long_as_the_receiver_asks(
    cast: Cast, sending: Sending, register: Register, act: Act
) -> None:
    """``Retry-After`` puts the next attempt off, beyond the pause that is due."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(429)
        request.send_header("retry-after", "3600")
        request.send_header("content-length", "0")
        request.end_headers()

    with hearing(answer) as hearer, sending():
        made = register(hearer)
        act(1)
        hearer.until(lambda heard: len(heard) == 1)
        while not (one := _listed(cast, made["id"]))["next_attempt_at"]:
            pass
    wait = datetime.fromisoformat(one["next_attempt_at"]) - datetime.fromisoformat(one["last_attempt"]["at"])
    assert wait > timedelta(minutes=59)
    assert one["failures"] == 1
