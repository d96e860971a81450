"""One role's capability: open the compartment keys that were granted to that role, and no others.

A :class:`RoleKeys` holds the keyring scope of its role and nothing of any other, so what is built with it *can't* read
past its audience, whatever its code says. It needs the party's own keys besides: a grant has two locks.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from threading import RLock
from uuid import UUID

from cachetools import TTLCache
from eventsourcing.persistence import IntegrityError

from crypto.errors import KeyErased, Malformed, NotInScope, Tampered
from crypto.grant import (
    DisclosedPart,
    Disclosing,
    make_disclosure_grant,
    make_grant,
    open_disclosure_grant,
    open_grant,
)
from crypto.keyring import ScopedKeyring
from crypto.part import CompartmentKey
from crypto.slots import Marks, SlotKey
from domain.vocabulary import Role
from ops.keys.desk import CACHE_SECONDS, Desk
from ops.keys.fence import Fence
from ops.store.lookups import GrantRow
from ops.store.recorder import CellRecorder

MANY = 20_000
"""Compartment keys that one role's cache holds at most."""


class KeyDropped(NotInScope, IntegrityError):  # noqa: N818 - as the errors of the crypto room: what happened
    """No grant on record leads to the key, so it isn't known any more, or never was.

    A key is made a moment before the event that grants it is recorded. An epoch that ends in between drops it with all
    opened keys; whatever was to be recorded starts over (``domain.application``), with another key.
    """


