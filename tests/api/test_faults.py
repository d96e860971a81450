"""What goes wrong on our side: an answer without a word about it, a log line of type and place, and nothing lost."""

import io
import json
from collections.abc import Iterator
from itertools import count

import httpx
import psycopg
import pytest
from psycopg import sql

from ops.logs import ALLOWED
from ops.settings import Settings
from tests.api.acts import disclosure, play
from tests.api.described import Described
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, O, marker
from tests.conftest import NewCell
from tests.live import serving, tokens_of
from tests.stage import open_service

_numbers = count(1)


@pytest.fixture
def own(new_cell: NewCell, api_settings: Settings, log: io.StringIO) -> Iterator[Api]:
    """An API on a database of its own, which a test may break; it gives up on a lost store after a moment."""
    with new_cell() as cell, open_service(cell) as service:
        service.connections._read_timeout = 0.25
        service.recorder.committer.appender._patience = 0.2
        with serving(service, api_settings) as base, httpx.Client(base_url=base, timeout=60) as client:
            client.event_hooks["response"].append(Described(client.get("/v1/openapi.json").json()))
            yield Api(client, service, tokens_of(api_settings), log)


def _cast(api: Api) -> Cast:
    cast = Cast(api, "breaker")
    cast.introduce()
    return play(cast, "coached")


def _administer(api: Api, *statements: str) -> None:
    url = api.service.connections.url
    database = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    elsewhere = psycopg.conninfo.make_conninfo(url, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(name=sql.Identifier(str(database)), text=str(database)))


def test_an_error_tells_type_and_place_only(own: Api) -> None:
    """With a table gone every request is a 500 without text; the log says which error and where, and no content."""
    cast, word = _cast(own), marker()
    with psycopg.connect(own.service.connections.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE cell.heads RENAME TO misplaced")
        own.log.seek(0), own.log.truncate()
        headers = {"Idempotency-Key": word}
        for who, method, path, body in (
            (C, "POST", "/notes", {"note": word}),
            (E, "POST", "/journal", {"entry": word}),
        ):
            refused = own.refused(
                cast.subject(who), method, cast.below(path), 500, "internal", word, json=body, headers=headers
            )
            assert refused.json() == {
                "type": "/v1/problems/internal", "title": "Something went wrong.", "status": 500}  # fmt: skip
            assert refused.headers["Connection"] == "close"
        own.refused(cast.subject(E), "GET", f"/v1/views/{E}/engagements/{cast.engagement}", 500, "internal", marker())
        connection.execute("ALTER TABLE cell.misplaced RENAME TO heads")
    lines = [json.loads(line) for line in own.log.getvalue().splitlines()]
    errors = [line for line in lines if line["event"] == "uvicorn.error"]
    assert [line["error"] for line in errors] == ["ProgrammingError"] * 3
    assert all(line["where"].partition(":")[0].endswith(".py") for line in errors)
    assert all(line.keys() <= ALLOWED for line in lines)
    for hidden in ("heads", "SELECT", "relation", cast.engagement, cast.ids[E], word, "said"):
        assert hidden not in own.log.getvalue()
    again = own.send(cast.subject(C), "POST", cast.below("/notes"), json={"note": word}, headers=headers)
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (201, None)


def test_a_store_out_of_reach_is_503_and_loses_nothing(own: Api) -> None:
    """Every route says 503 with Retry-After; when the store is back, the same key is done once and all is there."""
    cast = _cast(own)
    before, size = cast.view(E), own.acts()
    _administer(
        own,
        "ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {text}",
    )
    word = marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{before["version"]}"'}
    body = dict.fromkeys(("reality", "problem", "weight", "rationale"), word)
    for _ in range(2):
        for method, path, said in (
            ("POST", cast.below("/reality"), body),
            ("POST", cast.below("/journal"), {"entry": word}),
            ("GET", f"/v1/views/{E}/engagements/{cast.engagement}", None),
            ("GET", f"/v1/views/{E}/engagements/{cast.engagement}/stream", None),
            ("GET", "/v1/oversight/timeline", None),
            ("GET", "/v1/oversight/adherence", None),
            ("GET", "/v1/people/me", None),
        ):
            answer = own.send(cast.subject(E), method, path, json=said, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/unavailable")
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["Retry-After"]) >= 1
            assert word not in answer.text + own.log.getvalue()
    assert own.client.get("/livez").status_code == 200
    assert own.client.get("/readyz").status_code == 503
    _administer(own, "ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    _until_ready(own)
    assert own.acts() == size
    assert cast.view(E) == before
    first = own.send(cast.subject(E), "POST", cast.below("/reality"), json=body, headers=headers)
    again = own.send(cast.subject(E), "POST", cast.below("/reality"), json=body, headers=headers)
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (201, None)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert cast.view(C)["reality"]["weight"] == word


def test_killed_connections_lose_no_write(own: Api) -> None:
    """With all connections cut, a write under one key, repeated until it is taken, is on record once."""
    cast = _cast(own)
    headers = {"Idempotency-Key": own.new_key(), "If-Match": f'"{cast.version(O)}"'}
    _administer(own, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {text}")
    statuses = [0]
    while statuses[-1] != 201 and len(statuses) < 20:
        answer = own.send(cast.subject(O), "POST", cast.below("/voice"), json={"statement": "once"}, headers=headers)
        statuses.append(answer.status_code)
    assert (set(statuses[1:-1]) <= {503}, statuses[-1]) == (True, 201)
    _until_ready(own)
    assert [one["statement"] for one in cast.view(O)["voice"]] == ["once"]


def test_a_read_that_can_t_be_recorded_shows_nothing(own: Api) -> None:
    """With the log refusing appends every read is 503 without a word of it; with it back, all are answered."""
    cast = Cast(own, "reader")
    cast.introduce()
    play(cast, "offered")
    disclosed = cast.act(E, "POST", "/disclosures", disclosure(cast, "said", recipient_id=cast.ids[STRANGER])).json()
    reads = [
        *((who, f"/v1/views/{who}/engagements/{cast.engagement}{more}") for who in ROLES for more in ("", "/stream")),
        *((who, "/v1/engagements") for who in ROLES),
        *((E, cast.below(path)) for path in ("/exports", "/grants", "/receipts", "/disclosures", "/access-log")),
        (C, cast.below("/access-log")),
        (STRANGER, cast.below(f"/disclosures/{disclosed['id']}")),
        (C, "/v1/people/me"),
        (C, "/v1/people/me/access-log"),
    ]
    size = own.size()
    with psycopg.connect(own.service.connections.url, autocommit=True) as connection:
        connection.execute("REVOKE EXECUTE ON FUNCTION cell.append FROM driehoek_app")
        for who, path in reads:
            refused = cast.send(who, "GET", path)
            assert (refused.status_code, refused.json()["type"]) == (503, "/v1/problems/unavailable"), path
            assert refused.json().keys() == {"type", "title", "status", "retry_after"}
            assert int(refused.headers["Retry-After"]) >= 1
        assert own.size() == size
        connection.execute("GRANT EXECUTE ON FUNCTION cell.append TO driehoek_app")
    for who, path in reads:
        assert cast.send(who, "GET", path).status_code == 200, path
    assert own.size() > size


def _until_ready(api: Api) -> None:
    for _ in range(100):
        if api.client.get("/readyz").status_code == 200:
            return
    pytest.fail("the store didn't come back")
