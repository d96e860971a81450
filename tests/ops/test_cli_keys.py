"""``driehoek keys status|run|revoke``: what they do, what they say, and that a refusal leaves nothing half done."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.vocabulary import ErasureGround, Role
from ops.clock import now
from tests.ops.conftest import Played, refused
from tests.processes import DRIEHOEK, PATIENCE
from tests.stage import C, E, M, O

REVOKE = ("keys", "revoke", "--reason", "a court told us to", "--yes")


def test_a_well_cell(still: Played) -> None:
    """Everything that a program may ask of the keys, on a cell where all is well."""
    told = still.answer("keys", "status")
    assert (told["opens"], told["problems"], told["unfinished"]) == (True, [], None)
    assert (told["epoch"], told["root"]["epoch"], told["root"]["on_one_device"]) == (1, 1, True)
    assert list(told["root"]["places"].values()) == ["ok", "ok"]
    assert list(told["copies"].values()) == ["missing", "missing"]
    assert told["slots"]["active"] > 30
    assert (told["slots"]["erased"], told["tombstones"]) == (0, {"count": 0, "agree": True})
    assert told["agenda"]["unread"] == still.size()
    assert told["processes"] == {}
    UUID(told["deployment"])


def test_status_in_words(still: Played) -> None:
    """People are told the same, and that two halves on one device are no two places."""
    done = still.run("keys", "status")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("epoch: 1, root 1", "root store: ok", "on one device", "0 erased", "in one chain", "events not read"):
        assert words in done.stdout


def test_status_counts_processes_that_hold_keys(played: Played) -> None:
    """A server holds a lease on the present epoch; when it has ended it holds none."""
    with played.serving("--no-worker"):
        assert played.answer("keys", "status")["processes"] == {"1": 1}
    assert played.answer("keys", "status")["processes"] == {}


def test_status_after_an_erasure(played: Played) -> None:
    """What went is counted, the copies are there, and what is due next is known."""
    played.answer("keys", "run")
    told = played.answer("keys", "status")
    assert told["opens"] is True
    assert told["epoch"] == told["root"]["epoch"] == 2
    assert list(told["copies"].values()) == ["ok", "ok"]
    assert told["slots"]["erased"] > 0
    assert told["tombstones"] == {"count": 1, "agree": True}
    assert told["agenda"]["next"] is not None


def _ahead(played: Played, kept: Path) -> None:
    shutil.copytree(played.path / "keys", kept / "keys")
    played.answer("keys", "run")
    shutil.rmtree(played.path / "keys")
    shutil.copytree(kept / "keys", played.path / "keys")


def _gone(played: Played, kept: Path) -> None:
    (played.path / "keys" / "a").rename(kept / "a")


def _damaged(played: Played, _: Path) -> None:
    (half,) = (played.path / "keys" / "b").glob("*.half")
    half.write_bytes(half.read_bytes()[:-1])


def _untombed(played: Played, _: Path) -> None:
    played.answer("keys", "run")
    with played.connect(forge=True) as connection:
        connection.execute("DELETE FROM tombstones")


@pytest.mark.parametrize(
    ("spoil", "words", "other_command"),
    [
        (_ahead, "ahead of its root", "ahead of its root"),
        (_gone, "can't be reached", "can't be reached"),
        (_damaged, "damaged", "damaged"),
        (_untombed, "tombstones don't lead", None),
    ],
)
def test_status_of_a_cell_that_is_not_well(
    played: Played, tmp_path: Path, spoil: object, words: str, other_command: str | None
) -> None:
    """It says what is wrong beside all that it can still say, and ends with 1; other commands refuse in one line."""
    assert callable(spoil)
    assert played.answer("keys", "status")["opens"] is True
    spoil(played, tmp_path)
    done = played.run("keys", "status", "--json")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert words in done.stdout
    assert '"opens": false' in done.stdout
    assert '"epoch": ' in done.stdout
    said = played.run("keys", "status")
    assert said.returncode == 1
    assert said.stdout.startswith("PROBLEM: ")
    if other_command is not None:
        refused(played.run("keys", "run"), other_command)


def test_status_sees_what_a_crash_left(played: Played) -> None:
    """A root that was staged for a change that never came is named; the next run discards it."""
    with played.opened() as service:
        state, _ = service.vault.tree.pages([])
        service.vault.roots.stage(state.deployment, 2)
    assert "staged" in played.answer("keys", "status")["unfinished"]
    played.answer("keys", "run")
    assert played.answer("keys", "status")["unfinished"] is None


def test_run_does_what_is_due_once(played: Played) -> None:
    """What ended with the engagement goes; a second run finds nothing; who keeps, keeps."""
    before = {role: played.living(role) for role in (O, M, C, E)}
    first = played.answer("keys", "run")
    assert first["epoch"] == 2
    assert first["erased"] > 0
    again = played.answer("keys", "run")
    assert (again["erased"], again["epoch"]) == (0, None)
    after = {role: played.living(role) for role in (O, M, C, E)}
    assert sum(len(before[role] - after[role]) for role in before) == first["erased"]
    assert after[E] == before[E] != set()
    assert "grants erased" in played.run("keys", "run").stdout


def test_what_can_not_be_read_keeps_nobody_waiting(played: Played) -> None:
    """With one engagement's events changed in SQL the other's keys go; the command says so and ends with 1."""
    other = played.play("other")
    before = played.living(M, other)
    with played.connect(forge=True) as connection:
        connection.execute("UPDATE events SET leaf_hash = %s WHERE originator_id = %s", [bytes(32), played.engagement])
    done = played.run("keys", "run", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["put_off"], told["epoch"]) == (2, 2)  # the engagement, and its notebook, which hangs from it
    assert played.living(M, other) < before
    assert "driehoek: 2 streams are put off" in done.stderr
    assert str(played.engagement) not in done.stderr


def test_revoke_erases_what_a_role_opens(played: Played) -> None:
    """All living grants of the role go, notebook included; nobody else's; the receipts are on record."""
    before = {role: played.living(role) for role in (O, M, C, E)}
    done = played.answer(*REVOKE, str(played.engagement), "--role", "coach")
    assert done["erased"] >= len(before[C]) > 5
    assert (done["engagement"], done["epoch"]) == (str(played.engagement), 2)
    assert played.living(C) == set()
    for role in (O, M, E):
        # What was due besides went in the same epoch; the coachee's grants never are.
        assert played.living(role) <= before[role]
    assert played.living(E) == before[E] != set()
    with played.opened() as service:
        ledger = service.write_side.stream(played.engagement).ledger
        orders = [one for one in ledger.erasures.values() if one.ground is ErasureGround.OPERATOR_ORDER]
        assert {str(one.id) for one in orders} < set(done["erasures"])
        assert all(one.receipt is not None and one.receipt.epoch == 2 for one in orders)


