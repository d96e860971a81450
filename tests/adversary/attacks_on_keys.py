"""Attacks on grants and slots: what opens the record (see ``attacks``)."""

from typing import Final

from crypto.errors import (
    KeyErased,
    KeyNeverProvisioned,
    Malformed,
    NotInScope,
    RootForeign,
    Tampered,
    TreeAhead,
    TreeBehind,
)
from ops.keys.service import WrongRootError
from ops.wiring import NotFoundedError
from tests.adversary.attacks import CUSTODY, FLIP, FOREIGN, NOTES_KEY, OWN, PAGE, Attack, swapped

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
    "move a slot": Attack(f"UPDATE tree_slots SET idx = 255 WHERE slot_id = {OWN}", "coachee", NotInScope),
    "move a slot to another page": Attack(
        f"UPDATE tree_slots SET page = (SELECT page FROM tree_slots WHERE slot_id = {CUSTODY}), idx = 255"
        f" WHERE slot_id = {OWN}",
        "coachee",
        NotInScope,
    ),
    "swap two slots' marks": Attack(
        swapped("tree_slots", "mark", f"slot_id = {OWN}", f"slot_id = {FOREIGN}"), "coachee", NotInScope
    ),
    "cut a mark short": Attack(
        f"UPDATE tree_slots SET mark = substr(mark, 1, 20) WHERE slot_id = {OWN}", "coachee", NotInScope
    ),
    "delete a slot": Attack(f"DELETE FROM tree_slots WHERE slot_id = {OWN}", "coachee", NotInScope),
    "call a slot erased": Attack(f"UPDATE tree_slots SET erased = 1 WHERE slot_id = {OWN}", "coachee", Tampered),
    "move a custody's slot": Attack(
        f"UPDATE tree_slots SET idx = 255 WHERE slot_id = {CUSTODY}", "coachee", NotInScope
    ),
    "delete a custody's slot": Attack(
        f"DELETE FROM tree_slots WHERE slot_id = {CUSTODY}", "coachee", KeyNeverProvisioned
    ),
    "call a custody's slot erased": Attack(
        f"UPDATE tree_slots SET erased = 1 WHERE slot_id = {CUSTODY}", "coachee", KeyErased
    ),
    "delete the service's slots": Attack(
        "DELETE FROM tree_slots WHERE slot_id IN (SELECT slot_id FROM grants WHERE position = 1)",
        "reopen",
        WrongRootError,
    ),
}

PAGES: Final = {
    "flip a page": Attack(
        f"UPDATE pages SET sealed = {FLIP.format('sealed', 100)} WHERE path = {PAGE}", "coachee", Tampered
    ),
    "cut a page short": Attack(
        f"UPDATE pages SET sealed = substr(sealed, 1, 100) WHERE path = {PAGE}", "coachee", Malformed
    ),
    "swap two pages": Attack(swapped("pages", "sealed", f"path = {PAGE}", "path = '\\x00'"), "coachee", Tampered),
    "delete a page": Attack(f"DELETE FROM pages WHERE path = {PAGE}", "coachee", Tampered),
    "flip the root page": Attack(
        f"UPDATE pages SET sealed = {FLIP.format('sealed', 100)} WHERE path = ''", "reopen", Tampered
    ),
    "delete the root page": Attack("DELETE FROM pages WHERE path = ''", "reopen", Tampered),
    "claim a later epoch": Attack("UPDATE key_state SET epoch = epoch + 1", "reopen", TreeAhead),
    "claim another deployment": Attack("UPDATE key_state SET deployment = gen_random_uuid()", "reopen", RootForeign),
    "change the tombstones' head": Attack(
        f"UPDATE key_state SET tombstone_head = {FLIP.format('tombstone_head', 1)}", "reopen", Tampered
    ),
    "change the root page's wrapped key": Attack(
        f"UPDATE key_state SET root_wrap = {FLIP.format('root_wrap', 20)}", "reopen", Tampered
    ),
    "delete the tree's state": Attack("DELETE FROM key_state", "reopen", TreeBehind),
    "change a tombstone": Attack(f"UPDATE tombstones SET body = {FLIP.format('body', 20)}", "tombstones", Tampered),
    "cut a tombstone short": Attack("UPDATE tombstones SET body = substr(body, 1, 10)", "tombstones", Malformed),
    "delete a tombstone": Attack("DELETE FROM tombstones", "tombstones", Tampered),
}
