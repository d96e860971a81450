"""Escrow: the ceremony that makes its key, and opening with a quorum what a legal hold keeps.

The key pair is made in this process's memory and the private half goes out as shares, one file for each custodian
(``crypto.shares``); the service keeps the public half. To open what is held, a quorum brings its files together, the
key is put together in memory, and whoever runs the command gets what the escrow was granted as one file. Neither step
leaves the private key on any disk.

A share's file is JSON that says in words what it is. What counts is ``share`` in it (crypto/FORMAT.md, escrow).
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from crypto.encoding import loads
from crypto.errors import CryptoError, Malformed, ShareForeign, ShareRepeated, SharesMissing
from crypto.grant import open_grant
from crypto.part import CompartmentKey, open_part
from crypto.party_keys import PartyKeys
from crypto.shares import MOST_PEOPLE, Share, join, split
from domain.application import Request
from domain.engagement import Engagement
from domain.errors import NotFound
from domain.facts import instant_from_stored, rfc3339
from domain.principals import SERVICE_ID, Escrow, RegisterEscrow
from domain.stream import Stream
from domain.vocabulary import Role
from ops.secret_file import write_once
from ops.store.lookups import PartRow
from ops.wiring import CellService

_WHAT: Final = "A share of an escrow's key. Keep it secret, and apart from the other shares."


class EscrowError(Exception):
    """A ceremony or an opening can't go on. Says why; names nobody and no file."""


@dataclass(frozen=True)
class Ceremony:
    """An escrow that was made: its id, and each custodian's file in the order in which they were named."""

    escrow: UUID
    files: tuple[Path, ...]


def hold_ceremony(
    service: CellService, threshold: int, custodians: Sequence[str], folder: Path, at: datetime
) -> Ceremony:
    """Make an escrow: key pair, shares, and the public key on record. The shares are on disk before it counts.

    Args:
        service: the open cell.
        threshold: how many custodians open what is held, 2 or more.
        custodians: their names, one share each.
        folder: a new or empty folder for the shares; they are handed out from there and taken off this machine.
        at: the time (UTC).

    Raises:
        EscrowError: numbers or names can't be meant, or the folder isn't empty.
        OSError: the folder can't be written; nothing was registered.
    """
    if not 2 <= threshold <= len(custodians):  # noqa: PLR2004 - one person alone is no quorum
        raise EscrowError("escrow takes a threshold of at least two, and no more than there are custodians")
    if len(custodians) > MOST_PEOPLE:
        raise EscrowError(f"escrow has at most {MOST_PEOPLE} custodians")
    if len({name.strip().casefold() for name in custodians}) < len(custodians) or not all(map(str.strip, custodians)):
        raise EscrowError("each custodian has a name of their own")
    if folder.exists() and any(folder.iterdir()):
        raise EscrowError("the folder for the shares isn't empty")
    keys, command_id = PartyKeys.generate(), uuid4()
    request = Request(SERVICE_ID, at, command_id, service.digest(command_id.bytes))
    shares = split(keys.to_private_bytes(), request.new_id(), threshold, len(custodians))
    files = tuple(folder / f"share-{share.number}-of-{share.people}.json" for share in shares)
    with _all_or_none(folder, files):
        for name, share, file in zip(custodians, shares, files, strict=True):
            write_once(file, _as_file(name, share))
        _check_shares(files, keys, threshold)
        command = RegisterEscrow(keys.public.kem, threshold, len(custodians))
        escrow = service.write_side.execute(request.new_id(), command, request).stream
    return Ceremony(escrow, files)


@contextmanager
def _all_or_none(folder: Path, files: Sequence[Path]) -> Iterator[None]:
    """Take the files away when the rest fails: shares of a key that nobody seals to are worth nothing."""
    made = not folder.exists()
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for file in files:
                file.unlink(missing_ok=True)
            if made:
                folder.rmdir()
        raise


def read_shares(files: Sequence[Path]) -> list[Share]:
    """The shares in these files.

    Raises:
        EscrowError: one of them isn't a share, or is damaged.
    """
    shares = []
    for number, file in enumerate(files, start=1):
        try:
            shares.append(Share.from_bytes(base64.b64decode(json.loads(file.read_bytes())["share"], validate=True)))
        except (OSError, ValueError, TypeError, KeyError, Malformed) as error:
            raise EscrowError(f"share file {number} isn't a share, or is damaged") from error
    return shares


