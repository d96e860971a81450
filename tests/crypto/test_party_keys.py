"""A party's keys: they round-trip, open what was sealed to them, and sign what others can check."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import BadSignature, Malformed, Tampered
from crypto.party_keys import KEM_PUBLIC, PartyKeys, PartyPublicKeys, verify

STRANGER = PartyKeys.generate()
ME = PartyKeys.generate()


def test_private_and_public_bytes_round_trip() -> None:
    """Keys written down and read again open, sign and verify as before."""
    again = PartyKeys.from_private_bytes(ME.to_private_bytes())
    public = PartyPublicKeys.from_bytes(ME.public.to_bytes())
    assert again.public == public == ME.public
    assert len(ME.to_private_bytes()) == 129
    assert len(public.to_bytes()) == 1249
    assert again.open(public.seal(b"for me", b"info"), b"info") == b"for me"
    verify(public.signing, b"said", again.sign(b"said"))


@given(plaintext=st.binary(max_size=300), info=st.binary(max_size=100))
@settings(max_examples=30)
def test_only_the_recipient_opens_in_the_same_context(plaintext: bytes, info: bytes) -> None:
    """What is sealed to a party opens for it with the same info; for a stranger or with other info it doesn't."""
    sealed = ME.public.seal(plaintext, info)
    assert ME.open(sealed, info) == plaintext
    with pytest.raises(Tampered):
        STRANGER.open(sealed, info)
    with pytest.raises(Tampered):
        ME.open(sealed, info + b"x")


def test_changed_or_cut_seals_are_refused() -> None:
    """A flipped bit in encapsulation, ciphertext or tag, or a missing end, is refused as tampered."""
    sealed = ME.public.seal(b"for me", b"info")
    assert ME.open(sealed, b"info") == b"for me"
    for at in (*range(0, len(sealed), 37), 1087, 1088, 1119, 1120, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(Tampered):
            ME.open(bytes(changed), b"info")
    for length in (0, 1, 1119, 1120, 1135, len(sealed) - 1):
        with pytest.raises(Tampered):
            ME.open(sealed[:length], b"info")


@pytest.mark.parametrize("encoded", [b"", b"\x01", bytes(129), b"\x02" + bytes(128), b"\x01" + bytes(129)])
def test_other_private_bytes_are_refused(encoded: bytes) -> None:
    """Private bytes of another size or version aren't keys; those of the right size and version are."""
    assert PartyKeys.from_private_bytes(b"\x01" + bytes(128)).to_private_bytes() == b"\x01" + bytes(128)
    with pytest.raises(Malformed):
        PartyKeys.from_private_bytes(encoded)


def test_other_public_bytes_are_refused() -> None:
    """Public bytes of another size or version, or with ML-KEM coefficients out of range, aren't keys."""
    good = ME.public.to_bytes()
    for bad in (good[:-1], good + b"\0", b"\x02" + good[1:], b"\x01" + b"\xff" * 1184 + good[1185:], b""):
        with pytest.raises(Malformed):
            PartyPublicKeys.from_bytes(bad)
    with pytest.raises(Malformed):
        PartyPublicKeys(bytes(KEM_PUBLIC - 1), bytes(32))


def test_sealing_to_a_key_of_low_order_is_refused() -> None:
    """An X25519 key of low order would make the shared secret predictable: nothing is sealed to it."""
    weak = PartyPublicKeys(ME.public.kem[:-32] + bytes(32), ME.public.signing)
    with pytest.raises(Malformed):
        weak.seal(b"x", b"")


@given(st.binary(max_size=200))
@settings(max_examples=30)
def test_signatures_are_of_that_key_over_that_message(message: bytes) -> None:
    """A signature verifies for its message and key, and for no other message, key or changed signature."""
    signature = ME.sign(message)
    verify(ME.public.signing, message, signature)
    with pytest.raises(BadSignature):
        verify(ME.public.signing, message + b"x", signature)
    with pytest.raises(BadSignature):
        verify(STRANGER.public.signing, message, signature)
    with pytest.raises(BadSignature):
        verify(ME.public.signing, message, signature[:-1] + bytes([signature[-1] ^ 1]))
    with pytest.raises(BadSignature):
        verify(b"short", message, signature)


def test_repr_shows_nothing() -> None:
    """Printing a party's keys shows no byte of them."""
    assert repr(ME) == "PartyKeys(***)"
