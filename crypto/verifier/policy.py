"""Whose signatures count: a trust policy (C2SP tlog-policy), written by whoever verifies, never by who is verified.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name> …
    quorum <name>|none

A checkpoint is believed when one of the logs signed it, under whose name it stands, and the quorum's witnesses did.
Where a log has several keys (``log`` lines with one name), each that the note names must fit, and one must be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note, Signed, VerifierKey
from crypto.verifier.refused import Refused

MAX_POLICY: Final = 1 << 18
_NONE: Final = "none"
_ALLOWED: Final = frozenset({*b"\t\n", *range(0x20, 0x7F), *range(0x80, 0x100)})


@dataclass(frozen=True, slots=True)
class Group:
    """``threshold`` of these members, witnesses or groups, are needed."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint that a policy believes: who signed it as the log, and which witnesses when."""

    checkpoint: Checkpoint
    logs: tuple[Signed, ...]
    witnesses: Mapping[str, Signed]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it was read: log keys, witnesses by their name in the policy, groups, the quorum, and the URLs."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str
    urls: Mapping[VerifierKey, str]

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """Read a policy file.

        Raises:
            Refused: it isn't one; the reason names the line.
        """
        if len(raw) > MAX_POLICY or not _ALLOWED.issuperset(raw):
            raise Refused("the policy isn't a text file")
        reading = _Reading()
        for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), start=1):
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                reading.take(words)
            except Refused as refused:
                raise Refused(f"line {number} of the policy: {refused.reason}") from None
        if reading.quorum is None:
            raise Refused("the policy names no quorum")
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum, reading.urls)

    def judge(self, note: Note) -> Witnessed:
        """Believe a checkpoint, or say why not.

        Raises:
            Refused: no log of the policy signed it, a signature is bad, or the quorum isn't reached.
        """
        signed = note.signed_by((*self.logs, *self.witnesses.values()))
        checkpoint = Checkpoint.parse(note.text)
        logs = tuple(one for one in signed if one.key in self.logs and one.key.name == checkpoint.origin)
        if not logs:
            raise Refused("no log that the policy names has signed the checkpoint")
        by_key = {one.key: one for one in signed}
        witnesses = {name: by_key[key] for name, key in self.witnesses.items() if key in by_key}
        if not self.satisfied(frozenset(witnesses)):
            raise Refused("too few of the policy's witnesses have signed the checkpoint")
        return Witnessed(checkpoint, logs, witnesses)

    def satisfied(self, witnesses: frozenset[str], name: str | None = None) -> bool:
        """Whether these witnesses are enough for the quorum, or for the group or witness ``name``."""
        name = self.quorum if name is None else name
        group = self.groups.get(name)
        if group is None:
            return name == _NONE or name in witnesses
        return sum(self.satisfied(witnesses, member) for member in group.members) >= group.threshold


class _Reading:
    """A policy while it is read, line by line."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.urls: dict[VerifierKey, str] = {}
        self.quorum: str | None = None
        self._keys: set[tuple[str, bytes]] = set()
        self._used: set[str] = set()

    def take(self, words: list[str]) -> None:
        """One line, as its words."""
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(self._key("log", vkey, url, (ED25519, ML_DSA_44)))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._fresh(name)
                self.witnesses[name] = self._key("witness", vkey, url, (COSIGNATURE, ML_DSA_44))
            case ["group", name, threshold, *members] if members:
                self._fresh(name)
                self.groups[name] = Group(_threshold(threshold, len(members)), tuple(members))
                for member in members:
                    self._known(member)
                    if member in self._used or member == name:
                        raise Refused("a member of two groups")
                    self._used.add(member)
            case ["quorum", name] if self.quorum is None:
                if name != _NONE:
                    self._known(name)
                self.quorum = name
            case ["quorum", _]:
                raise Refused("a second quorum")
            case _:
                raise Refused("not a line of a policy")

    def _key(self, use: str, vkey: str, url: list[str], kinds: tuple[int, ...]) -> VerifierKey:
        key = VerifierKey.parse(vkey)
        if key.kind not in kinds:
            raise Refused("a key of a type that isn't for this use")
        if (use, key.public) in self._keys:
            raise Refused("the same key again")
        self._keys.add((use, key.public))
        if url:
            self.urls[key] = url[0]
        return key

    def _fresh(self, name: str) -> None:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise Refused("a name that is taken")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Refused("a name that wasn't defined before")


def _threshold(word: str, members: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    if not word.isascii() or not word.isdecimal() or not 1 <= int(word) <= members:
        raise Refused("a threshold that the group can't reach")
    return int(word)
