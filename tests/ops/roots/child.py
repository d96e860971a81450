"""A process that makes calls to a root store: ``python -m tests.ops.roots.child CALLS [wait]``.

CALLS is JSON: lists of a method's name and its arguments, with bytes in hex, UUIDs as text and records as lists. It
prints a list of what came back; an error is its class's name. Two calls aren't the store's: ``forked`` makes the call
that follows it in a fork, and ``limit`` sets the size in bytes that no file may pass (None for any): the system refuses
to write more, as it does on a full disk. With ``wait`` it prints a line and waits for one.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from crypto.errors import RootStoreError, Tampered
from crypto.ports import RootRecord, RootStore
from ops.roots import open_roots
from ops.settings import Settings


def written(record: RootRecord | None) -> Any:
    """A record as JSON."""
    return record and [str(record.deployment), record.epoch, record.page_head.hex(), record.tombstone_head.hex()]


def answer(store: RootStore, name: str, arguments: list[Any]) -> Any:
    """What one call returns, as JSON."""
    if name == "forked":
        return forked(store, arguments)
    if name == "limit":
        most = resource.RLIM_INFINITY if arguments[0] is None else arguments[0]
        return resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    taken = TYPES.get(name, (int,))
    try:
        value = getattr(store, name)(*(make(one) for make, one in zip(taken, arguments, strict=bool(arguments))))
    except (RootStoreError, Tampered) as error:
        return type(error).__name__
    return WRITTEN.get(type(value), lambda same: same)(value)


def read_record(fields: list[Any]) -> RootRecord:
    """Undo ``written``."""
    owner, epoch, page, tombstone = fields
    return RootRecord(UUID(owner), epoch, bytes.fromhex(page), bytes.fromhex(tombstone))


TYPES: dict[str, tuple[Callable[[Any], Any], ...]] = {
    "stage": (UUID, int),
    "wrap": (int, bytes.fromhex, bytes.fromhex),
    "unwrap": (int, bytes.fromhex, bytes.fromhex),
    "switch": (read_record,),
}
WRITTEN: dict[type, Callable[[Any], Any]] = {bytes: bytes.hex, frozenset: sorted, RootRecord: written, UUID: str}


def forked(store: RootStore, call: list[Any]) -> Any:
    """What a call returns in a fork of this process."""
    reading, writing = os.pipe()
    if (process := os.fork()) == 0:
        os.write(writing, json.dumps(answer(store, call[0], call[1:])).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    return json.loads(text)


def main() -> None:
    """Make the calls."""
    calls = json.loads(sys.argv[1])
    store = open_roots(Settings())
    if sys.argv[2:] == ["wait"]:
        store.places()
        print("ready", flush=True)  # noqa: T201 - a pipe to the test
        sys.stdin.readline()
    print(json.dumps([answer(store, name, arguments) for name, *arguments in calls]))  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
