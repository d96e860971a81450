"""``driehoek audit``: evidence, boundaries and following, as commands."""

import json
import stat
from pathlib import Path

from tests.crypto.log.reference import hashes_of
from tests.ops.audit.test_follow import LOG, Log, forked, served
from tests.ops.conftest import Played, refused


def test_evidence_is_exported_and_verified_by_command(played: Played) -> None:
    """A bundle in a new file, for its owner only; extended by the next one; checked with the policy from `log keys`."""
    out, policy, seen = (str(played.path / name) for name in ("first.zip", "policy", "seen"))
    made = played.answer("audit", "export", "--engagement", str(played.engagement), "--out", out)
    assert made.keys() == {"file", "bytes", "events", "streams", "checkpoint"}
    assert stat.S_IMODE(Path(out).stat().st_mode) == 0o600
    Path(policy).write_text(played.answer("log", "keys")["policy"], encoding="ascii")
    Path(seen).write_text(played.answer("log", "publish")["note"], encoding="utf-8")
    again = str(played.path / "again.zip")
    shown = played.run("audit", "export", "--from", "2020-01-01", "--to", "2900-01-01", "--since", seen, "--out", again)
    assert shown.returncode == 0, shown.stderr
    assert again in shown.stdout
    assert played.answer("verify", out, "--policy", policy)["verified"] is True
    steps = played.answer("verify", again, "--policy", policy, "--seen", seen)["steps"]
    assert next(one["holds"] for one in steps if one["step"] == 4) is True


def test_an_export_that_cant_be_meant_is_refused(played: Played) -> None:
    """A name that is taken, nothing to export, two things at once, half a period, no time: 2; nothing on record: 1."""
    taken, new, nobody = played.path / "taken", str(played.path / "new"), "00000000-0000-0000-0000-000000000001"
    taken.write_bytes(b"mine")
    about = ("--engagement", str(played.engagement))
    for arguments in (
        (*about, "--out", str(taken)),
        ("--out", new),
        (*about, "--person", nobody, "--out", new),
        ("--from", "2020-01-01", "--out", new),
        ("--from", "yesterday", "--to", "2021-01-01", "--out", new),
        (*about, "--since", str(played.path / "none"), "--out", new),
    ):
        assert played.run("audit", "export", *arguments).returncode == 2, arguments
    refused(played.run("audit", "export", "--engagement", nobody, "--out", new), "nothing is on record")
    refused(played.run("audit", "export", *about, "--since", str(taken), "--out", new), "isn't a checkpoint")
    assert taken.read_bytes() == b"mine"
    assert not Path(new).exists()


def test_boundaries_are_checked_by_command(played: Played) -> None:
    """Everything holds, in numbers and in words; a grant taken away is named, and ends with 1."""
    told = played.answer("audit", "boundaries")
    assert told["holds"] is True
    assert told["engagements"] == 1
    assert "Every boundary holds." in played.run("audit", "boundaries").stdout
    with played.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM grants WHERE position > 20 LIMIT 1")
        connection.execute("DELETE FROM grants g USING kept k WHERE g.slot_id = k.slot_id")
        done = played.run("audit", "boundaries")
        connection.execute("INSERT INTO grants SELECT * FROM kept")
    assert done.returncode == 1
    assert "on record, and not stored" in done.stdout
    assert "NOT EVERY BOUNDARY HOLDS." in done.stdout


def test_a_log_is_followed_by_command(played: Played) -> None:
    """Seen, seen to grow, and convicted: 1, with both notes beside the state; a log that isn't there: 1, in a line."""
    policy, state = played.path / "followed", str(played.path / "state")
    policy.write_text(f"log {LOG.key}\nquorum none\n", encoding="ascii")
    more = ("--policy", str(policy), "--state", state)
    with served(Log(hashes_of(300)), "secret") as url:
        assert played.answer("audit", "follow", url, *more, "--token", "secret")["before"] is None
        refused(played.run("audit", "follow", url, *more, "--token", "another"), "404")
    with served(Log(hashes_of(301))) as url:
        assert played.answer("audit", "follow", url, *more)["before"] == 300
    with served(Log(forked(400, 7))) as url:
        said = played.run("audit", "follow", url, *more)
        told = played.run("audit", "follow", url, *more, "--json")
    assert (said.returncode, told.returncode) == (1, 1)
    assert said.stderr.startswith("driehoek: the log was forked")
    assert len(said.stdout.splitlines()) == 2
    for path in json.loads(told.stdout)["evidence"]:
        assert Path(path).stat().st_size > 100
    refused(played.run("audit", "follow", url, *more), "can't be reached")
    refused(played.run("audit", "follow", "file:///etc", *more), "no http")
