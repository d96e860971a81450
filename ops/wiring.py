"""The composition root: where rooms that don't know each other are joined, and the only place that holds the root.

A :class:`CellService` is one open cell: write side, views, builders. Capabilities are handed out one by one: a view's
builder gets the claims of its own role, a view the opener of its own role, and nothing can be turned back into the
root. Nothing is made at import time.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from crypto.heads import head_mac, mac
from crypto.keyring import Keyring
from crypto.leaf import leaf_hash, pseudonym
from crypto.party_keys import PartyPublicKeys
from domain import ports
from domain.application import Driehoek, Request
from domain.errors import Refusal
from domain.events import RecordedEvent
from domain.principals import (
    CELL_ID,
    SERVICE_ID,
    CellFounded,
    EscrowRegistered,
    OrganisationRegistered,
    PersonRegistered,
)
from domain.vocabulary import PARTIES, Role
from ops.bell import Bell
from ops.clock import now
from ops.keys.custodian import Custodian, Notary
from ops.keys.desk import Desk, PublicRecord
from ops.keys.fence import Fence
from ops.keys.role_keys import RoleKeys
from ops.keys.service import ServiceKeys, found, reopen
from ops.keys.vault import KeyPlaces, Vault
from ops.log.announcing import Announcer
from ops.log.book import LogBook
from ops.log.folder import LogFolder
from ops.log.lines import Lines
from ops.log.place import LogPlace
from ops.log.publisher import Publisher
from ops.log.signer import Signer
from ops.mapper import SealingMapper
from ops.openers import MacSeal, OverseerOpener, Recall, RoleOpener
from ops.own_record import WebhookAddresses
from ops.reads import ReadRecorder
from ops.record import SealedRecord
from ops.store.agenda import Agenda
from ops.store.connections import Connections
from ops.store.leases import PostgresLeases
from ops.store.lookups import Lookups
from ops.store.recorder import CellRecorder
from ops.store.rows import RecordedCommand, StoreError
from ops.store.tree import PostgresTreeStore
from ops.webhooks.positions import Positions, StateSeal
from projections import (
    access_log,
    agenda,
    candidacy_list,
    changes,
    deliveries,
    engagement_list,
    oversight_index,
    programme_list,
    supervisor_timeline,
)
from projections.building import Builder
from projections.candidacy_list import CandidacyList
from projections.changes import ChangeList, ChangesBuilder
from projections.engagement_list import EngagementList
from projections.lists import ListBuilder, Lists
from projections.overseen import Overseeing
from projections.oversight_index import OversightIndex
from projections.passing import PassingOver
from projections.programme_list import ProgrammeList
from projections.reading import FOLDS, PartyView
from projections.timeline import TimelineView

_SIGNS_NOTHING = bytes((2, *bytes(31)))
"""Stands where an escrow's signing key would. It encodes no point of Ed25519 (y = 2), so no signature fits it; zeros
would be a point of order 4, which one can forge for."""

_OVERSEEING = (Role.COACHING_SUPERVISOR, Role.AUDITOR)
_HOLDERS = (*PARTIES, *_OVERSEEING, Role.SELF, Role.ESCROW)


class NotFoundedError(Exception):
    """The cell's log is empty: ``driehoek migrate`` founds it."""

    def __init__(self) -> None:
        super().__init__("this cell isn't founded yet; run driehoek migrate")


@dataclass(frozen=True)
class CellService:
    """One open cell.

    Attributes:
        write_side: executes commands.
        views: each party's view, with that role's capability.
        timeline: the supervisors' view.
        engagements: which engagements somebody is in.
        candidacies: in which meetings somebody was met as a candidate.
        programmes: which programmes somebody is in, and which engagements a programme has.
        changes: what changed for somebody.
        index: which engagements and coaches there are, for overseers.
        overseeing: opens engagements' records with an overseer's own grant.
        reads: puts reads on record.
        own_reads: what somebody has read.
        builders: what builds the views, by view name.
        roles: the capabilities by role; for the closure proof and for dropping caches.
        service: the service's own keys.
        recorder, connections: the store.
        desk: parties' keys in custody.
        vault: the key tree, its root and its copies.
        agenda: which engagements the eraser looks at, and when.
        log: the transparency log: checkpoints, tiles, publishing.
        bell: calls whoever waits for their changes.
        webhooks: how far each webhook has come.
        addresses: where webhooks go.
    """

    write_side: Driehoek
    views: Mapping[Role, PartyView]
    timeline: TimelineView
    engagements: EngagementList
    candidacies: CandidacyList
    programmes: ProgrammeList
    changes: ChangeList
    index: OversightIndex
    overseeing: Overseeing
    reads: ReadRecorder
    own_reads: access_log.OwnReads
    builders: Mapping[str, Builder]
    roles: Mapping[Role, RoleKeys]
    service: ServiceKeys
    recorder: CellRecorder
    connections: Connections
    desk: Desk
    vault: Vault
    agenda: Agenda
    log: LogBook
    bell: Bell
    webhooks: Positions
    addresses: WebhookAddresses

    def digest(self, request: bytes) -> bytes:
        """A keyed digest of a request (32 bytes)."""
        return mac(self.service.key_for("commands"), "driehoek/command/v1", request)

    def copy_number(self, which: bytes) -> str:
        """The number of a reader's copy of a document: known to nobody who doesn't hold it (16 bytes, hexadecimal)."""
        return mac(self.service.key_for("documents"), "driehoek/copy/v1", which)[:16].hex()

    def drop_keys(self) -> None:
        """Forget every opened key of this process."""
        self.vault.fence.drop()


