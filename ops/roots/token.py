"""Root keys on a PKCS#11 token, which makes them, uses them and forgets them; they never leave it.

- A root is an AES-256 key that the token generated itself: sensitive, never extractable, for encryption only. Its
  ``CKA_ID`` is deployment ‖ u64be epoch. Wrapping is ``CKM_AES_GCM`` inside the token, in the form of ``crypto.roots``.
- The record is a private data object. A switch adds the new one and then destroys the old one; of two the one of the
  higher epoch counts. The first ``stage`` adds one of epoch 0: a token without any record isn't this store, and that a
  key isn't on it means nothing.

A token serves one deployment. ``objects`` has what lies on it, ``session`` the way to it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from pkcs11.exceptions import PKCS11Error

from crypto.errors import (
    RootExists,
    RootForeign,
    RootInUse,
    RootMissing,
    RootRolledBack,
    RootStoreError,
    RootUnreachable,
    RootUnwritable,
    Tampered,
)
from crypto.ports import RootRecord
from crypto.roots import check_key
from ops.roots.objects import (
    add_record,
    decrypt,
    drop_records,
    encrypt,
    epochs,
    found_on,
    generate,
    keys,
    only,
    root_of,
    works,
)
from ops.roots.session import Connection, TokenProblem

_NO_HEAD: Final = bytes(32)


class TokenRoots:
    """A ``RootStore`` on a token that is known by its label, through the token's own PKCS#11 library.

    ``pin_file`` holds the user PIN; others than its owner may have no rights on it.
    """

    def __init__(self, module: Path, label: str, pin_file: Path) -> None:
        self._label = label
        self._connection = Connection(module, label, pin_file)

    def __repr__(self) -> str:
        return "TokenRoots(***)"

    def record(self) -> RootRecord | None:
        """See ``RootStore``.

        Raises:
            RootUnreachable: the token isn't there, or doesn't take the PIN.
            RootDamaged: a record isn't whole, or two disagree on one epoch.
            RootForeign: there are records of two deployments.
        """
        with _reading(), self._connection.using() as session:
            found = found_on(session)
            return found if found and found.epoch else None

    def deployment(self) -> UUID | None:
        """See ``RootStore``. Raises as ``record`` does."""
        with _reading(), self._connection.using() as session:
            found = found_on(session)
            return found.deployment if found else None

    def epochs(self) -> frozenset[int]:
        """See ``RootStore``. Raises as ``record`` does."""
        with _reading(), self._connection.using() as session:
            found = found_on(session)
            if found is None:
                return frozenset()
            return epochs(self._connection.again(), found.deployment)

    def stage(self, deployment: UUID, epoch: int) -> None:
        """See ``RootStore``."""
        with _writing(), self._connection.using() as session:
            found = found_on(session)
            if found and found.deployment != deployment:
                raise RootForeign
            if epoch <= (found.epoch if found else 0):
                raise RootRolledBack
            if keys(session, deployment, epoch):
                raise RootExists
            try:
                if found is None:
                    add_record(session, RootRecord(deployment, 0, _NO_HEAD, _NO_HEAD))
                generate(session, deployment, epoch)
                fresh = self._connection.again()
                if found_on(fresh) is None or not works(only(keys(fresh, deployment, epoch))):
                    raise RootUnwritable  # noqa: TRY301 - what was made goes again, whoever says that it failed
            except (PKCS11Error, RootUnwritable, RootMissing):
                self._undo(deployment, epoch, begun=found is not None)
                raise RootUnwritable from None

    def wrap(self, epoch: int, key: bytes, context: bytes) -> bytes:
        """See ``RootStore`` and ``crypto.roots.RootKey.wrap``. Raises as ``record`` does, too."""
        check_key(key)
        with _reading(), self._connection.using() as session:
            return encrypt(root_of(session, epoch), key, context)

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See ``RootStore``. Raises as ``record`` does, too."""
        with _reading(), self._connection.using() as session:
            root = root_of(session, epoch)
            try:
                return decrypt(root, wrapped, context)
            except PKCS11Error as error:
                # Tokens have various words for a wrong tag, some of which also mean that they are out of order.
                if works(root):
                    raise Tampered from error
                raise

    def switch(self, record: RootRecord) -> None:
        """See ``RootStore``.

        Raises:
            RootForeign: the record is another deployment's.
            RootUnwritable: the token is full, write-protected or away.
        """
        with _writing(), self._connection.using() as session:
            found = found_on(session)
            if found is None:
                raise RootMissing
            if found.deployment != record.deployment:
                raise RootForeign
            if found != record or not record.epoch:
                if record.epoch <= found.epoch:
                    raise RootRolledBack
                only(keys(session, record.deployment, record.epoch))
                add_record(session, record)
            fresh = self._connection.again()
            if found_on(fresh) != record:
                raise RootUnwritable
            if drop_records(fresh, before=record.epoch):
                self._connection.again()

    def destroy(self, epoch: int) -> None:
        """See ``RootStore``. What the token does with the memory is the token's word.

        Raises:
            RootInUse: it is the live one.
            RootUnwritable: the token is write-protected or away, or has no record that says that it is this store.
        """
        with _writing(), self._connection.using() as session:
            found = found_on(session)
            if found is None:
                raise RootUnwritable
            if epoch == found.epoch > 0:
                raise RootInUse
            for key in keys(session, found.deployment, epoch):
                key.destroy()
            drop_records(session, before=found.epoch)
            if keys(self._connection.again(), found.deployment, epoch):
                raise RootUnwritable

    def places(self) -> Mapping[str, str]:
        """The token's label, with ``ok``, or what is wrong with it.

        ``absent``, ``pin-missing``, ``pin-open-to-others``, ``pin-refused``, ``empty`` (no store was begun on it),
        ``damaged``, ``key-missing`` (the live root's), ``unreachable``.
        """
        return {self._label: self._word()}

    def _word(self) -> str:
        try:
            with _reading(), self._connection.using() as session:
                found = found_on(session)
                if found is None:
                    return "empty"
                return "ok" if not found.epoch or works(root_of(session, found.epoch)) else "damaged"
        except TokenProblem as problem:
            return problem.word
        except RootMissing:
            return "key-missing"
        except RootUnreachable:
            return "unreachable"
        except RootStoreError:
            return "damaged"

    def _undo(self, deployment: UUID, epoch: int, *, begun: bool) -> None:
        with suppress(PKCS11Error, RootStoreError):
            session = self._connection.again()
            for key in keys(session, deployment, epoch):
                key.destroy()
            if not begun:
                drop_records(session, before=1)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except PKCS11Error as error:
        raise RootUnreachable from error


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except (PKCS11Error, RootUnreachable) as error:
        raise RootUnwritable from error
