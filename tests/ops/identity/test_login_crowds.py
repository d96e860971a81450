"""What strangers can make a login cost, who may begin one whenever they like."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.backend import TokensUnavailable
from ops.clock import now
from ops.identity.login import AT_ONCE, Client, Login
from ops.identity.provider import Provider
from ops.identity.sealing import Sealing
from tests.provider.running import Running


def test_a_crowd_does_not_wait_for_a_provider_that_hangs(running: Running) -> None:
    """One asks, a few wait with it, all others are told at once to come later; nobody waits twice."""
    unused: Any = None
    client = Client("driehoek-web", None, "https://coaching.example.org")
    login = Login(Provider(running.issuer, patience=1), unused, client, Sealing(bytes(32), "login"), unused)
    before = running.fetches()
    running.behave("hanging")
    with ThreadPoolExecutor(3 * AT_ONCE) as crowd:
        begun = [crowd.submit(login.begin, "/", now()) for _ in range(3 * AT_ONCE)]
    for one in begun:
        with pytest.raises(TokensUnavailable):
            one.result()
    running.behave("well")
    assert running.fetches() == before + 1
    clocked = Login(Provider(running.issuer), unused, client, Sealing(bytes(32), "login"), unused)
    assert clocked.begin("/", now()).location.startswith(f"{running.issuer}/authorize?")  # positive control
