"""Keys of a provider: found, renewed and rotated while it runs, and not to be asked for by force."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from api.backend import TokenRefused, TokensUnavailable
from ops.clock import now
from ops.identity.errors import KeysOutOfReach, KeyUnknown, ProviderError
from ops.identity.issuer_keys import IssuerKeys
from ops.identity.kept_keys import MAX_WAITING, KeptKeys, Pace
from ops.identity.provider import MAX_AGE, Fetched, Provider
from ops.identity.tokens import Verifier
from tests.provider.running import AUDIENCE, Running

DEADLINE = 20
HOUR, DAY = 3_600, 24 * 3_600


class Watch:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.seconds


class Tried:
    """Keys of a running provider, and a verifier on them; a test can wait until nobody is asked any more."""

    def __init__(self, one: Running) -> None:
        self.watch = Watch()
        self.keys = KeptKeys(Provider(one.issuer).keys, Pace(patience=DEADLINE), self.watch)
        self._verifier = Verifier(self.keys, one.issuer, AUDIENCE)

    def subject(self, token: str) -> str:
        """Whom a token is about."""
        return self._verifier.verify(token, now()).subject

    def settled(self) -> None:
        """Wait until the question that is under way is answered."""
        with self.keys._changed:
            assert self.keys._changed.wait_for(lambda: not self.keys._asking, DEADLINE)


def test_a_provider_s_keys_are_found(well: Running) -> None:
    """From the issuer alone: its configuration names its keys, and a token that they signed says who somebody is."""
    tried, before = Tried(well), well.fetches()
    assert tried.subject(well.token()) == "ann"
    assert tried.subject(well.token(sub="bob")) == "bob"
    assert well.fetches() == before + 1


def test_a_new_key_is_taken_while_running(well: Running) -> None:
    """After a rotation the first token of the new key is good at once, and the withdrawn key's tokens no more."""
    tried = Tried(well)
    old = well.token(sub="before")
    assert tried.subject(old) == "before"
    well.rotate("rotated")
    assert tried.subject(old) == "before"  # nobody has asked yet
    assert tried.subject(well.token(sub="after")) == "after"
    with pytest.raises(TokenRefused):
        tried.subject(old)


def test_made_up_keys_cause_one_question(well: Running) -> None:
    """Ten thousand tokens with made-up key ids from many threads: one question in thirty seconds; good ones pass."""
    tried = Tried(well)
    good = well.token()
    assert tried.subject(good) == "ann"
    before = well.fetches()

    def refused(number: int) -> bool:
        with pytest.raises((KeyUnknown, KeysOutOfReach)):
            tried.keys.key(f"made-up-{number}", "ES256")
        return True

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(refused, range(10_000)))
    assert well.fetches() == before + 1
    assert tried.subject(good) == "ann"
    tried.watch.seconds += 31
    with pytest.raises(KeyUnknown):
        tried.keys.key("made-up-again", "ES256")
    assert well.fetches() == before + 2


def test_keys_are_renewed_behind_the_requests(well: Running) -> None:
    """Due keys are used while they are asked for anew: once, at the age that the provider named, or ten minutes."""
    for mode, age in (("well", MAX_AGE), ("short-lived", 60)):
        well.behave(mode)
        tried = Tried(well)
        token = well.token()
        assert tried.subject(token) == "ann"
        before = well.fetches()
        tried.watch.seconds += age - 1
        assert tried.subject(token) == "ann"
        tried.settled()
        assert well.fetches() == before
        tried.watch.seconds += 1
        assert [tried.subject(token) for _ in range(5)] == ["ann"] * 5
        tried.settled()
        assert well.fetches() == before + 1


