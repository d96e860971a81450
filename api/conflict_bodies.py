"""The shapes of requests about conflicts of interest."""

from pydantic import StrictBool

from api.shapes import Body
from api.values import Text


class ConflictDeclaration(Body):
    """Your ties to the parties; an empty text says that there are none (R1, R62)."""

    ties: Text
    in_reporting_line: StrictBool
    conflict: StrictBool


class ConflictEnd(Body):
    """What you say about a conflict that ended or that you accept."""

    statement: Text = ""