class _Commands:
    """``domain.ports.CommandLog`` over the recorder."""

    def __init__(self, recorder: CellRecorder) -> None:
        self._recorder = recorder

    def recorded(self, command_id: UUID) -> ports.RecordedCommand | None:
        """The command's record."""
        found: RecordedCommand | None = self._recorder.command(command_id)
        return None if found is None else ports.RecordedCommand(found.digest, found.originator_id, found.version)


@contextmanager
def open_cell(url: str, cell: str, places: KeyPlaces) -> Iterator[CellService]:
    """Open a founded cell.

    Args:
        url: the database.
        cell: the schema.
        places: where the cell's root key is, and the copies of its key pages.

    Raises:
        NotFoundedError: when nothing was recorded yet.
        crypto.errors.TreeBehind, TreeAhead, RootForeign, RootStoreError, Tampered: when database and root don't belong
            together, or not any more.
        ops.keys.service.WrongRootError: when the keys don't open this cell.
        ops.store.rows.StoreError: when the server can't be used.
    """
    with open_vault(url, cell, places) as (connections, vault):
        founding = Lookups(connections).grants_at(1)
        if not founding:
            raise NotFoundedError
        vault.keyring.check()
        vault.fence.start()
        with _joined(vault, reopen(vault.keyring, list(founding)), connections, cell, places.log) as opened:
            yield opened


def found_cell(url: str, cell: str, places: KeyPlaces) -> bool:
    """Found a cell with a new key tree and new service keys; False when it was founded before.

    A lost root is never made anew: it would open nothing of what is there.

    Two processes may try at once: one root store takes one first root and the log one first event; the loser's keys
    are never used.
    """
    with open_vault(url, cell, places) as (connections, vault):
        if Lookups(connections).grants_at(1):
            vault.keyring.check()
            return False
        vault.keyring.found()
        vault.fence.start()
        service, founding = found(vault.keyring)
        with _joined(vault, service, connections, cell, places.log) as opened:
            request = Request(SERVICE_ID, now(), CELL_ID, opened.digest(b"found"))
            try:
                opened.write_side.execute(CELL_ID, founding, request)
            except (Refusal, StoreError):
                if Lookups(connections).grants_at(1):
                    return False
                raise
    return True


@contextmanager
def open_vault(url: str, cell: str, places: KeyPlaces) -> Iterator[tuple[Connections, Vault]]:
    """A cell's key tree alone, opened without looking whether it belongs to its root: for whoever restores it."""
    with closing(Connections(url, cell)) as connections:
        tree, leases = PostgresTreeStore(connections), PostgresLeases(connections)
        keyring, fence = Keyring(places.roots, tree), Fence(leases)
        fence.on_drop(keyring.drop)
        try:
            yield connections, Vault(places.roots, tree, keyring, places.copies, leases, fence, connections)
        finally:
            fence.stop()


@contextmanager
def _joined(
    vault: Vault, service: ServiceKeys, connections: Connections, cell: str, log: LogPlace
) -> Iterator[CellService]:
    opened = _join(vault, service, connections, cell, log)
    try:
        yield opened
    finally:
        opened.bell.close()
        opened.write_side.close()
        opened.recorder.close()


