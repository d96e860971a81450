"""What somebody with every right on the tables does, and the error that the next read answers with.

Each entry: what is done, as SQL; which read touches it (``arena.READS``); the exact error class. Names in the SQL:
``e`` the engagement, ``o`` another one, ``notes`` and ``journal`` the personal streams, ``coach`` and ``coachee`` the
people, ``last`` the engagement's version. Here are the attacks on the record; those on keys and views have files of
their own.
"""

from typing import Final, NamedTuple

from crypto.errors import Malformed, Tampered
from domain.errors import Invalid
from ops.store.rows import HeadForged, LeafForged, LogGap, StreamGap, StreamTruncated
from projections.building import LogIncomplete
from projections.locators import ViewForged


class Attack(NamedTuple):
    """SQL, the read that must notice, and how."""

    sql: str
    read: str
    error: type[Exception]


def swapped(table: str, column: str, first: str, second: str) -> str:
    """SQL that exchanges a column's values between two rows, each given by a condition."""
    a, b = f"(SELECT {column} FROM {table} WHERE {first})", f"(SELECT {column} FROM {table} WHERE {second})"
    return f"UPDATE {table} SET {column} = CASE WHEN {first} THEN {b} ELSE {a} END WHERE ({first}) OR ({second})"


def place_of(version: str) -> str:
    """The position of one event of the engagement."""
    return f"(SELECT position FROM events WHERE originator_id = %(e)s AND originator_version = {version})"


def numbered(version: str, stream: str = "e") -> str:
    """The condition for one event of a stream."""
    return f"originator_id = %({stream})s AND originator_version = {version}"


# The first and the last two readings of an indicator, one part each under one key; the offered contract has four parts.
LAST, BEFORE = place_of("%(last)s"), place_of("%(last)s - 1")
OFFERED = (
    "(SELECT position FROM parts JOIN events USING (position) WHERE originator_id = %(e)s"
    " GROUP BY position HAVING count(*) = 4)"
)
KEY = f"(SELECT key_id FROM parts WHERE position = {LAST})"
# The slots that the coachee's view was claimed by, and the grants under them.
OWN = f"(SELECT slot_id FROM view_keys WHERE view = 'coachee' AND key_id = {KEY})"
FOREIGN = f"(SELECT slot_id FROM view_keys WHERE view = 'coach' AND key_id = {KEY})"
NOTES_KEY = "(SELECT key_id FROM view_keys WHERE view = 'coach' AND originator_id = %(notes)s)"
CUSTODY = "(SELECT slot_id FROM grants WHERE key_id = %(coachee)s)"
# The page of the key tree that the engagement's slots lie on.
PAGE = f"(SELECT page FROM tree_slots WHERE slot_id = {OWN})"
FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"

