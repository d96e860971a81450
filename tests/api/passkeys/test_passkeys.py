"""Passkeys registered, listed, added to and revoked; and where they are required, or can't be asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from domain.passkeys import LASTS, MOST
from ops.settings import Settings
from tests.api.acts import play
from tests.api.passkeys.holders import ORIGIN, PASSKEYS, Holder, found, holder, offer, register
from tests.api.people import STRANGER, Api, C, Cast, E, M, O
from tests.authenticator import UP, UV, Authenticator
from tests.live import serving


def view(cast: Cast, who: str = C) -> str:
    """The path of somebody's view."""
    return f"/v1/views/{who}/engagements/{cast.engagement}"


def test_what_a_browser_is_given(cast: Cast) -> None:
    """This server's domain, a user handle that says nothing, verification required, no attestation, and no name."""
    options = offer(cast, M)
    assert options["rp"] == {"name": "Driehoek", "id": "localhost"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert (options["attestation"], options["timeout"]) == ("none", 300_000)
    assert cast.ids[M] not in str(options)
    assert offer(cast, M)["user"] == options["user"] != offer(cast, O)["user"]
    assert offer(cast, M)["challenge"] != options["challenge"]


OTHERWISE: Final[dict[str, dict[str, Any]]] = {
    "another origin": {"origin": "https://evil.example"},
    "inside another's frame": {"crossOrigin": True},
    "another relying party": {"rp_id": "evil.example"},
    "an assertion's type": {"type": "webauthn.get"},
    "not verified": {"flags": UP},
    "not present": {"flags": UV},
    "an attestation that isn't asked for": {"fmt": "android-safetynet"},
}


@pytest.mark.parametrize("otherwise", OTHERWISE.values(), ids=OTHERWISE)
def test_a_response_that_is_not_right_registers_nothing(cast: Cast, otherwise: dict[str, Any]) -> None:
    """Origin, relying party, type, presence and verification are as asked for, or nothing is recorded."""
    before, options = cast.api.acts(), offer(cast, STRANGER)
    assert found(register(cast, STRANGER, Authenticator(ORIGIN).make(options, **otherwise))) == (403, "passkey-refused")
    assert cast.api.acts() == before


@pytest.mark.parametrize("text", ["{}", "[]", "nothing", '{"id": 7}'])
def test_what_is_no_response_registers_nothing(cast: Cast, text: str) -> None:
    """Whatever comes instead is refused in the same way."""
    assert found(register(cast, STRANGER, text)) == (403, "passkey-refused")


def test_a_challenge_registers_one_passkey_of_one_person(new_cast: Callable[..., Cast], api: Api) -> None:
    """Not another's, not one for a request, not after five minutes, and not a second passkey."""
    cast = new_cast()
    theirs = Authenticator(ORIGIN).make(offer(cast, M))
    assert found(register(cast, E, theirs)) == (403, "passkey-refused")
    assert found(register(cast, M, theirs)) == (201, "")
    options = offer(cast, E)
    with api.ahead(LASTS + timedelta(seconds=1)):
        assert found(register(cast, E, Authenticator(ORIGIN).make(options))) == (403, "passkey-refused")
    one = holder(cast, O)
    spent = offer(cast, O)
    for device, expected in ((Authenticator(ORIGIN), (201, "")), (Authenticator(ORIGIN), (409, "challenge-spent"))):
        assert found(_add(one, device.make(spent))) == expected
    assert found(_add(one, one.device.make(offer(cast, O)))) == (409, "already-registered")
    asked = one.asked("POST", PASSKEYS, **_adding(one, "{}"))
    other = Authenticator(ORIGIN).make({**offer(cast, O), "challenge": asked["challenge"]})
    assert found(_add(one, other)) == (403, "passkey-refused")


def _adding(one: Holder, credential: str, name: str = "key ring") -> dict[str, Any]:
    body = {"name": name, "credential": credential}
    return {"json": body, "headers": {"Idempotency-Key": one.cast.api.new_key()}}


def _add(one: Holder, credential: str) -> httpx.Response:
    return one.step_up("POST", PASSKEYS, **_adding(one, credential))


def _revoke(one: Holder, which: str) -> httpx.Response:
    headers = {"Idempotency-Key": one.cast.api.new_key()}
    return one.step_up("POST", f"{PASSKEYS}/{which}/revocation", headers=headers)


def test_a_second_passkey_takes_the_first(new_cast: Callable[..., Cast]) -> None:
    """Whoever has a token alone adds none and takes none away; with one shown, another is as good, and so on to ten."""
    cast = play(new_cast(), "coached")
    one = holder(cast, C)
    second = Authenticator(ORIGIN)
    made = second.make(offer(cast, C))
    assert found(register(cast, C, made)) == (401, "step-up-required")
    added = _add(one, made)
    assert found(added) == (201, "")
    other = Holder(cast, C, second, added.json()["id"])
    assert found(other.step_up("GET", view(cast))) == (200, "")
    assert found(one.ask("POST", f"{PASSKEYS}/{one.id}/revocation", headers={"Idempotency-Key": "gone"})) == (
        401, "step-up-required")  # fmt: skip
    for _ in range(MOST - 2):
        assert found(_add(other, Authenticator(ORIGIN).make(offer(cast, C)))) == (201, "")
    assert found(_add(other, Authenticator(ORIGIN).make(offer(cast, C)))) == (409, "too-many-passkeys")


def test_a_revoked_passkey_is_good_for_nothing(new_cast: Callable[..., Cast]) -> None:
    """From the next request on, and it doesn't come back; once the last is gone, none is asked for any more."""
    cast = play(new_cast(), "coached")
    one = holder(cast, C)
    options = one.asked("GET", view(cast))
    second = Authenticator(ORIGIN)
    other = Holder(cast, C, second, _add(one, second.make(offer(cast, C))).json()["id"])
    assert found(_revoke(other, one.id)) == (200, "")
    assert found(one.show("GET", view(cast), one.device.answer(options))) == (403, "passkey-refused")
    assert found(_revoke(other, one.id)) == (409, "already-revoked")
    assert found(_revoke(other, "00000000-0000-0000-0000-000000000000")) == (422, "unknown-passkey")
    assert found(_add(other, one.device.make(offer(cast, C)))) == (409, "already-registered")
    assert found(other.step_up("GET", view(cast))) == (200, "")
    assert found(_revoke(other, other.id)) == (200, "")
    assert found(other.ask("GET", view(cast))) == (200, "")


def test_a_list_tells_names_and_uses(new_cast: Callable[..., Cast]) -> None:
    """Newest first, in pages; to nobody else, and neither key nor credential."""
    cast = play(new_cast(), "coached")
    one = holder(cast, C)
    second = Authenticator(ORIGIN)
    added = _add(one, second.make(offer(cast, C))).json()["id"]
    _revoke(one, added)
    first = cast.send(C, "GET", PASSKEYS, params={"limit": 1}).json()
    rest = cast.send(C, "GET", PASSKEYS, params={"limit": 1, "cursor": first["next"]}).json()
    told = first["entries"] + rest["entries"]
    assert [(listed["id"], listed["name"]) for listed in told] == [(added, "key ring"), (one.id, "phone")]
    assert [listed["revoked_at"] is None for listed in told] == [False, True]
    assert [listed["used_at"] is None for listed in told] == [True, False]
    assert told[0].keys() == {"id", "name", "registered_at", "used_at", "revoked_at"}
    assert rest["next"] is None
    assert cast.send(M, "GET", PASSKEYS).json() == {"entries": [], "next": None}


def test_registering_again_is_a_repetition(new_cast: Callable[..., Cast]) -> None:
    """The same key and body give the same passkey, once the passkey itself is shown; another body doesn't."""
    cast = new_cast()
    device = Authenticator(ORIGIN)
    request: dict[str, Any] = {
        "json": {"name": "phone", "credential": device.make(offer(cast, M))}, "headers": {"Idempotency-Key": "once"}
    }  # fmt: skip
    made = cast.send(M, "POST", PASSKEYS, **request)
    one = Holder(cast, M, device, made.json()["id"])
    again = one.step_up("POST", PASSKEYS, **request)
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (one.id, "true")
    other = {**request, "json": {**request["json"], "name": "another"}}
    assert found(one.step_up("POST", PASSKEYS, **other)) == (422, "idempotency-key-reused")


def test_an_id_that_is_no_id_is_refused(new_cast: Callable[..., Cast]) -> None:
    """A credential id of 1,023 bytes is the longest that there is."""
    cast = new_cast()
    for length, expected in ((1_024, (422, "passkey-too-large")), (1_023, (201, ""))):
        assert found(register(cast, M, Authenticator(ORIGIN, id=bytes(length)).make(offer(cast, M)))) == expected


@contextmanager
def otherwise(api: Api, settings: Settings, **changes: Any) -> Iterator[Api]:
    """A server on the same cell, with other settings."""
    with (
        serving(api.service, settings.model_copy(update=changes), api.clock) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield replace(api, client=client)


def test_where_one_is_required_nobody_acts_without(api: Api, api_settings: Settings, cast: Cast) -> None:
    """Who has none is told so, can register one, and then goes on with it; what asks for none goes on anyway."""
    with otherwise(api, api_settings, passkeys="required") as strict:
        there = replace(cast, api=strict)
        assert found(there.send(E, "GET", view(cast, E))) == (403, "passkey-missing")
        assert found(there.send(E, "GET", view(cast, E), params={"personal": "false"})) == (200, "")
        assert found(there.send(M, "GET", view(cast, M))) == (200, "")
        assert found(holder(there, E).step_up("GET", view(cast, E))) == (200, "")


def test_where_none_can_be_asked_for_nothing_is_given_away(
    api: Api, api_settings: Settings, new_cast: Callable[..., Cast]
) -> None:
    """Without an address nobody registers one; who has one isn't let in without it, everybody else is."""
    cast = play(new_cast(), "coached")
    one = holder(cast, C)
    with otherwise(api, api_settings, public_url=None) as nameless:
        there = replace(cast, api=nameless)
        assert found(replace(one, cast=there).ask("GET", view(cast))) == (503, "unavailable")
        assert found(there.send(E, "GET", view(cast, E))) == (200, "")
        assert found(there.send(E, "GET", f"{PASSKEYS}/offer")) == (404, "not-found")
        assert found(register(there, E, "{}")) == (404, "not-found")
    assert found(one.step_up("GET", view(cast))) == (200, "")


def test_strangers_and_keys_have_none(cast: Cast, api: Api) -> None:
    """Whoever isn't registered is offered none; an API key can neither list nor make one."""
    assert found(api.send("somebody unknown", "GET", f"{PASSKEYS}/offer")) == (404, "not-found")
    body = {"name": "Dashboard", "scopes": ["views"], "days": 2}
    key = cast.write(M, "POST", "/v1/api-keys", body).json()["api_key"]
    for path in (PASSKEYS, f"{PASSKEYS}/offer"):
        answer = api.client.get(path, headers={"Authorization": f"Bearer {key}"})
        assert found(answer) == (403, "scope-missing")
