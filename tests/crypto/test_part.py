"""A sealed part opens with its key at its place, and nowhere else; a disclosed key opens that part alone."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from crypto import part
from crypto.encoding import lp
from crypto.errors import CryptoError, Malformed, Tampered
from crypto.part import (
    CompartmentKey,
    disclose_part,
    new_compartment_key,
    open_part,
    open_with_disclosed,
    seal_part,
)

STREAM = UUID(int=1)
OTHER = UUID(int=2)
KEY = new_compartment_key("alliance", "until-closure", 1, ("C", "E"))


def disclosed(
    part_key: bytes,
    sealed: bytes,
    *,
    key: CompartmentKey = KEY,
    stream: UUID = STREAM,
    version: int = 3,
    index: int = 1,
) -> bytes:
    """Open with a disclosed key under the label of ``key``."""
    return open_with_disclosed(
        part_key,
        stream,
        version,
        index,
        sealed,
        compartment=key.compartment,
        lifetime=key.lifetime,
        generation=key.generation,
        audience=key.audience,
    )


@given(st.binary(max_size=3000), st.uuids(), st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1))
def test_what_was_sealed_opens(plaintext: bytes, stream: UUID, version: int, index: int) -> None:
    """A part opens to its plaintext with its key, and with its disclosed key."""
    sealed = seal_part(KEY, stream, version, index, plaintext)
    assert open_part(KEY, stream, version, index, sealed) == plaintext
    part_key = disclose_part(KEY, stream, version, index, sealed)
    assert disclosed(part_key, sealed, stream=stream, version=version, index=index) == plaintext


def test_sealing_twice_differs_everywhere() -> None:
    """The same content at the same place, as in a retried append, gets another salt, commitment and ciphertext."""
    one, two = (seal_part(KEY, STREAM, 3, 1, b"again") for _ in range(2))
    assert len(one) == 329
    assert one[1:25] != two[1:25]
    assert one[25:57] != two[25:57]
    assert one[57:] != two[57:]


def test_derivation_is_hkdf_expand() -> None:
    """Part key, K and commitment are HKDF-Expand over length-prefixed fields, as the format says."""
    bound, salt = part.context(KEY, STREAM, 3, 1), bytes(range(24))
    info = lp(b"driehoek/part-key/v1", bound, salt)
    part_key = HKDFExpand(SHA256(), 32, info).derive(KEY.secret)
    assert part._part_key(KEY.secret, bound, salt) == part_key
    info = lp(b"driehoek/part-commit/v1", bound, salt)
    assert b"".join(part._cipher_key(part_key, bound, salt)) == HKDFExpand(SHA256(), 64, info).derive(part_key)


def test_context_is_length_prefixed_fields() -> None:
    """The packed place and the prepared label are exactly the format's lp of eight fields."""
    audience = sha256(lp(b"C", b"E")).digest()
    assert part.context(KEY, STREAM, 3, 1) == lp(
        b"\x01",
        STREAM.bytes,
        (3).to_bytes(4, "big"),
        (1).to_bytes(2, "big"),
        b"alliance",
        b"until-closure",
        (1).to_bytes(4, "big"),
        audience,
    )


def test_every_flipped_bit_is_noticed() -> None:
    """Each single bit of a sealed part, header included, is enough to refuse it, with either key."""
    sealed = seal_part(KEY, STREAM, 3, 1, b"secret")
    part_key = disclose_part(KEY, STREAM, 3, 1, sealed)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        # The first byte is the version marker: another version is unknown, not tampered with.
        expected = Malformed if bit < 8 else Tampered
        with pytest.raises(expected):
            open_part(KEY, STREAM, 3, 1, bytes(changed))
        with pytest.raises(expected):
            disclosed(part_key, bytes(changed))
    assert open_part(KEY, STREAM, 3, 1, sealed) == b"secret"


def test_every_truncation_is_noticed() -> None:
    """No prefix of a sealed part opens, nor the part with bytes behind it."""
    sealed = seal_part(KEY, STREAM, 3, 1, bytes(300))
    for length in range(len(sealed)):
        with pytest.raises(CryptoError) as refused:
            open_part(KEY, STREAM, 3, 1, sealed[:length])
        assert isinstance(refused.value, Malformed if length < 329 else Tampered)
    with pytest.raises(Tampered):
        open_part(KEY, STREAM, 3, 1, sealed + b"\x00")
    assert open_part(KEY, STREAM, 3, 1, sealed) == bytes(300)


