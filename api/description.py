"""The API's description (OpenAPI 3.1): made from the routes by ``make reference``, committed, and served as it is.

It is the same for everybody, so it is bytes in a file and not a thing to make for each process that starts. A test
compares it with what the routes say now: a change of the API is a change of this file, which a reviewer sees.

What the framework tells of the routes is completed here: examples out of a played engagement (``examples.json``, which
``make api-examples`` writes), headers as they are really asked for and given, one page for all problem types instead of
one path each, and each problem's answer once.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from inspect import cleandoc
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from fastapi import APIRouter, FastAPI, Request, Response

from api import problems
from api.backend import Backend
from api.conditional import matches
from api.rates import Rates
from api.recording import unrecorded
from api.waiting import APPLIED

FILE: Final = Path(__file__).with_name("openapi.json")
EXAMPLES: Final = Path(__file__).with_name("examples.json")

NOBODY: Final = cast(
    "Backend",
    SimpleNamespace(
        max_body=0, max_reads=0, max_writes=0, rates=Rates(), metrics=None, gone=LookupError, digest=bytes,
        log=SimpleNamespace(covered=None),
    ),
)  # fmt: skip
"""Enough of a backend to describe the application on it; it answers nothing."""

TAGS: Final = {
    "people and organisations": "Who there is: people register themselves, and the organisations that they act for.",
    "webhooks": "Where people have their changes sent, as they happen.",
    "api keys": "What programs show to act as a person, for a time and within scopes.",
    "passkeys": "What a person shows, for one request, where being logged in isn't enough.",
    "programmes": "What an organisation groups engagements under, and counts.",
    "engagements": "An engagement from its request to the contract's signatures, and who is in it.",
    "candidates": "Coaches who were met and may be chosen.",
    "conflicts of interest": "Ties that are declared, resolved or accepted.",
    "contract": "The triangular contract: drafts, assents, signatures, versions.",
    "sessions": "A session's flow: review, expectation, acceptance, work, feedback.",
    "reporting": "What the organisation and the manager say and are told.",
    "results": "The checkpoint, the effect of coaching, objectives met.",
    "commitments": "What was promised, and whether it was kept.",
    "experiments": "The coachee's own request, experiments and decisions.",
    "personal": "What somebody writes for themself alone.",
    "practice": "A coach's credentials, supervision and development.",
    "endings": "Changes of parties, erasure on request, the follow-up.",
    "ethics": "Limits, referrals, concerns, dealings, waivers.",
    "disclosures": "What is shown to somebody for a time, and what is asked to be shown.",
    "views": "Each party's view of an engagement, and the stream that it is made of.",
    "oversight": "How the method was followed, by pseudonym, without a confidential word.",
    "documents": "Documents as PDF, whose hash is on record before they are given.",
    "grants": "Who may read what, until when, and the receipts of what was erased.",
    "changes": "What changed for you, page by page or as a stream.",
    "access log": "Who looked at what, as whom, what for and when.",
    "audit": "The transparency log, proofs, and bundles of evidence.",
    "problems": "What each problem type means.",
    "operations": "How the process is.",
}

_KEY: Final = {
    "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$",
    "examples": ["5f0f6a52-8b7b-4c53-9a5c-0b9a3d1f7c11"],
}  # fmt: skip
_VERSION: Final = {
    "type": "string",
    "pattern": r'^"v(0|[1-9][0-9]{0,8})(\.[A-Za-z0-9_\-]{22})?"$',
    "examples": ['"v7"'],
}
_ASSERTION: Final = "passkey-assertion"
_ASKED: Final = {"idempotency-key": ("Idempotency-Key", _KEY), "if-match": ("If-Match", _VERSION)}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ETag": {"description": "Your version of the engagement now; If-Match wants to hear it.", "schema": _VERSION},
    "Entity-Tag": {
        "description": "Stands for exactly this answer; If-None-Match takes it, and If-Match where it begins with `v`.",
        "schema": {"type": "string", "examples": ['"v7.q83vEjRWeJq83vEjRWeJqw"', 'W/"q83vEjRWeJq83vEjRWeJqw"']},
    },
    "Idempotency-Replayed": {
        "description": "There if this very request was done before: nothing was done again.",
        "schema": {"type": "string", "const": "true"},
    },
    "Preference-Applied": {
        "description": "There if the answer waited as `Prefer` asked (RFC 7240): a signed checkpoint covers the write.",
        "schema": {"type": "string", "const": APPLIED},
    },
    "Link": {
        "description": "Where the next page is (RFC 8288), if there is one.",
        "schema": {"type": "string"},
    },
}
_IN_PIECES: Final = frozenset({"application/zip", "text/event-stream"})
"""Answers whose end isn't known when they begin: they have no tag."""
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what you have, or several: if nothing has changed for you the answer is 304.",
    "schema": {"type": "string"},
}
_UNCHANGED: Final = {
    "description": "You have it already. It is a read all the same, and on record where the whole answer would be.",
    "headers": {"ETag": {"$ref": "#/components/headers/Entity-Tag"}},
}
_PROBLEM: Final = "application/problem+json"
_METHODS: Final = ("get", "put", "post", "delete", "patch")

router = APIRouter(prefix="/v1", include_in_schema=False)

Described = dict[str, Any]


