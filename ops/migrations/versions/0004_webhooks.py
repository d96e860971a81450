"""Webhooks: how far each of them has come."""

from ops.migrations.sql import run

revision = "0004_webhooks"
down_revision = "0003_log"


def upgrade() -> None:
    """Run `0004_webhooks.sql`."""
    run(revision)
