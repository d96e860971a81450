"""What a signer of the contract signs: one hash over salted commitments to each section.

A contract is split in sections, because not every signer may read every section. Each section is committed to with 32
random bytes of salt, kept beside its content in the same compartment: without the salt a guess ("the fee is 4,000")
can't be checked against the commitment, so the hash may stand in the open and outlive the content (FORMAT.md 11).
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from crypto.encoding import lp
from crypto.errors import Malformed

SALT_SIZE: Final = 32
COMMITMENT_SIZE: Final = 32


def new_salt() -> bytes:
    """Return a fresh salt for one section of one contract version: 32 random bytes."""
    return os.urandom(SALT_SIZE)


def section_commitment(name: str, salt: bytes, content: bytes) -> bytes:
    """Commit to one section: SHA-256 (32 bytes) over its name, its salt and its content.

    Raises:
        Malformed: the salt isn't 32 bytes.
    """
    if len(salt) != SALT_SIZE:
        raise Malformed
    return sha256(lp(b"driehoek/section/v1", name.encode(), salt, content)).digest()


def document_hash(originator_id: UUID, contract_version: int, sections: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the hash (32 bytes) that all signers of this version sign, over (name, commitment) of every section.

    Sections are sorted by name, so the order in which they are told doesn't matter.

    Raises:
        Malformed: no section, a name twice, or a commitment that isn't 32 bytes. An empty document is refused:
            a signature on it would prove nothing and read as if it did.
    """
    ordered = sorted((name.encode(), commitment) for name, commitment in sections)
    if not ordered or len({name for name, _ in ordered}) != len(ordered):
        raise Malformed
    if any(len(commitment) != COMMITMENT_SIZE for _, commitment in ordered):
        raise Malformed
    fields = [field for section in ordered for field in section]
    return sha256(
        lp(b"driehoek/document/v1", originator_id.bytes, contract_version.to_bytes(4, "big"), *fields)
    ).digest()


def signature_message(document: bytes) -> bytes:
    """Return what a party signs to agree to a document hash; labelled, so no other signature of theirs can serve.

    Raises:
        Malformed: the hash isn't 32 bytes.
    """
    if len(document) != COMMITMENT_SIZE:
        raise Malformed
    return lp(b"driehoek/contract-signature/v1", document)
