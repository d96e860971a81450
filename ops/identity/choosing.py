"""Which verifier the settings ask for, and whether browsers can log in."""

import json
import re
from collections.abc import Callable

import httpx

from ops.identity.development import DevelopmentIssuer
from ops.identity.errors import IssuerError
from ops.identity.issuer_keys import IssuerKeys
from ops.identity.kept_keys import KeptKeys
from ops.identity.login import Client, Login
from ops.identity.passkeys import Passkeys, RelyingParty
from ops.identity.provider import Provider
from ops.identity.records import Records
from ops.identity.sealing import Sealing
from ops.identity.sessions import Sessions
from ops.identity.tokens import Verifier
from ops.identity.urls import is_issuer, is_origin
from ops.settings import DEVELOPMENT_ISSUER, Settings


def verifier(settings: Settings) -> Verifier:
    """The verifier that the settings ask for: of the development issuer, of a key file, or of a provider.

    A provider that is out of reach stops no start: its keys come when it answers, and until then nobody is known.

    Raises:
        IssuerError: the issuer is no address, its key file can't be used, or there is a key file without an issuer.
    """
    if settings.issuer == DEVELOPMENT_ISSUER:
        return Verifier(DevelopmentIssuer(settings).keys(), DEVELOPMENT_ISSUER, settings.audience)
    if settings.jwks is None:
        if not is_issuer(settings.issuer):
            raise IssuerError("an issuer without a key file (DRIEHOEK_JWKS) is an https URL without query or fragment")
        keys = KeptKeys(Provider(settings.issuer).keys)
        keys.start()
        return Verifier(keys, settings.issuer, settings.audience)
    try:
        fixed = IssuerKeys(json.loads(settings.jwks.read_text()))
    except (OSError, ValueError, RecursionError) as error:
        raise IssuerError("the issuer's key file can't be used") from error
    return Verifier(fixed, settings.issuer, settings.audience)


def browsers(settings: Settings, checks: Verifier, records: Records, key_for: Callable[[str], bytes]) -> Login | None:
    """What logs browsers in; None where no client is set up.

    Args:
        settings: the settings.
        checks: what checks the issuer's signatures.
        records: persons' records.
        key_for: the service's own key (32 bytes) for a purpose.

    Raises:
        IssuerError: there is a client, but no provider to log in at, no address of ours, or its secret can't be read;
            or its id is the audience, so that an ID token would pass for an access token.
    """
    if settings.client_id is None:
        return None
    if settings.issuer == DEVELOPMENT_ISSUER or settings.jwks is not None:
        raise IssuerError("browsers log in at a provider that can be asked: an issuer without a key file")
    if settings.client_id == settings.audience:
        raise IssuerError("a client's id isn't the audience (DRIEHOEK_AUDIENCE)")
    if settings.public_url is None or not is_origin(settings.public_url):
        raise IssuerError("logging in needs the address of this server (DRIEHOEK_PUBLIC_URL): https, host and port")
    client = Client(settings.client_id, _secret(settings), settings.public_url)
    sealing = [Sealing(key_for(f"browser/{use}"), use) for use in ("login", "session")]
    sessions = Sessions(sealing[1], settings.issuer, records)
    return Login(Provider(settings.issuer), checks.keys, client, sealing[0], sessions)


def passkeys(settings: Settings, records: Records, key_for: Callable[[str], bytes]) -> Passkeys:
    """What asks for passkeys. Nobody can register one where browsers know this server by no name.

    Args:
        settings: the settings.
        records: persons' records.
        key_for: the service's own key (32 bytes) for a purpose.

    Raises:
        IssuerError: passkeys are required, or bound to a domain, and the server's address isn't within it.
    """
    url, domain = settings.public_url, settings.passkey_domain
    host = httpx.URL(url).host if url is not None and is_origin(url) else ""
    named = bool(re.search(r"[a-z]", host)) and ":" not in host  # browsers bind none to a number (section 5.1.3)
    if domain is not None and not (named and (host == domain or host.endswith(f".{domain}"))):
        raise IssuerError("passkeys are bound to the domain of DRIEHOEK_PUBLIC_URL, or to one that it lies in")
    if settings.passkeys == "required" and not named:
        raise IssuerError("who requires passkeys says by which name browsers know this server (DRIEHOEK_PUBLIC_URL)")
    party = RelyingParty(domain or host, url) if named and url is not None else None
    return Passkeys(records, key_for("passkeys"), party, required=settings.passkeys == "required")


def _secret(settings: Settings) -> str | None:
    if settings.client_secret_file is None:
        return None
    try:
        secret = settings.client_secret_file.read_text().strip()
    except (OSError, ValueError) as error:
        raise IssuerError("the client's secret can't be read (DRIEHOEK_CLIENT_SECRET_FILE)") from error
    if not secret:
        raise IssuerError("the client's secret is empty (DRIEHOEK_CLIENT_SECRET_FILE)")
    return secret
