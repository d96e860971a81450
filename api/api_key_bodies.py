"""The shapes of API keys: what one asks for, and what is shown of them."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from api.routes.acting import Done
from api.shapes import Body
from api.values import Int, Moment, Name
from domain.api_keys import LONGEST, Scope

ScopeName = Literal["views", "streams", "oversight", "log", "writing"]


class ApiKeyRequest(Body):
    """A key that you want: what for, and until when. It ends at a moment, or after a number of days."""

    name: Name
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=len(Scope))]
    expires_at: Moment | None = None
    days: Annotated[Int, Field(ge=1, le=LONGEST.days)] | None = None

    @field_validator("scopes")
    @classmethod
    def _each_once(cls, scopes: list[ScopeName]) -> list[ScopeName]:
        if len(set(scopes)) < len(scopes):
            raise ValueError
        return scopes

    @model_validator(mode="after")
    def _one_end(self) -> "ApiKeyRequest":
        if (self.expires_at is None) is (self.days is None):
            raise ValueError
        return self

    def ends(self, now: datetime) -> datetime:
        """When it ends."""
        return now + timedelta(days=self.days or 0) if self.expires_at is None else self.expires_at


class NewApiKey(Done):
    """A key that you made; ``id`` is the key's. Its text is shown here and never again.

    ``api_key`` is null in the answer to a repetition: if you never got the text, revoke the key and make another.
    """

    api_key: str | None


class ListedApiKey(BaseModel):
    """A key of yours, without its secret."""

    id: str
    name: str
    scopes: list[ScopeName]
    issued_at: str
    expires_at: str
    revoked_at: str | None


class ApiKeyList(BaseModel):
    """A page of them, newest first."""

    entries: list[ListedApiKey]
    next: str | None