EVENTS: Final = {
    "swap two events' facts": Attack(swapped("events", "state", numbered("5"), numbered("6")), "load", Tampered),
    "swap facts between engagements": Attack(
        swapped("events", "state", numbered("5"), numbered("5", "o")), "load", Tampered
    ),
    "replay old facts": Attack(
        f"UPDATE events SET state = (SELECT state FROM events WHERE {numbered('3')}) WHERE {numbered('9')}",
        "load",
        Tampered,
    ),
    "replay an old event at the end": Attack(
        "INSERT INTO events SELECT (SELECT size + 1 FROM log_state), originator_id, %(last)s + 1, topic, state, leaf,"
        f" leaf_hash FROM events WHERE {numbered('3')}; UPDATE log_state SET size = size + 1",
        "load",
        LeafForged,
    ),
    "cut facts short": Attack(
        f"UPDATE events SET state = substr(state, 1, length(state) - 1) WHERE {numbered('4')}", "load", Malformed
    ),
    "cut facts to a stump": Attack(
        f"UPDATE events SET state = substr(state, 1, 40) WHERE {numbered('4')}", "load", Malformed
    ),
    "empty facts": Attack(f"UPDATE events SET state = '' WHERE {numbered('4')}", "load", Malformed),
    "another format version": Attack(
        f"UPDATE events SET state = {FLIP.format('state', 0)} WHERE {numbered('4')}", "load", Malformed
    ),
    "cut a leaf short": Attack(
        f"UPDATE events SET leaf = substr(leaf, 1, 99) WHERE {numbered('4')}", "load", LeafForged
    ),
    "swap two leaves with their hashes": Attack(
        "UPDATE events a SET leaf = b.leaf, leaf_hash = b.leaf_hash FROM events b WHERE a.originator_id = %(e)s"
        " AND b.originator_id = %(e)s AND a.originator_version IN (5, 6)"
        " AND b.originator_version = 11 - a.originator_version",
        "load",
        LeafForged,
    ),
    "a last leaf that hashes well": Attack(
        "UPDATE events SET leaf = '\\x00'::bytea || leaf, leaf_hash = sha256('\\x0000'::bytea || leaf)"
        f" WHERE {numbered('%(last)s')}",
        "load",
        HeadForged,
    ),
    "delete the first event": Attack(f"DELETE FROM events WHERE {numbered('1')}", "load", StreamGap),
    "delete a middle event": Attack(f"DELETE FROM events WHERE {numbered('7')}", "load", StreamGap),
    "delete the last event": Attack(f"DELETE FROM events WHERE {numbered('%(last)s')}", "load", StreamTruncated),
    "delete a whole stream": Attack("DELETE FROM events WHERE originator_id = %(e)s", "load", StreamTruncated),
    "count an event further on": Attack(
        f"UPDATE events SET originator_version = 1000 WHERE {numbered('%(last)s')}", "load", StreamGap
    ),
    "give an event to another stream": Attack(
        f"UPDATE events SET originator_id = %(o)s, originator_version = 1000 WHERE {numbered('%(last)s')}",
        "load",
        StreamTruncated,
    ),
    "move an event in the log": Attack(f"UPDATE events SET position = 9000 WHERE {numbered('7')}", "follow", LogGap),
    "move an event in the log, seen by a new view": Attack(
        f"UPDATE events SET position = 9000 WHERE {numbered('7')}", "build anew", LogIncomplete
    ),
    "delete an event, seen by a new view": Attack(
        f"DELETE FROM events WHERE {numbered('7')}", "build anew", LogIncomplete
    ),
    "delete an event, seen by a reader": Attack(
        f"DELETE FROM events WHERE position = {LAST}", "coachee", StreamTruncated
    ),
    "exchange two events' places in the log": Attack(
        f"UPDATE events SET position = position + 9000 WHERE position IN ({LAST}, {BEFORE});"
        f"UPDATE events SET position = CASE WHEN {numbered('%(last)s')} THEN {BEFORE} ELSE {LAST} END - 9000"
        f" WHERE position > 9000; {swapped('parts', 'sealed', f'position = {LAST}', f'position = {BEFORE}')}",
        "coachee",
        ViewForged,
    ),
    "delete an event that the supervisor saw": Attack(
        f"DELETE FROM events WHERE {numbered('7')}", "timeline", ViewForged
    ),
    "swap facts that the supervisor saw": Attack(
        swapped("events", "state", numbered("5"), numbered("6")), "timeline", Tampered
    ),
    "exchange two events that the supervisor saw": Attack(
        "UPDATE events SET originator_version = -originator_version WHERE originator_id = %(e)s AND originator_version"
        " IN (5, 6); UPDATE events SET originator_version = 11 + originator_version WHERE originator_version < 0",
        "timeline",
        ViewForged,
    ),
}

