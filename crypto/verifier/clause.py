"""Who may be given what, and until when: the confidentiality matrix of the method, and what a signed clause adds to it.

Roles are O (organisation), M (line manager), C (coach), E (coachee), S (the coach's supervisor), P (oneself, in one's
own record). Behind each stands how long: until the engagement is over, so many months longer, or for good.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

MATRIX: Final = (
    ("engagement contract_text checkpoint credentials conflicts", "O.kept M.kept C.kept E.kept", ""),
    ("commitment_status resources fulfilment", "O.kept M.kept C.kept E.kept", ""),
    ("contract_draft demands banana_skins", "M.closure C.retention E.kept", ""),
    ("objectives", "M.closure C.retention E.kept", "O.closure"),
    ("coaches_met coachee_journal coach_profile", "E.kept", ""),
    ("approach reality session_content progress_proposal disclosures", "C.retention E.kept", ""),
    ("relationship_contract decisions coachee_concern waivers", "C.retention E.kept", ""),
    ("session_dates", "C.retention E.kept", "O.closure M.closure"),
    ("coach_notes", "C.retention", ""),
    ("progress_summary", "C.kept E.kept", "O.kept M.kept"),
    ("no_result_analysis evaluation referral", "C.kept E.kept", ""),
    ("acknowledgements dealings", "O.kept C.kept E.kept", ""),
    ("organisation_context", "O.kept M.closure C.retention", ""),
    ("commitments", "M.kept C.kept E.kept", ""),
    ("manager_concern", "M.closure C.retention", ""),
    ("sponsor_concern", "O.closure C.retention", ""),
    ("indicator_readings", "C.closure E.kept", "O.closure M.closure"),
    ("quadrant_tags", "C.closure E.kept", ""),
    ("sponsor_voice", "O.kept C.kept E.kept", "M.kept"),
    ("follow_up", "C.follow_up E.kept", "M.follow_up"),
    ("own_record", "P.kept", ""),
    ("supervision practice", "C.kept S.kept", ""),
    ("programme", "O.kept", ""),
)
"""Items, who always reads them, and who does if the clause permits."""
ITEMS: Final = {item: (always, permitted) for items, always, permitted in MATRIX for item in items.split()}
COMPARTMENTS: Final = {"OMCE": "triangle", "OCE": "sponsorship", "MCE": "authors", "CE": "alliance"} | {
    "C": "coach",
    "E": "coachee",
    "P": "self",
    "OMC": "context",
    "MC": "manager_and_coach",
    "OC": "sponsor_and_coach",
    "CS": "supervision",
    "O": "sponsor",
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(time_us: int) -> str:
    """Return an instant, given in µs since 1970, as text, in UTC."""
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")


@dataclass
class Clause:
    """What one contract version says of confidentiality; without arguments: of none. Months count from the end."""

    permits: dict[str, list[str]] = field(default_factory=dict)
    retention: int = 60
    follow_up: int = 6
    exceptions: tuple[str, ...] = ()

    def place(self, item: str) -> tuple[str, dict[str, str], str | None]:
        """The compartment of an item, its readers' lifetimes, and the item itself where it is read by permission."""
        always, permitted = ITEMS[item]
        more = [one for one in permitted.split() if one[0] in self.permits.get(item, ())]
        readers = dict(one.split(".") for one in [*always.split(), *more])
        audience = "".join(role for role in "OMCESP" if role in readers)
        return COMPARTMENTS[audience], readers, item if more else None

    def gives(self, place: tuple[str, dict[str, str], str | None]) -> bool:
        """Whether some item has this place."""
        return any(self.place(item) == place for item in ITEMS)

    def end(self, lifetime: str, over: int | None, retention: int | None = None) -> int | None:
        """When what lives so long ends, if all was over at a time (µs since 1970); None for never, as far as is known.

        ``retention`` is that of somebody who left before the end, for whom leaving is the end.
        """
        follow_up = self.follow_up if retention is None else 0
        months = {"closure": 0, "follow_up": follow_up, "retention": retention or self.retention}.get(lifetime)
        if over is None or months is None:
            return None
        at = _EPOCH + timedelta(microseconds=over)
        year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
        later = at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
        return (later - _EPOCH) // timedelta(microseconds=1)
