"""RFC 3161 timestamps while they are asked for: the request, and whether an answer is one to it.

``crypto.verifier.timestamps`` checks them years later, when nobody knows the request any more.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.x509 import Certificate, ObjectIdentifier, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from crypto.errors import Malformed
from crypto.verifier.refused import Refused

MAX_TIMESTAMP: Final = 1 << 16
"""Bytes of an answer."""

_SHA_256: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.1")


@dataclass(frozen=True)
class StampRequest:
    """A request to stamp a text: its DER, and the nonce that the answer must repeat. ``text`` isn't part of it."""

    text: bytes
    der: bytes
    nonce: int

    @classmethod
    def of(cls, text: bytes) -> "StampRequest":
        """A request for the SHA-256 of a text, with a random nonce, and for the authority's certificate."""
        builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
        made = builder.nonce(nonce=True).cert_request(cert_request=True).build()
        if made.nonce is None:
            raise Malformed
        return cls(text, made.as_bytes(), made.nonce)

    def check(self, response: bytes, authorities: list[Certificate]) -> None:
        """Check an answer (TimeStampResp, DER); silence is success.

        Args:
            response: what the authority answered.
            authorities: the authority's certificate, or those of issuers that it leads to.

        Raises:
            Refused: it isn't an answer to this request, or of another authority.
        """
        if len(response) > MAX_TIMESTAMP:
            raise Refused("the timestamp is too long")
        verifier = VerifierBuilder(roots=list(authorities), nonce=self.nonce).build()
        try:
            decoded = decode_timestamp_response(response)
            if decoded.tst_info.message_imprint.hash_algorithm != _SHA_256:
                raise Refused("the timestamp is over another kind of hash")
            verifier.verify(decoded, sha256(self.text).digest())
        except (VerificationError, ValueError, TypeError) as error:
            raise Refused("the timestamp isn't one of this checkpoint, by this authority") from error


def authorities_in(pem: bytes) -> list[Certificate]:
    """The certificates in a PEM file, one or more.

    Raises:
        Malformed: there is none, or one isn't a certificate.
    """
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise Malformed from None
