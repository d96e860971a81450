"""Holds every answer that these tests get against the API's own description (OpenAPI)."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema import Draft202012Validator

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


def answer(description: Json, response: Json) -> Json:
    """A described response, wherever it is described."""
    found: Json = resolve(description, response["$ref"]) if "$ref" in response else response
    return found


def validator(description: Json, schema: Json) -> Draft202012Validator:
    """Holds values against a described schema."""
    return Draft202012Validator({**schema, "components": description["components"]})


def problem_types(description: Json, response: Json) -> set[str]:
    """The problem types that a described response may have."""
    schema = answer(description, response)["content"][PROBLEM_JSON]["schema"]
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
        self._validators: dict[int, Draft202012Validator] = {}

    def __call__(self, response: httpx.Response) -> None:
        """Check status, media type and problem type."""
        path, method = response.request.url.raw_path.decode().partition("?")[0], response.request.method
        known = [responses for at, template, responses in self._operations if at == method and template.fullmatch(path)]
        if not known:
            assert response.status_code in {404, 405} or path == self._own, f"{method} isn't described"
            return
        # A fixed path comes before one with parameters.
        found = known[0].get(str(response.status_code))
        assert found is not None, f"{response.status_code} isn't described for {method}"
        described = answer(self._description, found)
        kind = response.headers.get("content-type", "").partition(";")[0]
        if "content" not in described:
            assert not kind, f"{response.status_code} has a body"
            return
        assert kind in described["content"], f"{response.status_code} as {kind} isn't described"
        if kind == PROBLEM_JSON and method != "HEAD":
            response.read()
            problem = response.json()["type"]
            assert problem in problem_types(self._description, described), f"{problem} isn't described"
        elif kind == "application/json" and method != "HEAD":
            response.read()
            self._hold(described["content"][kind]["schema"], response.json())

    def _hold(self, schema: Json, value: Any) -> None:
        """Hold an answer against its schema; of what doesn't fit only the place is told."""
        known = self._validators.setdefault(id(schema), validator(self._description, schema))
        wrong = [(list(error.absolute_path), error.validator) for error in known.iter_errors(value)]
        assert not wrong, f"an answer isn't as described: {wrong}"
