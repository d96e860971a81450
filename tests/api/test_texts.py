"""What people type comes back to the character, in any script; times come back in UTC."""

import unicodedata
from collections.abc import Callable
from typing import Final

import pytest

from tests.api.acts import ask, play, request
from tests.api.people import C, Cast, E, M, O

TEXTS: Final = {
    "composed": unicodedata.normalize("NFC", "Crèvecœur Noël Zoë"),
    "decomposed": unicodedata.normalize("NFD", "Crèvecœur Noël Zoë"),
    "right to left": "שלום \u202eabc\u202c مرحبا",
    "emoji": "👩🏽‍🏫 👨‍👩‍👧‍👦 🇧🇪 ❤️‍🔥",
    "beyond the first plane": "𝔇𝔯𝔦𝔢𝔥𝔬𝔢𝔨 𐍈 𠜎",
    "combining": "a" + "\u0301" * 200,
    "controls": "\x00\x01\x07\x1b[31m\x7f\x85\u2028\u2029",
    "noncharacters": "\ufffe\uffff\U0010ffff\ufeff",
    "looks like code": "<script>alert(1)</script> {{7*7}} ${x} '; DROP TABLE events;-- %s %n {0} \\u0041 \\",
    "white space kept": "  leading,\r\n\ttabs and trailing \n\n",
    "lookalikes": "раураl ｐａｙｐａｌ ﬁ Å Å Ω Ω",
    "20,000 characters": "ß" * 20_000,
    "20,000 emoji": "🦊" * 20_000,
}


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a coach."""
    return play(new_cast(), "coached")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_comes_back_unchanged(cast: Cast, name: str) -> None:
    """To its author and to its other reader: no normalising, no trimming, no escaping left over."""
    text = TEXTS[name]
    cast.act(E, "POST", "/reality", {"reality": text, "problem": "said", "weight": "said", "rationale": text[:7]})
    for who in (E, C):
        shown = cast.view(who)["reality"]
        assert (shown["reality"], shown["rationale"]) == (text, text[:7])


def test_escaped_and_plain_json_are_one_text(cast: Cast) -> None:
    """A surrogate pair and an escaped letter are what they stand for."""
    body = b'{"entry": "\\u00e9\\ud83e\\udd8a\\u0000"}'
    headers = {"Idempotency-Key": cast.api.new_key(), "Content-Type": "application/json"}
    assert cast.send(E, "POST", cast.below("/journal"), content=body, headers=headers).status_code == 201
    assert cast.view(E)["journal"][-1]["entry"] == "é🦊\x00"


def test_names_come_back_unchanged(new_cast: Callable[..., Cast]) -> None:
    """Names too, to all who may know them; composed and decomposed stay what they were."""
    cast = new_cast()
    names = {
        "sponsor_organisation": TEXTS["right to left"],
        "line_manager": TEXTS["decomposed"],
        "coachee": TEXTS["composed"],
    }
    body = {**request(cast, "said"), "names": names}
    cast.engagement = cast.write(O, "POST", "/v1/engagements", body).json()["id"]
    for who in (O, M, E):
        assert cast.view(who)["engagement"]["names"] == names


@pytest.mark.parametrize(
    ("typed", "starts", "ends"),
    [
        ("2026-02-01T09:30:00+01:00", "2026-02-01T08:30:00", "2026-02-01T10:00:00"),
        ("2026-01-01T00:15:00+05:45", "2025-12-31T18:30:00", "2025-12-31T20:00:00"),
        ("2026-03-29T01:30:00-12:00", "2026-03-29T13:30:00", "2026-03-29T15:00:00"),
        ("2026-07-01T23:00:00Z", "2026-07-01T23:00:00", "2026-07-02T00:30:00"),
        ("2026-07-01t23:00:00.250z", "2026-07-01T23:00:00.250000", "2026-07-02T00:30:00.250000"),
    ],
)
def test_a_session_s_time_is_shown_in_utc(new_cast: Callable[..., Cast], typed: str, starts: str, ends: str) -> None:
    """Whatever offset it was typed with, it is the same moment, to both readers."""
    cast = play(new_cast(), "coached")
    cast.act(C, "POST", "/sessions", {"session": 1, "starts_at": typed, "minutes": 90})
    for who in (C, E):
        session = cast.view(who)["sessions"][0]
        assert [session[at].replace("Z", "+00:00") for at in ("starts_at", "ends_at")] == [
            starts + "+00:00", ends + "+00:00"]  # fmt: skip


def test_a_young_engagement_is_empty(new_cast: Callable[..., Cast]) -> None:
    """Right after the request every section is there, empty; who isn't in it yet sees nothing at all."""
    cast = new_cast()
    ask(cast)
    for who in (O, M, E):
        view = cast.view(who)
        assert view["version"] == "v1"
        assert view["contract"] == {"in_force": None, "versions": []}
        lists = {name for name, section in view.items() if isinstance(section, list)}
        assert lists >= {"to_do", "sessions", "indicator_readings", "summaries", "checkpoints", "voice"}
        assert all(view[name] == [] for name in lists)
        assert {view.get("approach"), view.get("reality"), view.get("evaluation")} == {None}
        stream = cast.send(who, "GET", f"/v1/views/{who}/engagements/{cast.engagement}/stream").json()
        assert ([one["event"] for one in stream["entries"]], stream["next"]) == (["engagement.requested"], None)
    assert cast.view(E)["coaches_met"] == cast.view(E)["journal"] == []
    assert cast.send(C, "GET", f"/v1/views/{C}/engagements/{cast.engagement}").status_code == 404
