"""The desk where parties' key pairs are kept (M0, custodial keys: FORMAT.md 8).

A principal's public keys stand in the first event of its stream; its private keys lie beside that event, sealed under
a custody slot. The desk opens them for as long as they are used and forgets them after a while.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import RLock
from uuid import UUID

from cachetools import LRUCache, TTLCache

from crypto.errors import NotInScope, Tampered
from crypto.grant import make_custody, open_custody
from crypto.keyring import ScopedKeyring
from crypto.party_keys import PartyKeys, PartyPublicKeys
from domain.errors import Invalid
from domain.events import SealedGrant
from domain.ports import NewPrincipal
from domain.principals import CELL_ID
from ops.keys.fence import Fence
from ops.store.recorder import CellRecorder

CACHE_SECONDS = 300
"""How long an opened private key may stay in this process's memory without being opened again."""


@dataclass(frozen=True)
class PublicRecord:
    """What a principal's first event says: public keys, and the slot of the custody; None for an escrow's."""

    public: PartyPublicKeys
    custody_slot: UUID | None


Directory = Callable[[UUID], PublicRecord | None]


class Desk:
    """Opens parties' key pairs.

    Args:
        scope: the keyring scope ``custody``.
        recorder: where the custody blobs lie.
        fence: says when opened keys may be kept.
    """

    def __init__(self, scope: ScopedKeyring, recorder: CellRecorder, fence: Fence) -> None:
        self._scope, self._recorder, self._fence = scope, recorder, fence
        fence.on_drop(self.drop)
        self._directory: Directory = lambda _: None
        self._lock = RLock()
        self._public: LRUCache[UUID, PublicRecord] = LRUCache(10_000)
        self._private: TTLCache[UUID, PartyKeys] = TTLCache(1_000, CACHE_SECONDS)
        self._newcomers: dict[UUID, PartyKeys] = {}

    def look_up_in(self, directory: Directory) -> None:
        """Say where principals' public records are found (the write side, which itself needs the desk)."""
        self._directory = directory

    def in_use(self) -> AbstractContextManager[int]:
        """While keys are made or used: no erasure is reported as done, and no restore begins, before this ends."""
        return self._fence.use()

    def drop(self) -> None:
        """Forget every private key."""
        with self._lock:
            self._private.clear()

    def public(self, principal: UUID) -> PartyPublicKeys:
        """A principal's public keys.

        Raises:
            Invalid: ``unknown-person``.
        """
        if (newcomer := self._newcomers.get(principal)) is not None:
            return newcomer.public
        return self._record(principal).public

    def private(self, principal: UUID) -> PartyKeys:
        """A principal's key pairs.

        Raises:
            Invalid: ``unknown-person``.
            crypto.errors.NotInScope: they aren't in custody.
            crypto.errors.CryptoError: when the custody was erased or isn't what was recorded.
        """
        if (newcomer := self._newcomers.get(principal)) is not None:
            return newcomer
        with self._fence.use() as epoch:
            with self._lock:
                if (cached := self._private.get(principal)) is not None:
                    return cached
            record = self._record(principal)
            if record.custody_slot is None:
                raise NotInScope
            slot = self._scope.open(record.custody_slot)
            sealed = [g.sealed for g in self._recorder.grants([principal]) if g.slot_id == slot.slot_id]
            if not sealed:
                raise Tampered  # it was recorded with the public keys, and is gone
            keys = open_custody(slot, principal, sealed[0])
            self._fence.keep_if(epoch, lambda: self._keep(principal, keys))
            return keys

    def _keep(self, principal: UUID, keys: PartyKeys) -> None:
        with self._lock:
            self._private[principal] = keys

    def _record(self, principal: UUID) -> PublicRecord:
        with self._lock:
            if (cached := self._public.get(principal)) is not None:
                return cached
        record = self._directory(principal)
        if record is None:
            raise Invalid("unknown-person")
        with self._lock:
            self._public[principal] = record
        return record

    @contextmanager
    def newcomer(self, principal: UUID) -> Iterator[NewPrincipal]:
        """Key pairs for somebody who is about to be registered.

        They serve within the context only: if somebody else registers the same principal at the same moment, what is
        true afterwards is what was recorded.
        """
        keys = PartyKeys.generate()
        with self.in_use():
            slot = self._scope.provision(CELL_ID)
            custody = SealedGrant(key_id=principal, slot_id=slot.slot_id, sealed=make_custody(slot, keys, principal))
        self._newcomers[principal] = keys
        try:
            yield NewPrincipal(keys.public.kem, keys.public.signing, custody)
        finally:
            self._newcomers.pop(principal, None)
