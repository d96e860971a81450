"""Attacks on grants and slots: what opens the record (see ``attacks``)."""

from typing import Final

from crypto.errors import KeyErased, KeyNeverProvisioned, Malformed, NotInScope, Tampered
from ops.keys.service import WrongRootError
from ops.wiring import NotFoundedError
from tests.adversary.attacks import CUSTODY, FLIP, FOREIGN, NOTES_KEY, OWN, Attack, swapped

GRANTS: Final = {
    "cut a grant short": Attack(
        f"UPDATE grants SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE slot_id = {OWN}", "coachee", Tampered
    ),
    "empty a grant": Attack(f"UPDATE grants SET sealed = '' WHERE slot_id = {OWN}", "coachee", Malformed),
    "swap two readers' grants": Attack(
        swapped("grants", "sealed", f"slot_id = {OWN}", f"slot_id = {FOREIGN}"), "coachee", Tampered
    ),
    "give the reader another key's grant": Attack(
        "UPDATE grants SET sealed = (SELECT g.sealed FROM grants g JOIN view_keys USING (slot_id)"
        f" WHERE view = 'coachee' AND originator_id = %(journal)s) WHERE slot_id = {OWN}",
        "coachee",
        Tampered,
    ),
    "delete a grant": Attack(f"DELETE FROM grants WHERE slot_id = {OWN}", "coachee", NotInScope),
    "name another key on a grant": Attack(
        f"UPDATE grants SET key_id = {NOTES_KEY} WHERE slot_id = {OWN}", "coachee", NotInScope
    ),
    "put a grant under somebody else's slot": Attack(
        f"DELETE FROM grants WHERE slot_id = {OWN};"
        f"INSERT INTO grants SELECT position - 1, key_id, slot_id, sealed FROM grants WHERE slot_id = {FOREIGN}",
        "coachee",
        NotInScope,
    ),
    "move a grant to another engagement": Attack(
        "UPDATE grants SET position = (SELECT position FROM events WHERE originator_id = %(o)s"
        f" AND originator_version = 1) WHERE slot_id = {OWN}",
        "coachee",
        Tampered,
    ),
    "swap two people's custody": Attack(
        swapped("grants", "sealed", "key_id = %(coachee)s", "key_id = %(coach)s"), "coachee", Tampered
    ),
    "delete a custody": Attack("DELETE FROM grants WHERE key_id = %(coachee)s", "coachee", Tampered),
    "delete a founding grant": Attack(
        "DELETE FROM grants WHERE position = 1"
        " AND slot_id = (SELECT max(slot_id::text)::uuid FROM grants WHERE position = 1)",
        "reopen",
        WrongRootError,
    ),
    "delete both founding grants": Attack("DELETE FROM grants WHERE position = 1", "reopen", NotFoundedError),
    "a changed founding grant": Attack(
        f"UPDATE grants SET sealed = {FLIP.format('sealed', 100)} WHERE position = 1", "reopen", WrongRootError
    ),
}

SLOTS: Final = {
    "swap two slots": Attack(
        swapped("slots", "wrapped", f"slot_id = {OWN}", f"slot_id = {FOREIGN}"), "coachee", NotInScope
    ),
    "cut a slot short": Attack(
        f"UPDATE slots SET wrapped = substr(wrapped, 1, 20) WHERE slot_id = {OWN}", "coachee", NotInScope
    ),
    "delete a slot": Attack(f"DELETE FROM slots WHERE slot_id = {OWN}", "coachee", NotInScope),
    "erase a slot": Attack(
        f"UPDATE slots SET wrapped = NULL, erased_at = now() WHERE slot_id = {OWN}", "coachee", KeyErased
    ),
    "cut a custody's slot short": Attack(
        f"UPDATE slots SET wrapped = substr(wrapped, 1, 20) WHERE slot_id = {CUSTODY}", "coachee", Malformed
    ),
    "swap a custody's slot": Attack(
        f"UPDATE slots SET wrapped = (SELECT wrapped FROM slots WHERE slot_id = {OWN}) WHERE slot_id = {CUSTODY}",
        "coachee",
        NotInScope,
    ),
    "delete a custody's slot": Attack(f"DELETE FROM slots WHERE slot_id = {CUSTODY}", "coachee", KeyNeverProvisioned),
    "erase a custody's slot": Attack(
        f"UPDATE slots SET wrapped = NULL, erased_at = now() WHERE slot_id = {CUSTODY}", "coachee", KeyErased
    ),
    "delete the service's slots": Attack(
        "DELETE FROM slots WHERE slot_id IN (SELECT slot_id FROM grants WHERE position = 1)", "reopen", WrongRootError
    ),
}
