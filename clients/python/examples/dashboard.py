"""An organisation's dashboard: each engagement, how it stands, its sessions, and what waits for the organisation."""

import os

from driehoek_client import Client


def plain(text: str | None) -> str:
    """What people typed, without anything that a terminal would take for a command."""
    return "".join(letter for letter in text or "" if letter.isprintable())


def main() -> None:
    """Print it. Each look is on record: the coachees see it in their access logs."""
    with Client(os.environ["DRIEHOEK_URL"], os.environ["DRIEHOEK_TOKEN"]) as driehoek:
        for one in driehoek.engagements.list_engagements():
            print(f"{plain(one['status']):12} {plain(one['title']) or 'nothing left to read'}")
            if one["view"] == "sponsor_organisation" and one["status"] != "gone":
                view = driehoek.views.read_view("sponsor-organisation", one["id"]).body
                if sessions := view["sessions"]:  # as far as the clause lets the organisation see their dates
                    held = sum(session["status"] == "closed" for session in sessions)
                    print(f"             sessions: {held} of {len(sessions)} held")
                for step in view["to_do"]:
                    print(f"             next: {step['do'].replace('_', ' ')}")


if __name__ == "__main__":
    main()
