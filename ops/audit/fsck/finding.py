"""What a check of the store tells."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that isn't as the log says. ``place`` names it by numbers and ids, ``what`` is a fixed text."""

    place: str
    what: str

    @classmethod
    def event(cls, position: int, what: str) -> "Finding":
        """About the event at a position."""
        return cls(f"position {position}", what)

    @classmethod
    def stream(cls, stream: UUID, what: str) -> "Finding":
        """About a stream."""
        return cls(f"stream {stream}", what)


@dataclass
class Report:
    """All findings, what was looked at, and what couldn't be, with the reason."""

    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def count(self, what: str, number: int = 1) -> None:
        """So many more of something were looked at."""
        self.checked[what] = self.checked.get(what, 0) + number
