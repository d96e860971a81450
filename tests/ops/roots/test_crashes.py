"""Stopped at any moment, a root store is what it was before the step or after it, and goes on from there."""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest

from crypto.ports import RootStore
from tests.architecture.house import ROOT
from tests.ops.roots.child import written
from tests.ops.roots.crashes import KILLED, OVERGROWN, Plan
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, KEY, Rig, record_of
from tests.processes import PATIENCE, run

OWNER = str(DEPLOYMENT)
STEPS = {
    "the first stage": (0, [], ["stage", OWNER, 1]),
    "the first switch": (0, [1], ["switch", written(record_of(1))]),
    "a stage": (1, [1], ["stage", OWNER, 2]),
    "a switch": (1, [1, 2], ["switch", written(record_of(2))]),
    "destroying what was staged": (1, [1, 2], ["destroy", 2]),
    "destroying what was live": (2, [1, 2], ["destroy", 1]),
}
"""What was live, which epochs there were, and the call."""


def prepared(store: RootStore, live: int, epochs: list[int]) -> dict[str, str]:
    """Bring a store to where a step begins; a key wrapped under each epoch."""
    for epoch in epochs:
        store.stage(DEPLOYMENT, epoch)
        if epoch <= live:
            store.switch(record_of(epoch))
    return {str(epoch): store.wrap(epoch, KEY, CONTEXT).hex() for epoch in epochs}


def crashed(rig: Rig, points: str, step: str) -> list[int]:
    """Crash a step at all points of a kind; how each attempt ended."""
    live, epochs, call = STEPS[step]
    wrapped = prepared(rig.open(), live, epochs)
    before = rig.folder / "before"
    rig.kept.mkdir(exist_ok=True)
    shutil.copytree(rig.kept, before)
    epoch: Any = call[1][1] if call[0] == "switch" else call[-1]
    plan = Plan(points, call, epoch, live, wrapped, str(rig.kept), str(before))
    done = run("tests.ops.roots.crashes", json.dumps(asdict(plan)), environment=rig.variables())
    assert done.returncode == 0, done.stderr[-3_000:]
    ended: list[int] = json.loads(done.stdout)
    return ended


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_done_or_not(rig: Rig, step: str) -> None:
    """Killed at each of our own deeds in turn; control: it was killed at many, and the last attempt came through."""
    *stopped, last = crashed(rig, rig.kind, step)
    assert set(stopped) == {KILLED}
    assert last == 0
    assert len(stopped) >= 6


@pytest.mark.parametrize("step", ["the first stage", "the first switch", "a stage", "a switch"])
def test_a_library_that_is_stopped_leaves_nothing_that_counts(token: Rig, step: str) -> None:
    """SoftHSM killed in the middle of the object that it writes: what it left is never taken for a root or a record."""
    *stopped, last = crashed(token, "library", step)
    assert set(stopped) == {OVERGROWN}
    assert last == 0
    assert len(stopped) >= 5


def test_a_half_that_is_destroyed_is_overwritten_in_place(files: Rig) -> None:
    """Stopped before a doomed half is cut, its bytes are other ones already, in the very place on the disk."""
    store = files.open()
    prepared(store, 2, [1, 2])
    half = files.kept / "a" / "root-00000000000000000001.half"
    other_name = files.folder / "other-name"
    other_name.hardlink_to(half)
    before = other_name.read_bytes()
    plan = (
        "import os, signal; from ops.roots import open_roots; from ops.settings import Settings\n"
        "os.ftruncate = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "open_roots(Settings()).destroy(1)"
    )
    done = subprocess.run([sys.executable, "-c", plan], cwd=ROOT, env=files.variables(), check=False, timeout=PATIENCE)
    assert done.returncode == KILLED
    after = other_name.read_bytes()
    assert len(after) == len(before)
    assert not any(before[at : at + 8] in after for at in range(len(before) - 8))
    store.destroy(1)
    assert other_name.read_bytes() == b""
