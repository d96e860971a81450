"""How often somebody may ask, over HTTP: each caller and each address for itself, by a clock that the test turns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx
import pytest

from api.rates import REMEMBERED, WINDOW, Quota, Rates, place_of
from ops.settings import Settings
from tests.api.people import PROBLEMS, STRANGER, Api, Cast, Clock, E, O, marker
from tests.api.test_api_keys import make
from tests.conftest import NewCell
from tests.live import fresh_settings, serving, tokens_of
from tests.stage import open_service

ME: Final = "/v1/people/me"
CALLER, ADDRESS = 30, 10


@dataclass
class Ticks:
    """Seconds, as a test says."""

    now: float = 1_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture(scope="module")
def ticks() -> Ticks:
    """The clock that quotas go by."""
    return Ticks()


@pytest.fixture(scope="module")
def api(new_cell: NewCell, ticks: Ticks) -> Iterator[Api]:
    """A running API with small quotas."""
    settings = fresh_settings().model_copy(update={"rate_caller": CALLER, "rate_address": ADDRESS})
    with (
        new_cell() as cell,
        open_service(cell) as service,
        serving(service, settings, clock := Clock(), ticks) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield Api(client, service, tokens_of(settings, clock), clock=clock)


@pytest.fixture
def cast(api: Api, ticks: Ticks) -> Cast:
    """People who have all of their quotas."""
    cast = Cast(api, marker())
    cast.introduce()
    ticks.now += WINDOW
    return cast


def left(answer: httpx.Response) -> tuple[str, int, int]:
    """Whose quota an answer tells of, what is left of it, and in how many seconds all of it is there again."""
    found = re.fullmatch(r'"([a-z]+)";r=([0-9]+);t=([0-9]+)', answer.headers["RateLimit"])
    assert found is not None
    quota = {"caller": CALLER, "address": ADDRESS}[found[1]]
    assert answer.headers["RateLimit-Policy"] == f'"{found[1]}";q={quota};w=60'
    return found[1], int(found[2]), int(found[3])


def refused(answer: httpx.Response) -> int:
    """That an answer is this refusal; in how many seconds one may ask again."""
    assert (answer.status_code, answer.json()["type"]) == (429, f"{PROBLEMS}/rate-limited")
    assert answer.headers["content-type"] == "application/problem+json"
    assert left(answer)[1] == 0
    return int(answer.headers["Retry-After"])


def test_a_caller_spends_a_quota_and_gets_it_back_evenly(api: Api, cast: Cast, ticks: Ticks) -> None:
    """Each answer tells what is left; one too many is refused, does nothing, and is taken once it is time."""
    for spent in range(1, CALLER + 1):
        assert left(cast.send(E, "GET", ME)) == ("caller", CALLER - spent, spent * 2)
    size = api.size()
    assert refused(cast.send(E, "GET", ME)) == 2
    assert api.size() == size
    assert left(cast.send(O, "GET", ME))[:2] == ("caller", CALLER - 1)  # control: somebody else isn't
    ticks.now += 1.9
    assert refused(cast.send(E, "GET", ME)) == 1
    ticks.now += 0.1
    assert cast.send(E, "GET", ME).status_code == 200
    refused(cast.send(E, "GET", ME))
    ticks.now += WINDOW
    assert left(cast.send(E, "GET", ME))[1] == CALLER - 1


def test_a_refused_write_is_done_when_it_is_sent_again(api: Api, cast: Cast, ticks: Ticks) -> None:
    """Under the same key, after the time that it was told: nothing was done before, and now it is."""
    for _ in range(CALLER):
        cast.send(O, "GET", ME)
    headers, acts = {"Idempotency-Key": api.new_key()}, api.acts()
    pause = refused(cast.send(O, "POST", "/v1/organisations", json={"name": "Second"}, headers=headers))
    assert api.acts() == acts
    ticks.now += pause
    again = cast.send(O, "POST", "/v1/organisations", json={"name": "Second"}, headers=headers)
    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, False)


def test_an_api_key_has_a_quota_of_its_own(cast: Cast) -> None:
    """A program that asks too often doesn't keep its person from asking, nor another program of theirs."""
    one, other = (make(cast, O, "views")["api_key"] for _ in range(2))
    asked = [cast.api.client.get(ME, headers={"Authorization": f"Bearer {one}"}) for _ in range(CALLER + 1)]
    refused(asked[-1])
    assert left(cast.api.client.get(ME, headers={"Authorization": f"Bearer {other}"}))[1] == CALLER - 1
    assert cast.send(O, "GET", ME).status_code == 200


def test_what_comes_in_nobody_s_name_counts_against_its_address(api: Api, cast: Cast, ticks: Ticks) -> None:
    """Without a token, with a wrong one, to no route at all: one quota; people behind the same address go on."""
    wrong = {"Authorization": "Bearer wrong"}
    for spent, (path, headers) in enumerate(
        [(ME, {}), (ME, wrong), ("/nowhere", {}), ("/v1/problems/not-found", wrong), ("/v1/openapi.json", {})] * 2, 1
    ):
        assert left(api.client.get(path, headers=headers)) == ("address", ADDRESS - spent, spent * 6)
    for path, headers in ((ME, {}), (ME, wrong), ("/nowhere", {"Cookie": "a=b"}), ("/v1/problems/not-found", {})):
        assert refused(api.client.get(path, headers=headers)) == 6
    assert cast.send(STRANGER, "GET", ME).status_code == 200
    assert [api.client.get(path).status_code for path in ("/livez", "/readyz")] == [200, 200]
    ticks.now += 6
    assert api.client.get(ME).status_code == 401  # control


def test_a_quota_holds_for_each_and_is_forgotten_when_it_is_whole() -> None:
    """However many callers there are, each has a quota; of more than are remembered the first have it anew."""
    ticks = Ticks()
    quota = Quota("caller", 1, ticks)
    for number in range(REMEMBERED):
        assert not quota.take(number).pause
    assert quota.spent(REMEMBERED - 1)
    assert [quota.take(number).pause for number in (REMEMBERED - 1, REMEMBERED - 2)] == [WINDOW, WINDOW]
    assert not quota.take("one more").pause
    assert not quota.spent(0)
    ticks.now += WINDOW
    assert not quota.spent(REMEMBERED - 1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True), ("192.0.2.1", "192.0.2.2", False), ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%a", "fe80::2", True),
        ("", "", True),
    ],
)  # fmt: skip
def test_a_network_of_ipv6_is_one_address(one: str, other: str, same: bool) -> None:
    """Whoever has a network of 64 bits has one quota, and an IPv4 address is the same however it is written."""
    assert (place_of(one) == place_of(other)) is same


def test_there_are_quotas_unless_they_are_switched_off() -> None:
    """By default both kinds; 0 stands for none."""
    caller, address = (Settings.model_fields[name].default for name in ("rate_caller", "rate_address"))
    usual = Rates.of(caller, address, Ticks())
    assert None not in (usual.callers, usual.addresses)
    assert Rates.of(0, 0, Ticks()) == Rates()
