"""Their side: the library as its documentation shows it.

An aggregate with a decorated method, an application, a projection that writes one row per event; the PostgreSQL
recorder in a database of its own, the JSON transcoder, no cipher and no compressor, settings at their defaults.
"""

from typing import Any, Final
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from ops.bench.sample import step

VIEW_TABLE: Final = "peer_rows"
TRACKING_TABLE: Final = "peerprojection_tracking"
EVENTS_TABLE: Final = "peer_events"


class Course(Aggregate):
    """An engagement with everything readable in it."""

    def __init__(self, coachee: UUID) -> None:
        self.coachee = coachee
        self.sessions: dict[int, dict[str, Any]] = {}

    @event("Recorded")
    def record(
        self,
        *,
        topic: str,
        session: int,
        facts: dict[str, Any],
        actor: UUID,
        role: str,
        principal: UUID,
        clause_version: int,
        parts: list[dict[str, Any]],
    ) -> None:
        """One step of a session."""
        del facts, actor, role, principal, clause_version
        self.sessions.setdefault(session, {})[topic] = parts


class Peer(Application[UUID]):
    """The library's application."""

    name = "peer"


class View(PostgresTrackingRecorder):
    """A materialised view: one row per event, written with its tracking in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        table = SQL("{}.{}").format(Identifier(datastore.schema), Identifier(VIEW_TABLE))
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} (course uuid, version int, topic text, PRIMARY KEY (course, version))"
            ).format(table)
        )
        self.insert_row = SQL("INSERT INTO {} VALUES (%s, %s, %s)").format(table)

    def add(self, course: UUID, version: int, topic: str, tracking: Tracking) -> None:
        """Add a row."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.insert_row, (course, version, topic), prepare=True)


class PeerProjection(Projection[View]):
    """Where each step of a course is."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Add the event's row."""
        topic = getattr(domain_event, "topic", "created")
        self.view.add(domain_event.originator_id, domain_event.originator_version, topic, tracking)


def environment(url: str) -> dict[str, str]:
    """The library's settings for the database at `url`; all others at their defaults."""
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port") or "5432"),
        "POSTGRES_USER": str(parts.get("user") or "postgres"),
        "POSTGRES_PASSWORD": str(parts.get("password") or "unused on a socket"),
    }


class Writer:
    """A course, and what happens in it next. One thread at a time."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.people = {"actor": uuid4(), "principal": uuid4()}
        self.course = Course(uuid4())
        self.peer.save(self.course)
        self.steps = 0

    def next_event(self) -> None:
        """The next step, pending in the aggregate."""
        done = step(self.steps)
        self.steps += 1
        topic, _, fields = done.fact.to_stored()
        self.course.record(
            topic=topic,
            session=done.session,
            facts={"fields": fields},
            role="C",
            clause_version=1,
            parts=[{"item": item.value, "content": content} for item, content in done.contents],
            **self.people,
        )

    def append(self, transactions: int, events: int = 1) -> None:
        """So many transactions of so many events."""
        for _ in range(transactions):
            for _ in range(events):
                self.next_event()
            self.peer.save(self.course)


def runner(url: str) -> ProjectionRunner[Peer, View]:
    """The library's runner, following from where the view's tracking is."""
    return ProjectionRunner(
        application_class=Peer, projection_class=PeerProjection, view_class=View, env=environment(url)
    )
