"""When browsers can log in: only where everything is there that a safe login takes."""

from pathlib import Path
from typing import Any, Final

import pytest

from ops.identity import IssuerError, browsers, verifier
from ops.identity.login import Login
from ops.identity.urls import is_origin
from ops.settings import Settings
from tests.provider.running import Running

HERE: Final = "https://coaching.example.org"


def asked(running: Running, home: Path, **changes: Any) -> Login | None:
    """What settings with a client give, but for the changes."""
    given = {"issuer": running.issuer, "client_id": "driehoek-web", "public_url": HERE, **changes}
    settings = Settings(home=home, _env_file=None, **given)  # type: ignore[call-arg]
    development = settings.issuer != running.issuer
    checks: Any = None if development else verifier(settings.model_copy(update={"jwks": None}))
    records: Any = None
    return browsers(settings, checks, records, lambda purpose: purpose.ljust(32).encode())


def test_a_client_at_a_provider_logs_in(running: Running, tmp_path: Path) -> None:
    """With an issuer, a client id and an address there is a login; without a client id there is none."""
    made = asked(running, tmp_path)
    assert made is not None
    assert made.origin == HERE
    assert asked(running, tmp_path, client_id=None) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "driehoek-development"}, {"jwks": Path("keys.json")}, {"client_id": "driehoek"},
        {"public_url": None}, {"public_url": "http://coaching.example.org"}, {"public_url": f"{HERE}/"},
        {"public_url": f"{HERE}/app"}, {"client_secret_file": Path("nowhere")},
        {"client_secret_file": Path("/dev/null")},
    ],
    ids=str,
)  # fmt: skip
def test_half_a_set_up_is_refused(running: Running, tmp_path: Path, changes: dict[str, Any]) -> None:
    """The server doesn't start with a login that couldn't be safe, or couldn't work."""
    with pytest.raises(IssuerError):
        asked(running, tmp_path, **changes)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        (HERE, True), ("https://coaching.example.org:8443", True), ("http://localhost:8400", True),
        ("http://127.0.0.1", True), ("https://COACHING.example.org", False), (f"{HERE}:443", False),
        (f"{HERE}?", False), ("https://user@coaching.example.org", False), ("coaching.example.org", False), ("", False),
    ],
)  # fmt: skip
def test_an_origin_is_written_as_browsers_write_it(url: str, good: bool) -> None:
    """Scheme, host in small letters, a port that isn't the scheme's own; nothing behind it."""
    assert is_origin(url) is good


def test_a_secret_stays_out_of_sight(running: Running, tmp_path: Path) -> None:
    """What prints a client doesn't print its secret."""
    word = "very secret"
    (tmp_path / "secret").write_text(f"{word}\n")
    made = asked(running, tmp_path, client_secret_file=tmp_path / "secret")
    assert made is not None
    assert made._client.secret == word
    assert word not in repr(made._client)
