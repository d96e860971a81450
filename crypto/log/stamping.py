"""RFC 3161 timestamps while they are asked for: the request, and whether an answer is one to it.

``crypto.verifier.timestamps`` checks them years later, when nobody knows the request any more.
"""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerifierBuilder,
    decode_timestamp_response,
)

from crypto.errors import Malformed
from crypto.verifier.refused import Refused
from crypto.verifier.timestamps import MAX_TIMESTAMP, check_timestamp


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


class Authorities:
    """The time stamp authorities that are trusted: their own certificates, or those of issuers that these lead to.

    Args:
        pem: one or more certificates.

    Raises:
        Malformed: there is none, or one isn't a certificate.
    """

    def __init__(self, pem: bytes) -> None:
        try:
            self._certificates = load_pem_x509_certificates(pem)
        except ValueError:
            raise Malformed from None

    def check(self, request: StampRequest, response: bytes) -> None:
        """Check an answer (TimeStampResp, DER); silence is success. Whoever verifies later accepts it, too.

        Raises:
            Refused: it isn't an answer to this request, or is of another authority.
        """
        if len(response) > MAX_TIMESTAMP:
            raise Refused("the timestamp is too long")
        verifier = VerifierBuilder(roots=list(self._certificates), nonce=request.nonce).build()
        try:
            verifier.verify(decode_timestamp_response(response), sha256(request.text).digest())
        except Exception as error:  # a parser of others' that meets what an adversary wrote
            raise Refused("the timestamp isn't one of this checkpoint, by this authority") from error
        check_timestamp(response, request.text, self._certificates)
