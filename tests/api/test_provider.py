"""The API beside a real OpenID provider: it starts without it, knows people as soon as it answers, and outlives it."""

from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from tests.api.described import Described
from tests.conftest import NewCell
from tests.live import fresh_settings, serving
from tests.provider.running import Running, provider
from tests.stage import open_service

ME = "/v1/people/me"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A provider that fails at first."""
    with provider() as one:
        one.behave("failing")
        yield one


@pytest.fixture(scope="module")
def client(new_cell: NewCell, running: Running) -> Iterator[httpx.Client]:
    """A running API that knows nothing but its issuer."""
    settings = fresh_settings().model_copy(update={"issuer": running.issuer})
    with (
        new_cell() as cell,
        open_service(cell) as service,
        serving(service, settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        client.event_hooks["response"].append(Described(client.get("/v1/openapi.json").json()))
        yield client


def _me(client: httpx.Client, token: str) -> httpx.Response:
    return client.get(ME, headers={"Authorization": f"Bearer {token}"})


def test_without_its_provider_it_starts_and_says_later(client: httpx.Client, running: Running) -> None:
    """Alive, not ready, and to any token 503 with Retry-After, never 401; without a token it is 401 all the same."""
    assert client.get("/livez").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"status": "not ready"})
    answer = _me(client, running.token())
    assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/identity-unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert client.get(ME).status_code == 401
    assert _me(client, "garbage").status_code == 401


def test_it_knows_people_as_soon_as_the_provider_answers(client: httpx.Client, running: Running) -> None:
    """Nobody has to start it anew: ready within moments, and the provider's tokens are good, a stranger's aren't."""
    running.behave("well")
    for _ in range(100):
        if client.get("/readyz").status_code == 200:
            break
        Event().wait(0.05)
    assert client.get("/readyz").json() == {"status": "ready"}
    assert _me(client, running.token()).json()["registered"] is False
    for changes in ({"iss": "https://id.example.org"}, {"aud": "another"}, {"exp": 1_700_000_000}):
        answer = _me(client, running.token(**changes))
        assert (answer.status_code, answer.json()["type"]) == (401, "/v1/problems/unauthenticated")


def test_a_rotation_needs_no_new_start(client: httpx.Client, running: Running) -> None:
    """The first token of a new key is good at once."""
    running.rotate("second")
    assert _me(client, running.token()).status_code == 200


def test_it_outlives_its_provider(client: httpx.Client, running: Running) -> None:
    """With the provider gone for good, tokens of known keys are still told from others, and it is still ready."""
    good, bad = running.token(), running.token(aud="another")
    running.stop()
    assert _me(client, good).status_code == 200
    assert _me(client, bad).status_code == 401
    assert client.get("/readyz").status_code == 200
