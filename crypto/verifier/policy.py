"""Whose signatures count: a trust policy (C2SP tlog-policy), written by whoever verifies, never by who is verified.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name> …
    quorum <name>|none

A checkpoint is believed when one of the logs signed it, under whose name it stands, and the quorum's witnesses did.
Where a log has several keys (``log`` lines with one name), each that the note names must fit, and one must be there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note, Signed, VerifierKey
from crypto.verifier.refused import Refused

MAX_POLICY: Final = 1 << 18
_ALLOWED: Final = frozenset({*b"\t\n", *range(0x20, 0x7F), *range(0x80, 0x100)})
_USES: Final = {"log": (ED25519, ML_DSA_44), "witness": (COSIGNATURE, ML_DSA_44)}


class Group(NamedTuple):
    """``threshold`` of these members, witnesses or groups, are needed."""

    threshold: int
    members: tuple[str, ...]


class Witnessed(NamedTuple):
    """A checkpoint that a policy believes: who signed it as the log, and which witnesses when."""

    checkpoint: Checkpoint
    logs: tuple[Signed, ...]
    witnesses: Mapping[str, Signed]


@dataclass
class Policy:
    """A policy as it was read: log keys, witnesses by their name in the policy, groups, the quorum, and the URLs."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""
    urls: dict[VerifierKey, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """Read a policy file. A reason for refusing it names the line."""
        if len(raw) > MAX_POLICY or not _ALLOWED.issuperset(raw):
            raise Refused("the policy isn't a text file")
        policy = cls()
        for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), start=1):
            words = re.findall(r"[^ \t]+", line)
            try:
                if words and not words[0].startswith("#"):
                    policy._take(words)
            except Refused as refused:
                raise Refused(f"line {number} of the policy: {refused.reason}") from None
        if not policy.quorum:
            raise Refused("the policy names no quorum")
        return policy

    def judge(self, note: Note) -> Witnessed:
        """Believe a checkpoint: one of the policy's logs signed it, every signature fits, the quorum is reached."""
        signed = note.signed_by((*self.logs, *self.witnesses.values()))
        checkpoint, by_key = Checkpoint.parse(note.text), {one.key: one for one in signed}
        logs = tuple(one for one in signed if one.key in self.logs and one.key.name == checkpoint.origin)
        if not logs:
            raise Refused("no log that the policy names has signed the checkpoint")
        witnesses = {name: by_key[key] for name, key in self.witnesses.items() if key in by_key}
        if not self.satisfied(frozenset(witnesses)):
            raise Refused("too few of the policy's witnesses have signed the checkpoint")
        return Witnessed(checkpoint, logs, witnesses)

    def satisfied(self, witnesses: frozenset[str], name: str | None = None) -> bool:
        """Whether these witnesses are enough for the quorum, or for the group or witness ``name``."""
        name = self.quorum if name is None else name
        if name not in self.groups:
            return name == "none" or name in witnesses
        return sum(self.satisfied(witnesses, one) for one in self.groups[name].members) >= self.groups[name].threshold

    def _take(self, words: list[str]) -> None:
        """One line, as its words."""
        match words:
            case ["log", vkey, *url] if len(url) < 2:  # noqa: PLR2004 - one or none
                self.logs.append(self._key("log", self.logs, vkey, url))
            case ["witness", name, vkey, *url] if len(url) < 2 and not self._known(name):  # noqa: PLR2004 - as above
                self.witnesses[name] = self._key("witness", [*self.witnesses.values()], vkey, url)
            case ["group", name, threshold, *members] if members and not self._known(name):
                used = [one for group in self.groups.values() for one in group.members]
                if not all(self._known(one, but="none") for one in members) or len({*used, *members}) < len(
                    used + members
                ):
                    raise Refused("a member that wasn't defined before, or of two groups")
                count = {"all": len(members), "any": 1}.get(threshold) or (
                    re.fullmatch("[0-9]+", threshold) and int(threshold)
                )
                if not count or count > len(members):
                    raise Refused("a threshold that the group can't reach")
                self.groups[name] = Group(count, tuple(members))
            case ["quorum", name] if not self.quorum and self._known(name):
                self.quorum = name
            case _:
                raise Refused("not a line of a policy, or one about a name that is taken or wasn't defined before")

    def _known(self, name: str, but: str = "") -> bool:
        return name != but and (name == "none" or name in self.witnesses or name in self.groups)

    def _key(self, use: str, others: list[VerifierKey], vkey: str, url: list[str]) -> VerifierKey:
        key = VerifierKey.parse(vkey)
        if key.kind not in _USES[use] or key.public in {one.public for one in others}:
            raise Refused("a key that isn't for this use, or the same key again")
        self.urls.update(dict.fromkeys([key], *url) if url else {})
        return key
