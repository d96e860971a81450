"""What lies on a token: keys and records, found by everything that they must be.

So what an interrupted library left half-made isn't found, nor a key that somebody brought along. (SoftHSM writes an
object dozens of times before it is whole. What makes a key a generated one comes last, and ``MODIFIABLE`` lies behind a
record's value, so that a file that was cut lacks it.)
"""

import os
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error

from crypto.errors import RootDamaged, RootExists, RootForeign, RootMissing
from crypto.ports import RootRecord
from crypto.roots import KEY_SIZE, decode_record, encode_record, join_wrapped, parse_wrapped

_NONCE: Final = 12
_TAG_BITS: Final = 128
# Version with care: a live key that isn't found by these any more is a cell that can't be read any more.
_KEY: Final[dict[Attribute, Any]] = {
    Attribute.CLASS: ObjectClass.SECRET_KEY,
    Attribute.LABEL: "driehoek root",
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.MODIFIABLE: False,
}
_GENERATED: Final[dict[Attribute, Any]] = {**_KEY, Attribute.LOCAL: True, Attribute.NEVER_EXTRACTABLE: True}
_RECORD: Final[dict[Attribute, Any]] = {
    Attribute.CLASS: ObjectClass.DATA,
    Attribute.APPLICATION: "driehoek",
    Attribute.LABEL: "driehoek record",
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.MODIFIABLE: False,
}


def _id(deployment: UUID, epoch: int) -> bytes:
    return deployment.bytes + epoch.to_bytes(8, "big")


def _search(session: pkcs11.Session, template: Mapping[Attribute, Any]) -> list[Any]:
    return list(session.get_objects(dict(template)))


def found_on(session: pkcs11.Session) -> RootRecord | None:
    """The record that counts, of epoch 0 while nothing is live; None where no store was begun.

    Raises:
        RootDamaged: a record isn't whole, or two disagree on one epoch.
        RootForeign: there are records of two deployments.
    """
    records = [decode_record(bytes(one[Attribute.VALUE])) for one in _search(session, _RECORD)]
    if not records:
        return None
    if len({record.deployment for record in records}) > 1:
        raise RootForeign
    found = max(records, key=lambda record: record.epoch)
    if any(record.epoch == found.epoch and record != found for record in records):
        raise RootDamaged
    return found


def epochs(session: pkcs11.Session, deployment: UUID) -> frozenset[int]:
    """The epochs of which there is just one key."""
    owner = deployment.bytes
    ids = [bytes(key[Attribute.ID]) for key in _search(session, _GENERATED)]
    seen = {int.from_bytes(one[len(owner) :], "big") for one in ids if one.startswith(owner)}
    return frozenset(epoch for epoch in seen if ids.count(_id(deployment, epoch)) == 1)


def keys(session: pkcs11.Session, deployment: UUID, epoch: int) -> list[Any]:
    """The keys of an epoch: none or one, unless hosts that didn't know of each other made two."""
    return _search(session, {**_GENERATED, Attribute.ID: _id(deployment, epoch)})


def root_of(session: pkcs11.Session, epoch: int) -> Any:
    """The key of an epoch, of the deployment that the record names.

    Raises:
        RootMissing: there is none, or no record.
        RootDamaged: there are two.
    """
    found = found_on(session)
    if found is None:
        raise RootMissing
    return only(keys(session, found.deployment, epoch))


def only(found: list[Any]) -> Any:
    """The one of an epoch's keys.

    Raises:
        RootMissing: there is none.
        RootDamaged: there are two.
    """
    if not found:
        raise RootMissing
    if len(found) > 1:
        raise RootDamaged
    return found[0]


def generate(session: pkcs11.Session, deployment: UUID, epoch: int) -> None:
    """Make a key; should another one of the same name appear meanwhile, this one gives way.

    Processes that share a PIN's file take turns and never come to this; those of several hosts may.

    Raises:
        RootExists: there is another one.
    """
    capabilities = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
    template = {**_KEY, Attribute.ID: _id(deployment, epoch)}
    made = session.generate_key(KeyType.AES, KEY_SIZE * 8, capabilities=capabilities, template=template, store=True)
    if len(keys(session, deployment, epoch)) > 1:
        made.destroy()
        raise RootExists


def add_record(session: pkcs11.Session, record: RootRecord) -> None:
    """Put another record beside those that are there."""
    session.create_object({**_RECORD, Attribute.VALUE: encode_record(record)})


def drop_records(session: pkcs11.Session, *, before: int) -> int:
    """Destroy the records of earlier epochs; how many there were."""
    old = [one for one in _search(session, _RECORD) if decode_record(bytes(one[Attribute.VALUE])).epoch < before]
    for one in old:
        one.destroy()
    return len(old)


def encrypt(root: Any, key: bytes, context: bytes) -> bytes:
    """Wrap a key inside the token, in the form of ``crypto.roots``."""
    nonce = os.urandom(_NONCE)
    parameters = GCMParams(nonce, context, _TAG_BITS)
    return join_wrapped(nonce, bytes(root.encrypt(key, mechanism=Mechanism.AES_GCM, mechanism_param=parameters)))


def decrypt(root: Any, wrapped: bytes, context: bytes) -> bytes:
    """Undo ``encrypt``.

    Raises:
        Tampered: no wrapped key has this form.
        PKCS11Error: the tag is wrong, or the token is out of order.
    """
    nonce, sealed = parse_wrapped(wrapped)
    parameters = GCMParams(nonce, context, _TAG_BITS)
    return bytes(root.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=parameters))


def works(root: Any) -> bool:
    """Whether the token opens with this key what it just sealed with it."""
    key = os.urandom(KEY_SIZE)
    try:
        return decrypt(root, encrypt(root, key, b""), b"") == key
    except PKCS11Error:
        return False
