"""How a refusal is answered: every error of the application as its problem (:mod:`api.problems`), never with the input.

FastAPI's own validation error would send the rejected value back, and even a field's *name* can be typed by the asker:
of a location only the names of our own schema are shown.
"""

from collections.abc import Mapping
from typing import Any, Final

from eventsourcing.persistence import InterfaceError, OperationalError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi_rfc9457 import Problem
from fastapi_rfc9457.server import add_problem_handlers, get_problem_docs_router
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from api.problems import (
    EVERY,
    NOT_FOUND,
    PREFIX,
    REFUSALS,
    BodyNotJson,
    Internal,
    InvalidField,
    InvalidRequest,
    MethodNotAllowed,
    ReadingEnded,
    Unavailable,
)
from domain.errors import Refusal
from domain.reads import NotRecorded

_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_METHOD_NOT_ALLOWED: Final = 405
_BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    400: BodyNotJson,
    404: NOT_FOUND,
    _METHOD_NOT_ALLOWED: MethodNotAllowed,
}


def problem_for(refusal: Refusal) -> Problem:
    """The problem that a refusal is answered with."""
    return REFUSALS[refusal.name]()


def install(app: FastAPI, field_names: frozenset[str], gone: type[Exception]) -> None:
    """Answer every error of ``app`` as a problem.

    Args:
        app: the application.
        field_names: the names that our own schemas use; any other name in an error's location was typed by the asker.
        gone: what is raised where a key is erased.
    """
    add_problem_handlers(app, strip_debug=True, instance_from_request=False)
    answer: Any = app.exception_handlers[Problem]

    async def refused(request: Request, refusal: Any) -> Any:
        return await answer(request, problem_for(refusal))

    async def malformed(request: Request, error: Any) -> Any:
        if any(found["type"] == "json_invalid" for found in error.errors()):
            return await answer(request, BodyNotJson())
        errors = [
            InvalidField(location=_location(found["loc"], field_names), mistake=found["type"])
            for found in error.errors()
        ]
        return await answer(request, InvalidRequest(errors=errors))

    async def by_the_framework(request: Request, error: Any) -> Any:
        response = await answer(request, _BY_STATUS.get(error.status_code, Internal)())
        response.headers.update(error.headers or {})
        if error.status_code == _METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(_methods(request))
        return response

    async def out_of_reach(request: Request, _: Any) -> Any:
        return await answer(request, Unavailable(retry_after=1))

    async def erased(request: Request, _: Any) -> Any:
        return await answer(request, ReadingEnded(ended=[]))

    async def unforeseen(request: Request, _: Any) -> Any:
        response = await answer(request, Internal())
        response.headers["Connection"] = "close"  # the server hangs up after an error; a client is told so
        return response

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, by_the_framework)
    for lost in (OperationalError, InterfaceError, NotRecorded):
        app.add_exception_handler(lost, out_of_reach)
    app.add_exception_handler(gone, erased)
    app.add_exception_handler(Exception, unforeseen)
    app.include_router(get_problem_docs_router(*EVERY), prefix=PREFIX, include_in_schema=False)


def _methods(request: Request) -> list[str]:
    """The methods of what a path names (RFC 9110 section 10.2.1); the framework tells the first route's alone."""
    return [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


def _location(location: tuple[str | int, ...], known: frozenset[str]) -> list[str | int]:
    return [step if isinstance(step, int) or step in known else "…" for step in location]


async def send_problem(
    problem: Problem, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with a problem from outside the application, where no handler reaches."""
    told = {**problem.response_headers(), **(headers or {})}
    response = Response(body_of(problem), problem.status, told, media_type="application/problem+json")
    await response(scope, receive, send)


def body_of(problem: Problem) -> bytes:
    """What a problem that has no members of its own says."""
    told = BaseProblem(type=problem.type or "", title=problem.title, status=problem.status)
    return told.model_dump_json().encode()


class BaseProblem(BaseModel):
    """The members that every problem has."""

    type: str
    title: str
    status: int
