"""Writing that belongs to one person: the coach's notebook and the coachee's journal.

Each is a stream of its own beside the engagement. Nobody else holds a key of it, and nobody else can tell how often
something was written (requirements.md: counts tell, too).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
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
class Notebook(Stream):
    """The coach's notebook on one engagement; ``owner`` comes from the engagement."""

    owner: UUID | None = None
    written: int = 0

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The coach alone."""
        return {} if self.owner is None else {Role.COACH: self.owner}

    def role_of(self, person: UUID) -> Role | None:
        """The owner acts as coach; anybody else is a stranger here."""
        return Role.COACH if person == self.owner else None


@dataclass
class Diary(Stream):
    """The coachee's journal on one engagement."""

    owner: UUID | None = None
    written: int = 0

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The coachee alone."""
        return {} if self.owner is None else {Role.COACHEE: self.owner}

    def role_of(self, person: UUID) -> Role | None:
        """The owner acts as coachee; anybody else is a stranger here."""
        return Role.COACHEE if person == self.owner else None


PERSONAL: Final[Mapping[type[Stream], Role]] = {Notebook: Role.COACH, Diary: Role.COACHEE}
"""Whose each personal stream is."""


def personal_stream_id(engagement: UUID, kind: type[Stream]) -> UUID:
    """The id of a personal stream, fixed by the engagement's, so a complete list of streams is known from one id."""
    return uuid5(engagement, kind.__name__.lower())


@Notebook.evolves(NoteWritten)
def _note(notebook: Notebook, happened: NoteWritten, _: RecordedEvent) -> None:
    notebook.written = happened.note


@Diary.evolves(EntryWritten)
def _entry(diary: Diary, happened: EntryWritten, _: RecordedEvent) -> None:
    diary.written = happened.entry


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
