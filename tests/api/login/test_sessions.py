"""A browser's session: whose it is, how it ends, and from where it may write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from ops.settings import Settings
from tests.api.login.browsers import ME, ORIGIN, OWN, SESSION, Browser, Server, refused
from tests.authenticator import Authenticator
from tests.live import serving
from tests.provider.running import Running


def test_a_session_ends_by_itself(browser: Browser, server: Server) -> None:
    """After half an hour without a request, and after eight hours whatever was done."""
    browser.log_in()
    server.clock.ahead = timedelta(minutes=29)
    idle = Browser(browser.url, dict(browser.cookies))
    assert browser.me() == 200
    server.clock.ahead = timedelta(minutes=31)
    assert (idle.me(), browser.me()) == (401, 200)  # only the one that was used goes on
    for minutes in range(60, 8 * 60, 29):
        server.clock.ahead = timedelta(minutes=minutes)
        assert browser.me() == 200
    server.clock.ahead = timedelta(hours=8, seconds=5)
    assert browser.me() == 401


def test_a_changed_cookie_is_nobody_s(browser: Browser) -> None:
    """One letter other anywhere, one less, one more, or another's purpose: refused; the one that it was is good."""
    good = browser.log_in().cookies[SESSION]
    for at in range(0, len(good), 7):
        browser.cookies[SESSION] = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        assert browser.me() == 401
    for wrong in (good[:-1], good + "A", good + "=", "", "A" * 5_000):
        browser.cookies[SESSION] = wrong
        assert browser.me() == 401
    begun = Browser(browser.url)
    begun.leave()
    browser.cookies[SESSION] = begun.cookies["driehoek-login"]
    assert browser.me() == 401
    browser.cookies[SESSION] = good
    assert browser.me() == 200


def test_no_cache_keeps_what_a_session_was_answered_with(browser: Browser, server: Server, running: Running) -> None:
    """Not the answer, not a refusal, and not the renewed cookie with it; nor is it there for other sites' pages."""
    browser.log_in()
    server.clock.ahead = timedelta(minutes=2)
    for path, status in ((ME, 200), (f"/v1/engagements/{uuid4()}/grants", 404), ("/v1/engagements?limit=5", 200)):
        answer = browser.send("GET", path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    token = {"Authorization": f"Bearer {running.token()}"}
    refused = Browser(browser.url).send("GET", path.replace("/engagements", "/nothing"), headers=token)
    assert "Cache-Control" not in refused.headers  # control: caches know by the token


def register(browser: Browser, **headers: str) -> httpx.Response:
    """A write."""
    body = {"name": "Ann", "email": "ann@example.org"}
    keyed = {"Idempotency-Key": uuid4().hex, **headers}
    return browser.send("POST", "/v1/people", json=body, headers=keyed)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": f"{ORIGIN}.evil.example"},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Referer": f"{ORIGIN}/"},
    ],
    ids=str,
)  # fmt: skip
def test_a_write_from_another_site_is_refused(browser: Browser, server: Server, headers: dict[str, str]) -> None:
    """With a session, whatever doesn't say that it comes from our own pages does nothing, logging out included."""
    browser.log_in()
    size = server.service.recorder.max_notification_id()
    refused(register(browser, **headers), 403, "cross-site-write")
    refused(browser.send("POST", "/logout", headers=headers), 403, "cross-site-write")
    assert server.service.recorder.max_notification_id() == size
    assert browser.me() == 200


def test_a_write_from_our_own_pages_is_done(browser: Browser, running: Running) -> None:
    """With either header, or both; and a program with a token needs none of it."""
    for number, headers in enumerate(
        (OWN, {"Sec-Fetch-Site": "same-origin"}, {**OWN, "Sec-Fetch-Site": "same-origin"})
    ):
        running.spoil(claims={"sub": f"writer {number}"})
        assert register(browser.log_in(), **headers).status_code == 201
    token = {"Authorization": f"Bearer {running.token(sub='a program')}"}
    assert register(Browser(browser.url), **token).status_code == 201


def test_a_token_beside_a_session_counts_alone(browser: Browser) -> None:
    """Whoever shows a token, even a bad one or another scheme's, isn't taken for their browser."""
    browser.log_in()
    for shown in ("Bearer garbage", "Basic YTpi", ""):
        assert browser.send("GET", ME, headers={"Authorization": shown}).status_code == 401


def test_logging_out_ends_every_copy_everywhere(browser: Browser, running: Running) -> None:
    """The cookie goes, a stolen copy is dead from the next request on, another login isn't; the provider is told."""
    running.spoil(claims={"sub": "leaver"})
    browser.log_in()
    register(browser, **OWN)
    other, stolen = Browser(browser.url).log_in(), Browser(browser.url, dict(browser.cookies))
    gone = browser.send("POST", "/logout", headers=OWN)
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{running.issuer}/end-session?client_id=driehoek-web")
    assert browser.cookies == {}
    assert (stolen.me(), browser.me(), other.me()) == (401, 401, 200)
    refused(stolen.send("POST", "/logout", headers=OWN), 401, "unauthenticated")


def test_a_session_alone_adds_no_passkey(browser: Browser, running: Running) -> None:
    """In a browser, too, a second passkey takes an answer of the first, from our own page and for that request."""
    running.spoil(claims={"sub": "holder"})
    browser.log_in()
    register(browser, **OWN)
    first, second = Authenticator(ORIGIN), Authenticator(ORIGIN)

    def add(device: Authenticator, **headers: str) -> httpx.Response:
        return browser.send("POST", "/v1/passkeys", json=said[device.id], headers={**keyed[device.id], **headers})

    said, keyed = {}, {}
    for device in (first, second):
        options = browser.send("GET", "/v1/passkeys/offer").json()["public_key"]
        said[device.id] = {"name": "phone", "credential": device.make(options)}
        keyed[device.id] = {"Idempotency-Key": uuid4().hex}
    refused(add(first), 403, "cross-site-write")
    assert add(first, **OWN).status_code == 201
    asked = add(second, **OWN)
    refused(asked, 401, "step-up-required")
    answer = first.answer(asked.json()["public_key"])
    refused(add(second, **{"Passkey-Assertion": answer}), 403, "cross-site-write")
    assert add(second, **OWN, **{"Passkey-Assertion": answer}).status_code == 201


def test_a_session_is_good_in_every_process(browser: Browser, server: Server, settings: Settings) -> None:
    """Another server on the same cell opens it, and knows that it is ended."""
    with _second(server, settings) as url:
        there = Browser(url, browser.log_in().cookies)
        register(browser, **OWN)
        assert there.me() == 200
        browser.send("POST", "/logout", headers=OWN)
        assert there.me() == 401


@contextmanager
def _second(server: Server, settings: Settings) -> Iterator[str]:
    with serving(server.service, settings, server.clock) as url:
        yield url
