"""What all bodies share: strict about members and types, silent about values; and the words that stand for roles.

Unknown members are refused: a misspelt field must not be lost in silence.
"""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from domain.clause import CHOICES
from domain.vocabulary import PARTIES

Party = Literal["sponsor_organisation", "line_manager", "coach", "coachee"]
Choice = Literal["objectives", "session_dates", "progress_summary", "indicator_readings", "sponsor_voice", "follow_up"]

ROLE: Final = {role.word: role for role in PARTIES}
CHOICE: Final = {item.value: item for item in CHOICES}


class Body(BaseModel):
    """Base of all bodies: strict about members and types, silent about values."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    def content(self, *names: str) -> dict[str, Any]:
        """The named members, or all of them, as JSON."""
        return self.model_dump(mode="json", include=set(names) if names else None)


class Empty(Body):
    """Nothing to say besides the act itself."""


def field_names() -> frozenset[str]:
    """Every name that a request of ours can legitimately hold."""
    names = {"body", "query", "path", "header", *CHOICE, *ROLE}
    kinds = [Body]
    while kinds:
        kind = kinds.pop()
        names |= kind.model_fields.keys()
        kinds += kind.__subclasses__()
    asked = "limit cursor after fields engagement engagement_id number view language since from to"
    return frozenset(names.union(asked.split()))
