"""The rows of webhooks: what somebody with the database sees of them, and what writing there does."""

import os
from collections.abc import Callable
from typing import Any
from uuid import UUID

from projections.deliveries import NAME
from tests.api.people import Api, C, Cast, E
from tests.api.webhooks.conftest import Sending
from tests.api.webhooks.receiver import hearing

Register = Callable[..., dict[str, Any]]


def _rows(api: Api) -> dict[UUID, bytes]:
    with api.service.connections.use() as connection:
        return dict(connection.execute("SELECT webhook, state FROM webhooks").fetchall())


def test_a_row_tells_nothing_of_its_person(
    api: Api, cast: Cast, sending: Sending, register: Register, act: Callable[[int], None]
) -> None:
    """Neither whose it is, nor where it goes, nor how far it came."""
    with hearing() as hearer, sending():
        made = UUID(register(hearer)["id"])
        act(1)
        hearer.taken(1)
    state = _rows(api)[made]
    person = UUID(cast.ids[C])
    known = (str(person).encode(), person.bytes, hearer.url.encode(), b"delivered")
    assert not any(one in state for one in known)
    opened = api.service.webhooks.sealing.open(made, state)
    assert (opened.person, opened.outcome) == (person, "delivered")
    assert b"delivered" in opened.written()  # which is what would be seen if it weren't sealed


def test_a_forged_row_stops_itself_alone(
    api: Api, cast: Cast, sending: Sending, register: Register, act: Callable[[int], None]
) -> None:
    """Another webhook's state, or made-up bytes, are noticed: nothing is sent for them, and others' messages are."""
    with hearing() as forged, hearing() as whole:
        made, other = UUID(register(forged)["id"]), UUID(register(forged, E)["id"])
        register(whole)
        cast.send(C, "GET", "/v1/webhooks")
        api.service.builders[NAME].advance(api.service.connections)
        rows = _rows(api)
        with api.service.connections.use("project") as connection:
            connection.execute("UPDATE webhooks SET state = %s WHERE webhook = %s", (rows[other], made))
            connection.execute("UPDATE webhooks SET state = %s WHERE webhook = %s", (os.urandom(80), other))
        act(1)
        with sending():
            whole.taken(1)
    assert forged.heard == []
    with api.service.connections.use("project") as connection:
        connection.execute("DELETE FROM webhooks WHERE webhook = ANY(%s)", ([made, other],))


def test_rebuilding_sends_nothing_again(
    api: Api, sending: Sending, register: Register, act: Callable[[int], None]
) -> None:
    """A view of the log that is built anew leaves the numbers as they are; new webhooks begin as ever."""
    builder = api.service.builders[NAME]
    with hearing() as hearer:
        register(hearer)
        act(2)
        with sending():
            hearer.taken(2)
        builder.clear(api.service.connections)
        while builder.advance(api.service.connections):
            pass
        act(1)
        with sending():
            hearer.taken(3)
    assert len(hearer.heard) == 3
