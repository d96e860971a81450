"""The event-sourcing library's own conformance cases, run against our recorder on a real server.

What the library promises about a recorder is written in these cases. Their measurements are kept off the screen.

Their module imports `eventsourcing.cipher` for its mapper cases, and that one imports pycryptodome, a second
cryptography library that has no place here: sealing happens in our own mapper. A module that holds only the name stands
there instead; no case that runs here uses it.
"""

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, StoredEvent, Subscription

from ops.store.recorder import CellRecorder

_cipher = ModuleType("eventsourcing.cipher")
vars(_cipher)["AESCipher"] = None
sys.modules.setdefault(_cipher.__name__, _cipher)

from eventsourcing.tests.persistence import (  # noqa: E402 - after what it needs
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)


class _Quiet:
    """Gives each case a recorder on a fresh cell, and keeps its measurements off the screen."""

    recorder: CellRecorder

    @pytest.fixture(autouse=True)
    def _use(self, recorder: CellRecorder) -> Iterator[None]:
        self.recorder = recorder
        with contextlib.redirect_stdout(io.StringIO()):
            yield

    def create_recorder(self) -> CellRecorder:
        """The recorder of the fixture."""
        return self.recorder


class _AsAggregateRecorder(AggregateRecorder):
    """Our recorder seen as one of streams only, which by the library's rules reports no positions."""

    def __init__(self, recorder: CellRecorder) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, *args: Any, **kwargs: Any) -> Sequence[StoredEvent]:
        return self._recorder.select_events(*args, **kwargs)


class TestAggregateRecorder(_Quiet, AggregateRecorderTestCase):
    """Streams: insert, conflict, atomicity, ranges."""

    def create_recorder(self) -> AggregateRecorder:  # type: ignore[override]
        """The narrower view."""
        return _AsAggregateRecorder(self.recorder)


class TestApplicationRecorder(_Quiet, ApplicationRecorderTestCase[CellRecorder]):
    """The log: positions, pages, topics, concurrent writers and readers, subscriptions."""

    def test_insert_subscribe(self) -> None:
        """Subscriptions start, go on, stop and filter as the library says."""
        self.optional_test_insert_subscribe()


class TestNonInterleaving(_Quiet, NonInterleavingNotificationIDsBaseCase):
    """Two commands of a thousand events each don't mix in the log."""


def test_the_recorder_is_what_the_library_asks_for(recorder: CellRecorder) -> None:
    """The recorder and its subscription are of the library's own types."""
    assert isinstance(recorder, ApplicationRecorder)
    with recorder.subscribe() as subscription:
        assert isinstance(subscription, Subscription)


del (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)  # not to be collected
