"""Signed notes, checkpoints and their keys: the specification's examples, and what must not pass for one."""

import base64
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.log.signing import NoteSigner, signed
from crypto.verifier.merkle import EMPTY_ROOT, MAX_SIZE, leaf_hash
from crypto.verifier.notes import COSIGNATURE, ED25519, MAX_NOTE, ML_DSA_44, Checkpoint, Note, VerifierKey, key_id
from crypto.verifier.refused import Refused

# The example of the specification (signed-note, verifier keys).
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

ORIGIN = "example.com/log"
CHECKPOINT = Checkpoint(ORIGIN, 3, leaf_hash(b"root"))
LOG = NoteSigner(ORIGIN, ED25519, bytes(32))
PQ = NoteSigner(ORIGIN, ML_DSA_44, bytes([1]) * 32)
WITNESS = NoteSigner("witness.example", COSIGNATURE, bytes([2]) * 32)
ALL = [LOG.key, PQ.key, WITNESS.key]
NOTE = signed(CHECKPOINT, [LOG, PQ, WITNESS], 1_800_000_000)


def test_the_specifications_example_is_signed() -> None:
    """The example note is signed by the example key, and by no other."""
    key = VerifierKey.parse(EXAMPLE_KEY)
    note = Note.parse(EXAMPLE.encode())
    assert [one.key for one in note.signed_by([key])] == [key]
    assert note.signed_by([LOG.key]) == []
    assert str(key) == EXAMPLE_KEY
    assert bytes(note) == EXAMPLE.encode()


def test_a_text_may_have_empty_lines() -> None:
    """The text ends at the last empty line, not at the first."""
    note = Note.parse("one\n\ntwo\n\n— a.example AAAAAAA=\n".encode())
    assert note.text == "one\n\ntwo\n"


def test_three_types_of_signature_are_checked_and_dated() -> None:
    """Log, ML-DSA and witness keys sign the same checkpoint; the last two say when."""
    note = Note.parse(NOTE)
    assert [(one.key, one.time) for one in note.signed_by(ALL)] == [
        (LOG.key, 0),
        (PQ.key, 1_800_000_000),
        (WITNESS.key, 1_800_000_000),
    ]
    assert Checkpoint.parse(note.text) == CHECKPOINT


@given(st.data())
def test_a_flipped_bit_is_never_signed(data: st.DataObject) -> None:
    """Whichever bit of the note is flipped, it isn't a note any more or not all three keys' note."""
    at, bit = data.draw(st.integers(0, len(NOTE) - 1)), data.draw(st.integers(0, 7))
    broken = NOTE[:at] + bytes([NOTE[at] ^ 1 << bit]) + NOTE[at + 1 :]
    with suppress(Refused):
        assert len(Note.parse(broken).signed_by(ALL)) < 3


def test_a_signature_of_a_known_key_must_fit() -> None:
    """One signature of a known key that doesn't fit spoils the note, however many others do."""
    other = Note.parse(signed(replace(CHECKPOINT, size=4), [WITNESS], 0))
    note = replace(Note.parse(NOTE), signatures=(*Note.parse(NOTE).signatures[:2], *other.signatures))
    with pytest.raises(Refused):
        note.signed_by(ALL)
    assert len(note.signed_by(ALL[:2])) == 2


def test_a_key_hint_counts_with_its_name_only() -> None:
    """A signature with the id of a known key under another name, or its name with another id, is somebody else's."""
    name, hint, raw = Note.parse(NOTE).signatures[0]
    for stranger in (("evil.example", hint, raw), (name, bytes(4), raw)):
        assert Note(CHECKPOINT.text, (stranger,)).signed_by([LOG.key]) == []
    assert Note(CHECKPOINT.text, ((name, hint, raw),)).signed_by([LOG.key])


def test_signatures_of_one_type_are_none_of_another() -> None:
    """The same seed under another type is another key, and its signatures are over other bytes."""
    as_witness = NoteSigner(ORIGIN, COSIGNATURE, bytes(32))
    assert as_witness.key.public == LOG.key.public
    assert as_witness.key.id != LOG.key.id
    _, _, raw = Note.parse(signed(CHECKPOINT, [LOG], 0)).signatures[0]
    with pytest.raises(Refused):
        as_witness.key.check(CHECKPOINT.text, bytes(8) + raw)
    with pytest.raises(Refused):
        as_witness.key.check(CHECKPOINT.text, raw)


@pytest.mark.parametrize("key", ALL, ids=["ed25519", "ml-dsa-44", "cosignature"])
def test_the_time_is_signed(key: VerifierKey) -> None:
    """Whoever changes the time of a signature that has one, breaks it."""
    (raw,) = [raw for name, hint, raw in Note.parse(NOTE).signatures if (name, hint) == (key.name, key.id)]
    assert key.check(CHECKPOINT.text, raw) == (0 if key.kind == ED25519 else 1_800_000_000)
    with pytest.raises(Refused):
        key.check(CHECKPOINT.text, bytes([raw[0] ^ 1]) + raw[1:])
    if key.kind != ED25519:
        with pytest.raises(Refused, match="no possible time"):
            key.check(CHECKPOINT.text, b"\xff" * 8 + raw[8:])


