"""RFC 3161 timestamps: when a checkpoint existed at the latest, by authorities that whoever verifies trusts.

A timestamp is CMS (RFC 5652): the authority signs attributes, which name the hash of its statement and that of its own
certificate (RFC 5816); the statement names the hash of what was stamped, and a time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound
from cryptography.x509.oid import ExtendedKeyUsageOID

from crypto.verifier.refused import Refused

MAX_TIMESTAMP: Final = 1 << 16
_SHA256: Final = bytes.fromhex("608648016503040201")
_HASHES: Final[Mapping[bytes, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]]] = {
    _SHA256: hashes.SHA256,
    _SHA256[:-1] + b"\2": hashes.SHA384,
    _SHA256[:-1] + b"\3": hashes.SHA512,
}
_TST_INFO, _CERTIFICATE = (bytes.fromhex("2a864886f70d010910" + end) for end in ("0104", "022f"))
_CONTENT_TYPE, _DIGEST = (bytes.fromhex("2a864886f70d0109" + end) for end in ("03", "04"))

_Item = tuple[int, bytes, bytes]
"""Something in DER: its tag, its content, and all of it."""


def check_timestamp(response: bytes, text: bytes, authorities: Sequence[Certificate]) -> datetime:
    """Check the answer (TimeStampResp, DER) to a query with the SHA-256 of ``text``; return when that was (UTC).

    ``authorities`` are the certificates with which timestamps are signed.
    """
    try:
        return _checked(response, text, authorities)
    except InvalidSignature:
        raise Refused("a timestamp's signature doesn't fit") from None
    except (ValueError, TypeError, LookupError, AttributeError, ExtensionNotFound):
        raise Refused("this isn't an RFC 3161 timestamp") from None


def check_authority(certificate: Certificate, time: datetime) -> None:
    """Check that a certificate was for timestamps, and valid at a time."""
    purposes = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    valid = certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc
    if ExtendedKeyUsageOID.TIME_STAMPING not in purposes or not valid:
        raise Refused("the authority's certificate isn't for timestamps, or wasn't valid then")


def _checked(response: bytes, text: bytes, authorities: Sequence[Certificate]) -> datetime:
    (whole,) = _items(response)
    if _in(whole, 0, 0)[1] not in (b"\0", b"\1"):  # PKIStatus: granted
        raise Refused("the authority didn't stamp this")
    signed = _in(whole, 1, 1, 0)  # SignedData (RFC 5652, 5.1)
    info = _in(signed, 2, 1, 0)[1]
    (statement,), (signer,) = _items(info), _items(_items(signed[1])[-1][1])  # TSTInfo; SignerInfo (5.3)
    tag, content, attributes = _in(signer, 3)
    said = {_in(one, 0)[1]: _in(one, 1, 0) for one in _items(content)}
    algorithm = _HASHES[_in(signer, 2, 0)[1]]()
    hashed = hashes.Hash(algorithm)
    hashed.update(info)
    if (tag, said[_CONTENT_TYPE][1], said[_DIGEST][1]) != (0xA0, _TST_INFO, hashed.finalize()):
        raise Refused("a timestamp that is signed as something else")
    if (_in(statement, 2, 0, 0)[1], _in(statement, 2, 1)[1]) != (_SHA256, sha256(text).digest()):
        raise Refused("a timestamp of something else")
    named = _items(_in(said[_CERTIFICATE], 0, 0)[1])  # ESSCertIDv2 (RFC 5816): [algorithm,] hash [, issuer]
    by = _HASHES[_in(named.pop(0), 0)[1]]() if named[0][0] == 0x30 else hashes.SHA256()  # noqa: PLR2004 - SEQUENCE
    known = [one for one in authorities if one.fingerprint(by) == named[0][1]]
    if not known:
        raise Refused("a timestamp of an authority that isn't trusted here")
    time = datetime.strptime(_in(statement, 4)[1][:14].decode() + "Z", "%Y%m%d%H%M%S%z")
    check_authority(known[0], time)
    key, message, signature = known[0].public_key(), b"\x31" + attributes[1:], _in(signer, 5)[1]
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    else:
        raise Refused("a signature of a kind that isn't known here")
    return time


def _in(item: _Item, *path: int) -> _Item:
    """What is inside something, level by level."""
    for at in path:
        item = _items(item[1])[at]
    return item


def _items(der: bytes) -> list[_Item]:
    """What stands one behind another in DER; ``IndexError`` or ``ValueError`` where something is cut short."""
    found, at = [], 0
    while at < len(der):
        length, begins = der[at + 1], at + 2
        if length & 0x80:
            begins += length & 0x7F
            length = int.from_bytes(der[at + 2 : begins], "big")
        if begins + length > len(der):
            raise ValueError
        found.append((der[at], der[begins : begins + length], der[at : begins + length]))
        at = begins + length
    return found
