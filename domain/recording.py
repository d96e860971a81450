"""From happenings to events: the keys that they need are opened, their parts labelled, and new readers granted theirs.

All events of one action are recorded together or not at all, so a key exists in the record exactly when something is
sealed under it, and a new reader is granted what is theirs in the same breath in which they become one.
"""

import dataclasses
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.decisions import Context
from domain.endings import PartDisclosed
from domain.errors import WrongMoment
from domain.events import (
    CompartmentOpened,
    CompartmentShared,
    Happening,
    KeyNeed,
    Label,
    RecordedEvent,
    SealedGrant,
)
from domain.facts import Fact
from domain.ledger import LedgerEntry
from domain.ports import KeyCustodian
from domain.principals import SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role


class Recording:
    """Turns what was decided into events, with keys from a custodian.

    Args:
        custodian: makes and shares the keys.
    """

    def __init__(self, custodian: KeyCustodian) -> None:
        self._custodian = custodian

    def events(self, state: Stream, happenings: list[Happening], context: Context) -> list[RecordedEvent]:
        """The events of one decision, in order; ``state`` takes each of them in.

        Raises:
            WrongMoment: when there is something that nobody may read any more.
        """
        events: list[RecordedEvent] = []

        def record(event: RecordedEvent) -> None:
            state.apply(event)
            events.append(event)

        parties, members = state.parties_with(happenings), state.members_with(happenings)
        fresh: dict[tuple[str, str], LedgerEntry] = {}
        for need in state.missing_keys(happenings, context.at):
            generation = state.ledger.generation(need) + 1
            recipients = state.readers_of(need, parties, context.at)
            if not recipients:
                raise WrongMoment("retention-over")
            opened = self._custodian.open_compartment(state.id, state.group, need, generation, recipients)
            opening = CompartmentOpened(
                key_id=opened.key_id,
                compartment=need.compartment,
                lifetimes=need.lifetimes,
                generation=generation,
                recipients=opened.recipients,
                permitted=need.permitted,
            )
            record(_by_service(state, context.at, opening, opened.grants))
            fresh[need.slug] = state.ledger.entries[opened.key_id]
        clause = state.clause_in_force
        for happening in happenings:
            chosen = happening.clause or clause
            needs = [KeyNeed.of(chosen.disposition(part.item)) for part in happening.parts]
            entries = [
                fresh.get(n.slug) or state.ledger.entry_for(n, state.readers_of(n, parties, context.at), members)
                for n in needs
            ]
            fact, grants = self._disclosed(state, happening, context)
            record(
                RecordedEvent(
                    originator_id=state.id,
                    originator_version=state.version + 1,
                    timestamp=context.at,
                    actor=context.actor,
                    role=context.role,
                    principal=context.principal,
                    fact=fact,
                    clause_version=chosen.version,
                    labels=tuple(
                        Label(part.item, entry.key_id)
                        for part, entry in zip(happening.parts, entries, strict=True)
                        if entry is not None  # each was opened above, where it was missing
                    ),
                    parts=happening.parts,
                    grants=grants,
                    sealed_as=_sealed_as(state, entries, context),
                )
            )
        for entry, role in state.unshared_keys(context.at):
            principal = (state.escrow if role is Role.ESCROW else None) or state.parties[role]
            record(self._share(state, entry, role, principal, context))
        for entry in fresh.values():  # each member holds keys of what is sealed while they are one, and no others
            for member in sorted(members) if entry.need.for_team else ():
                record(self._share(state, entry, Role.COACHEE, member, context))
        return events

    def _disclosed(self, state: Stream, happening: Happening, context: Context) -> tuple[Fact, tuple[SealedGrant, ...]]:
        """A happening's fact and grants; a disclosure's part key is sealed to its recipient here."""
        fact = happening.fact
        if not isinstance(fact, PartDisclosed):
            return fact, happening.grants
        entry = state.ledger.entries[fact.key_id]
        recipient, grant = self._custodian.disclose_part(state.id, state.group, entry, context.role, fact)
        return dataclasses.replace(fact, recipient=recipient), (*happening.grants, grant)

    def _share(self, state: Stream, entry: LedgerEntry, role: Role, principal: UUID, context: Context) -> RecordedEvent:
        holders = state.ledger.holders(entry)
        holder = context.role if context.role in holders else holders[0]
        recipient, grant = self._custodian.share_compartment(state.id, state.group, entry, holder, role, principal)
        shared = CompartmentShared(key_id=entry.key_id, role=role, recipient=recipient)
        return _by_service(state, context.at, shared, (grant,))


def _sealed_as(state: Stream, entries: list[LedgerEntry | None], context: Context) -> tuple[Role, UUID] | None:
    """Somebody who holds every one of these keys; None where the author does, or where there is nothing to seal.

    Two authors don't: the service, and a coach who answers when their own retention is over.
    """
    holders = [state.ledger.holders(entry) for entry in entries if entry is not None]
    common = [role for role in state.parties if all(role in of for of in holders)] if holders else []
    if not common or context.role in common:
        return None
    return common[0], state.parties[common[0]]


def _by_service(state: Stream, at: datetime, fact: Any, grants: tuple[SealedGrant, ...]) -> RecordedEvent:
    return RecordedEvent(
        originator_id=state.id,
        originator_version=state.version + 1,
        timestamp=at,
        actor=SERVICE_ID,
        role=Role.SERVICE,
        principal=SERVICE_ID,
        fact=fact,
        grants=grants,
    )
