"""Root stores of both kinds, each with a home of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.ports import RootStore
from ops.roots import FileRoots
from tests.ops.roots.rigs import DEPLOYMENT, Rig, files_rig, record_of, token_rig

HALF = "root-{:020d}.half".format
RIGS: dict[str, Callable[[Path], Rig]] = {"files": files_rig, "token": token_rig}


@pytest.fixture
def files(tmp_path: Path) -> Rig:
    """Two folders."""
    return files_rig(tmp_path)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A token."""
    rig = token_rig(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", rig.environment["SOFTHSM2_CONF"])
    return rig


@pytest.fixture(params=list(RIGS))
def rig(request: pytest.FixtureRequest) -> Rig:
    """Each kind in turn."""
    found: Rig = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(rig: Rig) -> RootStore:
    """A store in which nothing was ever staged."""
    return rig.open()


@pytest.fixture
def live(store: RootStore) -> RootStore:
    """A store whose epoch 1 is live."""
    store.stage(DEPLOYMENT, 1)
    store.switch(record_of(1))
    return store


@pytest.fixture
def roots(files: Rig) -> FileRoots:
    """Two folders in which epoch 2 is live and epoch 1 retired."""
    roots = FileRoots(*files.settings().root_folders)
    for epoch in (1, 2):
        roots.stage(DEPLOYMENT, epoch)
        roots.switch(record_of(epoch))
    return roots
