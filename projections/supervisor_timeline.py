"""What the coaching supervisor sees: whether the method was followed, event by event, without one confidential word.

Built from facts alone: what happened, when, in which role, with which flags and counts. Engagements go by pseudonyms,
people by their roles. What the matrix keeps from supervisors isn't listed at all, not even that it happened: the
coaches whom a coachee met, the notebook, the journal. Ids, hashes and signatures are left out: they say who.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.facts import rfc3339
from domain.vocabulary import Role

NAME: Final = "coaching_supervisor"
ROLE: Final = Role.COACHING_SUPERVISOR

HIDDEN: Final = frozenset(
    {
        "coach.met",
        "notebook.note_written",
        "journal.entry_written",
        "compartment.opened",
        "compartment.shared",
        "person.registered",
        "organisation.registered",
        "api_key.issued",
        "api_key.revoked",
        "login.ended",
        "passkey.registered",
        "passkey.used",
        "passkey.revoked",
        "webhook.registered",
        "webhook.secret_changed",
        "webhook.replayed",
        "webhook.removed",
        "programme.started",
        "practice.credential_recorded",
        "practice.supervision_place_registered",
        "practice.supervision_place_left",
        "practice.supervision_held",
        "practice.development_logged",
        "statistics.released",
        "cell.founded",
        "overseer.appointed",
        "escrow.registered",
        "policy.published",
        "erasure.requested",
        "erasure.cancelled",
        "keys.erased",
        "part.disclosed",
        "disclosure.noted",
        "read.recorded",
        "root.staged",
        "tree.rekeyed",
        "tree.copied",
        "processes.fenced",
        "root.destroyed",
        "cell.restored",
        "evidence.exported",
        "boundaries.stated",
        "log.keys_rotated",
        "log.resumed",
    }
)
"""What isn't an engagement's process, and what supervisors are kept out of (requirements.md, matrix, column S).

What is erased or disclosed is among them because notebooks and journals have such events, too: listing them would
tell that these streams exist, and a disclosed part's place how much is in them. What a candidate does isn't listed
either: it would tell how many coaches were met.
"""

KEPT_BACK: Final[Mapping[str, frozenset[str]]] = {
    "coach.chosen": frozenset({"meeting"}),
    "engagement.requested": frozenset({"programme", "level"}),
    "access.answered": frozenset({"disclosed"}),
    "contract.drafted": frozenset({"banana_skins"}),
    "referral.answered": frozenset({"accepted"}),
}
"""Facts of a listed event that would tell of what isn't: meetings, a programme, notes, banana skins, a decision."""


def fold(events: Iterable[RecordedEvent], pseudonym: Callable[[UUID], str]) -> list[dict[str, Any]]:
    """The timeline, in the order of the log."""
    return [
        {
            "engagement": pseudonym(event.originator_id),
            "at": rfc3339(event.timestamp),
            "event": event.fact.topic,
            "by": event.role.word,
            "facts": _facts(event.fact),
        }
        for event in events
        if event.fact.topic not in HIDDEN and event.role is not Role.CANDIDATE
    ]


def _facts(happened: Any) -> dict[str, Any]:
    kept_back = KEPT_BACK.get(happened.topic, frozenset())
    names = [field.name for field in fields(happened) if field.name not in kept_back]
    shown = {name: _shown(getattr(happened, name)) for name in names}
    return {name: value for name, value in shown.items() if value is not None}


def _shown(value: Any) -> Any:  # noqa: PLR0911 - one flat case per kind
    """A fact's value as a supervisor may see it; None for what identifies (ids, hashes, signatures, mappings)."""
    if isinstance(value, Role):
        return value.word
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_shown(member) for member in value)
    if isinstance(value, tuple):
        return len(value)
    return value if isinstance(value, int) else None
