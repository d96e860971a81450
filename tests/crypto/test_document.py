"""What is signed of a contract: bound to every section, blind to their order, silent about their content."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.document import document_hash, new_salt, section_commitment, signature_message
from crypto.errors import Malformed

CONTRACT = UUID(int=1)
COMMITMENTS = st.binary(min_size=32, max_size=32)


@given(st.text(), st.binary(max_size=200))
def test_a_commitment_binds_name_salt_and_content(name: str, content: bytes) -> None:
    """The same section gives the same commitment; another name, salt or content gives another."""
    salt = bytes(range(32))
    made = section_commitment(name, salt, content)
    assert made == section_commitment(name, salt, content)
    others = {
        section_commitment(name + "x", salt, content),
        section_commitment(name, bytes(32), content),
        section_commitment(name, salt, content + b"x"),
    }
    assert len(made) == 32
    assert len(others | {made}) == 4


def test_a_guess_cannot_be_checked_without_the_salt() -> None:
    """Two commitments to one short content differ, so the right guess looks like any other."""
    one, two = (section_commitment("fee", new_salt(), b"4000") for _ in range(2))
    assert one != two
    with pytest.raises(Malformed):
        section_commitment("fee", b"", b"4000")


@given(st.dictionaries(st.text(max_size=10), COMMITMENTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_sections_does_not_matter(sections: dict[str, bytes], random: Random) -> None:
    """All signers get one hash, however their copy lists the sections."""
    shuffled = list(sections.items())
    random.shuffle(shuffled)
    assert document_hash(CONTRACT, 1, shuffled) == document_hash(CONTRACT, 1, sections.items())


def test_every_field_of_a_document_is_bound() -> None:
    """Another contract, version, section name, commitment, or a section more or less, is another document."""
    sections = [("clause", b"c" * 32), ("purpose", b"p" * 32)]
    same = document_hash(CONTRACT, 1, sections)
    others = {
        document_hash(UUID(int=2), 1, sections),
        document_hash(CONTRACT, 2, sections),
        document_hash(CONTRACT, 1, [("clauses", b"c" * 32), ("purpose", b"p" * 32)]),
        document_hash(CONTRACT, 1, [("clause", b"p" * 32), ("purpose", b"c" * 32)]),
        document_hash(CONTRACT, 1, sections[:1]),
        document_hash(CONTRACT, 1, [*sections, ("term", b"t" * 32)]),
    }
    assert len(others | {same}) == 7


@pytest.mark.parametrize(
    "sections",
    [[], [("clause", b"c" * 32), ("clause", b"d" * 32)], [("clause", b"short")]],
    ids=["none", "twice", "short"],
)
def test_empty_double_and_short_sections_are_refused(sections: list[tuple[str, bytes]]) -> None:
    """A document without sections, with a name twice or with something else than commitments has no hash."""
    with pytest.raises(Malformed):
        document_hash(CONTRACT, 1, sections)


def test_a_contract_signature_is_no_authors_signature() -> None:
    """What a party signs for a contract is labelled: it isn't the hash itself, and only a whole one is taken."""
    hashed = document_hash(CONTRACT, 1, [("clause", b"c" * 32)])
    message = signature_message(hashed)
    assert message != hashed
    assert message.endswith(hashed)
    assert b"contract-signature" in message
    with pytest.raises(Malformed):
        signature_message(hashed[:-1])
