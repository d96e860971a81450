"""A sample of the campaign (``make fuzz`` runs it whole): some operations, some cases, drawn anew by the same seed."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from api import description
from tests.fuzz.callers import CALLERS, World, world
from tests.fuzz.campaign import Campaign

SEED: Final = 7
CASES: Final = 110
EVERY: Final = 12
"""One operation in so many is in the sample."""

_PROFILE: Final = "GET /v1/people/me"


@pytest.fixture(scope="module")
def played() -> Iterator[World]:
    """A server with the beginning of one script played on it."""
    folder = Path(tempfile.mkdtemp(prefix="driehoek-fuzz-"))
    try:
        with world(folder, [("en-broken-off.toml", 0.4)]) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def told() -> Any:
    """The committed description."""
    return json.loads(description.FILE.read_text(encoding="utf-8"))


def test_no_case_of_the_sample_fails(played: World) -> None:
    """Every answer to every kind of caller is one that the description has: status, type, shape, headers."""
    labels = [f"{method} {path}" for method, path in description.operations()]
    report = Campaign(played, SEED, labels[::EVERY]).run(CASES)
    assert report.findings == []
    assert report.cases >= CASES
    assert report.callers.keys() == set(CALLERS)
    assert {200, 401, 403, 404, 422} <= report.statuses.keys()  # some got to the end, others not even in


@pytest.mark.parametrize("lie", ["status", "shape"])
def test_an_answer_that_is_not_described_is_found(played: World, told: Any, lie: str) -> None:
    """Control: a description that lacks a status, or promises another shape, is contradicted by the same server."""
    lying = deepcopy(told)
    answers = lying["paths"]["/v1/people/me"]["get"]["responses"]
    if lie == "status":
        answers.pop("401")
    else:
        answers["200"]["content"]["application/json"]["schema"] = {"type": "array"}
    report = Campaign(played, SEED, [_PROFILE], told=lying).run(20)
    expected = {"status": ("UndefinedStatusCode", 401), "shape": ("JsonSchemaError", 200)}
    assert {(found.check, found.status) for found in report.findings} == {expected[lie]}
    assert Campaign(played, SEED, [_PROFILE]).run(20).findings == []