def put_together(service: CellService, escrow: UUID, shares: Sequence[Share]) -> PartyKeys:
    """An escrow's private keys, from a quorum's shares, in memory only.

    Raises:
        EscrowError: a share is another escrow's or there twice, or some are missing.
    """
    foreign = "the shares aren't all of the escrow that holds this engagement's keys"
    if any(share.owner != escrow for share in shares):
        raise EscrowError(foreign)
    try:
        keys = PartyKeys.from_private_bytes(join(shares))
    except ShareForeign as error:
        raise EscrowError(foreign) from error
    except ShareRepeated as error:
        raise EscrowError("the same share is there twice; it counts once") from error
    except SharesMissing as error:
        missing = service.write_side.load(Escrow, escrow).quorum - len(shares)
        raise EscrowError(f"{missing} more {'share is' if missing == 1 else 'shares are'} needed") from error
    except Malformed as error:
        raise EscrowError(foreign) from error
    if keys.public.kem != service.write_side.load(Escrow, escrow).kem_public:
        raise EscrowError(foreign)
    return keys


def write_held(service: CellService, engagement_id: UUID, files: Sequence[Path], out: Path, at: datetime) -> int:
    """Open what is held of an engagement with a quorum's share files, into a new file; how many parts there are.

    Raises:
        EscrowError: there is no such engagement, it isn't on hold, or these shares don't open what is held.
        FileExistsError: the file is there already.
    """
    engagement = service.write_side.load(Engagement, engagement_id)
    if not engagement.version:
        raise EscrowError("there is no such engagement")
    if (escrow := engagement.escrow) is None:
        raise EscrowError("the engagement isn't on hold")
    keys = put_together(service, escrow, read_shares(files))
    streams: list[Stream] = [engagement]
    for notebook in service.write_side.notebooks(engagement_id):
        with suppress(NotFound):  # nothing was written there
            streams.append(service.write_side.stream(notebook))
    try:
        held = [_open_held(service, stream, escrow, keys) for stream in streams]
    except CryptoError as error:
        raise EscrowError(f"what is held doesn't open: {error}") from error
    document = {"engagement": str(engagement_id), "escrow": str(escrow), "opened_at": rfc3339(at), "streams": held}
    write_once(out, json.dumps(document, ensure_ascii=False, indent=1).encode())
    return sum(len(one["parts"]) for one in held)


def _open_held(service: CellService, stream: Stream, escrow: UUID, keys: PartyKeys) -> dict[str, Any]:
    """Everything in a stream that the escrow was granted, in order."""
    with service.vault.fence.use():
        opened = _granted(service, stream, escrow, keys)
        parts = [
            _part(row, open_part(opened[row.key_id], stream.id, row.originator_version, row.idx, row.sealed))
            for row in service.recorder.parts(stream.id)
            if row.key_id in opened
        ]
    return {"stream": str(stream.id), "kind": type(stream).__name__.lower(), "parts": parts}


def _part(row: PartRow, plaintext: bytes) -> dict[str, Any]:
    payload = loads(plaintext)
    said = {name: payload[name] for name in ("topic", "item", "content")}
    at, by = rfc3339(instant_from_stored(payload["at"])), Role(payload["by"]).word
    return {"version": row.originator_version, "index": row.idx, "at": at, "by": by, **said}


def _granted(service: CellService, stream: Stream, escrow: UUID, keys: PartyKeys) -> dict[UUID, CompartmentKey]:
    """The keys of a stream that were granted to this escrow; another one's, of an earlier hold, are left alone."""
    held = {
        to.slot_id: entry.key_id
        for entry in stream.ledger.values()
        if (to := entry.recipients.get(Role.ESCROW)) is not None and to.principal == escrow
    }
    role = Role.ESCROW.value
    own = service.vault.keyring.scope(role).open_own(held)
    sealed = {grant.slot_id: grant.sealed for grant in service.recorder.grants(held.values())}
    return {
        held[slot_id]: open_grant(slot, keys, stream.id, role, held[slot_id], sealed[slot_id])
        for slot_id, slot in own.items()
    }


def _as_file(name: str, share: Share) -> bytes:
    said = {
        "what": _WHAT,
        "escrow": str(share.owner),
        "custodian": name.strip(),
        "number": share.number,
        "of": share.people,
        "needed": share.threshold,
        "share": base64.b64encode(share.to_bytes()).decode(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def _check_shares(files: Sequence[Path], keys: PartyKeys, threshold: int) -> None:
    """Read the shares back from the disk and put the key together, before anything is ever sealed to it."""
    shares = read_shares(files)
    for start in range(len(shares) - threshold + 1):
        if join(shares[start : start + threshold]) != keys.to_private_bytes():
            raise EscrowError("the shares that were written don't put the key together")
