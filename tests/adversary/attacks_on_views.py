"""Attacks on views and their progress, and the two tables over everything (see ``attacks``)."""

from typing import Final

from crypto.errors import Malformed, NotInScope, Tampered
from domain.errors import Invalid
from ops.store.rows import HeadForged, LeafForged
from projections.building import TrackingForged
from projections.locators import ViewForged
from tests.adversary.attacks import (
    BEFORE,
    COMMANDS,
    EVENTS,
    HEADS,
    KEY,
    LAST,
    LOG_STATE,
    OWN,
    PAGE,
    PARTS,
    Attack,
    numbered,
)
from tests.adversary.attacks_on_keys import GRANTS, PAGES, SLOTS

_ROW = "view = 'coachee' AND originator_id = %(e)s"
VIEWS: Final = {
    "delete a row of a view": Attack(f"DELETE FROM view_rows WHERE {_ROW} AND seq = 3", "coachee", ViewForged),
    "delete a view's last row": Attack(
        f"DELETE FROM view_rows WHERE {_ROW} AND position = {LAST}", "coachee", ViewForged
    ),
    "delete a view's rows with their head": Attack(
        f"DELETE FROM view_rows WHERE {_ROW}; DELETE FROM view_heads WHERE {_ROW}", "coachee", ViewForged
    ),
    "number a row otherwise": Attack(
        f"UPDATE view_rows SET seq = 1000 WHERE {_ROW} AND seq = 3", "coachee", ViewForged
    ),
    "name a place twice": Attack(
        f"UPDATE view_rows SET position = {BEFORE} WHERE {_ROW} AND position = {LAST}", "coachee", ViewForged
    ),
    "name a place that isn't there": Attack(
        f"UPDATE view_rows SET idx = 9 WHERE {_ROW} AND seq = 3", "coachee", ViewForged
    ),
    "name somebody else's place": Attack(
        "UPDATE view_rows SET position = (SELECT max(position) FROM events WHERE originator_id = %(notes)s),"
        f" idx = 1 WHERE {_ROW} AND position = {LAST}",
        "coachee",
        ViewForged,
    ),
    "name another engagement's place": Attack(
        "UPDATE view_rows SET (position, idx) = (SELECT position, idx FROM view_rows WHERE view = 'coachee'"
        f" AND originator_id = %(o)s ORDER BY seq DESC LIMIT 1) WHERE {_ROW} AND position = {LAST}",
        "coachee",
        ViewForged,
    ),
    "put a row into another view": Attack(
        f"UPDATE view_rows SET view = 'nobody' WHERE {_ROW} AND seq = 3", "coachee", ViewForged
    ),
    "add a row": Attack(
        f"INSERT INTO view_rows SELECT view, originator_id, 1000, known_at, position, 9 FROM view_rows WHERE {_ROW}"
        " AND seq = 3; INSERT INTO parts SELECT position, 9, key_id, sealed FROM parts"
        f" JOIN view_rows USING (position, idx) WHERE {_ROW} AND seq = 3",
        "coachee",
        ViewForged,
    ),
    "count a view's head on": Attack(f"UPDATE view_heads SET count = count + 1 WHERE {_ROW}", "coachee", ViewForged),
    "count a view's head below nothing": Attack(
        f"UPDATE view_heads SET count = -count WHERE {_ROW}", "coachee", ViewForged
    ),
    "count a view's head back with its row gone": Attack(
        f"DELETE FROM view_rows WHERE {_ROW} AND position = {LAST};"
        f"UPDATE view_heads SET count = count - 1 WHERE {_ROW}",
        "coachee",
        ViewForged,
    ),
    "delete a view's head": Attack(f"DELETE FROM view_heads WHERE {_ROW}", "coachee", ViewForged),
    "take another view's head": Attack(
        "UPDATE view_heads h SET count = o.count, mac = o.mac FROM view_heads o WHERE h.view = 'coachee'"
        " AND h.originator_id = %(e)s AND o.view = 'coach' AND o.originator_id = %(e)s",
        "coachee",
        ViewForged,
    ),
    "delete a key of a view": Attack(
        f"DELETE FROM view_keys WHERE view = 'coachee' AND key_id = {KEY}", "more, then coachee", ViewForged
    ),
    "put another key in its place": Attack(
        f"UPDATE view_keys SET key_id = gen_random_uuid() WHERE view = 'coachee' AND key_id = {KEY}",
        "more, then coachee",
        ViewForged,
    ),
    "put a view's key in the future": Attack(
        f"UPDATE view_keys SET position = 100000 WHERE view = 'coachee' AND key_id = {KEY}",
        "more, then coachee",
        ViewForged,
    ),
    "put a view's key in the next batch": Attack(
        f"UPDATE view_keys SET position = (SELECT size + 1 FROM log_state) WHERE view = 'coachee' AND key_id = {KEY}",
        "more, then coachee",
        ViewForged,
    ),
    "give a view somebody else's key": Attack(
        f"INSERT INTO view_keys SELECT 'line_manager', key_id, gen_random_uuid(), originator_id, 1 FROM view_keys"
        f" WHERE view = 'coachee' AND key_id = {KEY}",
        "more, then manager",
        ViewForged,
    ),
    "delete a row of the supervisors' view": Attack(
        "DELETE FROM view_rows WHERE view = 'coaching_supervisor' AND originator_id = %(e)s AND seq = 5",
        "timeline",
        ViewForged,
    ),
    "delete the end of the supervisors' view": Attack(
        "DELETE FROM view_rows WHERE view = 'coaching_supervisor' AND position > (SELECT size - 4 FROM log_state)",
        "timeline",
        ViewForged,
    ),
    "exchange two places in the supervisors' view": Attack(
        f"UPDATE events SET position = position + 9000 WHERE position IN ({LAST}, {BEFORE});"
        f"UPDATE events SET position = CASE WHEN {numbered('%(last)s')} THEN {BEFORE} ELSE {LAST} END - 9000"
        " WHERE position > 9000",
        "timeline",
        ViewForged,
    ),
}

