"""A process that crashes over and over: ``python -m tests.ops.roots.crashes PLAN``, with a ``Plan`` as JSON.

At every point at which a call could be stopped, a fork of this process makes the call and is killed there, and the next
fork looks at what it left and goes on with it. It prints how each point's first fork ended. What is wrong is an error.

The points, where our own code touches the world:

- files: the n-th ``open`` for writing, ``write`` (after half of the bytes), ``fsync``, ``rename``, ``unlink``,
  ``ftruncate``, ``mkdir``;
- token: the n-th call of ``ops.roots.objects`` or of a fresh look at the token, before and after it; and, inside
  the library, the write that passes a file's size, for which the system kills it (SIGXFSZ).
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from crypto.errors import RootExists, RootInUse, RootMissing
from crypto.ports import RootStore
from ops.roots import open_roots
from ops.settings import Settings
from tests.ops.roots.child import answer
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, KEY, record_of, reset


@dataclass(frozen=True)
class Plan:
    """What to crash, and what was there before.

    Attributes:
        kind: of points: ``files``, ``token`` or ``library``.
        call: one call to the store, as in ``child``.
        epoch: the one that the call is about.
        live: the live epoch before the call; 0 for none.
        wrapped: ``KEY``, wrapped under each epoch that is there, in hex.
        kept: where the store keeps what it keeps.
        before: a copy of what it kept before the call.
    """

    kind: str
    call: list[Any]
    epoch: int
    live: int
    wrapped: dict[str, str]
    kept: str
    before: str

    @property
    def name(self) -> str:
        """The method's name."""
        return str(self.call[0])


KILLED: Final = -signal.SIGKILL
OVERGROWN: Final = -signal.SIGXFSZ


def die() -> None:
    """Stop here, as in a power cut: nothing is flushed and nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop_files(at: int) -> None:
    """Stop this process at the n-th deed on files."""
    deeds = count()

    def watch(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def deed(*arguments: Any, **named: Any) -> Any:
            writing = name != "open" or arguments[1] & (os.O_WRONLY | os.O_RDWR)
            if writing and next(deeds) == at:
                if name == "write":
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                die()
            return real(*arguments, **named)

        return deed

    for name in ("open", "write", "fsync", "rename", "unlink", "ftruncate", "mkdir"):
        setattr(os, name, watch(name, getattr(os, name)))


def stop_token(at: int) -> None:
    """Stop this process before (even) or after (odd) the n-th use of the token."""
    from ops.roots import session, token  # noqa: PLC0415 - they need the library, which files don't

    moments = count()

    def watch(real: Callable[..., Any]) -> Callable[..., Any]:
        def use(*arguments: Any, **named: Any) -> Any:
            if next(moments) == at:
                die()
            value = real(*arguments, **named)
            if next(moments) == at:
                die()
            return value

        return use

    for name in ("add_record", "generate", "drop_records", "keys", "found_on"):
        setattr(token, name, watch(getattr(token, name)))
    session.Connection.again = watch(session.Connection.again)  # type: ignore[method-assign]


def stop_library(size: int) -> None:
    """Have the system kill this process at the write that makes a file larger than this."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def in_fork(deed: Callable[[], None]) -> int:
    """Do something in a fork; its exit code, negative for a signal."""
    if (process := os.fork()) == 0:
        try:
            deed()
        except BaseException:  # noqa: BLE001 - a fork never returns to what forked it
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def must(code: int, *allowed: int) -> int:
    """Let only these exit codes pass."""
    if code not in (0, *allowed):
        raise SystemExit(f"a fork ended with {code}")
    return code


def look(plan: Plan) -> None:
    """Check what a crash left, finish the call, and live on for an epoch."""
    store = open_roots(Settings())
    record, epochs = store.record(), store.epochs()
    now = record.epoch if record else 0
    assert now == plan.live or (now, plan.name) == (plan.epoch, "switch"), "another root is live"
    assert record in (None, record_of(now)), "the record is another one"
    assert epochs ^ {int(epoch) for epoch in plan.wrapped} <= {plan.epoch}, "a root came or went"
    for epoch, sealed in plan.wrapped.items():
        if int(epoch) in epochs:
            assert store.unwrap(int(epoch), bytes.fromhex(sealed), CONTEXT) == KEY, "a root was lost"
        else:
            must_be_gone(store, int(epoch), sealed)
    done = answer(store, plan.name, plan.call[1:])
    assert done in (None, RootExists.__name__), f"the call fails now: {done}"
    assert (plan.epoch in store.epochs()) is (plan.name != "destroy"), "the step isn't done"
    live_on(store)
    if plan.kind == "files":
        left = {path.name for path in Path(plan.kept).rglob("*") if path.is_file()}
        assert left == {"record", "root-00000000000000000009.half"}, "something was left behind"


def must_be_gone(store: RootStore, epoch: int, sealed: str) -> None:
    """A root that isn't listed any more is missing: neither damaged nor of use."""
    try:
        store.unwrap(epoch, bytes.fromhex(sealed), CONTEXT)
    except RootMissing:
        return
    raise AssertionError("a destroyed root opens")


def live_on(store: RootStore) -> None:
    """A whole further epoch, after which nothing of the earlier ones is left."""
    store.stage(DEPLOYMENT, 9)
    sealed = store.wrap(9, KEY, CONTEXT)
    store.switch(record_of(9))
    for old in store.epochs() - {9}:
        store.destroy(old)
    assert (store.record(), set(store.epochs())) == (record_of(9), {9}), "the next epoch isn't alone"
    assert store.unwrap(9, sealed, CONTEXT) == KEY
    try:
        store.destroy(9)
    except RootInUse:
        return
    raise AssertionError("the live root was destroyed")


def crash(plan: Plan, stop: Callable[[], None]) -> None:
    """Make the call and be stopped at a point, if the call comes so far."""
    store = open_roots(Settings())
    store.places()
    stop()
    assert answer(store, plan.name, plan.call[1:]) is None


def points(kind: str) -> Iterator[Callable[[], None]]:
    """All points; without end where only the call itself knows how many there are."""
    if kind == "library":
        return (partial(stop_library, size) for size in (*range(320, 440, 20), *range(440, 841, 80)))
    return (partial({"files": stop_files, "token": stop_token}[kind], at) for at in count())


def main() -> None:
    """Crash everywhere."""
    plan = Plan(**json.loads(sys.argv[1]))
    if plan.kind != "files":
        import ops.roots.token  # noqa: F401, PLC0415 - once, for all forks; the library itself is each fork's own
    ended = []
    for stop in points(plan.kind):
        reset(Path(plan.kept), Path(plan.before))
        ended.append(must(in_fork(partial(crash, plan, stop)), KILLED, OVERGROWN))
        must(in_fork(partial(look, plan)))
        if ended[-1] == 0:
            break
    print(json.dumps(ended))  # noqa: T201 - a pipe to the test


if __name__ == "__main__":
    main()
