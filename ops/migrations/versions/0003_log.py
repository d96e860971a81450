"""The transparency log: tiles of the Merkle tree, and signed checkpoints."""

from ops.migrations.sql import run

revision = "0003_log"
down_revision = "0002_key_tree"


def upgrade() -> None:
    """Run `0003_log.sql`."""
    run(revision)
