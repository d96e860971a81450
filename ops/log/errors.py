"""How the log refuses. Every message is a fixed string, and names no path, no key and no event but by its position."""

from typing import ClassVar


class LogError(Exception):
    """The root of this package's errors. Raised only through its subclasses."""

    message: ClassVar[str] = "the log can't go on"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class LogFolderMissing(LogError):  # noqa: N818 - named by what is the case, as in crypto.errors
    """The record was signed before, and the folder with the keys isn't there: not mounted, or lost."""

    message = "the log's folder is not there, or is empty, and checkpoints were signed before: is it mounted?"


class LogFolderUnusable(LogError):  # noqa: N818 - as above
    """The folder, or a file in it, can't be read or written; ``why`` are the system's own words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the log's folder can't be used: {why}")


class LogFolderDamaged(LogError):  # noqa: N818 - as above
    """What is in the folder isn't what was written there."""

    message = "what is in the log's folder isn't whole"


class LogFolderOpen(LogError):  # noqa: N818 - as above
    """Others than its owner may read the log's keys, or change them."""

    message = "others than its owner have rights on the log's keys"


class LogFolderForeign(LogError):  # noqa: N818 - as above
    """The folder belongs to another deployment's log."""

    message = "the log's folder belongs to another deployment"


class LogRenamed(LogError):  # noqa: N818 - as above
    """The log was begun under another name, which its keys and all its checkpoints bear."""

    message = "the log was begun under another name than DRIEHOEK_LOG_NAME says now"


class LogFolderOld(LogError):  # noqa: N818 - as above
    """The record has a checkpoint that the folder doesn't know of: the folder was put back to an earlier moment."""

    message = "the log's folder is older than the record: it was put back to an earlier moment"


class LogRolledBack(LogError):  # noqa: N818 - as above
    """Fewer events are on record than were signed: the database was put back, or events were removed."""

    message = "the record has fewer events than were signed: it was put back to an earlier moment"


class LogForked(LogError):  # noqa: N818 - as above
    """The events, or the tiles, aren't those that were signed."""

    message = "the record isn't an extension of what was signed: it went on separately, or was changed"


class LeafTampered(LogError):  # noqa: N818 - as above
    """An event's leaf and its hash don't belong together, or a position is missing."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the leaf at position {position} isn't the one that was recorded, or is missing")
        self.position = position


class TilesDamaged(LogError):  # noqa: N818 - as above
    """A tile that the tree needs is missing or too short, or the tiles have more leaves than there are events."""

    message = "the tiles of the log aren't whole, or belong to more events than are on record"


class PublishingLate(LogError):  # noqa: N818 - as above
    """No checkpoint covers what was asked for in time: whoever publishes is away or slow."""

    message = "no checkpoint covers this yet; is a worker running?"


class LogPolicyUnusable(LogError):  # noqa: N818 - as above
    """The file that DRIEHOEK_LOG_POLICY names can't be read, or isn't a policy."""


class LogStampsUnusable(LogError):  # noqa: N818 - as above
    """What is set about time stamps can't be used."""


class LogNotBegun(LogError):  # noqa: N818 - as above
    """No checkpoint was signed yet."""

    message = "no checkpoint was signed yet"


class LogGoesOn(LogError):  # noqa: N818 - as above
    """A new time line was asked for, and the record extends what was signed."""

    message = "the record extends what was signed: it needs no new time line"


class LogNotConfirmed(LogError):  # noqa: N818 - as above
    """Nobody confirmed what was asked for."""

    message = "not confirmed; nothing was changed"