def test_an_outage_of_a_day_is_survived(well: Running) -> None:
    """Out of reach: old keys are used for a day and the provider asked twice a minute; then 503, never 401."""
    tried, token = Tried(well), well.token(exp=int(now().timestamp()) + 3 * DAY)
    assert tried.subject(token) == "ann"
    well.behave("failing")
    tried.watch.seconds += HOUR
    for _ in range(3):
        before = well.fetches()
        assert [tried.subject(token) for _ in range(4)] == ["ann"] * 4
        tried.settled()
        assert well.fetches() == before + 1
        tried.watch.seconds += 30
    with pytest.raises(KeysOutOfReach):  # it may be new: nobody can tell
        tried.keys.key("perhaps-new", "ES256")
    assert tried.keys.ready()
    tried.settled()
    tried.watch.seconds = DAY
    for _ in range(3):
        with pytest.raises(TokensUnavailable) as told:
            tried.subject(token)
        assert told.value.seconds == 1
    assert not tried.keys.ready()
    well.behave("well")
    tried.settled()
    tried.watch.seconds += 1
    assert tried.subject(token) == "ann"
    assert tried.keys.ready()


@pytest.mark.parametrize(
    "mode",
    ["failing", "redirecting", "garbled", "endless", "another-issuer", "elsewhere", "keyless",
     "hanging", "trickling"],
)  # fmt: skip
def test_only_a_provider_s_own_answer_counts(well: Running, mode: str) -> None:
    """Errors, redirects, garbage, endless answers, another issuer, keys from elsewhere, none, or too late: no keys."""
    assert Provider(well.issuer).keys().max_age == MAX_AGE
    well.behave(mode)
    asked = well.asked("/control/asked")
    with pytest.raises(ProviderError):
        Provider(well.issuer, patience=0.3).keys()
    assert well.asked("/control/asked") == asked + 1  # this very question: nobody followed a redirect


def test_without_any_provider_it_can_t_be_told(well: Running) -> None:
    """Where nothing answers at all, a token is neither good nor bad; with the provider the same token is good."""
    gone = KeptKeys(Provider("http://127.0.0.1:9").keys, Pace(patience=DEADLINE))
    with pytest.raises(TokensUnavailable):
        Verifier(gone, well.issuer, AUDIENCE).verify(well.token(), now())
    assert Tried(well).subject(well.token()) == "ann"


def _some_keys() -> Fetched:
    key = OKPKey.generate_key("Ed25519", {"kid": "one"})
    return Fetched(IssuerKeys({"keys": [key.as_dict(private=False)]}), MAX_AGE)


class Slow:
    """Answers when a test says so."""

    def __init__(self, answer: Callable[[], Fetched]) -> None:
        self.answer, self.asked = answer, 0
        self.go, self.begun = Event(), Event()

    def __call__(self) -> Fetched:
        """The answer."""
        self.asked += 1
        self.begun.set()
        assert self.go.wait(DEADLINE)
        return self.answer()


def test_few_wait_and_nobody_for_long() -> None:
    """While the provider doesn't answer, a few requests wait, the others hear at once to come again."""
    slow = Slow(_some_keys)
    kept = KeptKeys(slow, Pace(patience=DEADLINE))

    def ask(_: int) -> str:
        try:
            kept.key("one", "Ed25519")
        except KeysOutOfReach:
            return "later"
        return "good"

    with ThreadPoolExecutor(3 * MAX_WAITING) as pool:
        asked = [pool.submit(ask, number) for number in range(3 * MAX_WAITING)]
        turned_away = [one for one in asked if _is_done(one, slow.begun, kept)]
        slow.go.set()
        answers = [one.result(DEADLINE) for one in asked]
    assert answers.count("good") >= MAX_WAITING
    assert all(one.result() == "later" for one in turned_away)
    assert slow.asked == 1
    impatient = KeptKeys(hung := Slow(_some_keys), Pace(patience=0))
    with pytest.raises(KeysOutOfReach):
        impatient.key("one", "Ed25519")
    hung.go.set()


def _is_done(one: Any, begun: Event, kept: KeptKeys) -> bool:
    assert begun.wait(DEADLINE)
    with kept._changed:
        assert kept._waiting <= MAX_WAITING
    return bool(one.done())


def test_a_fault_of_ours_doesn_t_end_the_asking() -> None:
    """An unforeseen error while asking counts as no answer: the next question is asked all the same."""
    slow = Slow(lambda: json.loads("{"))
    slow.go.set()
    watch = Watch()
    kept = KeptKeys(slow, Pace(patience=DEADLINE), watch)
    with pytest.raises(KeysOutOfReach):
        kept.key("one", "Ed25519")
    slow.answer = _some_keys
    watch.seconds += 1
    assert kept.key("one", "Ed25519").kid == "one"
