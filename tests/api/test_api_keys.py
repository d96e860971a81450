"""API keys over HTTP: made, shown once, good for their scopes, and refused from the moment they are revoked."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest

from ops.identity import ApiKeys
from ops.identity.key_text import KeyText, read
from ops.identity.records import Records
from ops.settings import Settings
from tests.api.acts import ACTS, perform, play
from tests.api.people import STRANGER, Api, C, Cast, E, M, O, marker
from tests.conftest import NewCell
from tests.live import serving, tokens_of
from tests.stage import open_service

KEYS: Final = "/v1/api-keys"
ME: Final = "/v1/people/me"
ALL: Final = ["views", "streams", "oversight", "log", "writing"]


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract, a note and a journal entry."""
    made = play(new_cast(), "active")
    perform(made, C, "note", word="a note of the coach")
    perform(made, E, "journal", word="an entry of the coachee")
    return made


def make(cast: Cast, who: str, *scopes: str, **changes: Any) -> dict[str, Any]:
    """A key of somebody's."""
    body = {"name": "Dashboard", "scopes": list(scopes) or ["views"], "days": 30, **changes}
    return cast.write(who, "POST", KEYS, body).json()  # type: ignore[no-any-return]


def show(cast: Cast, key: str, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    """A request with a key."""
    headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
    return cast.api.client.request(method, path, headers=headers, **options)


def found(answer: httpx.Response) -> tuple[int, str]:
    """Status and problem type."""
    return answer.status_code, "" if answer.is_success else answer.json()["type"].rsplit("/", 1)[-1]


def view_of(cast: Cast, who: str, more: str = "") -> str:
    """The path of somebody's view."""
    return f"/v1/views/{who}/engagements/{cast.engagement}{more}"


def test_a_key_is_shown_once_and_listed_without_its_secret(api: Api, cast: Cast) -> None:
    """The answer has the text, a repetition and the list don't, and no log line does; the record has its hash alone."""
    headers = {"Idempotency-Key": api.new_key()}
    body = {"name": "Tableau de bord", "scopes": ["views", "log"], "days": 365}
    first = cast.send(M, "POST", KEYS, json=body, headers=headers)
    again = cast.send(M, "POST", KEYS, json=body, headers=headers)
    made, text = first.json(), first.json()["api_key"]
    assert (first.status_code, first.headers["Cache-Control"]) == (201, "no-store")
    assert again.json() == {**made, "api_key": None}
    listed = cast.send(M, "GET", KEYS)
    (entry,) = listed.json()["entries"]
    assert {name: entry[name] for name in ("id", "name", "scopes", "revoked_at")} == {
        "id": made["id"], "name": "Tableau de bord", "scopes": ["log", "views"], "revoked_at": None,
    }  # fmt: skip
    secret = text.rsplit("_", 1)[1]
    assert secret not in listed.text + api.log.getvalue()
    assert show(cast, text, ME).json()["id"] == cast.ids[M]
    other = cast.send(STRANGER, "GET", KEYS).json()
    assert other == {"entries": [], "next": None}


def test_a_list_in_steps_is_the_list(new_cast: Callable[..., Cast]) -> None:
    """Newest first, each once, however small the pages; another's cursor is refused."""
    cast = new_cast()
    made = [make(cast, M)["id"] for _ in range(3)]
    seen, cursor = [], None
    for _ in range(2):
        page = cast.send(M, "GET", KEYS, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["entries"]]
        cursor, last = page["next"], cursor
    assert (seen, cursor) == (made[::-1], None)
    assert found(cast.send(C, "GET", KEYS, params={"cursor": last})) == (400, "cursor-malformed")


def test_it_acts_as_its_person_within_its_scopes(cast: Cast) -> None:
    """The rights come from the engagement, the scope only takes away: own view 200, another's 403, a stranger's 404."""
    views, streams = make(cast, C, "views")["api_key"], make(cast, C, "streams")["api_key"]
    assert found(show(cast, views, view_of(cast, C))) == (200, "")
    assert found(show(cast, views, view_of(cast, E))) == (403, "not-your-role")
    assert found(show(cast, views, view_of(cast, C, "/stream"))) == (403, "scope-missing")
    assert found(show(cast, streams, view_of(cast, C, "/stream"))) == (200, "")
    assert found(show(cast, streams, view_of(cast, C))) == (403, "scope-missing")
    assert found(show(cast, make(cast, STRANGER, *ALL)["api_key"], view_of(cast, C))) == (404, "not-found")
    for path in ("/v1/oversight/timeline", "/v1/audit/log/checkpoint", "/v1/policies"):
        assert found(show(cast, views, path)) == (403, "scope-missing")


def test_a_write_with_a_key_is_the_person_s(cast: Cast) -> None:
    """With the scope for it a key writes, under the same rules; without it is told so, and nothing is recorded."""
    writing, views = make(cast, O, "writing")["api_key"], make(cast, O, "views")["api_key"]
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": f'"{cast.version(O)}"'}
    said, before = {"json": {"statement": "by a program"}, "headers": headers}, cast.api.size()
    assert found(show(cast, views, cast.below("/voice"), "POST", **said)) == (403, "scope-missing")
    assert cast.api.size() == before
    assert found(show(cast, writing, cast.below("/voice"), "POST", **said)) == (201, "")
    assert cast.view(C)["voice"][-1]["statement"] == "by a program"


@pytest.mark.parametrize("who", [C, E])
def test_notebook_and_journal_stay_with_their_owner(cast: Cast, who: str) -> None:
    """A key with every scope is told nothing of them, in view or stream, though entries keep their numbers."""
    text = {C: "a note of the coach", E: "an entry of the coachee"}[who]
    key = make(cast, who, *ALL)["api_key"]
    for more in ("", "/stream"):
        path = f"{view_of(cast, who, more)}?limit=200" if more else view_of(cast, who)
        own, shown = cast.send(who, "GET", path), show(cast, key, path)
        assert text in own.text  # positive control
        assert (shown.status_code, text in shown.text) == (200, False)
        assert own.json().get("version") == shown.json().get("version")
        assert own.headers["ETag"] != shown.headers["ETag"]
    entries = own.json()["entries"]
    kept = [one for one in entries if one["item"] not in {"coach_notes", "coachee_journal"}]
    assert shown.json()["entries"] == kept
    assert len(kept) < len(entries)


def test_what_no_key_can_do(cast: Cast) -> None:
    """With every scope: no key makes, lists or revokes keys, signs, erases, exports, or writes a note."""
    made = make(cast, E, *ALL)
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": '"v1"'}
    before = cast.api.size()
    for name in ("make_key", "revoke_key", "sign", "assent", "erase", "withdraw", "journal", "note", "disclose"):
        act = ACTS[name]
        answer = show(cast, made["api_key"], act.address(cast), act.method, json=act.say(cast, "said"), headers=headers)
        assert found(answer) == (403, "scope-missing"), name
    assert cast.api.size() - before <= 2  # what the bodies above were read from
    for path in (KEYS, cast.below("/exports"), cast.below(f"/disclosures/{uuid4()}")):
        assert found(show(cast, made["api_key"], path)) == (403, "scope-missing")
    assert found(cast.send(E, "GET", KEYS)) == (200, "")


def test_a_read_with_a_key_is_on_record(cast: Cast) -> None:
    """The coachee finds it in the access log, as the person's read, like any other."""
    key = make(cast, M, "views")["api_key"]
    before = len(cast.send(E, "GET", cast.below("/access-log"), params={"limit": 200}).json()["entries"])
    assert show(cast, key, view_of(cast, M)).status_code == 200
    entries = cast.send(E, "GET", cast.below("/access-log"), params={"limit": 200}).json()["entries"]
    assert len(entries) == before + 2  # the look before, and this read
    assert (entries[0]["view"], entries[0]["person_id"]) == ("line_manager", cast.ids[M])


def wrong_keys(cast: Cast) -> dict[str, str]:
    """Keys that were never good, or no longer are."""
    good = read(make(cast, C, "views")["api_key"])
    revoked = make(cast, C, "views")
    cast.write(C, "POST", f"{KEYS}/{revoked['id']}/revocation", None)
    return {
        "malformed": good.written()[:-1],
        "misspelt": good.written()[:-1] + ("a" if good.written()[-1] != "a" else "b"),
        "of another secret": KeyText(good.person, good.key, bytes(32)).written(),
        "of another person": KeyText(UUID(cast.ids[E]), good.key, good.secret).written(),
        "of nobody": KeyText(uuid4(), good.key, good.secret).written(),
        "unknown": KeyText(good.person, uuid4(), good.secret).written(),
        "revoked": revoked["api_key"],
    }


def test_whatever_is_wrong_with_a_key_is_one_answer(api: Api, cast: Cast) -> None:
    """Malformed, unknown, another's, revoked and expired keys get the same bytes; what was sent isn't repeated."""
    soon = (api.clock() + timedelta(minutes=5)).isoformat()
    expiring = make(cast, C, "views", days=None, expires_at=soon)["api_key"]
    assert show(cast, expiring, ME).status_code == 200  # positive control
    answers = [show(cast, key, ME) for key in wrong_keys(cast).values()]
    with api.ahead(timedelta(minutes=6)):
        answers.append(show(cast, expiring, ME))
    garbage = show(cast, "garbage", ME)
    assert {(answer.status_code, answer.content, answer.headers["WWW-Authenticate"]) for answer in answers} == {
        (401, garbage.content, "Bearer")
    }


def test_a_revoked_key_is_refused_at_once_everywhere(new_cell: NewCell, api_settings: Settings) -> None:
    """The very next request is refused, here and by another that shares the database alone and knew the key."""
    with (
        new_cell() as cell,
        open_service(cell) as service,
        open_service(cell) as other,
        serving(service, api_settings) as here,
        serving(other, api_settings) as there,
        httpx.Client(base_url=here, timeout=60) as client,
    ):
        cast = Cast(Api(client, service, tokens_of(api_settings)), "two")
        cast.write(C, "POST", "/v1/people", {"name": "n", "email": "e"})
        made = make(cast, C)
        bearer = {"Authorization": f"Bearer {made['api_key']}"}
        assert [httpx.get(url + ME, headers=bearer).status_code for url in (here, there)] == [200, 200]
        cast.write(C, "POST", f"{KEYS}/{made['id']}/revocation", None)
        assert [httpx.get(url + ME, headers=bearer).status_code for url in (there, here)] == [401, 401]
        (entry,) = cast.send(C, "GET", KEYS).json()["entries"]
        assert entry["revoked_at"] is not None


def test_keys_are_bounded(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Twenty that live, also if many are asked for at once; revoking one makes room; a year is the longest."""
    cast = new_cast()
    statuses: list[int] = []

    def ask() -> None:
        headers = {"Idempotency-Key": str(uuid4())}
        body = {"name": "n", "scopes": ["views"], "days": 1}
        statuses.append(cast.send(M, "POST", KEYS, json=body, headers=headers).status_code)

    cast.send(M, "GET", ME)
    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 20 + [409] * 4
    entries = cast.send(M, "GET", KEYS).json()["entries"]
    cast.write(M, "POST", f"{KEYS}/{entries[0]['id']}/revocation", {})
    make(cast, M)
    for ends in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        word = marker()
        body = {"name": word, "scopes": ["views"], "expires_at": ends}
        headers = {"Idempotency-Key": word}
        api.refused(cast.subject(C), "POST", KEYS, 422, "api-key-expiry", word, json=body, headers=headers)


@pytest.mark.parametrize(
    "changes",
    [{"scopes": []}, {"scopes": ["views", "views"]}, {"scopes": ["all"]}, {"days": None}, {"days": 366},
     {"expires_at": "2026-12-01T00:00:00Z"}, {"name": " "}],
    ids="-".join,
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(api: Api, cast: Cast, changes: dict[str, Any]) -> None:
    """A key has at least one scope, each once, a name, and one end."""
    word = marker()
    body = {"name": word, "scopes": ["views"], "days": 30, **changes}
    headers = {"Idempotency-Key": word}
    api.refused(cast.subject(C), "POST", KEYS, 422, "invalid-request", word, json=body, headers=headers)


def test_only_its_owner_revokes_it_and_once(api: Api, cast: Cast) -> None:
    """Another person's key is unknown to you, as is one that never was; the second time it is revoked already."""
    made = make(cast, C)
    for who, key, status, problem in (
        (M, made["id"], 422, "unknown-api-key"),
        (C, str(uuid4()), 422, "unknown-api-key"),
        (C, "nothing", 404, "not-found"),
    ):
        word = marker()
        path, headers = f"{KEYS}/{key}/revocation", {"Idempotency-Key": word}
        api.refused(cast.subject(who), "POST", path, status, problem, word, headers=headers)
    cast.write(C, "POST", f"{KEYS}/{made['id']}/revocation", None)
    word = marker()
    headers = {"Idempotency-Key": word}
    path = f"{KEYS}/{made['id']}/revocation"
    api.refused(cast.subject(C), "POST", path, 409, "already-revoked", word, headers=headers)


def test_nobody_who_isn_t_registered_has_keys(api: Api) -> None:
    """Whoever isn't on record can make none."""
    word = marker()
    body, headers = {"name": word, "scopes": ["views"], "days": 1}, {"Idempotency-Key": word}
    api.refused(f"nobody-{word}", "POST", KEYS, 404, "not-found", word, json=body, headers=headers)


def test_what_is_remembered_is_bounded_and_right(api: Api, cast: Cast) -> None:
    """A record is loaded once for as long as nothing happens in it, and anew as soon as something does."""
    made = make(cast, E)
    loaded: list[UUID] = []
    write_side = api.service.write_side

    class Counting:
        """The write side, counted."""

        def load(self, kind: Any, person: UUID) -> Any:
            """Load, and say so."""
            loaded.append(person)
            return write_side.load(kind, person)

    keys = ApiKeys(Records(Counting(), api.service.recorder.newest))  # type: ignore[arg-type]
    for _ in range(3):
        assert str(keys.verify(made["api_key"], api.clock()).person) == cast.ids[E]
    assert len(loaded) == 1
    make(cast, E)
    keys.verify(made["api_key"], api.clock())
    assert len(loaded) == 2
