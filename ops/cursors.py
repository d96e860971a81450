"""Page cursors that tell nothing: a place in the log, sealed for one reader.

A supervisor's page ends at a position of the log. Two bare positions with nothing shown between them would tell how
often something happened that supervisors don't see, a journal entry for example: counts tell, too.
"""

import base64
import binascii
from uuid import UUID

from api.backend import CursorRefused
from crypto.errors import CryptoError
from crypto.slots import SlotKey
from domain.principals import CELL_ID

_PLACE = 8


class SealedCursors:
    """``api.backend.Cursors`` with a key of its own purpose (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = SlotKey(CELL_ID, key)

    def seal(self, place: int, reader: UUID) -> str:
        """A cursor, about 50 characters that a URL may have."""
        sealed = self._key.seal(place.to_bytes(_PLACE, "big"), reader.bytes)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, cursor: str, reader: UUID) -> int:
        """The place.

        Raises:
            CursorRefused: when it isn't one that was given to this reader.
        """
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            return int.from_bytes(self._key.open(sealed, reader.bytes), "big")
        except (ValueError, binascii.Error, CryptoError):
            raise CursorRefused from None
