"""How a witness refuses to run. What it answers to requests is in ``witness``."""

from typing import ClassVar


class WitnessError(Exception):
    """The root of this package's errors. Names no path."""

    message: ClassVar[str] = "the witness can't run"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class WitnessMissing(WitnessError):  # noqa: N818 - named by what is the case, as in crypto.errors
    """There is no witness in this folder."""

    message = "there is no witness in this folder: is it mounted? 'driehoek witness key' makes one"


class WitnessUnusable(WitnessError):  # noqa: N818 - as above
    """The folder, or a file in it, can't be read or written; ``why`` are the system's own words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the witness's folder can't be used: {why}")


class WitnessOpen(WitnessError):  # noqa: N818 - as above
    """Others than its owner may read the witness's keys, or change them."""

    message = "others than its owner have rights on the witness's keys"


class WitnessDamaged(WitnessError):  # noqa: N818 - as above
    """What is in the folder isn't what was written there."""

    message = "what is in the witness's folder isn't whole"


class WitnessRenamed(WitnessError):  # noqa: N818 - as above
    """The folder's witness has another name."""

    message = "the witness in this folder has another name, or none that can be one"


class WatchesNothing(WitnessError):  # noqa: N818 - as above
    """No log was named, or one by something that isn't a log's key."""

    message = "a witness watches at least one log: --log with its public key (driehoek log keys)"
