"""Writing that belongs to one person: the coach's notebook and the coachee's journal.

Each is a stream of its own beside the engagement, and each owner has one: a coach who takes over begins an empty
notebook and never learns how long the former one is. Nobody else holds a key of it, and nobody else can tell how often
something was written (requirements.md: counts tell, too).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
from domain.disposal import Terms
from domain.engagement import Engagement
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.stream import Stream
from domain.vocabulary import Item, Role


@fact("notebook.note_written")
class NoteWritten(Fact):
    """The coach wrote a note."""

    engagement: UUID
    note: int


@fact("journal.entry_written")
class EntryWritten(Fact):
    """The coachee wrote in their journal."""

    engagement: UUID
    entry: int


@dataclass
class Personal(Stream):
    """One person's own stream on one engagement.

    Attributes:
        owner: whose it is; from its first event, or from whoever is about to write that.
        engagement: which engagement it belongs to; likewise.
        written: how many pieces were written.
        within: the engagement as it is now, which says until when keys serve and whether there is a hold. Not part of
            the state that is folded from facts; None when nobody looked at the engagement.
    """

    owner: UUID | None = None
    engagement: UUID | None = None
    written: int = 0
    within: Engagement | None = field(default=None, compare=False, repr=False)

    OWNED_BY: ClassVar[Role]

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The owner alone."""
        return {} if self.owner is None else {self.OWNED_BY: self.owner}

    def role_of(self, person: UUID) -> Role | None:
        """The owner acts in their role; anybody else is a stranger here."""
        return self.OWNED_BY if person == self.owner else None

    @property
    def group(self) -> UUID:
        """The engagement's group."""
        return self.engagement or self.id

    @property
    def terms(self) -> Terms:
        """The engagement's terms."""
        return Terms() if self.within is None else self.within.terms


@dataclass
class Notebook(Personal):
    """A coach's notebook on one engagement."""

    OWNED_BY = Role.COACH
    HOLDABLE = True

    @property
    def escrow(self) -> UUID | None:
        """What holds for the engagement holds for the notes on it."""
        return self.terms.escrow


@dataclass
class Diary(Personal):
    """The coachee's journal on one engagement. No hold ever reaches it."""

    OWNED_BY = Role.COACHEE


PERSONAL: Final[Mapping[type[Stream], Role]] = {kind: kind.OWNED_BY for kind in (Notebook, Diary)}
"""Whose each personal stream is."""


def personal_stream_id(engagement: UUID, kind: type[Stream], owner: UUID) -> UUID:
    """The id of a personal stream, fixed by engagement and owner: all of an engagement's streams are known from it."""
    return uuid5(engagement, f"{kind.__name__.lower()}/{owner}")


@Notebook.evolves(NoteWritten)
def _note(notebook: Notebook, happened: NoteWritten, event: RecordedEvent) -> None:
    notebook.owner, notebook.engagement, notebook.written = event.principal, happened.engagement, happened.note


@Diary.evolves(EntryWritten)
def _entry(diary: Diary, happened: EntryWritten, event: RecordedEvent) -> None:
    diary.owner, diary.engagement, diary.written = event.principal, happened.engagement, happened.entry


@dataclass(frozen=True, repr=False)
class WriteNote(Command):
    """The coach writes a private note."""

    engagement: UUID
    content: Content


@dataclass(frozen=True, repr=False)
class WriteEntry(Command):
    """The coachee writes a journal entry."""

    engagement: UUID
    content: Content


@decides(Notebook, WriteNote)
def _write_note(notebook: Notebook, command: WriteNote, _: Context) -> list[Happening]:
    number = notebook.written + 1
    happened = NoteWritten(engagement=command.engagement, note=number)
    return [Happening(happened, (Part(Item.COACH_NOTES, {**command.content, "number": number}),))]


@decides(Diary, WriteEntry)
def _write_entry(diary: Diary, command: WriteEntry, _: Context) -> list[Happening]:
    number = diary.written + 1
    happened = EntryWritten(engagement=command.engagement, entry=number)
    return [Happening(happened, (Part(Item.COACHEE_JOURNAL, {**command.content, "number": number}),))]
