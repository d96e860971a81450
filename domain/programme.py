"""A programme: why an organisation has several people coached, and that it begins at the top (R7, R10).

One stream for each programme, the organisation's own. Nobody's name is in it: an engagement says that it belongs to a
programme, never the other way round, and no person is ever labelled with the reason.
"""

from uuid import UUID

from domain.facts import Fact, fact
from domain.vocabulary import ProgrammeReason


@fact("programme.started")
class ProgrammeStarted(Fact):
    """An organisation began a programme."""

    organisation: UUID
    reason: ProgrammeReason
    from_the_top: bool
