"""A browser's session: sealed, kept by the browser, bounded, and ended here.

It holds the login's id, whom the issuer named, and when it began and was last used; the browser can neither read nor
change that. It is good for eight hours, and for thirty minutes without a request. Logging out puts the login's id on
record in the person's own stream, which is asked at each request: a copy of the cookie is dead in every process. Who
isn't registered has no record; a copy of their cookie lives on until it ends, and can do nothing but register.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from api.backend import Identity, TokenRefused
from api.browser import Known
from ops.identity.records import Records
from ops.identity.sealing import NotSealedHere, Sealing
from ops.identity.tokens import identity_of

ABSOLUTE: Final = timedelta(hours=8)
IDLE: Final = timedelta(minutes=30)
RENEWED: Final = timedelta(minutes=1)
"""After which time a session's last use is written anew."""


class Sessions:
    """Begins sessions, and says whose they are.

    Args:
        sealing: seals them, for this use alone.
        issuer: whose logins they rest on; with another issuer they are over.
        records: persons' records.
    """

    def __init__(self, sealing: Sealing, issuer: str, records: Records) -> None:
        self._sealing, self._issuer, self._records = sealing, issuer, records

    def begin(self, subject: str, now: datetime) -> str:
        """A new session of whoever the issuer calls this."""
        return self._written(str(uuid4()), subject, now, now)

    def known(self, text: str, now: datetime) -> Known:
        """Whose session this is.

        Raises:
            TokenRefused: it is none, or over, or ended.
        """
        try:
            said = self._sealing.open(text)
            began, used = (datetime.fromisoformat(said[name]) for name in ("began", "used"))
            login = UUID(said["login"])
        except (NotSealedHere, KeyError, ValueError) as error:
            raise TokenRefused from error
        if said["issuer"] != self._issuer or now - began >= ABSOLUTE or now - used >= IDLE:
            raise TokenRefused
        identity = identity_of(self._issuer, said["subject"])
        if login in self._records.now(identity.person).ended_logins:
            raise TokenRefused
        renewed = self._renewed(said, began, now) if now - used >= RENEWED else None
        return Known(Identity(identity.issuer, identity.subject, identity.person, login=login), renewed)

    def _renewed(self, said: Mapping[str, Any], began: datetime, now: datetime) -> str:
        return self._written(said["login"], said["subject"], began, now)

    def _written(self, login: str, subject: str, began: datetime, used: datetime) -> str:
        return self._sealing.seal(
            {
                "login": login,
                "issuer": self._issuer,
                "subject": subject,
                "began": began.isoformat(),
                "used": used.isoformat(),
            }
        )
