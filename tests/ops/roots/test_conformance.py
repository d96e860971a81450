"""Every root store keeps the port's promises, sentence by sentence (``crypto.ports.RootStore``)."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import IO, Any
from uuid import uuid4

import pytest

from crypto.errors import (
    Malformed,
    RootExists,
    RootForeign,
    RootInUse,
    RootMissing,
    RootRolledBack,
    RootUnwritable,
    Tampered,
)
from crypto.ports import RootStore
from tests.ops.roots.child import written
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, FOREIGN, KEY, Rig, record_of, state


def test_a_new_store_knows_nothing(store: RootStore) -> None:
    """No record, no deployment, no root; and asking makes none."""
    assert store.record() is None
    assert store.deployment() is None
    assert store.epochs() == frozenset()
    with pytest.raises(RootMissing):
        store.wrap(1, KEY, CONTEXT)
    with pytest.raises(RootMissing):
        store.unwrap(1, bytes(61), CONTEXT)
    with pytest.raises(RootMissing):
        store.switch(record_of(1))
    assert store.epochs() == frozenset()


def test_a_life_of_two_epochs(store: RootStore) -> None:
    """Staged, live, retired, destroyed: what is there and what it opens, at each step."""
    store.stage(DEPLOYMENT, 1)
    assert store.deployment() == DEPLOYMENT
    assert state(store) == (None, {1})
    first = store.wrap(1, KEY, CONTEXT)
    store.switch(record_of(1))
    assert state(store) == (record_of(1), {1})
    store.stage(DEPLOYMENT, 2)
    assert state(store) == (record_of(1), {1, 2})
    second = store.wrap(2, KEY, CONTEXT)
    store.switch(record_of(2))
    assert state(store) == (record_of(2), {1, 2})
    assert store.unwrap(1, first, CONTEXT) == KEY
    store.destroy(1)
    assert state(store) == (record_of(2), {2})
    assert store.unwrap(2, second, CONTEXT) == KEY
    with pytest.raises(RootMissing):
        store.unwrap(1, first, CONTEXT)


def test_every_step_is_seen_by_a_process_that_comes_later(rig: Rig) -> None:
    """Each step in a process of its own, one after another: what one did the next one finds."""
    assert rig.child(["record"], ["stage", str(DEPLOYMENT), 1]) == [None, None]
    (wrapped,) = rig.child(["wrap", 1, KEY.hex(), CONTEXT.hex()])
    assert rig.child(["deployment"], ["epochs"], ["record"]) == [str(DEPLOYMENT), [1], None]
    assert rig.child(["switch", written(record_of(1))]) == [None]
    assert rig.child(["record"]) == [written(record_of(1))]
    assert rig.child(["unwrap", 1, wrapped, CONTEXT.hex()]) == [KEY.hex()]
    rig.child(["stage", str(DEPLOYMENT), 2], ["switch", written(record_of(2))])
    assert rig.child(["unwrap", 1, wrapped, CONTEXT.hex()]) == [KEY.hex()]
    assert rig.child(["destroy", 1]) == [None]
    assert rig.child(["unwrap", 1, wrapped, CONTEXT.hex()], ["epochs"]) == ["RootMissing", [2]]


def test_two_open_stores_see_each_others_steps(rig: Rig, live: RootStore) -> None:
    """A store that was open before another process's step knows of it afterwards."""
    wrapped = live.wrap(1, KEY, CONTEXT)
    rig.child(["stage", str(DEPLOYMENT), 2], ["switch", written(record_of(2))])
    assert state(live) == (record_of(2), {1, 2})
    rig.child(["destroy", 1])
    with pytest.raises(RootMissing):
        live.unwrap(1, wrapped, CONTEXT)
    live.stage(DEPLOYMENT, 3)
    assert rig.child(["epochs"]) == [[2, 3]]


def test_a_wrapped_key_is_bound_to_its_context_and_epoch(live: RootStore) -> None:
    """Only the same root with the same context opens a wrapped key."""
    live.stage(DEPLOYMENT, 2)
    wrapped = live.wrap(1, KEY, CONTEXT)
    assert KEY not in wrapped
    assert live.wrap(1, KEY, CONTEXT) != wrapped
    for epoch, context in ((1, CONTEXT + b"!"), (1, b""), (2, CONTEXT)):
        with pytest.raises(Tampered):
            live.unwrap(epoch, wrapped, context)
    assert live.unwrap(1, wrapped, CONTEXT) == KEY
    assert live.unwrap(1, live.wrap(1, KEY, b""), b"") == KEY


