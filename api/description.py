"""The API's description (OpenAPI 3.1): made from the routes by ``make reference``, committed, and served as it is.

It is the same for everybody, so it is bytes in a file and not a thing to make for each process that starts. A test
compares it with what the routes say now: a change of the API is a change of this file, which a reviewer sees.
"""

import json
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from fastapi import APIRouter, FastAPI, Request, Response

from api.backend import Backend

FILE: Final = Path(__file__).with_name("openapi.json")

NOBODY: Final = cast("Backend", SimpleNamespace(max_body=0, gone=LookupError))
"""Enough of a backend to describe the application on it; it answers nothing."""

router = APIRouter(prefix="/v1", include_in_schema=False)


def told_by(app: FastAPI) -> str:
    """What an application's routes say of themselves, as the committed file has it."""
    description: dict[str, Any] = app.openapi()
    return json.dumps(description, ensure_ascii=False, indent=1) + "\n"


@router.get("/openapi.json")
def read_description(request: Request) -> Response:
    """The committed file."""
    told = FILE.read_bytes()
    head = {"ETag": f'"{sha256(told).hexdigest()[:32]}"', "Cache-Control": "public, max-age=300"}
    if request.headers.get("if-none-match") == head["ETag"]:
        return Response(status_code=304, headers=head)
    return Response(told, media_type="application/json", headers=head)