def _join(vault: Vault, service: ServiceKeys, connections: Connections, cell: str, log: LogPlace) -> CellService:
    heads = service.key_for("heads")
    recorder = CellRecorder(connections, cell, lambda s, v, h: head_mac(heads, s, v, h), leaf_hash)
    keyring, fence = vault.keyring, vault.fence
    scopes = keyring.scopes(["custody", *(role.value for role in _HOLDERS)])
    desk = Desk(scopes["custody"], recorder, fence)
    roles = {role: RoleKeys(role, scopes[role.value], desk, recorder, fence) for role in _HOLDERS}
    mapper = SealingMapper(service, roles, desk)
    write_side = Driehoek(
        mapper=mapper,
        recorder=recorder,
        custodian=Custodian(desk, roles, service, recorder),
        notary=Notary(desk),
        reader=Recall(roles, recorder, vault.buried),
        commands=_Commands(recorder),
    )
    desk.look_up_in(lambda principal: _public_record(write_side, principal))
    views = {
        role: PartyView(
            role, RoleOpener(roles[role], vault.buried), MacSeal(service.key_for(f"view/{name}")), connections
        )
        for role, (name, _) in FOLDS.items()
    }
    builders = {
        name: Builder(name, roles[role].marks(), MacSeal(service.key_for(f"view/{name}")))
        for role, (name, _) in FOLDS.items()
    }
    name = supervisor_timeline.NAME
    builders[name] = Builder(name, None, MacSeal(service.key_for(f"view/{name}")))
    happened, looked_at = PassingOver(mapper.facts, reads=False), PassingOver(mapper.facts, reads=True)
    listed, read, within, overseen, met, changed = (
        _lists(service, connections, one.NAME)
        for one in (engagement_list, access_log, programme_list, oversight_index, candidacy_list, changes)
    )
    pseudonyms = service.key_for("supervisor-pseudonyms")

    def named(stream: UUID) -> str:
        """The name under which coaching supervisors know a stream."""
        return pseudonym(pseudonyms, CELL_ID, stream).hex()

    def earlier(stream: UUID, upto: int) -> Iterable[RecordedEvent]:
        """A stream's events up to a version."""
        return cast("Iterable[RecordedEvent]", write_side.events.get(stream, lte=upto))

    sealing = StateSeal(service.key_for("webhooks"))
    indexed = oversight_index.concerned(named)
    builders |= {
        listed.view: ListBuilder(listed.view, None, listed.seal, happened, listed.list_of, engagement_list.concerned),
        read.view: ListBuilder(read.view, None, read.seal, looked_at, read.list_of, access_log.concerned),
        within.view: ListBuilder(within.view, None, within.seal, happened, within.list_of, programme_list.concerned),
        overseen.view: ListBuilder(overseen.view, None, overseen.seal, happened, overseen.list_of, indexed),
        met.view: ListBuilder(met.view, None, met.seal, happened, met.list_of, candidacy_list.concerned),
        changed.view: ChangesBuilder(
            changed.view, None, changed.seal, happened, changed.list_of, changes.Following(earlier)
        ),
        deliveries.NAME: deliveries.DeliveriesBuilder(
            deliveries.NAME, None, MacSeal(service.key_for(f"view/{deliveries.NAME}")), happened, sealing
        ),
        agenda.NAME: agenda.AgendaBuilder(agenda.NAME, None, MacSeal(service.key_for(f"view/{agenda.NAME}")), happened),
    }
    opener = OverseerOpener(roles[Role.COACHING_SUPERVISOR], service.oversight.key_id)
    index = OversightIndex(overseen, opener, named)
    timeline = TimelineView(
        opener,
        MacSeal(service.key_for(f"view/{name}")),
        connections,
        named,
    )
    signer = Signer(LogFolder(log.folder), vault.tree.pages([])[0].deployment, log.name)
    publisher = Publisher(connections, signer, Announcer(write_side, now), lambda: int(now().timestamp()))
    return CellService(
        write_side,
        views,
        timeline,
        engagement_list.EngagementList(listed),
        CandidacyList(met),
        ProgrammeList(within),
        ChangeList(changed, earlier),
        index,
        Overseeing(opener, SealedRecord(recorder), index.engagements_of),
        ReadRecorder(mapper, recorder),
        access_log.OwnReads(read, mapper.facts),
        builders,
        roles,
        service,
        recorder,
        connections,
        desk,
        vault,
        Agenda(connections),
        LogBook(connections, log, publisher, Lines(connections, signer)),
        Bell(connections, changed.list_of),
        Positions(connections, sealing),
        WebhookAddresses(roles[Role.SELF], recorder),
    )


def _lists(service: ServiceKeys, connections: Connections, view: str) -> Lists:
    """The lists of one kind; persons' names on them tell nothing of those on another kind's."""
    key = service.key_for("list-pseudonyms" if view == engagement_list.NAME else f"list-pseudonyms/{view}")
    seal = MacSeal(service.key_for(f"view/{view}"))
    return Lists(view, connections, seal, lambda person: UUID(bytes=pseudonym(key, CELL_ID, person)))


def _public_record(write_side: Driehoek, principal: UUID) -> PublicRecord | None:
    stream = CELL_ID if principal == SERVICE_ID else principal
    for event in write_side.events.get(stream):
        match event.fact:  # type: ignore[attr-defined]
            case PersonRegistered() | OrganisationRegistered() | CellFounded() as registered:
                public = PartyPublicKeys(registered.kem_public, registered.signing_public)
                return PublicRecord(public, registered.custody.slot_id)
            case EscrowRegistered() as registered:
                return PublicRecord(PartyPublicKeys(registered.kem_public, _SIGNS_NOTHING), None)
    return None
