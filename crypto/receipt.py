"""What the service signs to say that keys were erased: a statement that is checked without the service.

A receipt is a JSON object: the statement, the Ed25519 public key of the service that signed it, and the signature. The
statement's canonical bytes are signed behind a label, so that no other signature of the service's can serve. Whoever
was given the service's key before compares it; what the statement names (epoch and head of the chain of tombstones) can
be compared with any other receipt and with the published chain (FORMAT.md 14).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from crypto.encoding import lp
from crypto.errors import Malformed
from crypto.party_keys import PartyKeys, verify

# Version with care: receipts are kept by people.
FORMAT: Final = "driehoek-receipt/1"
_MEMBERS: Final = {"format", "statement", "public_key", "signature"}


def canonical(value: Mapping[str, Any]) -> bytes:
    """One byte string per JSON object: sorted names, no white space, UTF-8, no numbers but integers.

    Raises:
        Malformed: it holds something else.
    """
    try:
        _plain(value)
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed from error


def _plain(value: object) -> None:
    """Refuse what has two spellings in JSON, or none."""
    match value:
        case None | bool() | int() | str():
            return
        case list():
            for member in value:
                _plain(member)
        case dict():
            for name, member in value.items():
                if not isinstance(name, str):
                    raise Malformed
                _plain(member)
        case _:
            raise Malformed


def sign_receipt(statement: Mapping[str, Any], keys: PartyKeys) -> bytes:
    """Return a receipt: canonical JSON, the same bytes for the same statement and key (Ed25519 is deterministic).

    Raises:
        Malformed: the statement isn't plain JSON.
    """
    signature = keys.sign(_message(statement))
    receipt = {
        "format": FORMAT,
        "statement": dict(statement),
        "public_key": keys.public.signing.hex(),
        "signature": signature.hex(),
    }
    return canonical(receipt)


def check_receipt(receipt: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a receipt's statement and the public key (32 bytes) that signed it.

    Raises:
        Malformed: not a receipt, or not in its one spelling.
        BadSignature: signed by another key, or changed.
    """
    try:
        found = json.loads(receipt)
        if found.keys() != _MEMBERS or found["format"] != FORMAT or canonical(found) != receipt:
            raise Malformed
        statement: dict[str, Any] = found["statement"]
        public, signature = bytes.fromhex(found["public_key"]), bytes.fromhex(found["signature"])
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Malformed from error
    verify(public, _message(statement), signature)
    return statement, public


def _message(statement: Mapping[str, Any]) -> bytes:
    return lp(b"driehoek/receipt/v1", canonical(statement))
