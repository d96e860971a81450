"""Legal holds, on the operator's word: placing and lifting them in the service's name, and finding those in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from domain.application import Request
from domain.engagement import Engagement
from domain.holds import LiftHold, PlaceHold
from domain.principals import SERVICE_ID, Escrow
from domain.vocabulary import HoldGround, Role
from ops.escrow import EscrowError
from ops.wiring import CellService

_AT_ONCE: Final = 10_000


@dataclass(frozen=True)
class Hold:
    """A hold in force."""

    hold: UUID
    engagement: UUID
    ground: HoldGround
    escrow: UUID

    def as_json(self) -> dict[str, str]:
        """The same for programs."""
        ids = {"hold": str(self.hold), "engagement": str(self.engagement), "escrow": str(self.escrow)}
        return {**ids, "ground": self.ground.value}


def place(
    service: CellService, engagement_id: UUID, ground: HoldGround, escrow: UUID, reason: str, at: datetime
) -> tuple[Hold, int]:
    """Place a hold; returns it, and how many keys escrow holds of the engagement and its notebooks.

    Raises:
        EscrowError: there is no such engagement or escrow, or another escrow holds the keys already.
    """
    write = service.write_side
    engagement = write.load(Engagement, engagement_id)
    if not engagement.version:
        raise EscrowError("there is no such engagement")
    if not write.load(Escrow, escrow).version:
        raise EscrowError("there is no such escrow; driehoek keys hold escrow makes one")
    if engagement.escrow not in (None, escrow):
        raise EscrowError("the engagement's keys are held by another escrow already")
    request = _request(service, at)
    command = PlaceHold(request.new_id(), ground, escrow, {"statement": reason})
    write.place_hold(engagement_id, command, request)
    slots = [
        slot
        for stream, slot in service.recorder.granted()
        if stream in {engagement_id, *write.notebooks(engagement_id)}
    ]
    held = service.roles[Role.ESCROW].marks().claims(slots)
    return Hold(command.hold_id, engagement_id, ground, escrow), len(held)


def lift(service: CellService, holds: list[UUID], reason: str, at: datetime) -> list[Hold]:
    """Lift these holds, all or none of them.

    Raises:
        EscrowError: one of them isn't in force.
    """
    placed = {one.hold: one for one in in_force(service)}
    if not placed.keys() >= set(holds):
        raise EscrowError("there is no such hold in force; driehoek keys hold list names them")
    lifted = [placed[hold] for hold in dict.fromkeys(holds)]
    for one in lifted:
        command = LiftHold(one.hold, {"statement": reason} if reason else {})
        service.write_side.execute(one.engagement, command, _request(service, at))
    return lifted


def in_force(service: CellService) -> list[Hold]:
    """The holds in force, oldest engagement first.

    Found by the grants that escrow was ever made, so that nobody has to read the whole log.
    """
    granted, marks = service.recorder.granted(), service.roles[Role.ESCROW].marks()
    slots = [slot for _, slot in granted]
    held = {slot for start in range(0, len(slots), _AT_ONCE) for slot in marks.claims(slots[start : start + _AT_ONCE])}
    found = []
    for stream in dict.fromkeys(stream for stream, slot in granted if slot in held):
        engagement = service.write_side.load(Engagement, stream)  # empty for a notebook
        if (escrow := engagement.escrow) is not None:
            found += [Hold(hold, stream, ground, escrow) for hold, ground in engagement.holds.placed.items()]
    return found


def _request(service: CellService, at: datetime) -> Request:
    command_id = uuid4()
    return Request(SERVICE_ID, at, command_id, service.digest(command_id.bytes))
