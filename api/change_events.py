"""What changed for somebody, as a CloudEvent (CloudEvents 1.0.2, JSON format): the same in streams and webhooks.

It carries ids, a time and a version, and never what was said: whoever wants that reads their own view, and that read is
on record.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, Field

from domain.engagement import Engagement
from domain.loading import Loading
from projections.changes import Entry
from projections.reading import FOLDS

TYPES = Literal[
    "driehoek.engagement.changed",
    "driehoek.disclosure.given",
    "driehoek.candidacy.opened",
    "driehoek.reading.ended",
]
_PREFIX = "driehoek."


class Told(BaseModel):
    """What is told of a change."""

    view: Literal["sponsor_organisation", "line_manager", "coach", "coachee"] | None = Field(
        description="Your view of the engagement; null where you are no party to it."
    )
    version: str | None = Field(
        description="The version of your view with this change; null where the change isn't counted there.",
        examples=["v7"],
    )


class ChangeEvent(BaseModel):
    """A change, as a CloudEvent. ``subject`` is the engagement; ``sequence`` its number on your list, ten digits."""

    specversion: Literal["1.0"]
    id: str
    source: Literal["/v1/changes"]
    type: TYPES
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"]
    sequence: str = Field(pattern="^[0-9]{10}$", examples=["0000000012"])
    data: Told


class ChangeEvents:
    """Makes one person's entries into events; remembers as whom they read which engagement for one page.

    Args:
        loading: what is on record.
        person: whose entries they are.
    """

    def __init__(self, loading: Loading, person: UUID) -> None:
        self._loading, self._person = loading, person
        self._views: dict[UUID, str | None] = {}

    def event(self, entry: Entry) -> ChangeEvent:
        """One entry as an event; the same each time that it is asked for."""
        told: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(uuid5(self._person, f"change/{entry.sequence}")),
            "source": "/v1/changes",
            "type": _PREFIX + entry.change.value,
            "subject": str(entry.engagement),
            "time": entry.at,
            "datacontenttype": "application/json",
            "sequence": f"{entry.sequence:010}",
            "data": {
                "view": self._view(entry.engagement),
                "version": None if entry.version is None else f"v{entry.version}",
            },
        }
        return ChangeEvent(**told)

    def _view(self, engagement: UUID) -> str | None:
        if engagement not in self._views:
            state = self._loading.load(Engagement, engagement)
            reader = state.reader_of(self._person)
            self._views[engagement] = None if reader is None else FOLDS[reader[0]][0]
        return self._views[engagement]
