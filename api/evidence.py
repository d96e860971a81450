"""What the web room stands on where it gives evidence: bundles, proofs, the log, signed statements."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from api.waiting import Covered
from domain.audit import BundleScope
from domain.reads import Positions, Read, Ticket


class PreparedBundle(Protocol):
    """A bundle of evidence that was thought out."""

    @property
    def reads(self) -> tuple[Read, ...]:
        """What has to be on record before it is made."""
        ...


class Evidence(Protocol):
    """Makes bundles and proofs for auditors, who see process facts and no content."""

    def prepare(
        self,
        kind: BundleScope,
        about: UUID | None,
        period: tuple[datetime, datetime] | None,
        auditor: UUID,
        at: datetime,
        since: int | None,
    ) -> PreparedBundle:
        """Find what is asked for: about an engagement, a person or a coach, or a period.

        Raises:
            domain.errors.NotFound: nothing is on record that it would be about; or no checkpoint of size ``since``.
        """
        ...

    def made(self, prepared: PreparedBundle, ticket: Ticket) -> tuple[int, Iterator[bytes]]:
        """Put the bundle on record, and make it: its bytes, and its pieces.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
            api.problems.Unavailable, api.problems.BundleTooLarge: it can't be made, now or at all.
        """
        ...

    def proves(self, position: int) -> bool:
        """Whether a checkpoint covers this position."""
        ...

    def proof(self, position: int, ticket: Ticket, *, cose: bool) -> bytes:
        """The proof that the event at this position is in the log: a tlog-proof with its leaf, or a COSE receipt.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
            api.problems.Unavailable: it can't be made here and now.
        """
        ...


class Log(Protocol):
    """The transparency log as C2SP tlog-tiles serves it; paths in its spelling, without what stands before them."""

    def covered(self, command: UUID, seconds: float) -> Covered | None:
        """Wait until a signed checkpoint covers what a command recorded; None where none does after so many seconds."""
        ...

    def checkpoint(self) -> bytes | None:
        """The latest signed note; None before the first."""
        ...

    def tile(self, level: str, place: str) -> bytes | None:
        """A tile's hashes; None where the latest checkpoint's tree has none so wide, or that is no path."""
        ...

    def entries_at(self, place: str) -> Positions | None:
        """Which positions a bundle of entries holds; None as ``tile``."""
        ...

    def entries(self, positions: Positions, ticket: Ticket) -> bytes:
        """These entries, each behind its length (u16).

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ...


class Signer(Protocol):
    """Signs statements in the service's name."""

    def signed(self, statement: Mapping[str, Any]) -> bytes:
        """A document (canonical JSON) with the statement, the deployment, the service's public key and its signature.

        Whoever holds the document can check it without the service.
        """
        ...
