"""Asks an OpenID provider what it says of itself and for its keys (OpenID Connect Discovery 1.0).

The provider is trusted to say who people are, and with nothing else: what it answers is read up to a size and for a
time, from addresses that are https (or on this machine, like the issuer itself), and no redirect is followed.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from ops.identity.errors import ProviderError
from ops.identity.issuer_keys import IssuerKeys
from ops.identity.urls import is_issuer, is_loopback, is_trustworthy

MAX_ANSWER: Final = 256 * 1_024
"""Bytes of an answer that are read."""

WAIT_SECONDS: Final = 3.0
"""How long a connection, or the next piece of an answer, is waited for."""

ANSWER_SECONDS: Final = 8.0
"""How long one whole answer may take."""

MAX_AGE: Final = 600
"""Seconds after which keys are asked for again, where the provider names no age."""

_AGES: Final = (60, 3_600)
"""What an age that a provider names is bounded by: not asked all the time, and a withdrawn key not used all day."""

_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?:$|[\s,])", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """Keys as a provider gave them.

    Attributes:
        keys: the keys.
        max_age: seconds after which they are worth asking for again.
    """

    keys: IssuerKeys
    max_age: float


class Provider:
    """One OpenID provider.

    Args:
        issuer: its issuer, as ``ops.identity.urls.is_issuer`` wants it.
        patience: seconds that one whole answer may take.

    Raises:
        ProviderError: it has no address that may be asked.
    """

    def __init__(self, issuer: str, patience: float = ANSWER_SECONDS) -> None:
        if not is_issuer(issuer):
            raise ProviderError("address")
        self.issuer, self._patience = issuer, patience
        self._near = is_loopback(httpx.URL(issuer).host)

    def configuration(self) -> Mapping[str, Any]:
        """What the provider says of itself (section 4).

        Raises:
            ProviderError: it can't be asked, or says something else than a provider of this issuer would.
        """
        found, _ = self._json(f"{self.issuer.removesuffix('/')}/.well-known/openid-configuration")
        if not isinstance(found, dict) or found.get("issuer") != self.issuer:
            raise ProviderError("issuer")  # section 4.3: exactly what was asked for
        return found

    def keys(self) -> Fetched:
        """The provider's keys of this moment.

        Raises:
            ProviderError: it can't be asked, or gives none that check anything.
        """
        published, age = self._json(self.endpoint(self.configuration(), "jwks_uri"))
        try:
            return Fetched(IssuerKeys(published), age)
        except ValueError as error:
            raise ProviderError("keys") from error

    def endpoint(self, configuration: Mapping[str, Any], name: str) -> str:
        """An address out of what the provider says of itself.

        Raises:
            ProviderError: there is none by this name, or none that may be asked.
        """
        url = configuration.get(name)
        if not is_trustworthy(url, loopback=self._near):
            raise ProviderError("address")
        return str(url)

    def redeem(self, url: str, form: str, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """What a token endpoint gives for a form (RFC 6749 section 5.1).

        Raises:
            ProviderError: it can't be asked (``out-of-reach``), refuses (``status``), or answers something else.
        """
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        found, _ = self._json(url, form.encode(), sent)
        if not isinstance(found, dict):
            raise ProviderError("garbage")
        return found

    def _json(self, url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> tuple[Any, float]:
        """What stands at an address, or answers a form, and for how many seconds it holds."""
        try:
            body, age = _asked(url, self._patience, form, headers or {})
            return json.loads(body), age
        except httpx.HTTPError as error:
            raise ProviderError("out-of-reach") from error
        except (ValueError, RecursionError) as error:
            raise ProviderError("garbage") from error


def _asked(url: str, patience: float, form: bytes | None, more: Mapping[str, str]) -> tuple[bytes, float]:
    deadline, body = time.monotonic() + patience, bytearray()
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **more}
    with (
        httpx.Client(timeout=min(WAIT_SECONDS, patience), follow_redirects=False) as client,
        client.stream("GET" if form is None else "POST", url, headers=headers, content=form) as answer,
    ):
        if form is not None and answer.is_server_error:
            raise ProviderError("out-of-reach")
        if answer.status_code != httpx.codes.OK:
            raise ProviderError("status")
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MAX_ANSWER:
                raise ProviderError("too-large")
            if time.monotonic() > deadline:
                raise ProviderError("too-slow")
        named = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    return bytes(body), min(max(int(named[1]), _AGES[0]), _AGES[1]) if named else MAX_AGE
