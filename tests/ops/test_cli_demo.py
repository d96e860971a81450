"""``driehoek demo``, played to its end: what it tells programs, and evidence that is there when all else is gone."""

import base64
from pathlib import Path

from tests.processes import Home

SCRIPT = Path(__file__).parents[2] / "examples" / "en-broken-off.toml"


def test_the_demonstrations_evidence_outlives_it_and_verifies(home: Home) -> None:
    """The bundle, the note and a policy stay; `driehoek verify` accepts them, and nothing that was changed in them."""
    told = home.answer("demo", "--script", str(SCRIPT))
    assert told.keys() == {"engagement", "events", "views", "boundaries", "log", "revocation"}
    assert told["boundaries"]["opened_outside_clause"] == 0
    log = told["log"]
    assert log.keys() == {"size", "root", "checkpoint", "bundle", "policy"}
    assert 0 < log["size"] == told["events"]
    assert log["checkpoint"].split("\n")[1:3] == [str(log["size"]), log["root"]]
    assert len(base64.b64decode(log["root"])) == 32
    bundle = Path(log["bundle"])
    assert bundle.is_relative_to(home.path / "demo")
    assert not list((home.path / "tmp").glob("driehoek-demo-*"))  # all else is gone
    verified = home.answer("verify", str(bundle), "--policy", log["policy"])
    assert verified["verified"] is True
    assert verified["remarks"]["2"].startswith("driehoek.invalid/")
    changed = bytearray(bundle.read_bytes())
    changed[len(changed) // 2] ^= 1
    (home.path / "changed").write_bytes(changed)
    assert home.run("verify", str(home.path / "changed"), "--policy", log["policy"]).returncode == 1