NO_NOTES = {
    "nothing": b"",
    "no blank line": b"text\n",
    "no text": b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
    "no signature": b"text\n\n",
    "no closing newline": "text\n\n— a AAAAAAA=".encode(),
    "a hyphen for the dash": b"text\n\n- a AAAAAAA=\n",
    "two spaces": "text\n\n—  a AAAAAAA=\n".encode(),
    "no name": "text\n\n—  AAAAAAA=\n".encode(),
    "a plus in the name": "text\n\n— a+b AAAAAAA=\n".encode(),
    "a Unicode space in the name": "text\n\n— a\u00a0b AAAAAAA=\n".encode(),
    "no padding": "text\n\n— a AAAAAAA\n".encode(),
    "bits in the padding": "text\n\n— a AAAAAAB=\n".encode(),
    "URL-safe base64": "text\n\n— a AAAAA-A=\n".encode(),
    "a key id and nothing": "text\n\n— a AAAAAA==\n".encode(),
    "something behind it": "text\n\n— a AAAAAAA= \n".encode(),
    "a carriage return": "text\r\n\n— a AAAAAAA=\n".encode(),
    "a NUL": "te\0xt\n\n— a AAAAAAA=\n".encode(),
    "not UTF-8": b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
    "too many signatures": b"text\n\n" + "— a AAAAAAA=\n".encode() * 65,
    "too long": b"x" * MAX_NOTE + "\n\n— a AAAAAAA=\n".encode(),
}


@pytest.mark.parametrize("raw", NO_NOTES.values(), ids=NO_NOTES)
def test_what_is_no_note_is_refused(raw: bytes) -> None:
    """Malformed notes and signature lines are refused as a whole."""
    assert Note.parse("text\n\n— a AAAAAAA=\n".encode()).signatures == (("a", bytes(4), b"\0"),)
    with pytest.raises(Refused):
        Note.parse(raw)


ROOT = base64.b64encode(leaf_hash(b"")).decode()
NO_CHECKPOINTS = {
    "a line short": f"{ORIGIN}\n3\n",
    "no closing newline": f"{ORIGIN}\n3\n{ROOT}",
    "no origin": f"\n3\n{ROOT}\n",
    "an empty line": f"{ORIGIN}\n3\n{ROOT}\n\n",
    "a leading zero": f"{ORIGIN}\n03\n{ROOT}\n",
    "a sign": f"{ORIGIN}\n+3\n{ROOT}\n",
    "other digits": f"{ORIGIN}\n٣\n{ROOT}\n",
    "too large": f"{ORIGIN}\n{MAX_SIZE + 1}\n{ROOT}\n",
    "a root of 31 bytes": f"{ORIGIN}\n3\n{base64.b64encode(bytes(31)).decode()}\n",
    "an empty root": f"{ORIGIN}\n3\n\n",
    "a root with spaces": f"{ORIGIN}\n3\n {ROOT}\n",
    "an empty tree with another root": f"{ORIGIN}\n0\n{ROOT}\n",
}


@pytest.mark.parametrize("text", NO_CHECKPOINTS.values(), ids=NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """Texts that aren't one, in its one spelling, of a tree that can be, are refused."""
    assert Checkpoint.parse(f"{ORIGIN}\n3\n{ROOT}\nextension\n").extensions == ("extension",)
    assert Checkpoint.parse(f"{ORIGIN}\n0\n{base64.b64encode(EMPTY_ROOT).decode()}\n").size == 0
    with pytest.raises(Refused):
        Checkpoint.parse(text)


def vkey(name: str, kind: int, public: bytes, hint: bytes | None = None) -> str:
    """A key, written down."""
    encoded = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{(hint or key_id(name, kind, public)).hex()}+{encoded}"


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name+00000000", vkey("name", 1, bytes(32), bytes([1] * 4)), vkey("name", 1, bytes(31)),
        vkey("name", 2, bytes(32)), vkey("name", 6, bytes(32)), vkey("", 1, bytes(32)), vkey("a b", 1, bytes(32)),
        vkey("name", 1, bytes(32)).upper(), vkey("name", 1, bytes(32)) + "+", "name+e3b0c442+",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    """Keys of unknown types or sizes, or whose id isn't theirs, are refused."""
    assert VerifierKey.parse(vkey("name", 1, bytes(32))).kind == ED25519
    with pytest.raises(Refused):
        VerifierKey.parse(text)


def test_a_name_is_text_that_can_be_written() -> None:
    """Half a surrogate pair in a name is refused like any other mistake; letters of every script are taken."""
    assert VerifierKey.parse(vkey("exämple/日志", 1, bytes(32))).name == "exämple/日志"
    taken = vkey("name", 1, bytes(32))
    with pytest.raises(Refused):
        VerifierKey.parse(taken.replace("name", "na\ud800me", 1))
