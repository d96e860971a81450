"""Each example in the API's description is a body that the API takes."""

import json
from typing import Any, Final, get_args

import pytest

from api import app  # noqa: F401 - knows all bodies
from api.shapes import CHOICE, Body, Choice, field_names
from domain.clause import CHOICES
from tests.api.people import Api


def bodies() -> list[type[Body]]:
    """Every body."""
    found, kinds = [], [Body]
    while kinds:
        below = kinds.pop().__subclasses__()
        found += below
        kinds += below
    return sorted(found, key=lambda kind: kind.__name__)


WITH_EXAMPLES: Final = [kind for kind in bodies() if "examples" in kind.model_json_schema()]


@pytest.mark.parametrize("kind", WITH_EXAMPLES, ids=lambda kind: kind.__name__)
def test_an_example_is_valid(kind: type[Body]) -> None:
    """It is taken as it stands, and with a member more it isn't."""
    examples: Any = kind.model_json_schema()["examples"]
    assert examples
    for example in examples:
        made = kind.model_validate_json(json.dumps(example))
        assert made.model_dump(mode="json", exclude_unset=True).keys() == example.keys()
        with pytest.raises(ValueError, match="extra_forbidden"):
            kind.model_validate({**example, "more": 1})


def test_examples_are_shown(api: Api) -> None:
    """The description that clients get has them, beside their schemas."""
    schemas = api.client.get("/v1/openapi.json").json()["components"]["schemas"]
    for kind in WITH_EXAMPLES:
        assert schemas[kind.__name__]["examples"] == kind.model_json_schema()["examples"]
    assert {"Replacement", "ErasureRequest", "Withdrawal", "FollowUp", "Disclosure", "AccessAnswer"} <= {
        kind.__name__ for kind in WITH_EXAMPLES
    }


def test_every_choice_of_a_clause_can_be_asked_for() -> None:
    """The words of the API are the items about which a clause can say something, all of them."""
    assert set(get_args(Choice)) == {item.value for item in CHOICES} == CHOICE.keys()
    assert {"permits", "cooling_off_days", "exceptions", "entry", "recipient_id"} <= field_names()
