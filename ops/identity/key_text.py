"""What an API key looks like: ``drh_``, where it is on record, and a secret with a checksum.

``drh_<52 letters>_<58 letters>`` in the alphabet of RFC 4648 base32, in small letters and without padding. The first
part is the person's id and the key's id (16 bytes each), the second the secret (32 bytes) and a CRC-32 over all 64 of
these bytes (4 bytes, big-endian). With prefix, alphabet and checksum a scanner tells a leaked key from anything else
without asking anybody; and a mistyped key is refused before anything is looked up. Version with care.
"""

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from zlib import crc32

PREFIX: Final = "drh_"
SECRET_BYTES: Final = 32

_FORM: Final = re.compile(rf"{PREFIX}([a-z2-7]{{52}})_([a-z2-7]{{58}})")
_ID_BYTES: Final = 16
_SUM_BYTES: Final = 4


class KeyMalformed(ValueError):  # noqa: N818 - an answer to somebody, not a fault
    """This text is no API key."""

    def __init__(self) -> None:
        super().__init__("no API key looks like this")


@dataclass(frozen=True)
class KeyText:
    """An API key, taken apart; ``secret`` has 32 bytes and stays out of the repr."""

    person: UUID
    key: UUID
    secret: bytes = field(repr=False)

    def written(self) -> str:
        """As its holder has it."""
        place = self.person.bytes + self.key.bytes
        checked = self.secret + crc32(place + self.secret).to_bytes(_SUM_BYTES)
        return f"{PREFIX}{_letters(place)}_{_letters(checked)}"


def read(text: str) -> KeyText:
    """Inverse of ``KeyText.written``; a key has one spelling.

    Raises:
        KeyMalformed: it isn't one.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise KeyMalformed
    place, checked = (_bytes(part) for part in found.groups())
    made = KeyText(UUID(bytes=place[:_ID_BYTES]), UUID(bytes=place[_ID_BYTES:]), checked[:SECRET_BYTES])
    if made.written() != text:  # another checksum, or bits behind the last byte
        raise KeyMalformed
    return made


def _letters(value: bytes) -> str:
    return b32encode(value).decode().rstrip("=").lower()


def _bytes(letters: str) -> bytes:
    return b32decode(letters.upper() + "=" * (-len(letters) % 8))
