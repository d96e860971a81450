"""What alembic runs for each migration: connection and cell come from `ops.store.migrate`, never from a file."""

from alembic import context

_options = context.config.attributes
context.configure(
    connection=_options["connection"],
    version_table="migrations",
    version_table_schema=_options["cell"],
    on_version_apply=_options["on_version_apply"],
)
context.run_migrations()
