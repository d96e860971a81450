"""Where the third-party vectors are: in a folder named by ``DRIEHOEK_VECTORS``. Without it these cases are skipped."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder with third-party vectors; without one the case is skipped and says where to get them."""
    folder = os.environ.get("DRIEHOEK_VECTORS")
    if not folder:
        pytest.skip(
            "DRIEHOEK_VECTORS is not set: put testvectors_v1/*.json of github.com/C2SP/wycheproof in "
            "<folder>/wycheproof, testdata of github.com/transparency-dev/merkle in <folder>/merkle and testdata/log "
            "of github.com/transparency-dev/tessera in <folder>/tessera/testdata, and set DRIEHOEK_VECTORS=<folder>"
        )
    return Path(folder)
