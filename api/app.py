"""The web application: all routes, one set of refusals, one gate in front."""

from fastapi import FastAPI, Response
from pydantic import BaseModel
from starlette.middleware import Middleware

from api import description, refusing
from api.backend import Backend
from api.browser import Renewing
from api.conditional import Conditional
from api.guard import Guard
from api.metering import Metered
from api.rates import Counted
from api.recording import Gate
from api.routes import (
    access,
    api_keys,
    audit,
    candidacies,
    changes,
    coach_practice,
    commitments,
    conflicts,
    contract,
    disclosures,
    documents,
    endings,
    engagements,
    ethics,
    experiments,
    exports,
    grants,
    log,
    login,
    metrics,
    oversight,
    oversight_documents,
    passkeys,
    personal,
    policies,
    practice,
    principals,
    programmes,
    relationship,
    reporting,
    results,
    sessions,
    team,
    views,
    webhooks,
)
from api.shapes import field_names
from api.turns import Turns
from api.waiting import Waiting

_DESCRIPTION = """
System of record of coaching engagements under a triangular contract. Every write is sealed to exactly the parties that
the contract's confidentiality clause names; every reader gets their own view.

Writes carry an `Idempotency-Key`; changes to an engagement carry `If-Match` with the version that you last saw in your
view or in an `ETag`. That version counts what *you* can see: what others do out of your sight never makes it stale.
Every read is on record before it is answered: the coachee sees in the access log who looked at what, as whom, what for
and when. What can't be put on record isn't shown (503).

Every answer says in `RateLimit-Policy` and `RateLimit` how often you may ask, and where you stand. What is refused with
429 or 503 and a `Retry-After` may be sent again after it, as it was.

With `Prefer: wait=checkpoint` a write is answered once the transparency log's signed checkpoint covers it.

What is read has an `ETag`: name it in `If-None-Match`, and where nothing has changed for you the answer is 304, without
a body. That is a read like any other, and on record.

Errors are RFC 9457 problem details. To a stranger everything is one uniform 404.
"""


class Health(BaseModel):
    """How the process is, for whoever runs it."""

    status: str


def create_app(backend: Backend) -> FastAPI:
    """The application on a backend."""
    app = FastAPI(
        title="Driehoek",
        version="1",
        description=_DESCRIPTION,
        openapi_url=None,  # ``description`` serves the committed file
        docs_url=None,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,  # a redirect would repeat the address that was asked for
        redoc_url=None,
        middleware=[
            Middleware(Metered, metrics=backend.metrics),
            Middleware(Counted, rates=backend.rates),
            Middleware(Guard, max_body=backend.max_body),
            Middleware(Waiting, wait=backend.log.covered),  # outside of turns: who waits is in nobody's way
            Middleware(Turns, reads=backend.max_reads, writes=backend.max_writes),
            Middleware(Conditional, digest=backend.digest),
            Middleware(Gate),
            Middleware(Renewing),
        ],
        separate_input_output_schemas=False,
    )
    app.state.backend = backend
    for routes in (
        principals,
        api_keys,
        passkeys,
        programmes,
        engagements,
        candidacies,
        conflicts,
        relationship,
        contract,
        sessions,
        reporting,
        results,
        commitments,
        experiments,
        personal,
        practice,
        coach_practice,
        endings,
        ethics,
        disclosures,
        views,
        oversight_documents,
        oversight,
        policies,
        documents,
        grants,
        exports,
        access,
        changes,
        webhooks,
        audit,
        log,
        team,
    ):
        app.include_router(routes.router)
    app.include_router(login.router)
    app.include_router(metrics.router)
    app.include_router(description.router)
    refusing.install(app, field_names(), backend.gone)

    @app.get("/livez", tags=["operations"], summary="The process runs.")
    def live() -> Health:
        return Health(status="alive")

    @app.get(
        "/readyz",
        tags=["operations"],
        summary="The process can serve: its store answers, and it can tell who asks.",
        responses={503: {"model": Health, "description": "The store doesn't answer, or nobody can be known now."}},
    )
    def ready(response: Response) -> Health:
        if backend.progress.ready() and backend.tokens.ready():
            return Health(status="ready")
        response.status_code = 503
        return Health(status="not ready")

    return app
