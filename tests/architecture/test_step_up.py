"""The acts that ask for a passkey are those on the list, and no API key can do one of them whole."""

from typing import Any, cast

from fastapi import APIRouter, FastAPI

from api.app import create_app
from api.description import NOBODY
from api.scopes import NEVER
from api.step_up import ACTS, SteppedUp, personal_too, stepped_up
from tests.architecture.test_recorded_reads import _depends

LISTED = {name for names in ACTS for name in names.split()}


def _asking(app: FastAPI) -> set[str]:
    """The names of the routes that ask for a passkey, wherever they were included."""
    found = set()
    for route in cast("list[Any]", app.routes):
        contexts = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        for one in contexts:
            dependant = getattr(one, "dependant", None)
            if _depends(dependant, stepped_up) or _depends(dependant, personal_too):
                found.add(one.name)
    return found


def test_the_acts_on_the_list_ask_for_a_passkey() -> None:
    """Each of them, no others, and each with its reason."""
    assert _asking(create_app(NOBODY)) == LISTED
    assert all(len(reason.split()) > 4 for reason in ACTS.values())


def test_a_route_that_begins_to_ask_is_noticed() -> None:
    """Positive control: one that isn't on the list is found."""
    app, router = create_app(NOBODY), APIRouter(prefix="/v1/new")

    @router.get("", dependencies=[SteppedUp])
    def _new_route() -> str:
        return ""

    app.include_router(router)
    assert _asking(app) - LISTED == {"_new_route"}


def test_no_api_key_does_what_asks_for_a_passkey() -> None:
    """Keys can't step up: what asks is out of their scopes, but for views, which are told to them without notebook."""
    never = {name for names in NEVER for name in names.split()}
    assert LISTED - never == {"read_view", "read_stream"}
