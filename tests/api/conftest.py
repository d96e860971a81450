"""A real server for this folder: one per test file, on a cell of its own, with its log in reach."""

import contextlib
import io
import logging
import shutil
from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest
import structlog

from ops import logs
from ops.settings import Settings
from tests.api.described import Described
from tests.api.people import Api, Cast, Clock
from tests.conftest import NewCell
from tests.live import fresh_settings, serving, tokens_of
from tests.stage import open_service

_numbers = count(1)


@pytest.fixture(scope="module")
def api_settings() -> Iterator[Settings]:
    """Settings with a home of their own."""
    settings = fresh_settings()
    yield settings
    shutil.rmtree(settings.home)


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What the server logs, through the product's own sieve."""
    lines = io.StringIO()
    root = logging.getLogger()
    level = root.level
    with contextlib.redirect_stderr(lines):
        logs.configure()
    structlog.configure(cache_logger_on_first_use=False)
    yield lines
    root.handlers[:] = []  # pytest puts its own back for each test
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def api(new_cell: NewCell, api_settings: Settings, log: io.StringIO) -> Iterator[Api]:
    """A running API on a fresh cell."""
    with (
        new_cell() as cell,
        open_service(cell) as service,
        serving(service, api_settings, clock := Clock()) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        client.event_hooks["response"].append(Described(client.get("/v1/openapi.json").json()))
        yield Api(client, service, tokens_of(api_settings, clock), log, clock)


@pytest.fixture(scope="module")
def new_cast(api: Api) -> Callable[..., Cast]:
    """Makes people who are registered and have nothing to do with anybody before them."""

    def make(*more: str) -> Cast:
        cast = Cast(api, f"{next(_numbers)}")
        cast.introduce(*more)
        return cast

    return make
