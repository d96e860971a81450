"""One question to one witness: sign this checkpoint, please (C2SP tlog-witness, add-checkpoint).

A witness may be anything: slow, silent, wrong, reset, or an adversary. Whatever it answers is read up to a limit and
believed only where its own key signed it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx

from crypto.log.signing import lines_of
from crypto.log.witnessing import request
from crypto.verifier.notes import Note, VerifierKey
from crypto.verifier.refused import Refused
from ops.log.rows import Published

MAX_ANSWER: Final = 1 << 16

_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_TRIES: Final = 3
_OK, _CONFLICT = 200, 409

Proof = Callable[[int, int], Awaitable[list[bytes]]]
"""Gives the proof of consistency between two sizes of the tree."""


Signatures = dict[VerifierKey, str]
"""Signature lines, without newlines, by the keys that made them."""


class WitnessFailed(Exception):  # noqa: N818 - named by what happened
    """A witness gave no signature. ``word`` says why, and is one of a fixed few."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class WitnessAhead(WitnessFailed):
    """A witness has signed a larger tree than the one that it was asked for."""

    def __init__(self, size: int) -> None:
        super().__init__("ahead")
        self.size = size


@dataclass
class Place:
    """A witness as we know it.

    Attributes:
        number: which of the policy's witnesses, from 1; logs say this much of it.
        url: where it takes requests.
        keys: its keys.
        line, old: the time line and the size that it signed last, as far as we know.
    """

    number: int
    url: str
    keys: list[VerifierKey]
    line: int = 0
    old: int = 0


async def ask(client: httpx.AsyncClient, place: Place, one: Published, proof: Proof) -> Signatures:
    """The witness's signatures below a checkpoint, checked.

    Raises:
        WitnessFailed: it gave none.
        httpx.HTTPError: it can't be reached.
    """
    if place.line != one.line:
        place.line, place.old = one.line, 0
    for _ in range(_TRIES):
        if place.old > one.size:
            raise WitnessAhead(place.old)
        hashes = await proof(place.old, one.size) if 0 < place.old < one.size else []
        status, body = await _post(client, place.url, request(place.old, hashes, one.note))
        if status == _OK:
            signatures = _checked(place, one, body)
            place.old = one.size
            return signatures
        if status != _CONFLICT:
            raise WitnessFailed(f"status-{status}")
        match = _SIZE.fullmatch(body)
        if match is None:
            raise WitnessFailed("garbage")
        place.old = int(match[1])
    raise WitnessFailed("unsteady")


async def _post(client: httpx.AsyncClient, url: str, content: bytes) -> tuple[int, bytes]:
    body = bytearray()
    headers = {"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"}
    async with client.stream("POST", f"{url.rstrip('/')}/add-checkpoint", content=content, headers=headers) as answer:
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > MAX_ANSWER:
                raise WitnessFailed("garbage")
        return answer.status_code, bytes(body)


def _checked(place: Place, one: Published, body: bytes) -> Signatures:
    text = one.note.rpartition(b"\n\n")[0]
    try:
        note = Note.parse(text + b"\n\n" + body)
        signed = note.signed_by(place.keys)
    except Refused:
        raise WitnessFailed("wrong") from None
    if not signed or not all(each.time for each in signed):
        raise WitnessFailed("unsigned")
    return {each.key: lines_of(note, [each.key])[0] for each in signed}