PARTS: Final = {
    "swap two parts of one event": Attack(
        swapped("parts", "sealed", f"position = {OFFERED} AND idx = 1", f"position = {OFFERED} AND idx = 2"),
        "coachee",
        Tampered,
    ),
    "swap two events' parts": Attack(
        swapped("parts", "sealed", f"position = {LAST}", f"position = {BEFORE}"), "coachee", Tampered
    ),
    "replay an old part": Attack(
        f"UPDATE parts SET sealed = (SELECT sealed FROM parts WHERE position = {BEFORE}) WHERE position = {LAST}",
        "coachee",
        Tampered,
    ),
    "cut a part short": Attack(
        f"UPDATE parts SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE position = {OFFERED}",
        "coachee",
        Tampered,
    ),
    "empty a part": Attack(f"UPDATE parts SET sealed = '' WHERE position = {LAST}", "coachee", Malformed),
    "delete a part": Attack(f"DELETE FROM parts WHERE position = {LAST}", "coachee", ViewForged),
    "delete one of an event's parts, then build the views anew": Attack(
        f"DELETE FROM parts WHERE position = {OFFERED} AND idx = 4", "build anew", ViewForged
    ),
    "number a part otherwise": Attack(f"UPDATE parts SET idx = 9 WHERE position = {LAST}", "coachee", ViewForged),
    "number a part otherwise, then build the views anew": Attack(
        f"UPDATE parts SET idx = 9 WHERE position = {LAST}", "build anew", Tampered
    ),
    "move a part to another event": Attack(
        f"UPDATE parts SET position = {BEFORE}, idx = 2 WHERE position = {LAST}", "build anew", Tampered
    ),
    "copy a part beside itself": Attack(
        f"INSERT INTO parts SELECT position, 2, key_id, sealed FROM parts WHERE position = {LAST}",
        "build anew",
        ViewForged,
    ),
    "a part under another key of the reader's": Attack(
        "UPDATE parts SET key_id = (SELECT key_id FROM view_keys WHERE view = 'coachee'"
        f" AND originator_id = %(journal)s) WHERE position = {LAST}",
        "coachee",
        ViewForged,
    ),
    "a part under a key of somebody else's": Attack(
        f"UPDATE parts SET key_id = {NOTES_KEY} WHERE position = {LAST}", "coachee", ViewForged
    ),
    "a part under no key": Attack(
        f"UPDATE parts SET key_id = gen_random_uuid() WHERE position = {LAST}", "coachee", ViewForged
    ),
}

HEADS: Final = {
    "change a head's code": Attack(
        "UPDATE heads SET mac = sha256(mac) WHERE originator_id = %(e)s", "load", HeadForged
    ),
    "cut a head's code": Attack("UPDATE heads SET mac = '' WHERE originator_id = %(e)s", "load", HeadForged),
    "count a head on": Attack("UPDATE heads SET version = version + 1 WHERE originator_id = %(e)s", "load", HeadForged),
    "count a head back with its event gone": Attack(
        f"DELETE FROM events WHERE {numbered('%(last)s')};"
        "UPDATE heads SET version = version - 1, leaf_hash = (SELECT leaf_hash FROM events"
        f" WHERE {numbered('%(last)s - 1')}) WHERE originator_id = %(e)s",
        "load",
        HeadForged,
    ),
    "delete a head": Attack("DELETE FROM heads WHERE originator_id = %(e)s", "load", HeadForged),
    "take another stream's head": Attack(
        "UPDATE heads h SET version = o.version, leaf_hash = o.leaf_hash, mac = o.mac FROM heads o"
        " WHERE h.originator_id = %(e)s AND o.originator_id = %(o)s",
        "load",
        HeadForged,
    ),
}

LOG_STATE: Final = {
    "say that the log is shorter": Attack("UPDATE log_state SET size = size - 3", "follow", LogGap),
    "say that the log is shorter, seen by views": Attack(
        "UPDATE log_state SET size = size - 3", "advance", LogIncomplete
    ),
    "say that the log is longer": Attack("UPDATE log_state SET size = size + 3", "follow", LogGap),
    "say that the log is longer, seen by views": Attack(
        "UPDATE log_state SET size = size + 3", "advance", LogIncomplete
    ),
    "delete the log's size": Attack("DELETE FROM log_state", "follow", LogGap),
    "delete the log's size, seen by views": Attack("DELETE FROM log_state", "advance", LogIncomplete),
}

COMMANDS: Final = {
    "change a command's digest": Attack("UPDATE commands SET digest = sha256(digest)", "repeat", Invalid),
    "cut a command's digest": Attack("UPDATE commands SET digest = ''", "repeat", Invalid),
}
