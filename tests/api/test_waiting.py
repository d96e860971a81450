"""Writes that wait for their checkpoint (RFC 7240), and the receipts that they are answered with."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from typer.testing import CliRunner

from api import waiting
from api.waiting import Covered, wants
from crypto.log.proofs import LogProof
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from ops.audit.written import MAX_RECEIPT, check_receipt
from ops.cli import app
from ops.log.policies import for_verifiers
from ops.log.serving import ServedLog
from ops.settings import Settings
from tests.api.acts import ACTS, play
from tests.api.people import STRANGER, Api, Cast, E, O, marker
from tests.evidence import policy_of
from tests.live import fresh_settings

WAIT = "wait=checkpoint"
PUBLISHING = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema || '/log', 0))"
"""What a publisher holds as long as it is at work."""


@pytest.fixture(scope="module")
def api_settings() -> Iterator[Settings]:
    """Settings of a cell that gives receipts, and writes one after the other."""
    settings = fresh_settings().model_copy(update={"receipts": True, "max_writes": 1})
    yield settings
    shutil.rmtree(settings.home)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement."""
    return play(new_cast(), "coached")


def write(cast: Cast, key: str, prefer: str | None, word: str = "said") -> httpx.Response:
    """An entry of the coachee's journal."""
    headers = {"Idempotency-Key": key, **({"Prefer": prefer} if prefer else {})}
    act = ACTS["journal"]
    return cast.send(E, act.method, act.address(cast), json=act.say(cast, word), headers=headers)


def checked(receipt: Any, policy: Policy) -> int:
    """The index that a receipt proves, offline."""
    return check_receipt(json.dumps(receipt).encode(), policy).index


def test_a_write_that_waits_is_answered_with_its_proof(api: Api, cast: Cast) -> None:
    """The last leaf of what was recorded, under the log's keys, and nothing more of it: neither leaf nor version."""
    answer = write(cast, api.new_key(), WAIT)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (201, WAIT)
    receipt = answer.json()["receipt"]
    index = checked(receipt, policy_of(api.service))
    assert index == api.size() - 1
    (row,) = api.service.recorder.log_leaves(index + 1, 1)
    assert receipt["leaf_hash"] == row.leaf_hash.hex()
    assert LogProof.parse(receipt["proof"].encode()).extra == b""


def test_a_repetition_waits_and_is_given_a_receipt_too(api: Api, cast: Cast) -> None:
    """Also where the first time nobody waited: the same leaf, marked as a repetition, and nothing is recorded."""
    key = api.new_key()
    first = write(cast, key, None)
    assert first.json()["receipt"] is None
    assert "Preference-Applied" not in first.headers
    write(cast, api.new_key(), None)
    acts = api.acts()
    again = write(cast, key, WAIT)
    assert (again.headers["Preference-Applied"], again.headers["Idempotency-Replayed"]) == (WAIT, "true")
    assert checked(again.json()["receipt"], policy_of(api.service)) < api.size() - 1
    assert {**again.json(), "receipt": None} == first.json()
    assert api.acts() == acts


def test_a_receipt_that_was_changed_is_refused(api: Api, cast: Cast) -> None:
    """Another hash, and a flipped bit in any of the proof's lines that the policy's keys vouch for."""
    policy, receipt = policy_of(api.service), write(cast, api.new_key(), WAIT).json()["receipt"]
    checked(receipt, policy)  # control
    with pytest.raises(Refused):
        checked({**receipt, "leaf_hash": "00" * 32}, policy)
    proof: str = receipt["proof"]
    above = proof.index("\n\n") + 2
    for at in range(above + proof[above:].index("\n\n")):
        changed = proof[:at] + chr(ord(proof[at]) ^ 1) + proof[at + 1 :]
        with pytest.raises(Refused):
            checked({**receipt, "proof": changed}, policy)


NO_RECEIPTS = ["", "[]", "{}", "7", '{"receipt": null}', '{"leaf_hash": "x", "proof": ""}',
               '{"leaf_hash": "00", "proof": 1}', "[" * 100_000, " " * (MAX_RECEIPT + 1)]  # fmt: skip


@pytest.mark.parametrize("raw", NO_RECEIPTS, ids=range(len(NO_RECEIPTS)))
def test_what_is_no_receipt_is_refused(api: Api, raw: str) -> None:
    """Whatever a file holds, it is read, or refused as what it isn't."""
    with pytest.raises(Refused):
        check_receipt(raw.encode(), policy_of(api.service))


