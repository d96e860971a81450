"""How evidence is refused. Every message is a fixed string, and names nobody and nothing of what is on record."""

from pathlib import Path
from typing import ClassVar


class AuditError(Exception):
    """The root of this package's errors. Raised only through its subclasses."""

    message: ClassVar[str] = "the evidence can't be made"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class NothingThere(AuditError):  # noqa: N818 - named by what is the case
    """Nothing is on record that the evidence would be about."""

    message = "nothing is on record that this would be about"


class RecordDamaged(AuditError):  # noqa: N818 - as above
    """What is stored isn't what the log says; no evidence is made of it."""

    message = "what is stored isn't what was recorded: driehoek audit fsck says where"


class BundleTooLarge(AuditError):  # noqa: N818 - as above
    """The bundle would pass what every tool for archives reads, or what a verifier takes."""

    message = "the bundle would be too large: ask for less, or for a shorter period"


class NotExtended(AuditError):  # noqa: N818 - as above
    """The log isn't an extension of the checkpoint that was brought along: it is another one's, or was forked."""

    message = "this log is no extension of that checkpoint"


class NotACheckpoint(AuditError):  # noqa: N818 - as above
    """What was brought along isn't a checkpoint."""

    message = "the file isn't a checkpoint"


class NoSuchDisclosure(AuditError):  # noqa: N818 - as above
    """A disclosure isn't on record in what the evidence is about, or is over."""

    message = "no such disclosure is in force in what this is about"


class LogUnbelievable(AuditError):  # noqa: N818 - as above
    """What a log shows isn't signed as it should be, or isn't whole; the message is a fixed text, too."""

    message = "the log can't be believed"


class LogOutOfReach(AuditError):  # noqa: N818 - as above
    """A log doesn't answer, or with something else than what was asked for."""

    message = "the log can't be reached"


class NotAPolicy(AuditError):  # noqa: N818 - as above
    """The file that says whose signatures count isn't a policy; says which line."""

    message = "the file isn't a policy"


class StateDamaged(AuditError):  # noqa: N818 - as above
    """The file with the checkpoint that was believed last isn't one."""

    message = "the state isn't a checkpoint that this policy believes"


class LogContradicted(AuditError):  # noqa: N818 - as above
    """A log contradicts what it showed before. ``kept`` are the files with both notes, which prove it."""

    message = "the log contradicts what it showed before"

    def __init__(self, message: str, kept: tuple[Path, Path]) -> None:
        super().__init__(message)
        self.kept = kept
