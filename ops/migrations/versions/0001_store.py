"""The log, the streams, the slots and the views of one cell."""

from ops.migrations.sql import run

revision = "0001_store"
down_revision = "0000_roles"


def upgrade() -> None:
    """Run `0001_store.sql`."""
    run(revision)