def test_a_changed_wrapped_key_is_tampered(live: RootStore) -> None:
    """Any changed byte, and any other length, is found; the store goes on working."""
    wrapped = live.wrap(1, KEY, CONTEXT)
    changed = [wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))]
    for bad in (*changed, b"", wrapped[:-1], wrapped + b"\0"):
        with pytest.raises(Tampered):
            live.unwrap(1, bad, CONTEXT)
    assert live.unwrap(1, wrapped, CONTEXT) == KEY


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_only_keys_of_32_bytes_are_wrapped(live: RootStore, size: int) -> None:
    """A root seals keys, nothing else."""
    with pytest.raises(Malformed):
        live.wrap(1, bytes(size), CONTEXT)


def test_two_stores_open_nothing_of_each_other(rig: Rig, live: RootStore) -> None:
    """The same deployment and epoch elsewhere is another root: each is drawn afresh."""
    wrapped = live.wrap(1, KEY, CONTEXT)
    live.stage(DEPLOYMENT, 2)
    live.switch(record_of(2))
    live.destroy(1)
    live.stage(DEPLOYMENT, 3)
    live.destroy(3)
    live.stage(DEPLOYMENT, 3)
    with pytest.raises(Tampered):
        live.unwrap(3, wrapped, CONTEXT)
    assert rig.open().epochs() == {2, 3}


def test_a_root_is_staged_once(store: RootStore) -> None:
    """Staging again is refused and changes nothing."""
    store.stage(DEPLOYMENT, 1)
    wrapped = store.wrap(1, KEY, CONTEXT)
    with pytest.raises(RootExists):
        store.stage(DEPLOYMENT, 1)
    assert store.unwrap(1, wrapped, CONTEXT) == KEY


def test_only_later_epochs_are_staged(live: RootStore) -> None:
    """An epoch that is live or before it is refused; a gap is no fault."""
    for epoch in (1, 0, -1):
        with pytest.raises(RootRolledBack):
            live.stage(DEPLOYMENT, epoch)
    live.stage(DEPLOYMENT, 5)
    live.switch(record_of(5))
    with pytest.raises(RootRolledBack):
        live.stage(DEPLOYMENT, 3)
    assert live.epochs() == {1, 5}


def test_only_staged_roots_become_live(live: RootStore) -> None:
    """A switch to what isn't staged, or not any more, changes nothing."""
    with pytest.raises(RootMissing):
        live.switch(record_of(2))
    live.stage(DEPLOYMENT, 2)
    live.destroy(2)
    with pytest.raises(RootMissing):
        live.switch(record_of(2))
    assert live.record() == record_of(1)


def test_switching_twice_is_switching_once(live: RootStore) -> None:
    """The live record again changes nothing, also when the root before it is gone."""
    live.stage(DEPLOYMENT, 2)
    for _ in range(2):
        live.switch(record_of(2))
        assert state(live) == (record_of(2), {1, 2})
    live.destroy(1)
    live.switch(record_of(2))
    assert state(live) == (record_of(2), {2})


def test_the_live_root_never_goes_back(live: RootStore) -> None:
    """An earlier epoch is refused though its root is still there; so is the live one with other heads."""
    live.stage(DEPLOYMENT, 2)
    live.switch(record_of(2))
    for back in (record_of(1), record_of(2, page=7), record_of(0)):
        with pytest.raises(RootRolledBack):
            live.switch(back)
    assert live.record() == record_of(2)


def test_a_store_serves_one_deployment(store: RootStore) -> None:
    """From the first staged root on, before any is live and after it was destroyed, another deployment is refused."""
    store.stage(DEPLOYMENT, 1)
    with pytest.raises(RootForeign):
        store.stage(FOREIGN, 1)
    with pytest.raises(RootForeign):
        store.switch(record_of(1, deployment=FOREIGN))
    store.destroy(1)
    assert store.deployment() == DEPLOYMENT
    with pytest.raises(RootForeign):
        store.stage(FOREIGN, 1)
    store.stage(DEPLOYMENT, 1)
    store.switch(record_of(1))
    for epoch in (1, 2):
        with pytest.raises(RootForeign):
            store.stage(uuid4(), epoch)
        with pytest.raises(RootForeign):
            store.switch(record_of(epoch, deployment=FOREIGN))
    assert state(store) == (record_of(1), {1})


def test_the_live_root_is_not_destroyed(live: RootStore) -> None:
    """Another one has to be live first."""
    wrapped = live.wrap(1, KEY, CONTEXT)
    with pytest.raises(RootInUse):
        live.destroy(1)
    assert live.unwrap(1, wrapped, CONTEXT) == KEY


