"""Tells what changes in your engagements, as it happens, and remembers in a file how far it came."""

import os
import sys
from pathlib import Path

from driehoek_client import Client

PLACE = Path(sys.argv[1] if len(sys.argv) > 1 else "seen.txt")
MOST = int(os.environ.get("MOST", "0"))  # 0 goes on for ever
new = PLACE.with_suffix(".new")

with Client(os.environ["DRIEHOEK_URL"], lambda: os.environ["DRIEHOEK_TOKEN"]) as driehoek:
    seen = int(PLACE.read_text()) if PLACE.exists() else 0
    for number, change in enumerate(driehoek.follow(after=seen), start=1):
        print(change["time"], change["type"], change["subject"], change["data"]["version"] or "", flush=True)
        new.write_text(change["sequence"])
        new.replace(PLACE)  # at once: a program that is killed here leaves the old number or the new one
        if number == MOST:
            break
