"""Each route says which scope an API key needs for it, or why no key will do."""

from typing import Any, cast

from fastapi import APIRouter, FastAPI

from api.app import create_app
from api.asking import Asker, identity
from api.description import NOBODY
from api.scopes import NEVER, ROUTES, needed
from domain.api_keys import Scope
from tests.architecture.test_recorded_reads import _depends


def _asking(app: FastAPI) -> list[str]:
    """The names of the routes that want to know who asks, wherever they were included."""
    names = []
    for route in cast("list[Any]", app.routes):
        contexts = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        names += [one.name for one in contexts if _depends(getattr(one, "dependant", None), identity)]
    return names


def _without_scope(app: FastAPI) -> set[str]:
    known = {name for names in (*ROUTES.values(), *NEVER) for name in names.split()}
    return set(_asking(app)) - known


def test_every_route_has_one_scope_or_a_reason() -> None:
    """No route is left out, none stands there twice, and no entry has outlived its route."""
    listed = [name for names in (*ROUTES.values(), *NEVER) for name in names.split()]
    assert sorted(listed) == sorted(_asking(create_app(NOBODY)))
    assert len(listed) == len(set(listed)) > 100
    assert ROUTES.keys() == set(Scope)
    assert all(len(reason.split()) > 4 for reason in NEVER.values())


def test_a_new_route_without_a_scope_is_noticed() -> None:
    """Positive control: a route that was added without one is named, and no key will do for it."""
    app, router = create_app(NOBODY), APIRouter(prefix="/v1/new")

    @router.get("")
    def _new_route(asker: Asker) -> str:
        return str(asker.person)

    app.include_router(router)
    assert _without_scope(app) == {"_new_route"}
    assert needed("_new_route") is None


def test_some_things_no_key_can_do() -> None:
    """Making keys, signing, revoking, and what somebody writes for themself alone have no scope."""
    for name in (
        "issue_api_key", "list_api_keys", "revoke_api_key", "sign_contract", "write_note", "write_entry",
        "request_erasure", "withdraw_permission", "export_engagement", "read_disclosure", "appoint",
    ):  # fmt: skip
        assert needed(name) is None
    assert needed("read_view") is Scope.VIEWS  # positive control
