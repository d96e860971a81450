"""``driehoek log`` and ``driehoek witness``: what they say, and what a restore makes of the log."""

import shutil

import pytest

from crypto.verifier.notes import Checkpoint, Note, VerifierKey
from crypto.verifier.policy import Policy
from tests.ops.conftest import Played, refused
from tests.ops.test_cli_backup import backup_of, lose
from tests.ops.test_worker_erasing import until

NAME = {"DRIEHOEK_LOG_NAME": "log.example.org/cell"}


@pytest.fixture
def named(played: Played) -> Played:
    """A home with an engagement, whose log has a name."""
    played.environment.update(NAME)
    return played


def test_from_the_first_checkpoint_to_fresh_keys(named: Played) -> None:
    """The log begins with its first checkpoint; verifiers are told its keys, and told again when they change."""
    assert named.answer("log", "status") == {
        "problem": None, "origin": None, "events": named.size(), "signed": 0, "published": None, "witnessed": None,
        "stamped": None, "tiles": [],
    }  # fmt: skip
    refused(named.run("log", "keys"), "no checkpoint")
    refused(named.run("log", "rotate", "--yes"), "no checkpoint")
    first = named.answer("log", "publish")
    assert (first["line"], first["size"]) == (1, named.size())
    told = named.answer("log", "keys")
    policy = Policy.parse(named.run("log", "keys").stdout.encode())
    assert told["policy"].encode() == named.run("log", "keys").stdout.encode()
    assert policy.judge(Note.parse(first["note"].encode())).checkpoint.origin == told["origin"]
    assert told["origin"].startswith("log.example.org/cell/")
    done = named.run("log", "rotate")
    assert done.returncode == 1
    assert "not confirmed" in done.stderr
    handed = named.answer("log", "rotate", "--yes")
    policy.judge(Note.parse(handed["note"].encode()))
    again = named.answer("log", "keys")
    assert (again["retired"], again["keys"]) == (told["keys"], handed["keys"])
    status = named.answer("log", "status")
    assert (status["published"]["size"], status["signed"]) == (first["size"] + 1, first["size"] + 1)
    shown = named.run("log", "status").stdout
    for words in (f"origin: {told['origin']}", f"signed up to {handed['size']}", "witnessed: never"):
        assert words in shown


def test_what_stops_the_log_is_said(named: Played) -> None:
    """A folder that is gone and another name end with 1 and one line, and hold up no act."""
    named.answer("log", "publish")
    refused(named.run("log", "publish", DRIEHOEK_LOG_NAME="another.example.org"), "another name")
    refused(named.run("log", "status", DRIEHOEK_LOG_NAME="Two words"), "LOG_NAME")
    away = named.path / "away"
    shutil.move(named.path / "log", away)
    done = named.run("log", "status")
    assert done.returncode == 1
    assert done.stdout.startswith("PROBLEM: the log's folder is not there")
    refused(named.run("log", "publish"), "the log's folder is not there")
    named.play("meanwhile")
    shutil.move(away, named.path / "log")
    assert named.answer("log", "publish")["size"] == named.size()
    refused(named.run("log", "resume", "--yes"), "needs no new time line")


def test_a_restore_that_loses_signed_events_begins_a_time_line(named: Played) -> None:
    """After it the log has another origin; after one that loses nothing it has the same."""
    named.answer("log", "publish")
    folder = backup_of(named, named.path / "backup")
    lose(named)
    assert named.answer("restore", str(folder))["log"] == ""
    kept = named.answer("log", "publish")
    assert kept["line"] == 1
    folder = backup_of(named, named.path / "another")
    named.play("lost")
    named.answer("log", "publish")
    lose(named)
    told = named.answer("restore", str(folder))["log"]
    latest = named.answer("log", "status")["published"]
    assert (latest["line"], latest["note"].partition("\n")[0]) == (2, told)
    assert Checkpoint.parse(Note.parse(kept["note"].encode()).text).origin[:-1] + "2" == told


def test_a_restore_without_the_logs_folder(named: Played) -> None:
    """The keys come back all the same; why the log can't go on is said, and put right on purpose."""
    named.answer("log", "publish")
    folder = backup_of(named, named.path / "backup")
    lose(named)
    shutil.rmtree(named.path / "log")
    done = named.run("restore", str(folder))
    assert done.returncode == 0
    assert "The log: the log can't go on: the log's folder is not there" in done.stdout
    assert named.answer("log", "resume", "--yes")["line"] == 2


def test_a_witness_and_a_server_that_asks_it(named: Played) -> None:
    """A witness in a process of its own signs what a server publishes, and both end when they are told to."""
    named.answer("log", "publish")
    home = str(named.path / "witness")
    refused(named.run("witness", "key", "--home", home), "no witness in this folder")
    (vkey, _) = named.answer("witness", "key", "--home", home, "--name", "witness.example.org")["keys"]
    assert named.run("witness", "key", "--home", home).stdout.split()[0] == vkey
    refused(named.run("witness", "--home", home), "at least one log")
    logs = [part for key in named.answer("log", "keys")["keys"] for part in ("--log", key)]
    with named.serving("--home", home, "--port", "0", *logs, command="witness") as url:
        policy = named.path / "policy"
        policy.write_text(f"witness w {vkey} {url}\nquorum w\n")
        with named.serving(DRIEHOEK_LOG_POLICY=str(policy)):
            until(lambda: named.answer("log", "status")["witnessed"] is not None)
        told = named.answer("log", "keys", DRIEHOEK_LOG_POLICY=str(policy))["policy"]
        witnessed = named.answer("log", "status")["witnessed"]
        found = Policy.parse(told.encode()).judge(Note.parse(witnessed["note"].encode()))
        assert found.witnesses["w"].key == VerifierKey.parse(vkey)
    for words, setting in (
        ("DRIEHOEK_LOG_POLICY can't be read", {"DRIEHOEK_LOG_POLICY": str(named.path / "absent")}),
        ("DRIEHOEK_TSA_URL needs DRIEHOEK_TSA_CERT", {"DRIEHOEK_TSA_URL": "http://127.0.0.1:1/"}),
    ):
        done = named.run("worker", **setting)
        assert done.returncode == 1
        assert words in done.stderr.splitlines()[-1]
