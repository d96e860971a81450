"""People with passkeys: they register them, and are asked for them."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.api.people import Cast
from tests.authenticator import Authenticator

ORIGIN: Final = "http://localhost:8400"
PASSKEYS: Final = "/v1/passkeys"
HEADER: Final = "Passkey-Assertion"


@dataclass
class Holder:
    """Somebody of a cast, and one passkey of theirs."""

    cast: Cast
    who: str
    device: Authenticator
    id: str = ""

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request of theirs, without their passkey."""
        return self.cast.send(self.who, method, path, **options)

    def asked(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """What their browser is to give the authenticator for a request, which must want it."""
        refused = self.ask(method, path, **options)
        assert found(refused) == (401, "step-up-required")
        assert 'error="insufficient_user_authentication"' in refused.headers["WWW-Authenticate"]
        return refused.json()["public_key"]  # type: ignore[no-any-return]

    def show(self, method: str, path: str, answer: str, **options: Any) -> httpx.Response:
        """A request of theirs, with an authenticator's answer."""
        headers = {**options.pop("headers", {}), HEADER: answer}
        return self.ask(method, path, headers=headers, **options)

    def step_up(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request of theirs, as a page would make it: asked, answered, and sent again."""
        return self.show(method, path, self.device.answer(self.asked(method, path, **options)), **options)


def found(answer: httpx.Response) -> tuple[int, str]:
    """Status and problem type."""
    return answer.status_code, "" if answer.is_success else answer.json()["type"].rsplit("/", 1)[-1]


def offer(cast: Cast, who: str) -> dict[str, Any]:
    """What somebody's browser is to make a passkey from."""
    answer = cast.send(who, "GET", f"{PASSKEYS}/offer")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return answer.json()["public_key"]  # type: ignore[no-any-return]


def register(cast: Cast, who: str, credential: str, name: str = "phone") -> httpx.Response:
    """Register what an authenticator has made."""
    headers = {"Idempotency-Key": cast.api.new_key()}
    return cast.send(who, "POST", PASSKEYS, json={"name": name, "credential": credential}, headers=headers)


def holder(cast: Cast, who: str, **changes: Any) -> Holder:
    """Somebody who registers their first passkey."""
    device = Authenticator(ORIGIN, **changes)
    made = register(cast, who, device.make(offer(cast, who)))
    assert found(made) == (201, "")
    return Holder(cast, who, device, made.json()["id"])
