"""Problems that somebody with a browser meets: where their page is, how they logged in, which passkey they show."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from fastapi_rfc9457 import Problem


class CrossSiteWrite(Problem):
    """A write with a browser's session that doesn't say that it comes from a page of this very server.

    Another site may have made the browser send it. Programs use a token or an API key instead of a session.
    """

    title = "A write with a session has to come from this server's own pages."
    status = 403
    type = "/v1/problems/cross-site-write"


class StepUpRequired(Problem):
    """This act asks for a passkey, for this request alone, and you have one (RFC 9470).

    ``public_key`` is what ``PublicKeyCredential.parseRequestOptionsFromJSON`` takes; give the result to
    ``navigator.credentials.get``. Send the same request again within five minutes, with the JSON of the answer in
    base64url as ``Passkey-Assertion``.
    """

    title = "Show your passkey for this."
    status = 401
    type = "/v1/problems/step-up-required"
    public_key: dict[str, Any]
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "What is missing (RFC 9470 section 3)."}

    def response_headers(self) -> Mapping[str, str]:
        """The challenge for programs; the one for the authenticator is in the body."""
        told = 'error="insufficient_user_authentication", error_description="A passkey is asked for this request"'
        return {"WWW-Authenticate": f"Bearer {told}"}


class PasskeyRefused(Problem):
    """The authenticator's answer isn't right here: for another request, another's, too old, or shown before.

    Send the request without it to get another challenge.
    """

    title = "Your passkey's answer isn't right for this request."
    status = 403
    type = "/v1/problems/passkey-refused"


class PasskeyMissing(Problem):
    """This act asks for a passkey, and you have none. Register one first."""

    title = "You need a passkey for this."
    status = 403
    type = "/v1/problems/passkey-missing"


class LoginFailed(Problem):
    """A login that doesn't come to its end: it took too long, began in another browser, or isn't vouched for."""

    title = "The login didn't succeed. Begin again."
    status = 400
    type = "/v1/problems/login-failed"


OF_BROWSERS: Final[tuple[type[Problem], ...]] = (
    CrossSiteWrite,
    StepUpRequired,
    PasskeyRefused,
    PasskeyMissing,
    LoginFailed,
)
