"""Writer processes for the fault tests: a program that forks a writer for each line it reads.

    start <writer> <seed> <events>      fork a writer that records that many events and exits (a seed is one word)
    write <command id> <stream>         fork a process that sends one command, once, and says what came of it

Everything is told on standard output, one line each, written at once: a line is either there whole or not at all, also
when its writer is killed the moment after.

    <writer> pid <process id>
    <writer> ack <stream> <version> <first position> <number of events>     after each acknowledged command
    <writer> done
"""

import os
import random
import sys
from pathlib import Path
from uuid import UUID, uuid4

from ops.store.recorder import CellRecorder
from ops.store.rows import CommandRecord, CommandReplayed
from tests.support import Cell, new_command, new_recorder, sealed


def _say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def _write(recorder: CellRecorder, writer: str, seed: str, events: int) -> None:
    """Streams of about twenty events, recorded in commands of one to four."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    stream, version = uuid4(), 0
    while events > 0:
        count = min(events, chance.randint(1, 4))
        batch = [sealed(stream, version + step, parts=1) for step in range(1, count + 1)]
        positions = recorder.insert_events(batch, command=new_command())
        _say(writer, "ack", stream, version + 1, positions[0] if positions else 0, count)
        version, events = version + count, events - count
        if version >= 20:
            stream, version = uuid4(), 0
    _say(writer, "done")


def _send(recorder: CellRecorder, command_id: str, stream: str) -> None:
    """One command, as a client would send it again after a timeout: same id, same content."""
    try:
        positions = recorder.insert_events([sealed(UUID(stream), 1)], command=CommandRecord(UUID(command_id), b"same"))
        _say("recorded", positions)
    except CommandReplayed as replayed:
        _say("replayed", [replayed.recorded.position])


def main(name: str, url: str) -> None:
    """Read lines until standard input ends."""
    cell = Cell(name, url, Path())
    for line in sys.stdin:
        what, *words = line.split()
        if os.fork() == 0:
            recorder = new_recorder(cell)
            if what == "start":
                _say(words[0], "pid", os.getpid())
                _write(recorder, words[0], words[1], int(words[2]))
            else:
                _send(recorder, *words)
            recorder.close()
            os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
