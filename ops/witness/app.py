"""A witness over HTTP: ``POST /add-checkpoint``, and ``GET /<origin hash>/checkpoint`` for monitors."""

from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from crypto.log.witnessing import MAX_REQUEST
from ops.witness.errors import WitnessError
from ops.witness.witness import Answer, Witness

_TOO_LONG: Final = Answer(400, "the request is too long\n")
_FAILED: Final = Answer(503, "the witness can't sign at the moment\n")

_log = structlog.get_logger()


def create_app(witness: Witness) -> FastAPI:
    """The web application of a witness."""
    app = FastAPI(title="Witness", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)

    @app.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_REQUEST:
                return _response(_TOO_LONG, close=True)
        return _response(await run_in_threadpool(_answered, witness, bytes(body)))

    @app.get("/{origin_hash}/checkpoint")
    def checkpoint(origin_hash: str) -> Response:
        try:
            return _response(witness.checkpoint(origin_hash))
        except WitnessError as error:
            return _failed(error)

    return app


def _answered(witness: Witness, body: bytes) -> Answer:
    try:
        return witness.add(body)
    except WitnessError as error:
        _log.error("witness_failed", error=type(error).__name__)
        return _FAILED


def _failed(error: WitnessError) -> Response:
    _log.error("witness_failed", error=type(error).__name__)
    return _response(_FAILED)


def _response(answer: Answer, *, close: bool = False) -> Response:
    headers = {"Content-Type": answer.media_type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if close:
        headers["Connection"] = "close"
    return Response(answer.body.encode(), answer.status, headers)
