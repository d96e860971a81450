"""People with an engagement, and settings under which webhooks may be sent to this machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from ops.settings import Settings
from ops.webhooks.delivering import Delivering
from tests.api.acts import perform, play
from tests.api.people import Api, C, Cast
from tests.api.webhooks.receiver import NEAR, Hearer
from tests.live import fresh_settings

Sending = Callable[..., Any]


@pytest.fixture(scope="module")
def api_settings() -> Settings:
    """Settings that allow receivers on this machine."""
    return fresh_settings().model_copy(update={"webhook_networks": tuple(NEAR.networks)})


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement under way."""
    return play(new_cast(), "coached")


@pytest.fixture
def sending(api: Api) -> Sending:
    """Runs the thread that sends, with pauses of a test's choice."""

    @contextmanager
    def run(pauses: Sequence[float] = (0.01,) * 50) -> Iterator[Delivering]:
        made = Delivering(api.service, NEAR, pauses, api.clock)
        made.start()
        try:
            yield made
        finally:
            made.stop()

    return run


@pytest.fixture
def register(cast: Cast) -> Callable[..., dict[str, Any]]:
    """Registers a webhook of somebody's."""

    def make(hearer: Hearer, who: str = C, **more: Any) -> dict[str, Any]:
        body = {"name": "Agenda", "url": hearer.url, **more}
        return cast.write(who, "POST", "/v1/webhooks", body).json()  # type: ignore[no-any-return]

    return make


@pytest.fixture
def act(cast: Cast) -> Callable[[int], None]:
    """Has so many things happen that the coach sees."""

    def happen(count: int) -> None:
        for _ in range(count):
            perform(cast, C, "context")

    return happen