SWAPS: dict[str, Callable[[bytes], bytes]] = {
    "stream": lambda sealed: open_part(KEY, OTHER, 3, 1, sealed),
    "version": lambda sealed: open_part(KEY, STREAM, 4, 1, sealed),
    "index": lambda sealed: open_part(KEY, STREAM, 3, 2, sealed),
    "secret": lambda sealed: open_part(replace(KEY, secret=bytes(32)), STREAM, 3, 1, sealed),
    "compartment": lambda sealed: open_part(replace(KEY, compartment="triangle"), STREAM, 3, 1, sealed),
    "lifetime": lambda sealed: open_part(replace(KEY, lifetime="kept"), STREAM, 3, 1, sealed),
    "generation": lambda sealed: open_part(replace(KEY, generation=2), STREAM, 3, 1, sealed),
    "audience": lambda sealed: open_part(replace(KEY, audience=("C", "E", "O")), STREAM, 3, 1, sealed),
    "joined names": lambda sealed: open_part(replace(KEY, audience=("CE",)), STREAM, 3, 1, sealed),
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_every_field_of_the_context_is_bound(swap: Callable[[bytes], bytes]) -> None:
    """A part doesn't open when one field of its context is another; with all of them right, it does."""
    sealed = seal_part(KEY, STREAM, 3, 1, b"secret")
    assert open_part(KEY, STREAM, 3, 1, sealed) == b"secret"
    with pytest.raises(Tampered):
        swap(sealed)


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, compartment="triangle"),
        replace(KEY, lifetime="kept"),
        replace(KEY, generation=2),
        replace(KEY, audience=("C", "E", "O")),
    ],
    ids=["compartment", "lifetime", "generation", "audience"],
)
def test_a_disclosure_cannot_claim_another_label(key: CompartmentKey) -> None:
    """A disclosed key with another compartment, lifetime, generation or audience than sealed is refused."""
    sealed = seal_part(KEY, STREAM, 3, 1, b"secret")
    part_key = disclose_part(KEY, STREAM, 3, 1, sealed)
    assert disclosed(part_key, sealed) == b"secret"
    with pytest.raises(Tampered):
        disclosed(part_key, sealed, key=key)


def test_a_disclosed_key_opens_nothing_else() -> None:
    """A disclosed key opens neither the next part nor the same content sealed again."""
    sealed, again = (seal_part(KEY, STREAM, 3, 1, b"secret") for _ in range(2))
    part_key = disclose_part(KEY, STREAM, 3, 1, sealed)
    assert disclosed(part_key, sealed) == b"secret"
    with pytest.raises(Tampered):
        disclosed(part_key, again)
    with pytest.raises(Tampered):
        disclosed(part_key, seal_part(KEY, STREAM, 3, 2, b"secret"), index=2)
    with pytest.raises(Malformed):
        disclosed(part_key[:-1], sealed)


def test_nothing_is_disclosed_for_what_does_not_open() -> None:
    """Disclosing needs the right place: otherwise there is no key to hand out."""
    sealed = seal_part(KEY, STREAM, 3, 1, b"secret")
    with pytest.raises(Tampered):
        disclose_part(KEY, STREAM, 4, 1, sealed)


def test_audience_has_no_order() -> None:
    """The same audience in another order, or with a repeat, is the same key."""
    sealed = seal_part(KEY, STREAM, 3, 1, b"secret")
    assert open_part(replace(KEY, audience=("E", "C", "E")), STREAM, 3, 1, sealed) == b"secret"


def test_short_secrets_and_large_generations_are_refused() -> None:
    """A key of another size than 32 bytes or a generation beyond 32 bits can't exist."""
    with pytest.raises(Malformed):
        replace(KEY, secret=bytes(31))
    for generation in (-1, 2**32):
        with pytest.raises(Malformed):
            replace(KEY, generation=generation)


def test_repr_shows_no_secret() -> None:
    """Printing a compartment key shows its name, not its secret."""
    shown = repr(replace(KEY, secret=b"K" * 32))
    assert "alliance" in shown
    assert "KKKK" not in shown
