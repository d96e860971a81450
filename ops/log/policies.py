"""The policy of whoever runs the log: which witnesses are asked, and how many of them count (C2SP tlog-policy)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crypto.verifier.notes import VerifierKey
from crypto.verifier.policy import MAX_POLICY, Policy
from crypto.verifier.refused import Refused
from ops.log.errors import LogPolicyUnusable

_OURS: Final = ("witness", "group", "quorum")
_NO_QUORUM: Final = "quorum none\n"


def load(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        LogPolicyUnusable: it can't be read, or isn't one; says which line.
    """
    try:
        return Policy.parse(_raw(path))
    except Refused as refused:
        raise LogPolicyUnusable(f"DRIEHOEK_LOG_POLICY: {refused.reason}") from None


def for_verifiers(keys: Iterable[VerifierKey], ours: Path | None) -> str:
    """A policy that names these keys of a log, and the witnesses and the quorum of our own; no quorum without one.

    Raises:
        LogPolicyUnusable: as ``load``.
    """
    logs = "".join(f"log {key}\n" for key in keys)
    if ours is None:
        return logs + _NO_QUORUM
    load(ours)
    lines = _raw(ours).decode("utf-8", "surrogateescape").split("\n")
    kept = [line for line in lines if line.split()[:1] and line.split()[0] in _OURS]
    return logs + "".join(f"{line}\n" for line in kept)


def _raw(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_POLICY + 1)
    except OSError as error:
        raise LogPolicyUnusable(f"DRIEHOEK_LOG_POLICY can't be read: {error.strerror}") from error
