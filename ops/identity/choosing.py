"""Which verifier the settings ask for."""

import json

from ops.identity.development import DevelopmentIssuer
from ops.identity.errors import IssuerError
from ops.identity.issuer_keys import IssuerKeys
from ops.identity.kept_keys import KeptKeys
from ops.identity.provider import Provider
from ops.identity.tokens import Verifier
from ops.identity.urls import is_issuer
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