@router.get("/openapi.json")
def read_description(request: Request) -> Response:
    """The committed file."""
    told = FILE.read_bytes()
    head = {"ETag": f'"{sha256(told).hexdigest()[:32]}"', "Cache-Control": "public, max-age=300"}
    if matches(request.headers.getlist("if-none-match"), head["ETag"]):
        return Response(status_code=304, headers=head)
    return Response(told, media_type="application/json", headers=head)


def operations() -> list[tuple[str, str]]:
    """Method and path template of each operation of the committed description; fixed paths first."""
    paths = json.loads(FILE.read_text(encoding="utf-8"))["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods if method in _METHODS]
    return sorted(found, key=lambda one: (one[1].count("{"), one))


def told_by(app: FastAPI) -> str:
    """What an application's routes say of themselves, as the committed file has it."""
    described: Described = deepcopy(app.openapi())
    described["info"] |= {
        "contact": {"name": "Driehoek", "url": "https://driehoek.example/"},
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    described["servers"] = [{"url": "/", "description": "The server that gave you this."}]
    described["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    described["paths"][f"{problems.PREFIX}/{{name}}"] = {"get": _problem_page()}
    described["components"]["schemas"].pop("ProblemDetail")  # the base of all problems, which nothing points at
    described["components"] |= {"headers": _HEADERS, "responses": {"NotModified": _UNCHANGED}, "examples": {}}
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for method, path, operation in _each(described):
        operation["description"] = cleandoc(operation.get("description") or operation["summary"]).replace("``", "`")
        _ask(operation)
        for status, response in list(operation["responses"].items()):
            response["description"] = cleandoc(response["description"]).replace("``", "`")
            if _PROBLEM in response.get("content", {}):
                operation["responses"][status] = _once(described["components"], response)
            elif status < "300":
                _head(method, operation, response)
        if method == "get" and not unrecorded(path):
            _be_conditional(operation)
        _show(operation, kept.get(f"{method.upper()} {path}", {}))
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _each(described: Described) -> Iterator[tuple[str, str, Described]]:
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield method, path, methods[method]


def _ask(operation: Described) -> None:
    """Headers that every request must carry, as required: the routes take them as optional, to refuse in our words."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in _ASKED:
            name, schema = _ASKED[parameter["name"]]
            parameter |= {"name": name, "required": True, "schema": schema}
        if parameter["name"] == "prefer":
            parameter |= {"name": "Prefer", "schema": {"type": "string", "examples": [APPLIED]}}
        if parameter["name"] == _ASSERTION:
            parameter["name"] = _ASSERTION.title()


def _head(method: str, operation: Described, response: Described) -> None:
    """The headers of a success."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    given = [
        *(["ETag"] if "Idempotency-Key" in names else []),
        *(["Idempotency-Replayed"] if "Idempotency-Key" in names else []),
        *(["Preference-Applied"] if "Prefer" in names else []),
        *(["Link"] if method == "get" and "cursor" in names else []),
    ]
    if given:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in given}


def _be_conditional(operation: Described) -> None:
    """What ``api.conditional`` adds to a read."""
    shown = operation["responses"]["200"]
    if _IN_PIECES.isdisjoint(shown["content"]):
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        shown.setdefault("headers", {})["ETag"] = {"$ref": "#/components/headers/Entity-Tag"}
        operation["responses"]["304"] = {"$ref": "#/components/responses/NotModified"}


def _once(components: Described, response: Described) -> Described:
    """The answer of a problem, or of several under one status, as a component; each problem's example as one, too."""
    media = response["content"][_PROBLEM]
    of = [media["schema"]["$ref"].rsplit("/", 1)[-1]] if "$ref" in media["schema"] else list(media["examples"])
    for name, example in media.get("examples", {}).items():
        components["examples"].setdefault(name, example)
        media["examples"][name] = {"$ref": f"#/components/examples/{name}"}
    name = "Or".join(of)
    components["responses"].setdefault(name, response)
    return {"$ref": f"#/components/responses/{name}"}


def _show(operation: Described, example: Described) -> None:
    """Put an operation's example where requests and answers are described."""
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    if "response" in example:
        operation["responses"][str(example["status"])]["content"]["application/json"]["example"] = example["response"]


def _problem_page() -> Described:
    """The pages of all problem types, as one operation."""
    names = [re.sub(r"^.*/", "", kind.type or "") for kind in problems.EVERY]
    members = {"type": "string", "title": "string", "status": "integer", "description": "string"}
    return {
        "tags": ["problems"],
        "summary": "Read Problem",
        "description": "What a problem type means, for programs or people.",
        "operationId": "read_problem",
        "parameters": [
            {
                "name": "name", "in": "path", "required": True, "description": "The last part of the problem's type.",
                "schema": {"type": "string", "enum": names},
            }
        ],
        "responses": {
            "200": {
                "description": "What the problem means.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {name: {"type": kind} for name, kind in members.items()},
                            "required": list(members),
                        }
                    },
                    "text/html": {"schema": {"type": "string"}},
                },
            },
            "404": {
                "description": "There is no such problem type.",
                "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/NotFound"}}},
            },
            "429": {
                "description": "Your address asks too often.",
                "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/RateLimited"}}},
            },
            "503": {
                "description": "So much is asked at once that this wasn't looked for.",
                "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/TooBusy"}}},
            },
        },
    }  # fmt: skip
