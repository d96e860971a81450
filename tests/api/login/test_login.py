"""Logging in with a browser at a real provider, and each way in which an answer isn't this login's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from domain.principals import person_id
from ops.settings import Settings
from tests.api.login.browsers import ME, ORIGIN, SESSION, Browser, Server, refused
from tests.conftest import NewCell
from tests.live import fresh_settings, serving
from tests.provider.running import Running
from tests.stage import open_service


def test_a_login_gives_the_identity_that_a_token_gives(browser: Browser, running: Running) -> None:
    """The same person, with the way that the browser was on; the session's cookie is for this host and no script."""
    assert browser.me() == 401
    location = browser.leave("/login?then=/v1/engagements%3Flimit%3D5")
    assert location.startswith(f"{ORIGIN}/login/return?")
    done = browser.come_back(location)
    assert (done.status_code, done.headers["Location"]) == (303, "/v1/engagements?limit=5")
    assert done.headers["Referrer-Policy"] == "no-referrer"
    assert done.headers["Cache-Control"] == "no-store"
    (kept,) = [one for one in done.headers.get_list("set-cookie") if one.startswith(SESSION)]
    assert {part.strip().lower() for part in kept.split(";")[1:]} == {"httponly", "path=/", "samesite=lax"}
    assert set(browser.cookies) == {SESSION}
    by_session = browser.send("GET", ME).json()
    by_token = Browser.ask("GET", browser.url + ME, headers={"Authorization": f"Bearer {running.token()}"}).json()
    assert by_session["id"] == by_token["id"] == str(person_id(running.issuer, "ann"))


def test_a_long_name_in_any_script_fits_into_the_cookie(browser: Browser, running: Running) -> None:
    """The longest subject that there is, of letters that take most room, logs in; one letter more doesn't."""
    running.spoil(claims={"sub": "\U00010348" * 255})
    assert browser.log_in().me() == 200
    running.spoil(claims={"sub": "\U00010348" * 256})
    refused(browser.come_back(browser.leave()))


def test_over_https_the_cookies_are_the_host_s(new_cell: NewCell, settings: Settings) -> None:
    """``__Host-``, Secure, HttpOnly, Lax, no domain; and the provider is asked as it has us registered, with PKCE."""
    public = settings.model_copy(update={"public_url": "https://coaching.example.org"})
    with new_cell() as cell, open_service(cell) as service, serving(service, public) as url:
        browser = Browser(url)
        begun = browser.send("GET", "/login")
        cookies = [
            *begun.headers.get_list("set-cookie"),
            *browser.come_back(browser.leave()).headers.get_list("set-cookie"),
        ]
        asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    names = {one.partition("=")[0] for one in cookies}
    assert names == {"__Host-driehoek-login", "__Host-driehoek-session"}
    for one in cookies:
        parts = {part.strip().lower().partition("=")[0] for part in one.split(";")[1:]}
        assert {"httponly", "path", "samesite", "secure"} <= parts
        assert "domain" not in parts
    assert asked["redirect_uri"] == ["https://coaching.example.org/login/return"]
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == (["S256"], ["code"], ["openid"])
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "then",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "evil", ""],
)
def test_nobody_is_sent_elsewhere_after_a_login(browser: Browser, then: str) -> None:
    """Only a path of this server is gone on to; anything that a browser could read as another is left away."""
    location = browser.leave(f"/login?then={then}")
    assert browser.come_back(location).headers["Location"] == ME


def _another_state(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, state=uuid4().hex)


def _no_state(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, state=None)


def _another_browser(browser: Browser, location: str) -> httpx.Response:
    victim = Browser(browser.url)
    victim.leave()
    return victim.come_back(location)


def _no_cookie(browser: Browser, location: str) -> httpx.Response:
    return Browser(browser.url).come_back(location)


def _another_issuer(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, iss="https://id.example.org")


def _no_issuer(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, iss=None)


def _made_up_code(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, code="made-up")


def _refusal(browser: Browser, location: str) -> httpx.Response:
    return browser.come_back(location, code=None, error="access_denied")


def _twice(browser: Browser, location: str) -> httpx.Response:
    query = urlsplit(location).query
    return browser.send("GET", f"/login/return?{query}&state=again")


def _session_as_login(browser: Browser, location: str) -> httpx.Response:
    other = Browser(browser.url).log_in()
    browser.cookies["driehoek-login"] = other.cookies[SESSION]
    return browser.come_back(location)


MIXED_UP: Final[list[Callable[[Browser, str], httpx.Response]]] = [
    _another_state, _no_state, _another_browser, _no_cookie, _another_issuer, _no_issuer, _made_up_code, _refusal,
    _twice, _session_as_login,
]  # fmt: skip


