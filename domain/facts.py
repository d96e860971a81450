"""Facts: the half of an event that decisions, adherence rules and supervisors live on.

A fact is a small frozen dataclass of enumerations, counts, flags, dates, ids and hashes; never free text. That makes
the write model *content-blind*: aggregates replay from facts alone, so an engagement whose content was shredded still
loads and decides. :func:`fact` refuses any field type that could hold what a person typed, at import time.

Stored form: an array of the fields in declared order, under a topic and a version. Version with care: the order and
the types of the fields are the format. A changed fact gets a new version number, and :func:`upcasts` says how what was
stored under the version before is read: stored events are never rewritten.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

F = TypeVar("F", bound="Fact")
Convert = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UnknownFactError(LookupError):
    """A stored fact of a topic or version that this program doesn't know."""


class Fact:
    """Base of all facts; subclasses are declared with :func:`fact`."""

    topic: ClassVar[str]
    version: ClassVar[int]
    fields_to_stored: ClassVar[Convert]
    fields_from_stored: ClassVar[Convert]

    def to_stored(self) -> list[Any]:
        """``[topic, version, [field, ...]]``, of CBOR's own types only."""
        return [self.topic, self.version, type(self).fields_to_stored(self)]


REGISTRY: Final[dict[str, type[Fact]]] = {}
"""Every fact by topic. A topic is never renamed and never reused."""


@typing.dataclass_transform(kw_only_default=True, frozen_default=True)
def fact(topic: str, version: int = 1) -> Callable[[type[F]], type[F]]:
    """Declare a fact's topic and version, and build its codec.

    Raises:
        TypeError: for a field whose type could hold free text, and for a topic that is taken.
    """

    def declare(cls: type[F]) -> type[F]:
        if topic in REGISTRY:
            raise TypeError(f"topic {topic} is taken")
        made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        made.topic, made.version = topic, version
        made.fields_to_stored, made.fields_from_stored = (staticmethod(convert) for convert in _record_codec(made))
        REGISTRY[topic] = made
        return made

    return declare


Upcast = Callable[[list[Any]], list[Any]]

UPCASTS: Final[dict[tuple[str, int], Upcast]] = {}
"""By topic and version: the stored fields of the next version, made from those of this one."""


def upcasts(topic: str, version: int) -> Callable[[Upcast], Upcast]:
    """Declare how the stored fields of an older version become those of the version after it."""

    def declare(upcast: Upcast) -> Upcast:
        if (topic, version) in UPCASTS:
            raise TypeError(f"version {version} of {topic} is upcast already")
        UPCASTS[topic, version] = upcast
        return upcast

    return declare


def fact_from_stored(stored: list[Any]) -> Fact:
    """Inverse of :meth:`Fact.to_stored`; what an older version stored is read as the present one.

    Raises:
        UnknownFactError: for a topic or version that isn't declared.
    """
    topic, version, fields = stored
    cls = REGISTRY.get(topic)
    while cls is not None and version < cls.version and (topic, version) in UPCASTS:
        fields, version = UPCASTS[topic, version](fields), version + 1
    if cls is None or cls.version != version:
        raise UnknownFactError("a stored fact of an unknown topic or version")
    made: Fact = cls.fields_from_stored(fields)
    return made


def instant_to_stored(value: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (value - _EPOCH) // _MICROSECOND


def instant_from_stored(value: int) -> datetime:
    """Inverse of :func:`instant_to_stored`."""
    return _EPOCH + value * _MICROSECOND


def rfc3339(at: datetime) -> str:
    """An instant as every text of this system shows it: RFC 3339, in UTC, ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _same(value: Any) -> Any:
    return value


def _record_codec(cls: type[Any]) -> tuple[Convert, Convert]:
    hints = typing.get_type_hints(cls)
    fields = [(f.name, *_codec(hints[f.name])) for f in dataclasses.fields(cls)]

    def encode(record: Any) -> list[Any]:
        return [enc(getattr(record, name)) for name, enc, _ in fields]

    def decode(stored: list[Any]) -> Any:
        # A frozen dataclass sets each field through object.__setattr__; filling __dict__ does the same, faster.
        made = object.__new__(cls)
        made.__dict__.update({name: dec(value) for (name, _, dec), value in zip(fields, stored, strict=True)})
        return made

    return encode, decode


def _codec(kind: Any) -> tuple[Convert, Convert]:  # noqa: C901, PLR0911 - one flat case per kind of field
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind in (int, bool, bytes):
        return _same, _same
    if kind is UUID:
        return (lambda v: v.bytes), (lambda v: UUID(bytes=v))
    if kind is datetime:
        return instant_to_stored, instant_from_stored
    if kind is date:
        return date.toordinal, date.fromordinal
    if isinstance(kind, type) and issubclass(kind, Enum):
        by_value = {member.value: member for member in kind}
        return (lambda v: v.value), by_value.__getitem__
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _record_codec(kind)
    if origin in (types.UnionType, typing.Union) and len(args) == 2 and args[1] is type(None):  # noqa: PLR2004 - X | None
        enc, dec = _codec(args[0])
        return (lambda v: None if v is None else enc(v)), (lambda v: None if v is None else dec(v))
    if origin is tuple and args[1:] == (...,):
        enc, dec = _codec(args[0])
        return (lambda v: [enc(x) for x in v]), (lambda v: tuple(dec(x) for x in v))
    if origin is frozenset:
        enc, dec = _codec(args[0])
        return (lambda v: sorted(enc(x) for x in v)), (lambda v: frozenset(dec(x) for x in v))
    if origin is Mapping:
        (kenc, kdec), (venc, vdec) = _codec(args[0]), _codec(args[1])
        return (
            lambda v: sorted([kenc(k), venc(x)] for k, x in v.items()),
            lambda v: {kdec(k): vdec(x) for k, x in v},
        )
    raise TypeError(f"a fact holds no field of type {kind}: facts never hold free text")