def test_revoke_twice(played: Played) -> None:
    """The second order finds nothing that lives, and records nothing."""
    played.answer(*REVOKE, str(played.engagement), "--role", "line_manager")
    size = played.size()
    refused(played.run(*REVOKE, str(played.engagement), "--role", "line_manager"), "nothing to revoke")
    assert played.size() == size
    assert played.run(*REVOKE, str(played.engagement), "--role", "coach").returncode == 0


def test_revoke_one_slot(played: Played) -> None:
    """One grant by its slot, and no other."""
    before = played.living(E)
    slot = min(before)
    assert played.answer(*REVOKE, str(played.engagement), "--slot", str(slot))["erased"] == 1
    assert played.living(E) == before - {slot}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("{stranger}", "--role", "coach"), "no such engagement"),
        (("{engagement}", "--slot", "{stranger}"), "no such slot"),
        (("{person}", "--role", "coach"), "no such engagement"),
    ],
)
def test_what_is_not_there_can_not_be_revoked(still: Played, arguments: tuple[str, ...], words: str) -> None:
    """An unknown engagement, somebody else's id or an unknown slot: one line, nothing recorded."""
    with still.opened() as service:
        person = service.write_side.stream(still.engagement).parties[E]
    named = {"engagement": still.engagement, "stranger": uuid4(), "person": person}
    size = still.size()
    done = still.run(*REVOKE, *(argument.format(**named) for argument in arguments))
    refused(done, words)
    assert not any(str(one) in done.stderr for one in named.values())
    assert still.size() == size


