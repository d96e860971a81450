"""Compute ``vectors.json``: every format of FORMAT.md once, from fixed inputs (section 13).

Run ``python -m crypto.make_vectors`` to write the file anew; a test runs ``compute`` and compares. Seals with random
nonces or encapsulations can't be computed again, so their examples are carried over from the file while they open.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from crypto import document, encoding, grant, heads, leaf, part, tree_vectors
from crypto.errors import CryptoError
from crypto.party_keys import PartyKeys
from crypto.slots import SlotKey

VECTORS: Final = Path(__file__).with_name("vectors.json")

ORIGINATOR: Final = UUID("11111111-2222-4333-8444-555555555555")
EVENT: Final = UUID("66666666-7777-4888-9999-aaaaaaaaaaaa")
PRINCIPAL: Final = UUID("bbbbbbbb-cccc-4ddd-8eee-ffffffffffff")
KEY: Final = part.CompartmentKey(
    UUID("0a0b0c0d-0e0f-4011-8213-141516171819"), bytes(range(32)), "alliance", "until-closure", 2, ("E", "C")
)
SLOT: Final = SlotKey(UUID("20212223-2425-4627-a829-2a2b2c2d2e2f"), bytes(range(0x40, 0x60)))
MAC_KEY: Final = bytes(range(0x60, 0x80))
PARTY: Final = PartyKeys.from_private_bytes(b"\x01" + bytes(range(128)))
SALT: Final = bytes(range(0xA0, 0xB8))
PLAINTEXT: Final = b"Wat wil jij over een half jaar anders doen?"
ROLE: Final = "C"
VERSION: Final = 7
INDEX: Final = 1
TIME_US: Final = 1_767_225_600_000_000
DISCLOSING: Final = grant.Disclosing(UUID("41424344-4546-4748-894a-4b4c4d4e4f50"), ORIGINATOR, VERSION, INDEX)


def compute(previous: Mapping[str, Any]) -> dict[str, Any]:
    """Return all vectors as JSON values, bytes in hex; ``previous`` lends its random examples."""
    return {
        "encoding": _encoding(),
        "part": _part(),
        "party": _party(),
        "tree": tree_vectors.compute(previous.get("tree", {})),
        "sealed": _sealed(previous.get("sealed", {})),
        "leaf": _leaf(),
        "head": _head(),
        "document": _document(),
    }


def _encoding() -> dict[str, Any]:
    value = {"b": [1, -1, 1.5, None, True], "aa": b"\x00\xff", "c": "é"}
    return {
        "lp": encoding.lp(b"", b"ab", b"c").hex(),
        "padme": {str(n): encoding.padme(n) for n in (256, 257, 1000, 4097, 32769, 1_000_000)},
        "pad": encoding.pad(PLAINTEXT).hex(),
        "cbor": encoding.dumps(value).hex(),
    }


def _part() -> dict[str, Any]:
    bound = part.context(KEY, ORIGINATOR, VERSION, INDEX)
    part_key = part._part_key(KEY.secret, bound, SALT)  # noqa: SLF001 - the steps in between are part of the format
    cipher_key, commitment = part._cipher_key(part_key, bound, SALT)  # noqa: SLF001 - as above
    sealed = part._seal(KEY.secret, bound, SALT, PLAINTEXT)  # noqa: SLF001 - a fixed salt is for vectors alone
    return {
        "originator_id": str(ORIGINATOR),
        "version": VERSION,
        "index": INDEX,
        "key_id": str(KEY.key_id),
        "secret": KEY.secret.hex(),
        "compartment": KEY.compartment,
        "lifetime": KEY.lifetime,
        "generation": KEY.generation,
        "audience": list(KEY.audience),
        "plaintext": PLAINTEXT.hex(),
        "salt": SALT.hex(),
        "context": bound.hex(),
        "part_key": part_key.hex(),
        "cipher_key": cipher_key.hex(),
        "commitment": commitment.hex(),
        "sealed": sealed.hex(),
    }


def _party() -> dict[str, Any]:
    return {
        "private": PARTY.to_private_bytes().hex(),
        "public": PARTY.public.to_bytes().hex(),
        "message": PLAINTEXT.hex(),
        "signature": PARTY.sign(PLAINTEXT).hex(),
    }


def _sealed(previous: Mapping[str, str]) -> dict[str, Any]:
    def carry(name: str, opens: Callable[[bytes], object], make: Callable[[], bytes]) -> str:
        example = bytes.fromhex(previous.get(name, ""))
        try:
            opens(example)
        except CryptoError:
            example = make()
        return example.hex()

    return {
        "role": ROLE,
        "slot_id": str(SLOT.slot_id),
        "slot": SLOT.secret.hex(),
        "principal_id": str(PRINCIPAL),
        "grant": carry(
            "grant",
            lambda blob: grant.open_grant(SLOT, PARTY, ORIGINATOR, ROLE, KEY.key_id, blob),
            lambda: grant.make_grant(SLOT, PARTY.public, KEY, ORIGINATOR, ROLE),
        ),
        "disclosure_id": str(DISCLOSING.disclosure_id),
        "disclosure": carry(
            "disclosure",
            lambda blob: grant.open_disclosure_grant(SLOT, PARTY, DISCLOSING, blob),
            lambda: grant.make_disclosure_grant(
                SLOT, PARTY.public, KEY, bytes.fromhex(_part()["part_key"]), DISCLOSING
            ),
        ),
        "custody": carry(
            "custody",
            lambda blob: grant.open_custody(SLOT, PRINCIPAL, blob),
            lambda: grant.make_custody(SLOT, PARTY, PRINCIPAL),
        ),
    }


def _leaf() -> dict[str, Any]:
    facts = leaf.digest(ORIGINATOR, VERSION, 0, b"facts, sealed")
    content = leaf.digest(ORIGINATOR, VERSION, INDEX, b"content, sealed")
    granted = leaf.grant_digest(ORIGINATOR, KEY.key_id, SLOT.slot_id, b"grant, sealed")
    actor = leaf.pseudonym(MAC_KEY, ORIGINATOR, PRINCIPAL)
    message = leaf.author_message(
        event_id=EVENT,
        stream=ORIGINATOR,
        version=VERSION,
        time_us=TIME_US,
        actor=actor,
        parts=[(KEY.key_id, facts), (KEY.key_id, content)],
        grants=[granted],
    )
    complete = leaf.complete(leaf.leaf_body(message, PARTY.sign(message)), leaf.GENESIS)
    return {
        "digests": [facts.hex(), content.hex()],
        "grant_digest": granted.hex(),
        "pseudonym": actor.hex(),
        "message": message.hex(),
        "leaf": complete.hex(),
        "hash": leaf.leaf_hash(complete).hex(),
    }


def _head() -> dict[str, Any]:
    return {
        "key": MAC_KEY.hex(),
        "mac": heads.head_mac(MAC_KEY, ORIGINATOR, VERSION, bytes(32)).hex(),
        "other": heads.mac(MAC_KEY, "driehoek/example/v1", b"a", b"bc").hex(),
    }


def _document() -> dict[str, Any]:
    salt = bytes(range(32))
    sections = [(name, document.section_commitment(name, salt, PLAINTEXT)) for name in ("purpose", "clause")]
    return {
        "salt": salt.hex(),
        "commitments": {name: commitment.hex() for name, commitment in sections},
        "hash": (hashed := document.document_hash(ORIGINATOR, 3, sections)).hex(),
        "signature_message": (message := document.signature_message(hashed)).hex(),
        "signature": PARTY.sign(message).hex(),
        "slot_derived": SLOT.derive("heads").hex(),
    }


def main() -> None:
    """Write the file, keeping its random examples."""
    previous = json.loads(VECTORS.read_text()) if VECTORS.exists() else {}
    VECTORS.write_text(json.dumps(compute(previous), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
