"""Who somebody is: tokens of an OpenID provider, its keys, and the development issuer.

Read in this order:

1. ``errors``: how it refuses. ``urls``: which addresses may be asked at all.
2. ``issuer_keys``: the keys of an issuer, and which of them may check which signature.
3. ``tokens``: what a bearer token must be. ``development``: the issuer that signs for anybody.
4. ``provider``: asks a provider for its keys (OpenID Connect Discovery). ``kept_keys``: keeps them, renews them in the
   background, and bounds what strangers can make it ask.
5. ``choosing``: which of this the settings ask for.
6. ``records``: what persons' own records say now. ``key_text``: what an API key looks like. ``api_keys``: whose it is.
7. ``sealing``: what a browser keeps for us. ``sessions``: whose session it is. ``login``: how a browser gets one.
8. ``challenges``: what an authenticator is to answer, and for which act. ``passkeys``: whether its answer is right.

A token says who a person is, never what they are in an engagement; an API key says the same, for fewer requests.
"""

from ops.identity.api_keys import ApiKeys
from ops.identity.choosing import browsers, passkeys, verifier
from ops.identity.development import DevelopmentIssuer, refuse_beside_another
from ops.identity.errors import IssuerError
from ops.identity.issuer_keys import ALGORITHMS
from ops.identity.records import Records
from ops.identity.tokens import LEEWAY, Verifier

__all__ = [
    "ALGORITHMS",
    "LEEWAY",
    "ApiKeys",
    "DevelopmentIssuer",
    "IssuerError",
    "Records",
    "Verifier",
    "browsers",
    "passkeys",
    "refuse_beside_another",
    "verifier",
]
