"""The shapes of passkeys: what an authenticator made, and what is shown of it."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from api.shapes import Body
from api.step_up import LONGEST
from api.values import SAYS, Name

Response = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, pattern=SAYS),
    Field(description="What `JSON.stringify` gives for the credential that `navigator.credentials.create` made."),
]


class PasskeyRequest(Body):
    """A passkey that your authenticator has made, and your name for it."""

    name: Name
    credential: Response


class PasskeyOffer(BaseModel):
    """What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (WebAuthn Level 3)."""

    public_key: dict[str, Any]


class ListedPasskey(BaseModel):
    """A passkey of yours."""

    id: str
    name: str
    registered_at: str
    used_at: str | None
    revoked_at: str | None


class PasskeyList(BaseModel):
    """A page of them, newest first."""

    entries: list[ListedPasskey]
    next: str | None
