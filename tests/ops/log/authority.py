"""A time stamp authority of the test's own: OpenSSL's ``ts`` behind an HTTP server."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.served import served

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[authority]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = config
[config]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """An authority in a folder, with a certificate of its own.

    Attributes:
        folder: its key, certificate and serial number.
        asked: every request so far (TimeStampReq, DER).
    """

    folder: Path
    asked: list[bytes] = field(default_factory=list)

    @classmethod
    def made(cls, folder: Path, name: str = "tsa.example.org") -> "Authority":
        """A new authority, certified by a root of its own."""
        folder.mkdir()
        made = cls(folder)
        (folder / "config").write_text(_CONFIG.format(folder=folder, name=name))
        (folder / "serial").write_text("01\n")
        made.certify("root")
        made.certify("authority", "-CA", str(folder / "root.pem"), "-CAkey", str(folder / "root.key"))
        chain = (folder / "authority.pem").read_bytes() + (folder / "root.pem").read_bytes()
        made.certificate.write_bytes(chain)
        return made

    def certify(self, what: str, *issuer: str) -> None:
        """Make a key and a certificate."""
        _openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-config", str(self.folder / "config"), "-extensions", what, "-subj", f"/CN={what}", *issuer,
            "-keyout", str(self.folder / f"{what}.key"), "-out", str(self.folder / f"{what}.pem"),
        )  # fmt: skip

    @property
    def certificate(self) -> Path:
        """Its certificate, and its root's (PEM)."""
        return self.folder / "chain.pem"

    def reply(self, query: bytes) -> bytes:
        """What it answers to a request (TimeStampResp, DER)."""
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        key, certificate = (str(self.folder / f"authority.{end}") for end in ("key", "pem"))
        _openssl(
            "ts", "-reply", "-queryfile", str(self.folder / "query"), "-config", str(self.folder / "config"),
            "-inkey", key, "-signer", certificate, "-out", str(self.folder / "reply"),
        )  # fmt: skip
        return (self.folder / "reply").read_bytes()

    def query(self, text: bytes, *arguments: str) -> bytes:
        """A request about a text, as OpenSSL makes it."""
        (self.folder / "text").write_bytes(text)
        _openssl("ts", "-query", "-data", str(self.folder / "text"), *arguments, "-out", str(self.folder / "asked"))
        return (self.folder / "asked").read_bytes()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its URL."""

        async def app(scope: Any, receive: Any, send: Any) -> None:
            request = Request(scope, receive)
            assert request.headers["Content-Type"] == "application/timestamp-query"
            answer = Response(self.reply(await request.body()), media_type="application/timestamp-reply")
            await answer(scope, receive, send)

        with served(app) as url:
            yield url


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
