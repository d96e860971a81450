"""Your sessions as a calendar file: planned and held ones, of every engagement that you coach or are coached in.

    DRIEHOEK_URL=… DRIEHOEK_TOKEN=… python calendar_sync.py sessions.ics [--titles]

Run it again and again, by a timer say: a session keeps its UID (RFC 7986 section 5.3), so calendars that read the
file anew change what they have. Calendars are shared more easily than one thinks: the engagements' titles are left out
unless asked for, and what was said in a session is never in it.
"""

import argparse
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from driehoek_client import Client

VIEWS: Final = ("coach", "coachee")
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str) -> str:
    """A value of type TEXT (RFC 5545 section 3.3.11): escaped, on one line, without control characters."""
    value = CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def moment(value: str) -> str:
    """A DATE-TIME in UTC (RFC 5545 section 3.3.5, form 2) from RFC 3339."""
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def folded(line: str) -> Iterator[bytes]:
    """A content line in pieces of at most 75 octets (RFC 5545 section 3.1), never within a character."""
    piece, room = b"", 75
    for letter in line:
        if len(piece) + len(letter.encode()) > room:
            yield piece + b"\r\n"
            piece, room = b" ", 75
        piece += letter.encode()
    yield piece + b"\r\n"


def event(engagement: str, session: dict[str, Any], title: str | None, now: str) -> list[str]:
    """One session as a VEVENT."""
    closed = session.get("closed")
    state = "planned" if closed is None else "held" if closed["attended"] else "missed"
    summary = f"Coaching session {session['session']}" + (f": {title}" if title else "")
    return [
        "BEGIN:VEVENT",
        f"UID:{engagement}-session-{session['session']}@driehoek",
        f"DTSTAMP:{now}",
        f"DTSTART:{moment(session['starts_at'])}",
        f"DTEND:{moment(session['ends_at'])}",
        f"SUMMARY:{text(summary)}",
        f"DESCRIPTION:{state}",
        *([f"LOCATION:{text(session['place'])}"] if session.get("place") else []),
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def calendar(driehoek: Client, *, titles: bool) -> bytes:
    """The whole file."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Driehoek//calendar_sync//EN"]
    for one in driehoek.engagements.list_engagements():
        for view in VIEWS:
            if one["view"] == view and one["status"] != "gone":
                for session in driehoek.views.read_view(view, one["id"]).body["sessions"]:
                    if "starts_at" in session:
                        lines += event(one["id"], session, one["title"] if titles else None, now)
    return b"".join(piece for line in [*lines, "END:VCALENDAR"] for piece in folded(line))


def main() -> None:
    """Write the file; it appears whole, and can be read by you alone."""
    parser = argparse.ArgumentParser(description="Write your sessions into a calendar file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--titles", action="store_true", help="name the engagements, too")
    asked = parser.parse_args()
    with Client(os.environ["DRIEHOEK_URL"], os.environ["DRIEHOEK_TOKEN"]) as driehoek:
        made = calendar(driehoek, titles=asked.titles)
    new = asked.file.with_name(f"{asked.file.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600, exist_ok=False)
    new.write_bytes(made)
    new.replace(asked.file)
    print(f"{made.count(b'BEGIN:VEVENT')} sessions in {asked.file}")


if __name__ == "__main__":
    main()