def test_a_receipt_is_checked_by_command(api: Api, cast: Cast, tmp_path: Path) -> None:
    """The whole answer in a file, with the policy of `log keys`: it holds, and says where; changed it ends with 1."""
    file, policy = tmp_path / "answer.json", tmp_path / "policy"
    answer = write(cast, api.new_key(), WAIT)
    file.write_bytes(answer.content)
    seen = api.service.log.lines.signer.look()
    assert seen is not None
    policy.write_text(for_verifiers((one.key for one in seen.keys.signers), None), encoding="ascii")
    command = ["audit", "receipt", str(file), "--policy", str(policy)]
    held = CliRunner().invoke(app, command)
    assert (held.exit_code, held.output.split()[:2]) == (0, ["It", "holds:"])
    told = json.loads(CliRunner().invoke(app, [*command, "--json"]).output)
    assert (told["holds"], told["leaf_hash"]) == (True, answer.json()["receipt"]["leaf_hash"])
    file.write_bytes(answer.content.replace(told["leaf_hash"].encode(), b"00" * 32))
    for more in ([], ["--json"]):
        assert CliRunner().invoke(app, [*command, *more]).exit_code == 1


def test_a_refused_write_waits_for_nothing(api: Api, cast: Cast) -> None:
    """A refusal is the same with the preference; its author is given no proof of anything."""
    act, word = ACTS["journal"], marker()
    headers = {"Idempotency-Key": word, "Prefer": WAIT}
    stranger = cast.subject(STRANGER)
    refused = api.refused(
        stranger, act.method, act.address(cast), 404, "not-found", word, json=act.say(cast, word), headers=headers
    )
    assert "Preference-Applied" not in refused.headers


def test_who_waits_too_long_is_answered_all_the_same(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a checkpoint in time the write is on record and answered, without a receipt, and without the header."""
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    acts, key = api.acts(), api.new_key()
    with api.service.connections.use("project") as another, another.transaction():
        another.execute(PUBLISHING)
        answer = write(cast, key, WAIT)
    assert (answer.status_code, answer.json()["receipt"]) == (201, None)
    assert "Preference-Applied" not in answer.headers
    assert api.acts() == acts + 1
    monkeypatch.setattr(waiting, "PATIENCE", 10.0)
    assert write(cast, key, WAIT).json()["receipt"] is not None  # control: now it can be waited for


def test_who_waits_is_in_nobody_s_way(api: Api, cast: Cast) -> None:
    """While a write waits for a checkpoint that doesn't come, another is served, though only one is at a time."""
    acts = api.acts()
    with ThreadPoolExecutor(1) as thread:
        with api.service.connections.use("project") as another, another.transaction():
            another.execute(PUBLISHING)
            waiting_one = thread.submit(write, cast, api.new_key(), WAIT)
            while api.acts() == acts and not waiting_one.done():
                pass
            while (other := write(cast, api.new_key(), None)).status_code == 503:
                assert not waiting_one.done()  # its turn ends a moment after it is on record
            assert not waiting_one.done()
        assert (other.status_code, waiting_one.result().headers["Preference-Applied"]) == (201, WAIT)


def test_without_receipts_it_is_told_that_there_is_a_checkpoint_and_no_number(api: Api, cast: Cast) -> None:
    """Where the operator gives no receipts, which is so by default, waiting ends in the header alone."""
    key = api.new_key()
    write(cast, key, None)
    silent = ServedLog(api.service.log, receipts=Settings.model_fields["receipts"].default)
    command = uuid5(UUID(cast.ids[E]), key)
    assert silent.covered(command, 10) == Covered(None)
    covered = ServedLog(api.service.log, receipts=True).covered(command, 10)
    assert covered is not None
    assert covered.receipt is not None  # control
    assert silent.covered(uuid5(command, "never sent"), 10) is None


def test_what_is_made_is_proved_whatever_it_is(api: Api, cast: Cast) -> None:
    """A new engagement and a new API key are answered with a receipt as well."""
    for name in ("request", "make_key"):
        headers = {"Idempotency-Key": api.new_key(), "Prefer": WAIT}
        act = ACTS[name]
        answer = cast.send(O, act.method, act.path, json=act.say(cast, "said"), headers=headers)
        checked(answer.json()["receipt"], policy_of(api.service))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([WAIT], True), (["Wait = checkpoint"], True), (['wait="checkpoint"'], True), (["wait=checkpoint; x=1"], True),
        (["respond-async, wait=checkpoint"], True), (["respond-async", WAIT], True),
        (["wait=checkpoint, wait=5"], True),
        ([], False), ([""], False), (["wait"], False), (["wait=10"], False), (["wait=Checkpoint"], False),
        (["wait=5, wait=checkpoint"], False), (["x; wait=checkpoint"], False), (["wait=checkpoint x"], False),
    ],
)  # fmt: skip
def test_preferences_are_read_as_they_are_written(lines: list[str], found: bool) -> None:
    """Names in any case, values quoted or not, one field or several, of two the first (RFC 7240 section 2)."""
    assert wants(lines) is found
