"""To which domain passkeys are bound: the server's own or one that it lies in, and never to a number."""

from typing import Any, Final

import pytest

from ops.identity import IssuerError, passkeys
from ops.identity.passkeys import RelyingParty
from ops.settings import Settings

HERE: Final = "https://app.coaching.example.org"


def party(**changes: Any) -> RelyingParty | None:
    """Who asks for passkeys under these settings."""
    records: Any = None
    settings = Settings(_env_file=None, **{"public_url": HERE, **changes})  # type: ignore[call-arg]
    return passkeys(settings, records, lambda purpose: purpose.ljust(32).encode())._party


def test_a_passkey_is_bound_to_the_server_s_domain() -> None:
    """Or to the one above it, so that it stays good when the server's own name changes; without an address to none."""
    assert party() == RelyingParty("app.coaching.example.org", HERE)
    assert party(passkey_domain="coaching.example.org") == RelyingParty("coaching.example.org", HERE)
    assert party(public_url="http://localhost:8400") == RelyingParty("localhost", "http://localhost:8400")
    assert party(public_url=None) is None
    assert party(public_url="http://127.0.0.1:8400") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"passkey_domain": "example.com"}, {"passkey_domain": "ching.example.org"}, {"passkey_domain": ""},
        {"passkey_domain": "www.app.coaching.example.org"}, {"passkey_domain": "localhost", "public_url": None},
        {"passkeys": "required", "public_url": None}, {"passkeys": "required", "public_url": "http://127.0.0.1:8400"},
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(changes: dict[str, Any]) -> None:
    """A domain that isn't the server's, and passkeys required that nobody could register."""
    with pytest.raises(IssuerError):
        party(**changes)
