"""Which copy a document is: of what, for whom, in which language; and what stands in every document because of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from projections.documents.sheet import Block, Language, Sheet, heading, note, terms
from projections.documents.told import NOTHING, in_order
from projections.documents.values import role
from projections.documents.words import WORDS


@dataclass(frozen=True)
class Copy:
    """One reader's copy of a document.

    Attributes:
        number: names this copy and no other; nobody but its reader and the service can know it (hexadecimal). It makes
            the file's SHA-256, which stands in the log, tell nothing to whoever guesses at what the file says.
        language: of what the document says itself.
        engagement: its id, or its pseudonym in a supervisor's copy.
        reader: whose copy it is, as a word of the vocabulary.
        at: the moment of the record that it is of.
        names: of the parties by their roles, as the reader's own view says them.
    """

    number: str
    language: Language
    engagement: str
    reader: str
    at: datetime
    names: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    def word(self, name: str) -> str:
        """What documents say, in this copy's language."""
        return WORDS[self.language][name]

    def party(self, word: str) -> str:
        """A party by name and role; by role alone where the reader's view has no name."""
        called = self.names.get(word)
        return f"{called} ({role(word, self.language)})" if called else role(word, self.language)

    def parties(self) -> Block:
        """Who is who."""
        return terms([(role(word, self.language), called or NOTHING) for word, called in in_order(self.names)])

    def sheet(self, title: str, *blocks: Block) -> Sheet:
        """The document: its blocks, and what stands in each copy."""
        return Sheet(
            language=self.language,
            title=title,
            footer=f"{self.word('copy')} {self.number}",
            page=self.word("page"),
            at=self.at,
            blocks=[
                *blocks,
                heading(self.word("about")),
                terms([
                    (self.word("made_for"), self.party(self.reader)),
                    (self.word("engagement"), self.engagement),
                    (self.word("copy"), self.number),
                ]),
                note(self.word("about_copy")),
            ],
        )  # fmt: skip
