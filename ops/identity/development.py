"""The development issuer: signs for anybody who asks, so it refuses to exist where another issuer is configured."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

from ops.identity.errors import IssuerError
from ops.identity.issuer_keys import ALGORITHMS, IssuerKeys
from ops.secret_file import write_once
from ops.settings import DEVELOPMENT_ISSUER, Settings


def refuse_beside_another(settings: Settings) -> None:
    """Nothing, where no other issuer is configured.

    Raises:
        IssuerError: where one is.
    """
    if settings.issuer != DEVELOPMENT_ISSUER or settings.jwks is not None:
        raise IssuerError("the development issuer doesn't run where another issuer is configured")


class DevelopmentIssuer:
    """Signs tokens for whoever asks. For development and demonstrations only.

    Raises:
        IssuerError: when another issuer is configured.
    """

    def __init__(self, settings: Settings) -> None:
        refuse_beside_another(settings)
        self._audience = settings.audience
        self._key = _development_key(settings.development_key_file)

    def token(self, subject: str, now: datetime, hours: float = 12) -> str:
        """A token for a subject."""
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": self._audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=hours)).timestamp()),
        }
        return jwt.encode({"alg": "Ed25519", "kid": "development"}, claims, self._key, algorithms=ALGORITHMS)

    def keys(self) -> IssuerKeys:
        """The public key, as a verifier wants it."""
        return IssuerKeys({"keys": [self._key.as_dict(private=False)]})


def _development_key(path: Path) -> OKPKey:
    with suppress(FileExistsError):
        if not path.exists():
            made = OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
            write_once(path, json.dumps(made.as_dict(private=True)).encode())
    return OKPKey.import_key(json.loads(path.read_text()))
