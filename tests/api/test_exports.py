"""The coachee's export over HTTP: theirs alone, whole, and the same for the same state."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from crypto.receipt import canonical, check_receipt
from domain.facts import rfc3339
from tests.api.acts import perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O
from tests.api.test_access_log import log_of
from tests.api.test_endings import erase_what_is_due
from tests.pdf import accessible


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an ended engagement, a note and a journal entry."""
    cast = play(new_cast(), "ended")
    perform(cast, E, "journal")
    perform(cast, C, "note")
    return cast


def _path(cast: Cast) -> str:
    return f"/v1/engagements/{cast.engagement}/exports"


def _unpacked(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return dict(json.loads(packed.read("export.json")))


def test_the_coachee_takes_everything_away(cast: Cast) -> None:
    """The archive holds the view as it is read, and every entry of the coachee's stream (X11)."""
    answer = cast.send(E, "GET", _path(cast))
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    made = _unpacked(answer.content)
    view = cast.view(E)
    assert answer.headers["ETag"] == f'"{view["version"]}"'
    assert made["view"] == {name: view[name] for name in made["view"]}
    stream = cast.send(E, "GET", f"/v1/views/{E}/engagements/{cast.engagement}/stream", params={"limit": "200"}).json()
    assert [part["content"] for part in made["parts"]][:200] == [entry["content"] for entry in stream["entries"]]
    assert {"journal", "version"} & view.keys() - made["view"].keys() == {"journal", "version"}
    assert "coachee_journal" in {part["item"] for part in made["parts"]}
    assert {one["by"] for one in made["signers"]} == {who.replace("-", "_") for who in ROLES}


def test_the_same_state_gives_the_same_bytes(cast: Cast) -> None:
    """Asked for twice, byte for byte; in another language the texts around it differ and the data don't."""
    once, twice = (cast.send(E, "GET", _path(cast)).content for _ in range(2))
    assert once == twice
    dutch = cast.send(E, "GET", _path(cast), params={"language": "nl"}).content
    assert dutch != once
    assert _unpacked(dutch) == _unpacked(once)


def test_its_hash_is_on_record_before_it_leaves(cast: Cast) -> None:
    """The coachee's access log has the SHA-256 of the archive that was given, and of each one (R53, R59)."""
    answer = cast.send(E, "GET", _path(cast))
    opening, giving = reversed(log_of(cast, E)[:2])
    assert giving["document"] == {"kind": "export", "sha256": sha256(answer.content).hexdigest()}
    assert (opening["document"], opening["purpose"], giving["purpose"]) == (None, "export", "export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert accessible(packed.read("export.pdf")) == []


def test_a_disclosed_note_is_taken_along(cast: Cast) -> None:
    """What the coach disclosed on a request for access stands in the archive; before, it didn't."""
    assert _unpacked(cast.send(E, "GET", _path(cast)).content)["disclosed"] == []
    stream = f"/v1/views/{C}/engagements/{cast.engagement}/stream"
    entries = cast.send(C, "GET", stream, params={"limit": "200"}).json()["entries"]
    note = next(entry for entry in entries if entry["item"] == "coach_notes")
    body = {
        "entry": note["number"],
        "recipient_id": cast.ids[E],
        "ground": "access_request",
        "expires_at": rfc3339(cast.api.clock() + timedelta(days=30)),
        "reason": "You asked for it",
    }
    cast.act(C, "POST", "/disclosures", body)
    (shown,) = _unpacked(cast.send(E, "GET", _path(cast)).content)["disclosed"]
    assert shown["content"] == note["content"]


def test_receipts_are_taken_along(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Once keys are erased, the archive has the receipt, byte for byte what the route gives, and it verifies."""
    cast = play(new_cast(), "ended")
    assert _unpacked(cast.send(E, "GET", _path(cast)).content)["receipts"] == []
    erase_what_is_due(api)
    made = _unpacked(cast.send(E, "GET", _path(cast)).content)
    (listed,) = cast.send(E, "GET", cast.below("/receipts")).json()["entries"]
    (receipt,) = made["receipts"]
    given = cast.send(E, "GET", cast.below(f"/receipts/{listed['erasure_id']}")).content
    assert canonical(receipt) == given
    assert check_receipt(canonical(receipt))[0]["erasure"] == listed["erasure_id"]
    assert made["access"] == cast.send(E, "GET", cast.below("/grants")).json()["entries"]


def test_the_archive_speaks_the_coachee_s_language(new_cast: Callable[..., Cast]) -> None:
    """The one they registered with, unless they ask for another."""
    cast = new_cast()
    cast.ids[E] = cast.write(
        "dutch", "POST", "/v1/people", {"name": "Zoë", "email": "zoe@example.org", "language": "nl"}
    ).json()["id"]
    subject = cast.subject
    cast.subject = lambda who: subject("dutch" if who == E else who)  # type: ignore[method-assign]
    play(cast, "coached")
    for params, language in (({}, "nl"), ({"language": "fr"}, "fr")):
        answer = cast.send(E, "GET", _path(cast), params=params)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert f'<html lang="{language}">' in packed.read("export.html").decode()
            assert packed.read("README.txt").decode().startswith({"nl": "Dit archief", "fr": "Cette archive"}[language])


@pytest.mark.parametrize("who", [O, M, C])
def test_nobody_else_may(cast: Cast, who: str) -> None:
    """The other parties are refused; to a stranger there is nothing."""
    assert cast.send(who, "GET", _path(cast)).status_code == 403
    assert cast.send(STRANGER, "GET", _path(cast)).status_code == 404


def test_an_unknown_language_is_refused(cast: Cast) -> None:
    """A language that there are no texts in is a clear refusal."""
    assert cast.send(E, "GET", _path(cast), params={"language": "xx"}).status_code == 422
