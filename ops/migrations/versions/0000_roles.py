"""The two roles that the product steps into."""

from ops.migrations.sql import run

revision = "0000_roles"
down_revision = None


def upgrade() -> None:
    """Run `0000_roles.sql`."""
    run(revision)