@pytest.mark.parametrize("mixed_up", MIXED_UP, ids=lambda one: one.__name__.strip("_"))
def test_an_answer_that_is_not_this_login_s_is_refused(
    browser: Browser, mixed_up: Callable[[Browser, str], httpx.Response]
) -> None:
    """Another state, browser, issuer (RFC 9207), a missing one, a made-up code, a refusal: no session comes of it."""
    refused(mixed_up(browser, browser.leave()))
    assert browser.log_in().me() == 200  # positive control


def test_a_code_is_good_once(browser: Browser) -> None:
    """The same answer again, with the login's cookie put back, gives nothing more."""
    location = browser.leave()
    kept = dict(browser.cookies)
    assert browser.come_back(location).status_code == 303
    refused(Browser(browser.url, kept).come_back(location))


def test_a_code_of_another_client_or_login_is_refused(browser: Browser, running: Running) -> None:
    """A code that the provider gave another application, or this one for another login's PKCE, is no use here."""
    asked = {
        "client_id": "another", "redirect_uri": "http://localhost:9000/return", "response_type": "code",
        "scope": "openid", "state": "s", "nonce": "n", "code_challenge_method": "S256", "code_challenge": "c",
    }  # fmt: skip
    back = Browser.ask("GET", f"{running.issuer}/authorize", params=asked)
    stolen = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    refused(browser.come_back(browser.leave(), code=stolen))
    of_another_login = parse_qs(urlsplit(Browser(browser.url).leave()).query)["code"][0]
    refused(browser.come_back(browser.leave(), code=of_another_login))


def test_a_login_waits_ten_minutes(browser: Browser, server: Server) -> None:
    """Whoever takes longer begins again."""
    location = browser.leave()
    server.clock.ahead = timedelta(minutes=10, seconds=5)
    refused(browser.come_back(location))


CLAIMS: Final[dict[str, dict[str, Any]]] = {
    "another nonce": {"nonce": "made-up"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://id.example.org"},
    "another client": {"aud": "another"},
    "the API's audience": {"aud": "driehoek"},
    "other clients too": {"aud": ["driehoek-web", "another"]},
    "another authorized party": {"azp": "another"},
    "over": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "of yesterday": {"iat": 1_700_000_000},
    "no subject": {"sub": None},
    "a number as subject": {"sub": 7},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
def test_an_id_token_that_says_something_else_is_refused(
    browser: Browser, running: Running, claims: dict[str, Any]
) -> None:
    """Nonce, issuer, audience, authorized party, times and subject are this login's, or there is no session."""
    running.spoil(claims=claims)
    refused(browser.come_back(browser.leave()))


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "ES256"}, {"kid": "made-up"}, {"crit": ["b64"]}], ids=str
)
def test_an_id_token_that_is_signed_otherwise_is_refused(
    browser: Browser, running: Running, header: dict[str, Any]
) -> None:
    """No algorithm, a shared secret, another's algorithm, an unknown key, an unknown extension."""
    running.spoil(header=header)
    refused(browser.come_back(browser.leave()))


@pytest.mark.parametrize("token", [None, "", "a.b.c", 7, "eyJhbGciOiJub25lIn0.e30."], ids=str)
def test_no_id_token_is_no_login(browser: Browser, running: Running, token: Any) -> None:
    """Nothing, garbage, and a token that nobody signed."""
    running.spoil(token=token)
    refused(browser.come_back(browser.leave()))


def test_two_audiences_need_us_as_the_authorized_party(browser: Browser, running: Running) -> None:
    """With ``azp`` it is ours all the same."""
    running.spoil(claims={"aud": ["driehoek-web", "another"], "azp": "driehoek-web"})
    assert browser.log_in().me() == 200


def test_an_id_token_is_still_no_bearer_token(browser: Browser, running: Running) -> None:
    """What a login rests on opens nothing by itself."""
    token = running.token(aud="driehoek-web", nonce="n")
    assert Browser.ask("GET", browser.url + ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_without_the_provider_nobody_logs_in_and_sessions_go_on(browser: Browser, running: Running) -> None:
    """A provider that fails makes a login 503, to be tried again; who is in stays in."""
    location, inside = browser.leave(), Browser(browser.url).log_in()
    running.behave("failing")
    refused(browser.come_back(location), 503, "identity-unavailable")
    assert inside.me() == 200


def test_where_nothing_is_set_up_nothing_is_there(new_cell: NewCell, running: Running) -> None:
    """Without a client's id there is no login, and a cookie says nothing."""
    plain = fresh_settings().model_copy(update={"issuer": running.issuer})
    with new_cell() as cell, open_service(cell) as service, serving(service, plain) as url:
        for method, path in (("GET", "/login"), ("GET", "/login/return"), ("POST", "/logout")):
            refused(Browser.ask(method, url + path), 404, "not-found")
        assert Browser.ask("GET", url + ME, headers={"Cookie": f"{SESSION}=x"}).status_code == 401
