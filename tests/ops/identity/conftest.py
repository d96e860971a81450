"""A provider that all tests of a file share; each of them finds it well-behaved."""

from collections.abc import Iterator

import pytest

from tests.provider.running import Running, provider


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A provider in a process of its own."""
    with provider() as one:
        yield one


@pytest.fixture
def well(running: Running) -> Iterator[Running]:
    """The same, and it is well-behaved before and after."""
    yield running
    running.behave("well")
