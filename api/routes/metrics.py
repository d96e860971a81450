"""Counts for whoever runs the service, in Prometheus' text format; no part of the API's description.

They are there only where the operator has set a token for them, and for whoever shows it; elsewhere nothing is here.
Being on loopback is no proof of anything: a proxy is, too, and everybody behind it.
"""

from fastapi import APIRouter, Request, Response

from api import problems as p
from api.backend import Backend
from domain.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics(request: Request) -> Response:
    """All counts."""
    behind: Backend = request.app.state.backend
    if behind.metrics is None:
        raise NotFound
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not behind.metrics.allows(token.strip()):
        raise p.Unauthenticated
    page, kind = behind.metrics.page()
    return Response(page, headers={"Content-Type": kind, "Cache-Control": "no-store"})
