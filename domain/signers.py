"""Who signed which contract version with which key: what it takes to check the signatures without the service."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.contract import ContractSigned
from domain.loading import Loading
from domain.principals import Organisation, Person, Principal
from domain.vocabulary import Role


@dataclass(frozen=True)
class Signer:
    """A signature's signer; ``public_key`` is an Ed25519 key (32 bytes)."""

    contract_version: int
    role: Role
    principal: UUID
    public_key: bytes


def signers(write_side: Loading, engagement_id: UUID) -> list[Signer]:
    """The signers of all contract versions, in the order in which they signed."""
    events: list[Any] = list(write_side.events.get(engagement_id))
    return [
        Signer(
            event.fact.contract_version,
            event.role,
            event.principal,
            _principal(write_side, event.role, event.principal).signing_public,
        )
        for event in events
        if isinstance(event.fact, ContractSigned)
    ]


def _principal(write_side: Loading, role: Role, principal: UUID) -> Principal:
    kind = Organisation if role is Role.SPONSOR_ORGANISATION else Person
    return write_side.load(kind, principal)
