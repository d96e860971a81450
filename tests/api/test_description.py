"""The API's description is whole: it resolves, names every refusal, and every problem type has a page.

That no answer of any test here is missing from it is checked on each answer (``described.Described``).
"""

import re
from typing import Any

import httpx
import pytest

from api import problems
from api.step_up import ACTS as STEP_UP
from tests.api.acts import ACTS
from tests.api.described import PROBLEM_JSON, answer, operations, problem_types, resolve, validator
from tests.api.people import Api

Json = dict[str, Any]


@pytest.fixture(scope="module")
def description(api: Api) -> Json:
    """The description as clients get it."""
    answer = api.client.get("/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()  # type: ignore[no-any-return]


def _walk(value: Any) -> Any:
    yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _walk(member)


def test_every_reference_resolves(description: Json) -> None:
    """No schema points at nothing, and no component is left that nothing points at."""
    references = {value["$ref"] for value in _walk(description) if isinstance(value, dict) and "$ref" in value}
    assert references
    for reference in references:
        assert isinstance(resolve(description, reference), dict)
    kinds = ("schemas", "responses", "headers", "examples")
    components = {f"#/components/{kind}/{name}" for kind in kinds for name in description["components"][kind]}
    assert components - references == set()


def test_the_document_is_well_formed(description: Json) -> None:
    """OpenAPI 3.1's required members; unique operation ids; path parameters named in the path and described."""
    assert re.fullmatch(r"3\.1\.\d+", description["openapi"])
    assert {"title", "version"} <= description["info"].keys()
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(ids) == len(set(ids))
    for _, path, operation in operations(description):
        assert operation.get("summary")
        assert operation.get("tags")
        named = set(re.findall(r"\{([^}]*)\}", path))
        described = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path" and p["required"]}
        assert named == described
        for parameter in operation.get("parameters", ()):
            assert parameter["in"] in {"path", "query", "header"}
            assert "schema" in parameter
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert answer(description, response)["description"]


def test_schemas_hold_only_known_types(description: Json) -> None:
    """Each schema's type is one of JSON's; what is required is described; bodies take no unknown members."""
    for schema in description["components"]["schemas"].values():
        for value in _walk(schema):
            if isinstance(value, dict) and isinstance(value.get("type"), str) and "const" not in value:
                assert value["type"] in {"object", "array", "string", "integer", "number", "boolean", "null"}
            if isinstance(value, dict) and isinstance(value.get("required"), list):
                assert set(value["required"]) <= value["properties"].keys()
    for act in ACTS.values():
        body = description["paths"][act.path][act.method.lower()]["requestBody"]["content"]["application/json"][
            "schema"
        ]
        kinds = [body] if "$ref" in body else [one for one in body["anyOf"] if "$ref" in one]
        assert [resolve(description, kind["$ref"])["additionalProperties"] for kind in kinds] == [False]


def test_every_error_is_a_problem(description: Json) -> None:
    """A described 4xx or 5xx is application/problem+json of known types; only the readiness check answers plainly."""
    types = {f"{problems.PREFIX}/{name}" for name in problems.REFUSALS} | {one.type for one in problems.OF_THE_WEB}
    for _, path, operation in operations(description):
        for status, told in operation["responses"].items():
            if status < "400" or path == "/readyz":
                continue
            response = answer(description, told)
            assert response["content"].keys() == {PROBLEM_JSON}
            assert problem_types(description, response) <= types
            for example in response["content"][PROBLEM_JSON].get("examples", {}).values():
                assert str(resolve(description, example["$ref"])["value"]["status"]) == status


def test_writes_describe_what_all_writes_can_meet(description: Json) -> None:
    """Idempotency-Key on each, If-Match on each change, and their refusals, sizes and types with them."""
    stepped_up = {name for names in STEP_UP for name in names.split()}
    for act in ACTS.values():
        operation = description["paths"][act.path][act.method.lower()]
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        wanted = {"Idempotency-Key", "Prefer"} | ({"If-Match"} if act.versioned else set())
        assert headers == wanted | ({"Passkey-Assertion"} if operation["operationId"] in stepped_up else set())
        wanted = {"400", "401", "403", "404", "413", "415", "422", "500", "503"}
        assert wanted | ({"412", "428"} if act.versioned else set()) <= operation["responses"].keys()
        assert operation["security"]


def test_every_problem_type_has_a_page(api: Api, description: Json) -> None:
    """The type's URI leads to a page, for programs and for people, that says what it means and with which status."""
    described = set().union(
        *(
            problem_types(description, response)
            for _, _, operation in operations(description)
            for response in operation["responses"].values()
            if PROBLEM_JSON in answer(description, response).get("content", {})
        )
    )
    every = (*problems.OF_THE_WEB, *problems.REFUSALS.values())
    assert described <= {kind.type for kind in every}
    for kind in every:
        assert kind.type is not None
        page = api.client.get(kind.type)
        assert page.json().items() >= {"type": kind.type, "title": kind.title, "status": kind.status}.items()
        assert page.json()["description"]
        readable = api.client.get(kind.type, headers={"Accept": "text/html"})
        assert readable.headers["content-type"].startswith("text/html")
        assert kind.type in readable.text


NOT_PLAYED = {
    "GET /v1/engagements/{engagement_id}/coach-practice",  # over with the engagement
    "GET /v1/engagements/{engagement_id}/receipts/{erasure_id}",  # nothing is erased while examples are collected
}


def test_every_operation_has_examples_that_fit(description: Json) -> None:
    """What is asked and what is answered: each has an example out of a played engagement, which fits its schema."""
    without = set()
    for method, path, operation in operations(description):
        told: list[Json] = [operation["requestBody"]] if operation.get("requestBody", {}).get("required") else []
        told += [response for status, response in operation["responses"].items() if status < "300"]
        for one in told:
            media = one.get("content", {}).get("application/json")
            if media is None:
                continue
            if "example" not in media:
                without.add(f"{method} {path}")
                continue
            validator(description, media["schema"]).validate(media["example"])
    assert without == NOT_PLAYED


def test_an_example_that_does_not_fit_is_seen(description: Json) -> None:
    """Positive control: a member that nobody knows, or a wrong type, doesn't fit."""
    schema = {"$ref": "#/components/schemas/Assessment"}
    good = {"clear_results": True, "assessment": "It goes better."}
    assert validator(description, schema).is_valid(good)
    assert not validator(description, schema).is_valid({**good, "mood": "fine"})
    assert not validator(description, schema).is_valid({**good, "clear_results": "yes"})


def test_liveness_and_readiness_need_nobody(api: Api) -> None:
    """Both answer without a token, while the store answers."""
    for path, status in (("/livez", "alive"), ("/readyz", "ready")):
        answer: httpx.Response = api.client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
