"""Facts hold no free text, and come back from their stored form as they went in."""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, NewType
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import dumps, loads
from domain import application as _application  # noqa: F401 - declares every fact
from domain.events import CompartmentOpened, Recipient
from domain.facts import REGISTRY, Fact, UnknownFactError, fact, fact_from_stored
from domain.vocabulary import Compartment, Role

FACTS = list(REGISTRY.values())

CRYPTOGRAPHIC = {
    "begun", "commitment", "credential", "digest", "document_hash", "ended", "kem_public", "leaf_hash", "page_head",
    "public_key", "root", "sha256", "signature", "signing_public", "tombstone_head",
}  # fmt: skip
"""The byte fields that facts may have: outputs of cryptography or of authenticators, none of which a person types."""

Alias = NewType("Alias", str)


@dataclasses.dataclass(frozen=True)
class Nested:
    """A record that hides a text one level down."""

    deep: tuple[str, ...]


def leaves(kind: Any, field: str) -> list[tuple[str, Any]]:
    """The types at the ends of a type, each with the field that it belongs to. Knows no codec."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return [leaf for f in dataclasses.fields(kind) for leaf in leaves(hints[f.name], f.name)]
    if arguments := [a for a in typing.get_args(kind) if a not in (Ellipsis, type(None))]:
        return [leaf for argument in arguments for leaf in leaves(argument, field)]
    return [(field, kind)]


def harmless(field: str, kind: Any) -> bool:
    """Whether a value of this type, in this field, can't be what somebody typed."""
    if kind is bytes:
        return field in CRYPTOGRAPHIC
    return kind in (int, bool, UUID, date, datetime) or (isinstance(kind, type) and issubclass(kind, Enum))


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.topic)
def test_no_field_of_a_fact_holds_free_text(kind: type[Fact]) -> None:
    """Down to the last nested field a fact is made of counts, flags, dates, ids, enumerations and hashes."""
    assert [leaf for leaf in leaves(kind, "") if not harmless(*leaf)] == []


def test_the_walk_finds_text() -> None:
    """The walk above does see a text that is hidden in a tuple of a nested record."""
    assert [leaf for leaf in leaves(Nested, "") if not harmless(*leaf)] == [("deep", str)]


FREE = [
    str, str | None, tuple[str, ...], frozenset[str], list[int], dict[str, int], Mapping[str, int], Mapping[int, str],
    Mapping[Role, tuple[str, ...]], Nested, tuple[Nested, ...], Any, object, int | str, float, Alias, tuple[int, str],
]  # fmt: skip


@pytest.mark.parametrize("kind", FREE, ids=str)
def test_declaring_a_field_of_free_text_fails(kind: Any) -> None:
    """A fact with a field that could hold what somebody typed can't even be declared, and isn't registered."""
    made = types.new_class("Leaky", (Fact,), exec_body=lambda body: body.update(__annotations__={"said": kind}))
    with pytest.raises(TypeError, match="facts never hold free text"):
        fact("test.leaky")(made)
    assert "test.leaky" not in REGISTRY


@pytest.mark.parametrize("kind", [int, Role, UUID | None, Mapping[Role, frozenset[Role]]], ids=str)
def test_declaring_a_harmless_field_works(kind: Any) -> None:
    """The same declaration with a harmless field is taken, and comes under its topic."""
    made = types.new_class("Harmless", (Fact,), exec_body=lambda body: body.update(__annotations__={"said": kind}))
    try:
        assert fact("test.harmless")(made) is REGISTRY["test.harmless"]
    finally:
        REGISTRY.pop("test.harmless", None)


def test_a_topic_is_taken_once() -> None:
    """Two facts can't share a topic."""
    with pytest.raises(TypeError, match="is taken"):
        fact("engagement.ended")(types.new_class("Second", (Fact,)))


integers = st.integers(-(2**63), 2**63 - 1)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: integers,
    bool: st.booleans(),
    bytes: st.binary(max_size=64),
    UUID: st.uuids(),
    date: st.dates(),
    datetime: INSTANTS,
    type(None): st.none(),
}
COLLECTIONS: dict[Any, Callable[..., st.SearchStrategy[Any]]] = {
    tuple: lambda one: st.lists(one, max_size=3).map(tuple),
    frozenset: lambda one: st.frozensets(one, max_size=3),
    Mapping: lambda name, value: st.dictionaries(name, value, max_size=3),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a fact's field, from its type alone."""
    origin, args = typing.get_origin(kind), [values_of(a) for a in typing.get_args(kind) if a is not Ellipsis]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{f.name: values_of(hints[f.name]) for f in dataclasses.fields(kind)})
    if origin in COLLECTIONS:
        return COLLECTIONS[origin](*args)
    return st.one_of(args) if args else PLAIN[kind] if kind in PLAIN else st.sampled_from(list(kind))


any_fact: st.SearchStrategy[Fact] = st.sampled_from(FACTS).flatmap(values_of)


@given(any_fact)
def test_a_fact_comes_back_from_its_stored_form(happened: Fact) -> None:
    """Stored as deterministic CBOR and read again, every fact is equal to itself, of the same class."""
    stored = dumps(happened.to_stored())
    again = fact_from_stored(loads(stored))
    assert again == happened
    assert type(again) is type(happened)
    assert dumps(again.to_stored()) == stored


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.topic)
@settings(max_examples=25)
@given(st.data())
def test_each_fact_comes_back(kind: type[Fact], data: st.DataObject) -> None:
    """No kind of fact is left out of the round trip."""
    happened = data.draw(values_of(kind))
    assert fact_from_stored(loads(dumps(happened.to_stored()))) == happened


@given(st.dictionaries(st.sampled_from(Role), st.uuids()))
def test_equal_facts_have_equal_bytes(principals: dict[Role, UUID]) -> None:
    """The order in which a mapping was filled doesn't show in the stored form."""
    recipients = {role: Recipient(principal, principal) for role, principal in principals.items()}
    one, other = (
        CompartmentOpened(
            key_id=UUID(int=1), compartment=Compartment.ALLIANCE, lifetimes={}, generation=1, recipients=filled
        )
        for filled in (recipients, dict(reversed(recipients.items())))
    )
    assert dumps(one.to_stored()) == dumps(other.to_stored())


def test_what_is_unknown_is_not_guessed() -> None:
    """A stored fact of a topic or version that isn't declared is refused, and the refusal doesn't quote it."""
    known = REGISTRY["approach.explained"]().to_stored()
    assert fact_from_stored(known) == REGISTRY["approach.explained"]()
    for stored in (["approach.forgotten", 1, []], [known[0], 2, []], [known[0], 0, []]):
        with pytest.raises(UnknownFactError) as error:
            fact_from_stored(stored)
        assert "approach" not in str(error.value)


def test_a_stored_fact_with_a_field_too_few_or_too_many_is_refused() -> None:
    """The number of fields is part of the format."""
    topic, version, fields = REGISTRY["voice.stated"](voice=1).to_stored()  # type: ignore[call-arg]
    for wrong in ([], [*fields, 1]):
        with pytest.raises(ValueError, match=r"zip\(\)"):
            fact_from_stored([topic, version, wrong])


def test_instants_keep_their_microseconds() -> None:
    """Time is stored in whole microseconds, without a float in between."""
    kind = REGISTRY["session.scheduled"]
    late = datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    for instant in (late, late - timedelta(microseconds=1), datetime(1970, 1, 1, tzinfo=UTC)):
        happened = kind(session=1, starts_at=instant, minutes=1)  # type: ignore[call-arg]
        assert fact_from_stored(happened.to_stored()) == happened
