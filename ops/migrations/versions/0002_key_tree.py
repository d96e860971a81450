"""The tree of keys: sealed pages, slots on them, tombstones; the leases of processes, and the agenda of erasures."""

from ops.migrations.sql import run

revision = "0002_key_tree"
down_revision = "0001_store"


def upgrade() -> None:
    """Run `0002_key_tree.sql`."""
    run(revision)
