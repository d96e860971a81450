"""The salamander: one AES-GCM ciphertext with two readings, built for real, and refused by the commitment.

AES-GCM's tag is linear in the ciphertext for a known key. A writer who knows two keys can leave one block free and
solve for it so that one tag is right under both (Dodis, Grubbs, Ristenpart, Woodage, *Fast Message Franking: From
Invisible Salamanders to Encryptment*, CRYPTO 2018). He could show the coach one text and a court another.
"""

import hmac
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import part
from crypto.encoding import pad
from crypto.errors import Tampered
from crypto.part import CompartmentKey, new_compartment_key, open_part, open_with_disclosed

STREAM = UUID(int=1)
KEY = new_compartment_key("alliance", "until-closure", 1, ("C", "E"))
SECOND = replace(KEY, secret=bytes(range(32)))
ZERO_NONCE = bytes(12)
SALT = bytes(24)
FREE = 7  # the block that is solved for, well inside a content of 252 bytes
TEXT = b"The coach reads this. ".ljust(252, b".")


def multiply(x: int, y: int) -> int:
    """Multiply in GF(2^128) as GCM does (NIST SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def power(x: int, exponent: int) -> int:
    """Raise to a power in GF(2^128)."""
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, x)
        x = multiply(x, x)
        exponent >>= 1
    return result


def block(key: bytes, counter: int) -> int:
    """Encrypt the counter block of the zero nonce; 0 means the all-zero block that gives GHASH its key."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one raw block, to attack GCM
    return int.from_bytes(encryptor.update(ZERO_NONCE + counter.to_bytes(4, "big")), "big")


def blocks(data: bytes) -> list[int]:
    """Split into GHASH blocks, the last one filled with zeros."""
    return [int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big") for at in range(0, len(data), 16)]


def ghash(key: bytes, hashed: list[int]) -> int:
    """Hash blocks under the key's GHASH key, and mask with the first counter block: the tag."""
    base, state = block(key, 0), 0
    for value in hashed:
        state = multiply(state ^ value, base)
    return state ^ block(key, 1)


def salamander(one: bytes, other: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return ciphertext and tag that plain AES-GCM accepts under both keys; under ``one`` it reads as ``plaintext``."""
    ciphertext = bytearray(AESGCM(one).encrypt(ZERO_NONCE, plaintext, aad)[:-16])
    ciphertext[FREE * 16 : (FREE + 1) * 16] = bytes(16)
    hashed = [*blocks(aad), *blocks(bytes(ciphertext)), len(aad) * 8 << 64 | len(ciphertext) * 8]
    # The free block enters each tag times a power of that key's GHASH key; the two tags must meet.
    exponent = len(hashed) - len(blocks(aad)) - FREE
    slope = power(block(one, 0), exponent) ^ power(block(other, 0), exponent)
    gap = ghash(one, hashed) ^ ghash(other, hashed)
    free = multiply(gap, power(slope, 2**128 - 2))
    ciphertext[FREE * 16 : (FREE + 1) * 16] = free.to_bytes(16, "big")
    hashed[len(blocks(aad)) + FREE] = free
    return bytes(ciphertext) + ghash(one, hashed).to_bytes(16, "big")


def keys_of(key: CompartmentKey) -> tuple[bytes, bytes, bytes]:
    """Return the part key, the cipher key and the commitment of this test's one part."""
    bound = part.context(key, STREAM, 3, 1)
    part_key = part._part_key(key.secret, bound, SALT)
    return part_key, *part._cipher_key(part_key, bound, SALT)


def test_two_readings_under_plain_gcm_and_one_under_ours() -> None:
    """A ciphertext that plain AES-GCM opens under two keys opens under the committed key alone."""
    part_key, cipher_key, commitment = keys_of(KEY)
    second_part_key, second_cipher_key, second_commitment = keys_of(SECOND)
    bound = part.context(KEY, STREAM, 3, 1)
    forged = salamander(cipher_key, second_cipher_key, pad(TEXT), bound)

    # Positive control: the attack works. Both keys open the same bytes, to different texts, without an error.
    first = AESGCM(cipher_key).decrypt(ZERO_NONCE, forged, bound)
    second = AESGCM(second_cipher_key).decrypt(ZERO_NONCE, forged, bound)
    assert first[:100] == pad(TEXT)[:100]
    assert first != second

    sealed = part.PART_VERSION + SALT + commitment + forged
    label = {"compartment": "alliance", "lifetime": "until-closure"}
    audience = ("C", "E")
    assert open_part(KEY, STREAM, 3, 1, sealed)[:96] == TEXT[:96]
    assert (
        open_with_disclosed(part_key, STREAM, 3, 1, sealed, **label, generation=1, audience=audience)[:96] == TEXT[:96]
    )
    with pytest.raises(Tampered):
        open_part(SECOND, STREAM, 3, 1, sealed)
    with pytest.raises(Tampered):
        open_with_disclosed(second_part_key, STREAM, 3, 1, sealed, **label, generation=1, audience=audience)
    assert not hmac.compare_digest(commitment, second_commitment)
