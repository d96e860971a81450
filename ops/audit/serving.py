"""Evidence for auditors who ask over HTTP (``api.backend.Evidence``)."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import IO
from uuid import UUID

from api import problems
from api.evidence import PreparedBundle
from crypto.log.proofs import make_proof
from crypto.log.receipts import make_receipt
from crypto.verifier.notes import ED25519
from domain.audit import BundleScope
from domain.errors import NotFound
from domain.reads import NotOnRecord, Positions, Reader, Ticket
from domain.vocabulary import Role
from ops.audit.errors import BundleTooLarge, NotExtended, NothingThere
from ops.audit.export import Prepared, Wanted, prepare, state, write
from ops.audit.scope import Scope
from ops.log.errors import LogError, PublishingLate
from ops.wiring import CellService

_PIECE = 64 * 1024


class ServedEvidence:
    """Bundles and proofs of one cell."""

    def __init__(self, service: CellService) -> None:
        self._service = service

    def prepare(
        self,
        kind: BundleScope,
        about: UUID | None,
        period: tuple[datetime, datetime] | None,
        auditor: UUID,
        at: datetime,
        since: int | None,
    ) -> PreparedBundle:
        """Find what is asked for, and say which reads that is.

        Raises:
            NotFound: nothing is on record that it would be about, or no checkpoint of that size was signed.
        """
        scope = Scope(kind, about, *(period or (None, None)))
        wanted = Wanted(scope, Reader(auditor, Role.AUDITOR, auditor), at, since)
        try:
            return prepare(self._service, wanted)
        except (NothingThere, NotExtended):
            raise NotFound from None

    def made(self, prepared: PreparedBundle, ticket: Ticket) -> tuple[int, Iterator[bytes]]:
        """The bundle: how many bytes it has, and its pieces. It lies in a file without a name until it is sent.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
            api.problems.Unavailable: no checkpoint covers it yet.
            api.problems.BundleTooLarge: it would be.
        """
        if not isinstance(prepared, Prepared):
            raise TypeError("a bundle that was prepared elsewhere")
        with ExitStack() as stack:
            file = stack.enter_context(tempfile.TemporaryFile(prefix="driehoek-bundle-"))
            try:
                write(self._service, state(self._service, prepared, ticket), file)
            except PublishingLate:
                raise problems.Unavailable(retry_after=1) from None
            except BundleTooLarge:
                raise problems.BundleTooLarge from None
            stack.pop_all()
        return file.tell(), _pieces(file)

    def proves(self, position: int) -> bool:
        """Whether a checkpoint covers this position."""
        latest = self._service.log.latest()
        return latest is not None and 1 <= position <= latest.size

    def proof(self, position: int, ticket: Ticket, *, cose: bool) -> bytes:
        """The proof that the event at this position is in the log: a tlog-proof with its leaf, or a COSE receipt.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
            api.problems.Unavailable: this process can't sign a receipt, being without the log's folder.
        """
        log = self._service.log
        if all(read.log != Positions(position, position) for read in ticket.reads):
            raise NotOnRecord
        published = log.covering(position)
        tree, checkpoint, index = log.tree(published.size), published.checkpoint, position - 1
        steps = tree.inclusion(index)
        if not cose:
            (leaf,) = log.leaves(position, position)
            return make_proof(index, steps, published.note, extra=leaf)
        try:
            seen = log.lines.signer.look()
        except LogError:
            raise problems.Unavailable(retry_after=1) from None
        if seen is None or seen.keys.origin != checkpoint.origin:
            raise problems.Unavailable(retry_after=1)
        signer = next(one for one in seen.keys.current if one.key.kind == ED25519)
        return make_receipt(signer, index, checkpoint.size, steps, checkpoint.root)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