@pytest.mark.parametrize(
    "arguments", [("--reason", "because"), ("--role", "auditor", "--reason", "because"), ("--role", "coach"),
                  ("--role", "coach", "--reason", " ")],
)  # fmt: skip
def test_an_order_that_says_too_little(still: Played, arguments: tuple[str, ...]) -> None:
    """Nobody's grants, a role that has none, or no reason: wrong usage."""
    size = still.size()
    done = still.run("keys", "revoke", str(still.engagement), "--yes", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert still.size() == size


@pytest.mark.parametrize("typed", [b"n\n", b"", b"\n"])
def test_an_order_is_confirmed(played: Played, typed: bytes) -> None:
    """Without ``--yes`` it asks, and anything but yes, silence too, erases nothing; yes does."""
    before, size = played.living(C), played.size()
    command = ["keys", "revoke", str(played.engagement), "--role", "coach", "--reason", "because"]
    done = played.told(typed, *command)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "driehoek: not confirmed; nothing was erased"
    assert (played.living(C), played.size()) == (before, size)
    assert played.told(b"y\n", *command).returncode == 0
    assert played.living(C) == set()


def _foreign(played: Played, kept: Path) -> None:
    """The root store of another cell."""
    other = {"DRIEHOEK_HOME": str(kept), "DRIEHOEK_CELL": f"{played.cell}_other"}
    assert played.run("migrate", **other).returncode == 0
    shutil.rmtree(played.path / "keys")
    shutil.copytree(kept / "keys", played.path / "keys")


@pytest.mark.parametrize(("spoil", "words"), [(_gone, "can't be reached"), (_foreign, "another deployment")])
def test_a_root_store_that_is_not_there(played: Played, tmp_path: Path, spoil: object, words: str) -> None:
    """Missing or another cell's: one line, and nothing is on record."""
    assert callable(spoil)
    size = played.size()
    spoil(played, tmp_path)
    done = played.run(*REVOKE, str(played.engagement), "--role", "coach")
    refused(done, words)
    assert str(played.path) not in done.stderr
    assert played.size() == size


LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("most", "words"), [(60, "root store can't be written"), (8192, "key copies can't be written")]
)
def test_places_that_take_nothing_more(played: Played, most: int, words: str) -> None:
    """With no room for a file the order is refused before it is on record, and leaves no root; with room it works."""
    before, size = played.living(C), played.size()
    command = [*DRIEHOEK, *REVOKE, str(played.engagement), "--role", "coach"]
    limited = [sys.executable, "-c", LIMITED.format(most), *command]
    environment = played.variables()
    done = subprocess.run(
        limited, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE, cwd=played.path
    )
    refused(done, words)
    assert "nothing was recorded" in done.stderr
    assert (played.living(C), played.size()) == (before, size)
    assert played.answer("keys", "status")["unfinished"] is None
    assert played.run(*REVOKE, str(played.engagement), "--role", "coach").returncode == 0
    assert played.living(C) == set()


def test_key_copies_that_nobody_can_make(played: Played) -> None:
    """A file where a folder of copies should be: refused before anything is on record."""
    size = played.size()
    (played.path / "copies").mkdir()
    (played.path / "copies" / "b").write_bytes(b"")
    refused(played.run(*REVOKE, str(played.engagement), "--role", "coach"), "key copies")
    assert played.size() == size


def test_another_process_is_erasing(played: Played) -> None:
    """``run`` says so in one line and changes nothing; afterwards it works."""
    with played.connect() as connection:
        locked = connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(current_schema || '/erasure', 0))"
        ).fetchone()
        assert locked == (True,)
        refused(played.run("keys", "run"), "another process is erasing keys")
    assert played.answer("keys", "run")["erased"] > 0


def test_nothing_secret_is_printed(played: Played) -> None:
    """Whatever happened above prints no id of a person and no path of a key in errors and logs."""
    with played.opened() as service:
        parties = service.write_side.stream(played.engagement).parties
    with played.serving():
        played.answer(*REVOKE, str(played.engagement), "--role", "coach")
        played.run(*REVOKE, str(played.engagement), "--role", "coach")
    text = b"".join(played.printed).decode()
    assert "serving" in text
    assert not any(str(person) in text for person in parties.values())
    assert str(played.path / "keys") not in text
    assert "a court told us to" not in text


def test_the_clock_of_the_command_is_the_machines(played: Played) -> None:
    """The order is recorded with the present time, whatever time the engagement was played at."""
    before = now()
    played.answer(*REVOKE, str(played.engagement), "--role", "coach")
    with played.opened() as service:
        [order] = [
            one
            for one in service.write_side.stream(played.engagement).ledger.erasures.values()
            if one.ground is ErasureGround.OPERATOR_ORDER
        ]
    assert before <= order.at <= now()
    assert {grant.role for grant in order.grants} == {Role.COACH}