class RoleKeys:
    """Compartment keys as one role can open them."""

    def __init__(self, role: Role, scope: ScopedKeyring, desk: Desk, recorder: CellRecorder, fence: Fence) -> None:
        self.role = role
        self._scope, self._desk, self._recorder, self._fence = scope, desk, recorder, fence
        self._lock = RLock()
        self._opened: TTLCache[tuple[UUID, UUID], CompartmentKey] = TTLCache(MANY, CACHE_SECONDS)
        fence.on_drop(self.drop)

    @property
    def keyring(self) -> ScopedKeyring:
        """The role's scope."""
        return self._scope

    def in_use(self) -> AbstractContextManager[int]:
        """While opened keys are used: no erasure is reported as done before this ends."""
        return self._fence.use()

    def drop(self) -> None:
        """Forget every opened key."""
        with self._lock:
            self._opened.clear()

    def marks(self) -> Marks:
        """Which slots are this role's, and nothing else: enough to build a view."""
        return self._scope.marks()

    def key(self, key_id: UUID, principal: UUID) -> CompartmentKey:
        """One compartment key, as ``open`` gives it."""
        return self.open([key_id], principal)[key_id]

    def open(self, key_ids: Iterable[UUID], principal: UUID) -> dict[UUID, CompartmentKey]:
        """Open compartment keys with one principal's own keys.

        Raises:
            KeyErased: the role's slot of one of them is gone for good.
            NotInScope: one of them was never granted to this role, or not to this principal.
            Tampered: a grant isn't what was recorded.
        """
        wanted = dict.fromkeys(key_ids)
        with self._fence.use() as epoch:
            opened: dict[UUID, CompartmentKey] = {}
            with self._lock:
                for key_id in wanted:
                    with suppress(KeyError):  # `get` would look three times
                        opened[key_id] = self._opened[key_id, principal]
            missing = [k for k in wanted if k not in opened]
            if missing:
                found = self._open_missing(missing, principal)
                self._fence.keep_if(epoch, lambda: self._keep(found, principal))
                opened |= found
            return opened

    def _keep(self, keys: dict[UUID, CompartmentKey], principal: UUID) -> None:
        with self._lock:
            self._opened.update({(key_id, principal): key for key_id, key in keys.items()})

    def _open_missing(self, missing: list[UUID], principal: UUID) -> dict[UUID, CompartmentKey]:
        grants = self._recorder.grants(missing)
        own = self._scope.open_own([grant.slot_id for grant in grants])
        keys = self._desk.private(principal) if own else None
        opened: dict[UUID, CompartmentKey] = {}
        for grant in grants:
            if keys is None or grant.slot_id not in own or grant.key_id in opened:
                continue
            try:
                opened[grant.key_id] = open_grant(
                    own[grant.slot_id], keys, grant.originator_id, self.role.value, grant.key_id, grant.sealed
                )
            except Tampered:
                # Another principal's in the same role (a predecessor's), unless there is no other grant: see below.
                continue
        for key_id in missing:
            if key_id not in opened:
                raise self._why_not([g for g in grants if g.key_id == key_id], own)
        return opened

    def _why_not(self, grants: list[GrantRow], own: dict[UUID, SlotKey]) -> Exception:
        if not grants:
            return KeyDropped()
        if any(grant.slot_id in own for grant in grants):
            return Tampered()
        if self._scope.erased(self._scope.marks().claims([grant.slot_id for grant in grants])):
            return KeyErased()
        return NotInScope()

    def gone(self, key_id: UUID) -> set[UUID]:
        """The role's slots of a compartment key that are said to be erased."""
        return self._scope.erased(self._scope.marks().claims([g.slot_id for g in self._recorder.grants([key_id])]))

    def openable(self, principal: UUID, among: Sequence[GrantRow] | None = None) -> dict[UUID, CompartmentKey]:
        """Every compartment key that a principal's own keys open in this role: for the closure proof.

        Args:
            principal: whose keys.
            among: the grants to try; by default every grant of the log.
        """
        keys = self._desk.private(principal)
        opened: dict[UUID, CompartmentKey] = {}
        grants = self._recorder.all_grants() if among is None else among
        own = self._scope.open_own([grant.slot_id for grant in grants])
        for grant in grants:
            if grant.slot_id not in own:
                continue
            with suppress(Tampered, Malformed):
                opened[grant.key_id] = open_grant(
                    own[grant.slot_id], keys, grant.originator_id, self.role.value, grant.key_id, grant.sealed
                )
        return opened

    def grant(self, group: UUID, stream: UUID, key: CompartmentKey, principal: UUID) -> tuple[UUID, bytes]:
        """Grant a compartment key to a principal in this role: a new slot's id, and the sealed grant.

        The slot lies beside the others of its group.
        """
        slot = self._scope.provision(group)
        return slot.slot_id, self.seal_grant(slot, stream, key, principal)

    def seal_grant(self, slot: SlotKey, stream: UUID, key: CompartmentKey, principal: UUID) -> bytes:
        """Grant a compartment key under a slot of this role's that was provisioned already."""
        return make_grant(slot, self._desk.public(principal), key, stream, self.role.value)

    def disclose(
        self, group: UUID, key: CompartmentKey, part_key: bytes, principal: UUID, of: Disclosing
    ) -> tuple[UUID, bytes]:
        """Seal one part's key to a principal in this role: a new slot's id, and the sealed grant."""
        slot = self._scope.provision(group)
        return slot.slot_id, make_disclosure_grant(slot, self._desk.public(principal), key, part_key, of)

    def disclosed(self, of: Disclosing, principal: UUID) -> DisclosedPart:
        """The key of a part that was disclosed to a principal in this role.

        Raises:
            KeyErased: the disclosure is over for good.
            NotInScope: it was never made to this role.
            Tampered: it isn't this principal's, or not what was recorded.
        """
        with self._fence.use():
            for grant in self._recorder.grants([of.disclosure_id]):
                slot = self._scope.open(grant.slot_id)
                return open_disclosure_grant(slot, self._desk.private(principal), of, grant.sealed)
        raise NotInScope

    def remember(self, key: CompartmentKey, principal: UUID) -> None:
        """Keep a key that this process made itself."""
        with self._fence.use() as epoch:
            self._fence.keep_if(epoch, lambda: self._keep({key.key_id: key}, principal))
