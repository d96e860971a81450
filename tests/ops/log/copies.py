"""Earlier copies of a cell's database, as somebody makes them who wants to go back; and who notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from crypto.log.tiles import TiledTree
from crypto.verifier.merkle import check_consistency
from crypto.verifier.notes import Checkpoint, Note, VerifierKey
from crypto.verifier.refused import Refused
from ops.clock import now
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import back_up, load
from ops.log.rows import Published
from ops.store.migrate import migrate
from ops.wiring import CellService, open_cell
from tests.support import Cell

_numbers = count(1)


def copied(cell: Cell, folder: Path) -> Path:
    """Copy a cell's whole record into a new folder below this one."""
    place = folder / f"copy-{next(_numbers)}"
    back_up(cell.url, cell.name, place, now())
    return place


@contextmanager
def put_back(cell: Cell, copy: Path, postgres: EmbeddedPostgres) -> Iterator[CellService]:
    """The cell as it was when it was copied, in a database of its own; folder and keys are as they are now."""
    url = postgres.url(f"back_{next(_numbers)}")
    migrate(url, cell.name)
    load(url, cell.name, copy)
    with open_cell(url, cell.name, cell.places) as service:
        yield service


@dataclass
class Reader:
    """Somebody outside, who keeps the last checkpoint that they believed, and the log's keys.

    Attributes:
        keys: the log's keys, as they were told.
        seen: what they believed last.
    """

    keys: list[VerifierKey]
    seen: Checkpoint | None = None

    def shown(self, published: Published, tree: TiledTree) -> None:
        """Look at a checkpoint, and at the log's proof that it extends the one that was believed before.

        Raises:
            Refused: it isn't the log's, or doesn't extend it.
        """
        note = Note.parse(published.note)
        checkpoint = Checkpoint.parse(note.text)
        if len(note.signed_by(self.keys)) != len(self.keys):
            raise Refused("the log's keys didn't sign this")
        if self.seen is not None:
            if checkpoint.size < self.seen.size:
                raise Refused("this is older than what was shown before")
            proof = tree.consistency(self.seen.size)
            check_consistency(self.seen.size, checkpoint.size, self.seen.root, checkpoint.root, proof)
        self.seen = checkpoint


def keys_of(service: CellService) -> list[VerifierKey]:
    """The log's public keys."""
    seen = service.log.lines.signer.look()
    assert seen is not None
    return [signer.key for signer in seen.keys.signers]
