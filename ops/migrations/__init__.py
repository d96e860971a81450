"""The schema of a cell, as numbered steps: `versions/*.sql` says what each does, alembic remembers which ran.

Migrations go forward only. Undoing one would mean dropping part of a record that promises to keep everything.
"""
