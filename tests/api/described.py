"""Holds every answer that these tests get against the API's own description (OpenAPI)."""

import re
from collections.abc import Iterator
from typing import Any

import httpx

PROBLEM_JSON = "application/problem+json"
METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
Json = dict[str, Any]


def operations(description: Json) -> Iterator[tuple[str, str, Json]]:
    """Method (upper case), path template and operation."""
    for path, methods in description["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


def resolve(description: Json, reference: str) -> Any:
    """What a local reference points at."""
    assert reference.startswith("#/")
    found: Any = description
    for step in reference[2:].split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def problem_types(description: Json, response: Json) -> set[str]:
    """The problem types that a described response may have."""
    schema = response["content"][PROBLEM_JSON]["schema"]
    members = schema.get("oneOf", [schema])
    return {resolve(description, member["$ref"])["properties"]["type"]["const"] for member in members}


class Described:
    """A response hook for the client: an answer that isn't described fails the test that got it."""

    def __init__(self, description: Json) -> None:
        self._operations = [
            # A tile's place has slashes of its own (C2SP tlog-tiles), which OpenAPI has no word for.
            (method, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path.replace("{place}", ".+"))), operation["responses"])
            for method, path, operation in operations(description)
        ]
        self._description, self._own = description, "/v1/openapi.json"

    def __call__(self, response: httpx.Response) -> None:
        """Check status, media type and problem type."""
        path, method = response.request.url.raw_path.decode().partition("?")[0], response.request.method
        known = [responses for at, template, responses in self._operations if at == method and template.fullmatch(path)]
        if not known:
            assert response.status_code in {404, 405} or path == self._own, f"{method} isn't described"
            return
        # A fixed path comes before one with parameters.
        described = known[0].get(str(response.status_code))
        assert described is not None, f"{response.status_code} isn't described for {method}"
        kind = response.headers.get("content-type", "").partition(";")[0]
        assert kind in described["content"], f"{response.status_code} as {kind} isn't described"
        if kind == PROBLEM_JSON and method != "HEAD":
            response.read()
            found = response.json()["type"]
            assert found in problem_types(self._description, described), f"{found} isn't described"
