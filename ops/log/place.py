"""Where a log's folder is, what the log is called, and who else signs what it says."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_NAME: Final = "driehoek.invalid"
"""The log's name where none was set: a domain that nobody can own (RFC 6761)."""

MAX_NAME: Final = 160
"""Characters of a log's name: with deployment and time line the origin stays below 255 (tlog-cosignature)."""

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(/[A-Za-z0-9._~-]+)*")


def is_log_name(name: str) -> bool:
    """Whether a log can be called so: a URL without its scheme, e.g. ``log.example.org/coaching``."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class LogPlace:
    """How one cell's log is run.

    Attributes:
        folder: keys and the last signed checkpoint; outside the database, and never in a backup with it.
        name: the first part of the log's origin.
        policy: a C2SP tlog-policy with the witnesses to ask; None for none.
        tsa: the URL of an RFC 3161 time stamp authority; None for none.
        tsa_cert: its certificate, or its issuer's (PEM).
    """

    folder: Path
    name: str = DEFAULT_NAME
    policy: Path | None = None
    tsa: str | None = None
    tsa_cert: Path | None = None