TRACKING: Final = {
    "set a view's progress ahead": Attack(
        "UPDATE tracking SET position = position + 5 WHERE name = 'coachee'", "advance", TrackingForged
    ),
    "set a view's progress below nothing": Attack(
        "UPDATE tracking SET position = -position WHERE name = 'coachee'", "advance", TrackingForged
    ),
    "change the code of a view's progress": Attack(
        "UPDATE tracking SET mac = sha256(mac) WHERE name = 'coachee'", "advance", TrackingForged
    ),
    "cut the code of a view's progress": Attack(
        "UPDATE tracking SET mac = '' WHERE name = 'coachee'", "advance", TrackingForged
    ),
    "take another view's progress": Attack(
        "UPDATE tracking t SET position = o.position, mac = o.mac FROM tracking o"
        " WHERE t.name = 'coachee' AND o.name = 'coach'",
        "advance",
        TrackingForged,
    ),
    "delete a view's progress": Attack(
        "DELETE FROM tracking WHERE name = 'coachee'", "advance, then coachee", ViewForged
    ),
    "set a view's progress back, code and all": Attack(
        "UPDATE tracking t SET position = o.position, mac = o.mac FROM early o"
        " WHERE t.name = o.name AND o.name = 'coachee'",
        "advance, then coachee",
        ViewForged,
    ),
    "change the supervisors' progress": Attack(
        "UPDATE tracking SET position = position - 4 WHERE name = 'coaching_supervisor'", "timeline", TrackingForged
    ),
}

ATTACKS: Final = {**EVENTS, **PARTS, **GRANTS, **SLOTS, **PAGES, **HEADS, **LOG_STATE, **COMMANDS, **VIEWS, **TRACKING}
"""All of them."""

BYTES: Final[dict[str, tuple[str, str, set[type[Exception]]]]] = {
    "events.state": (numbered("4"), "load", {Malformed, Tampered}),
    "events.leaf": (numbered("4"), "load", {LeafForged}),
    "events.leaf_hash": (numbered("4"), "load", {LeafForged}),
    "parts.sealed": (f"position = {LAST}", "coachee", {Malformed, Tampered}),
    "grants.sealed": (f"slot_id = {OWN}", "coachee", {Malformed, Tampered}),
    "heads.leaf_hash": ("originator_id = %(e)s", "load", {HeadForged}),
    "heads.mac": ("originator_id = %(e)s", "load", {HeadForged}),
    "tree_slots.mark": (f"slot_id = {OWN}", "coachee", {NotInScope}),
    "pages.sealed": (f"path = {PAGE}", "coachee", {Malformed, Tampered}),
    "key_state.root_wrap": ("true", "reopen", {Malformed, Tampered}),
    "key_state.page_head": ("true", "reopen", {Tampered}),
    "key_state.tombstone_head": ("true", "reopen", {Tampered}),
    "commands.digest": ("true", "repeat", {Invalid}),
    "view_heads.mac": (_ROW, "coachee", {ViewForged}),
    "tracking.mac": ("name = 'coachee'", "advance", {TrackingForged}),
}
"""Every column of bytes: which row, which read, which errors a changed byte may give."""

BOUND_TO_NOTHING: Final = {
    "events.topic": ("UPDATE events SET topic = 'x'", "load"),
    "heads.position": ("UPDATE heads SET position = position + 1", "load"),
    "grants.position within a stream": (f"UPDATE grants SET position = {LAST} WHERE slot_id = {OWN}", "coachee"),
    "view_keys.slot_id": ("UPDATE view_keys SET slot_id = gen_random_uuid()", "more, then coachee"),
    "view_rows.known_at": ("UPDATE view_rows SET known_at = known_at + 1", "coachee"),
    "view_rows.seq exchanged": (
        f"UPDATE view_rows SET seq = -seq WHERE {_ROW} AND seq IN (3, 4);"  # noqa: ISC004 - one text
        f"UPDATE view_rows SET seq = 7 + seq WHERE {_ROW} AND seq < 0",
        "coachee",
    ),
    "commands.at": ("UPDATE commands SET at = '-infinity'", "repeat"),
}
"""Columns that nothing depends on: changed, and the same read gives the same answer."""