def test_destroying_twice_is_destroying_once(live: RootStore) -> None:
    """Staged or retired, there or gone or never made: after ``destroy`` it isn't there."""
    live.stage(DEPLOYMENT, 2)
    live.switch(record_of(2))
    live.stage(DEPLOYMENT, 3)
    for epoch in (1, 1, 3, 3, 9):
        live.destroy(epoch)
        assert epoch not in live.epochs()
    assert state(live) == (record_of(2), {2})


def test_where_no_store_is_nothing_is_said_to_be_destroyed(store: RootStore) -> None:
    """An empty place may be the wrong one: that a root isn't in it is no proof that it is gone."""
    with pytest.raises(RootUnwritable):
        store.destroy(1)
    store.stage(DEPLOYMENT, 1)
    store.destroy(1)
    store.destroy(1)


def test_of_many_processes_one_stages(rig: Rig) -> None:
    """Four at once, twice: one makes the root, the others are told that it exists, and all can use it."""
    for epoch in (1, 2):
        with ExitStack() as stack:
            calls = [["stage", str(DEPLOYMENT), epoch], ["wrap", epoch, KEY.hex(), CONTEXT.hex()]]
            processes = [stack.enter_context(rig.waiting(*calls)) for _ in range(4)]
            for process in processes:
                process.stdin.write(b"go\n")
                process.stdin.flush()
            answers = [read_line(process.stdout) for process in processes]
        assert sorted(staged or "" for staged, _ in answers) == ["", *["RootExists"] * 3]
        store = rig.open()
        assert [store.unwrap(epoch, bytes.fromhex(wrapped), CONTEXT) for _, wrapped in answers] == [KEY] * 4


def test_threads_take_turns(live: RootStore) -> None:
    """Eight threads wrap and unwrap with one store while another stages, switches and destroys."""

    def use(_: int) -> set[bytes]:
        return {live.unwrap(1, live.wrap(1, KEY, CONTEXT), CONTEXT) for _ in range(10)}

    def move() -> set[bytes]:
        for epoch in (2, 3, 4):
            live.stage(DEPLOYMENT, epoch)
            live.destroy(epoch)
        live.stage(DEPLOYMENT, 5)
        live.switch(record_of(5))
        return {KEY}

    with ThreadPoolExecutor(9) as pool:
        done = [pool.submit(move), *(pool.submit(use, one) for one in range(8))]
    assert [one.result() for one in done] == [{KEY}] * 9
    assert state(live) == (record_of(5), {1, 5})


def test_a_fork_can_use_what_its_parent_opened(rig: Rig, live: RootStore) -> None:
    """A process that used the store, and its fork, both go on using it."""
    wrapped = live.wrap(1, KEY, CONTEXT).hex()
    unwrap = ["unwrap", 1, wrapped, CONTEXT.hex()]
    assert rig.child(unwrap, ["forked", *unwrap], unwrap, ["forked", "stage", str(DEPLOYMENT), 2], ["epochs"]) == [
        KEY.hex(), KEY.hex(), KEY.hex(), None, [1, 2],
    ]  # fmt: skip


def test_a_full_store_says_so_and_keeps_nothing(rig: Rig) -> None:
    """A root or a record that doesn't fit isn't kept, wherever the room ends; with room again it is."""
    look = [["forked", "epochs"], ["forked", "record"], ["forked", "deployment"]]

    def tried(call: list[Any], limits: Iterable[int]) -> list[Any]:
        return rig.child(*(step for limit in limits for step in [["limit", limit], call, ["limit", None], *look]))

    owner, first, third = str(DEPLOYMENT), written(record_of(1)), written(record_of(3))
    sizes = rig.too_small_for_the_first
    assert tried(["stage", owner, 1], sizes) == [None, "RootUnwritable", None, [], None, None] * len(sizes)
    assert rig.child(["stage", owner, 1], ["switch", first]) == [None, None]
    sizes = rig.too_small_for_a_root
    assert tried(["stage", owner, 2], sizes) == [None, "RootUnwritable", None, [1], first, owner] * len(sizes)
    assert rig.child(["stage", owner, 3]) == [None]
    sizes = rig.too_small_for_a_record
    assert tried(["switch", third], sizes) == [None, "RootUnwritable", None, [1, 3], first, owner] * len(sizes)
    assert rig.child(["switch", third], *look) == [None, [1, 3], third, owner]


def test_nothing_secret_is_shown(rig: Rig, live: RootStore) -> None:
    """Neither the store's name for itself nor what it says of its places holds a key or a PIN."""
    for text in (repr(live), str(live), repr(live.places())):
        assert not any(secret in text for secret in rig.secrets)
    assert repr(live).endswith("Roots(***)")


def read_line(pipe: IO[bytes]) -> list[str]:
    """What a waiting process answers."""
    answers: list[str] = json.loads(pipe.readline())
    return answers
