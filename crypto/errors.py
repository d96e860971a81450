"""The ways in which opening something fails. Each is its own class, because inside they mean different things.

Outside the process only one opaque answer is given; inside, *tampered*, *erased* and *never there* lead to different
actions: an alarm, a receipt, a bug report. Every message is a fixed string: no id, no length, no data ever enters it,
so an exception can be logged as it is.
"""

from typing import ClassVar


class CryptoError(Exception):
    """The root of this room's errors. Raised only through its subclasses."""

    message: ClassVar[str] = "cryptographic operation failed"

    def __init__(self) -> None:
        super().__init__(self.message)


class Tampered(CryptoError):  # noqa: N818 - the room's vocabulary: what happened, not what class it is
    """The bytes are well formed, yet don't belong to this key and this context: changed, moved, or replayed."""

    message = "sealed bytes do not belong to this key and context"


class Malformed(CryptoError):  # noqa: N818 - as above
    """The bytes can't be parsed: truncated, a wrong version marker, or not in the one encoding that is allowed."""

    message = "bytes are not in the expected format"


class BadSignature(CryptoError):  # noqa: N818 - as above
    """The signature isn't that key's over that message."""

    message = "signature does not verify"


class KeyNeverProvisioned(CryptoError):  # noqa: N818 - as above
    """No slot of that id was ever made. Never a reason to make one: an id is never reused."""

    message = "key was never provisioned"


class KeyErased(CryptoError):  # noqa: N818 - as above
    """The slot existed and was erased on purpose. Permanent."""

    message = "key was erased"


class NotInScope(CryptoError):  # noqa: N818 - as above
    """This scope's key doesn't open that slot.

    The slot belongs to another scope, or its wrapped bytes were changed: without the other scope's key the two look
    the same, and this room never tries other keys to find out.
    """

    message = "slot is not in this scope"


class TreeBehind(CryptoError):  # noqa: N818 - as above
    """The database's tree is older than the live root: it was restored from a copy, and has to catch up first."""

    message = "the key tree is behind its root"


class TreeAhead(CryptoError):  # noqa: N818 - as above
    """The database's tree is newer than the live root, and no root is staged for it: the root store is an old one."""

    message = "the key tree is ahead of its root"


class TreeFull(CryptoError):  # noqa: N818 - as above
    """Every place for a slot page was given out."""

    message = "the key tree has no room for another page"


class RootStoreError(CryptoError):
    """The root store can't do what was asked; nothing was half done."""

    message = "the root store failed"


class RootMissing(RootStoreError):  # noqa: N818 - as above
    """No root key of that epoch is here: it was destroyed, or this isn't the store it was made in."""

    message = "the root key isn't in the root store"


class RootDamaged(RootStoreError):  # noqa: N818 - as above
    """A root key, or the record of which is live, is there but isn't whole."""

    message = "the root store is damaged"


class RootForeign(RootStoreError):  # noqa: N818 - as above
    """The root store belongs to another deployment."""

    message = "the root store belongs to another deployment"


class RootExists(RootStoreError):  # noqa: N818 - as above
    """There is a root key of that epoch. A root is made once and never written over."""

    message = "a root key of this epoch exists already"


class RootInUse(RootStoreError):  # noqa: N818 - as above
    """The live root isn't destroyed: another one has to be live first."""

    message = "the root key is in use"


class RootRolledBack(RootStoreError):  # noqa: N818 - as above
    """The epoch would go back."""

    message = "the root store's epoch can't go back"


class RootUnwritable(RootStoreError):  # noqa: N818 - as above
    """The root store is full, read-only, or out of reach."""

    message = "the root store can't be written"


class RootUnreachable(RootStoreError):  # noqa: N818 - as above
    """The root store, or a part of it, can't be read: not mounted, not permitted, or not answering."""

    message = "the root store can't be reached"


class ShareForeign(CryptoError):  # noqa: N818 - as above
    """Shares of two different secrets, or of one that was shared out twice, were put side by side."""

    message = "the shares don't belong together"


class ShareRepeated(CryptoError):  # noqa: N818 - as above
    """One share was given twice: it counts once."""

    message = "the same share was given twice"


class SharesMissing(CryptoError):  # noqa: N818 - as above
    """There are fewer shares than it takes, and together they say nothing."""

    message = "too few shares"
