"""What tests of the supervisors' board share: appointing a supervisor, and walking a list to its end."""

from typing import Any
from uuid import UUID

from tests.api.people import Cast

ADHERENCE, DUE, COACHES = "/v1/oversight/adherence", "/v1/oversight/due", "/v1/oversight/coaches"
LISTS = (ADHERENCE, DUE, COACHES)


def appoint(cast: Cast, who: str) -> None:
    """The operator appoints somebody as a coaching supervisor."""
    body = {"person_id": cast.ids[who], "role": "coaching_supervisor"}
    headers = {"Idempotency-Key": cast.api.new_key()}
    assert cast.api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success


def walk(cast: Cast, who: str, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All entries of a list, page by page."""
    entries: list[dict[str, Any]] = []
    params = {"limit": 50, **asked}
    while True:
        answer = cast.send(who, "GET", path, params=params)
        assert answer.status_code == 200, answer.json()["type"]
        assert answer.headers["Cache-Control"] == "no-store"
        page = answer.json()
        entries += page["entries"]
        if page["next"] is None:
            assert "Link" not in answer.headers
            return entries
        assert answer.links["next"]["url"].startswith(path + "?")
        params["cursor"] = page["next"]


def get(cast: Cast, who: str, path: str) -> dict[str, Any]:
    """An answer that must be there."""
    answer = cast.send(who, "GET", path)
    assert answer.status_code == 200, answer.json()["type"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()  # type: ignore[no-any-return]


def pseudonym(cast: Cast) -> str:
    """The name under which supervisors know the cast's engagement."""
    return cast.api.service.index.pseudonym(UUID(cast.engagement))
