# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: operations."""

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import read
from driehoek_client.wire import Wire


class Operations:
    """Operations: operations."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def live(self) -> Answer[m.Health]:
        """The process runs."""
        return self._wire.ask(read("/livez"))

    def ready(self) -> Answer[m.Health]:
        """The process can serve: its store answers, and it can tell who asks."""
        return self._wire.ask(read("/readyz"))
