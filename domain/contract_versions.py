"""What happened to each version of an engagement's contract, and when: facts for whoever shows a version."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.contract import ContractActivated, ContractAssented, ContractOffered, ContractSigned
from domain.document import ContractDrafted
from domain.loading import Loading

_ABOUT_ONE = (ContractDrafted, ContractAssented, ContractOffered, ContractSigned, ContractActivated)


@dataclass
class VersionRecord:
    """One contract version on record.

    Attributes:
        number: which one, from 1.
        events: the versions of the engagement's events that are about it.
        at: the time of the latest of them (UTC).
        in_force: whether it ever came into force.
    """

    number: int
    at: datetime
    events: set[int] = field(default_factory=set)
    in_force: bool = False


def contract_versions(write_side: Loading, engagement_id: UUID) -> dict[int, VersionRecord]:
    """All versions of an engagement's contract by their numbers, oldest first."""
    found: dict[int, VersionRecord] = {}
    events: list[Any] = list(write_side.events.get(engagement_id))
    for event in events:
        if isinstance(event.fact, _ABOUT_ONE):
            number = event.fact.contract_version
            one = found.setdefault(number, VersionRecord(number, event.timestamp))
            one.events.add(event.originator_version)
            one.at = event.timestamp
            one.in_force |= isinstance(event.fact, ContractActivated)
    return found


def amended(versions: dict[int, VersionRecord], number: int) -> VersionRecord | None:
    """The version that another amends: the newest that came into force before it; None for a first contract."""
    before = [one for one in versions.values() if one.number < number and one.in_force]
    return max(before, key=lambda one: one.number, default=None)
