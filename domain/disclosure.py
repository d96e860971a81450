"""Showing one part to somebody whom the clause doesn't name as its reader.

A disclosure gives one part's own key to one person until it expires, and nothing else: neither the compartment's key
nor any other part. Who may disclose what:

- the coachee whatever the coachee can read, by consent;
- the coach whatever the coach can read: to the coachee on a request for access (X10: the coach's notes, too), to others
  only on a ground that the signed clause states as an exception to secrecy (X6).

Coach and coachee both read of each disclosure (R59), but for the coachee's own journal: of that only the coachee does.
What was once read can't be unread; the expiry ends what the service gives.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.access import DisclosureNoted
from domain.decisions import Command, Context, Kinds, decides
from domain.disposal import ended_for
from domain.endings import PartDisclosed
from domain.engagement import Engagement
from domain.errors import Invalid, NotFound
from domain.events import Content, Happening, Label, Part, Recipient
from domain.facts import rfc3339
from domain.personal import Notebook, Personal
from domain.principals import Person
from domain.stream import Stream
from domain.vocabulary import DisclosureGround, Item, Role

LONGEST: Final = timedelta(days=366)
"""For how long something can be disclosed at most; longer is another disclosure."""

NO_SLOT: Final = UUID(int=0)
"""Stands for the slot in a fact that isn't recorded yet."""


@dataclass(frozen=True, repr=False)
class Disclose(Command):
    """Show one part, of the stream that the command is executed on, to one registered person until ``expires_at``.

    ``event_version`` and ``index`` (from 1) say which part; ``content`` why, for those who read of the disclosure;
    ``disclosure_id`` how it will be called, by default by chance.
    """

    registered: ClassVar[Kinds] = {"recipient": Person}

    event_version: int
    index: int
    recipient: UUID
    ground: DisclosureGround
    expires_at: datetime
    content: Content
    disclosure_id: UUID | None = None


@decides(Stream, Disclose)
def _disclose(stream: Stream, command: Disclose, context: Context) -> list[Happening]:
    engagement = stream.within if isinstance(stream, Personal) else stream
    if not isinstance(engagement, Engagement):
        raise NotFound
    label = _readable(stream, command, context)
    if command.recipient in _readers(stream, label):
        raise Invalid("disclosed-to-a-reader")
    if not _justified(engagement, command, context.role):
        raise Invalid("disclosure-without-ground")
    if not context.at < command.expires_at <= context.at + LONGEST:
        raise Invalid("disclosure-expiry")
    disclosed = PartDisclosed(
        disclosure_id=command.disclosure_id or context.new_id(),
        event_version=command.event_version,
        index=command.index,
        key_id=label.key_id,
        role=Role.SELF,  # it is for the person, whatever they are in this engagement
        recipient=Recipient(command.recipient, NO_SLOT),
        ground=command.ground,
        expires_at=command.expires_at,
    )
    said: dict[str, Any] = {
        **command.content,
        "disclosure_id": str(disclosed.disclosure_id),
        "item": label.item.value,
        "recipient_id": str(command.recipient),
        "ground": command.ground.value,
        "expires_at": rfc3339(command.expires_at),
    }
    told = (Part(Item.DISCLOSURES, said),)
    if not isinstance(stream, Notebook):
        return [Happening(disclosed, told)]
    noted = DisclosureNoted(
        disclosure_id=disclosed.disclosure_id,
        stream=stream.id,
        recipient=command.recipient,
        ground=command.ground,
        expires_at=command.expires_at,
    )
    return [Happening(noted, told, in_engagement=True), Happening(disclosed)]


def _readable(stream: Stream, command: Disclose, context: Context) -> Label:
    """Guard: the asker can read this part now. What they can't read isn't there, whether or not it is."""
    label = stream.label_at(command.event_version, command.index)
    own = stream.openable_by(context.role) - ended_for(stream, stream.terms, context.principal, context.at)
    if label is None or label.key_id not in own:
        raise Invalid("unknown-part")
    return label


def _readers(stream: Stream, label: Label) -> set[UUID]:
    entry = stream.ledger.entries[label.key_id]
    return {to.principal for _, to in entry.grants() if stream.ledger.lives(to.slot_id)}


def _justified(engagement: Engagement, command: Disclose, by: Role) -> bool:
    if by is Role.COACHEE:
        return command.ground is DisclosureGround.COACHEE_CONSENT
    if command.recipient == engagement.parties.get(Role.COACHEE):
        return command.ground is DisclosureGround.ACCESS_REQUEST
    return command.ground in engagement.clause_in_force.exceptions
