"""What a browser keeps for us without being able to read or change it: JSON under AES-256-GCM, for one use and a time.

The key is the service's own, so every process of a cell opens what another one has sealed. What is sealed for one use
doesn't open for another. Version with care.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

from crypto.errors import CryptoError
from crypto.slots import SlotKey
from domain.principals import CELL_ID

MAX_SEALED: Final = 3_500
"""Characters; a browser keeps cookies of 4,096 bytes with everything that belongs to them."""


class NotSealedHere(Exception):  # noqa: N818 - a finding, named by what was found
    """This isn't what was sealed, or was sealed for another use."""


class Sealing:
    """Seals and opens, with a key of its own purpose (32 bytes).

    Args:
        key: the key.
        use: what for.
    """

    def __init__(self, key: bytes, use: str) -> None:
        self._key, self._use = SlotKey(CELL_ID, key), f"driehoek/cookie/{use}/v1".encode()

    def seal(self, value: dict[str, Any]) -> str:
        """A value as letters that a cookie may have.

        Raises:
            ValueError: it is too long for a cookie.
        """
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        sealed = urlsafe_b64encode(self._key.seal(text, self._use)).decode().rstrip("=")
        if len(sealed) > MAX_SEALED:
            raise ValueError("too long for a cookie")
        return sealed

    def open(self, text: str) -> dict[str, Any]:
        """Inverse of ``seal``; what was sealed has one spelling.

        Raises:
            NotSealedHere: it isn't that.
        """
        if len(text) > MAX_SEALED:
            raise NotSealedHere
        try:
            sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if urlsafe_b64encode(sealed).decode().rstrip("=") != text:
                raise NotSealedHere
            value: dict[str, Any] = json.loads(self._key.open(sealed, self._use))
        except (ValueError, CryptoError) as error:
            raise NotSealedHere from error
        return value
