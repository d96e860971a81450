"""A witness signs what extends what it saw, answers as tlog-witness says, and forgets nothing of what it signed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from crypto.log.signing import NoteSigner, signed
from crypto.log.witnessing import MAX_REQUEST, request
from crypto.verifier.merkle import EMPTY_ROOT
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note
from ops.witness.app import create_app
from ops.witness.errors import (
    WatchesNothing,
    WitnessDamaged,
    WitnessError,
    WitnessMissing,
    WitnessOpen,
    WitnessRenamed,
    WitnessUnusable,
)
from ops.witness.witness import Witness, signers_in, watched
from tests.ops.log.test_signer import no_room
from tests.ops.log.trees import Tree
from tests.served import served

ORIGIN, NAME = "log.example.org/1", "witness.example.org/w1"
TREE = Tree(sha256(bytes([number])).digest() for number in range(40))
OTHER = Tree(sha256(bytes([number, 1])).digest() for number in range(40))
KEYS = [NoteSigner(ORIGIN, kind, bytes([kind]) * 32) for kind in (ED25519, ML_DSA_44)]
HASH = sha256(ORIGIN.encode()).hexdigest()
TIME = 1_700_000_000


def note(size: int, tree: Tree = TREE, keys: list[NoteSigner] = KEYS, origin: str = ORIGIN) -> bytes:
    """The log's checkpoint of its first leaves, signed."""
    return signed(Checkpoint(origin, size, tree.root(size)), keys, TIME)


def adding(old: int, size: int, tree: Tree = TREE) -> bytes:
    """A request that is as it should be."""
    return request(old, tree.proof(old, size), note(size, tree))


@dataclass
class Rig:
    """A witness over HTTP, and its folder."""

    home: Path
    client: httpx.Client
    keys: list[NoteSigner]

    def add(self, body: bytes) -> tuple[int, str, str]:
        """Status, type and text of an answer."""
        answer = self.client.post("/add-checkpoint", content=body)
        return answer.status_code, answer.headers["Content-Type"], answer.text


@contextmanager
def rig_in(home: Path) -> Iterator[Rig]:
    """A witness in a folder."""
    keys = signers_in(home, NAME, make=True)
    logs = watched(str(signer.key) for signer in KEYS)
    with (
        served(create_app(Witness(home, keys, logs, lambda: TIME))) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield Rig(home, client, keys)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A witness that signed ten leaves."""
    with rig_in(tmp_path / "witness") as made:
        assert made.add(adding(0, 10))[0] == 200
        yield made


def test_what_extends_what_it_saw_is_signed_and_shown(rig: Rig) -> None:
    """Both keys sign with the time; monitors get the log's signatures and the witness's, under the origin's hash."""
    asked = note(33)
    status, media_type, lines = rig.add(request(10, TREE.proof(10, 33), asked))
    assert (status, media_type) == (200, "text/plain; charset=utf-8")
    found = Note.parse(asked + lines.encode()).signed_by([signer.key for signer in rig.keys])
    assert [(one.key.kind, one.time) for one in found] == [(COSIGNATURE, TIME), (ML_DSA_44, TIME)]
    shown = rig.client.get(f"/{HASH}/checkpoint")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert shown.content == asked + lines.encode()
    assert rig.add(adding(33, 33))[0] == 200  # the same again


def test_signatures_of_others_are_not_kept(rig: Rig) -> None:
    """What somebody else put below a checkpoint isn't passed on as if it had been checked."""
    other = NoteSigner("somebody.example.org", ED25519, bytes(32))
    checkpoint = Checkpoint(ORIGIN, 12, TREE.root(12))
    body = request(10, TREE.proof(10, 12), signed(checkpoint, [*KEYS, other], TIME))
    assert rig.add(body)[0] == 200
    assert b"somebody" not in rig.client.get(f"/{HASH}/checkpoint").content


SOMEBODY, ELSEWHERE = (NoteSigner(name, ED25519, bytes(32)) for name in ("somebody", "elsewhere"))
REFUSED: list[tuple[str, bytes, int, str]] = [
    ("smaller", request(9, [], note(9)), 409, "10\n"),
    ("behind", adding(8, 12), 409, "10\n"),
    ("ahead", adding(11, 12), 409, "10\n"),
    ("old above size", request(11, [], note(10)), 400, ""),
    ("no proof", request(10, [], note(12)), 422, ""),
    ("another proof", request(10, TREE.proof(9, 12), note(12)), 422, ""),
    ("another tree", adding(10, 12, OTHER), 422, ""),
    ("same size, another root", request(10, [], note(10, OTHER)), 422, ""),
    ("same size, with a proof", request(10, TREE.proof(9, 10), note(10)), 422, ""),
    ("unsigned", request(10, TREE.proof(10, 12), note(12, keys=[NoteSigner(ORIGIN, ED25519, bytes(32))])), 403, ""),
    ("signed by another", request(10, TREE.proof(10, 12), note(12, keys=[SOMEBODY])), 403, ""),
    ("one bad signature", adding(10, 12).replace(b"+", b"/", 1)[:-12] + b"AAAAAAAAAAA\n", 403, ""),
    ("unknown log", request(0, [], note(12, origin="elsewhere", keys=[ELSEWHERE])), 404, ""),
    ("nothing", b"", 400, ""),
    ("not a request", b"hello\n\n" + note(12), 400, ""),
    ("leading zero", b"old 010\n\n" + note(12), 400, ""),
    ("negative", b"old -1\n\n" + note(12), 400, ""),
    ("no blank line", b"old 10\n" + note(12), 400, ""),
    ("a short hash", b"old 10\nAAAA\n\n" + note(12), 400, ""),
    ("64 hashes", request(10, [bytes(32)] * 64, note(12)), 400, ""),
    ("too long", b"old 10\n\n" + b"x" * MAX_REQUEST, 400, ""),
    ("binary", bytes(range(256)), 400, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "text"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_anything_else_is_refused(rig: Rig, body: bytes, status: int, text: str) -> None:
    """Each wrong request has its status; nothing is signed, and the witness stays where it was."""
    before = rig.client.get(f"/{HASH}/checkpoint").content
    found = rig.add(body)
    assert found[0] == status, found
    assert found[1] == ("text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
    assert found[2] == text or not text
    assert rig.client.get(f"/{HASH}/checkpoint").content == before
    assert rig.add(adding(10, 12))[0] == 200


def test_a_log_that_begins_empty(tmp_path: Path) -> None:
    """The empty tree is signed with its own root only; from it every tree follows, without a proof."""
    with rig_in(tmp_path) as rig:
        _begins_empty(rig)


def _begins_empty(rig: Rig) -> None:
    assert rig.client.get(f"/{HASH}/checkpoint").status_code == 404
    assert rig.client.get("/no-hash/checkpoint").status_code == 404
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    for keys in (KEYS, KEYS[:1]):
        forged = signed(empty, keys[:1], TIME).replace(
            empty.text.encode(), Checkpoint(ORIGIN, 0, bytes(32)).text.encode()
        )
        assert rig.add(request(0, [], forged))[0] == 403
    impossible = Checkpoint(ORIGIN, 0, bytes(32))
    text = f"{impossible.text}\n{KEYS[0].line(impossible.text, TIME)}\n".encode()
    assert rig.add(request(0, [], text))[0] == 422
    assert rig.add(request(0, [], signed(empty, KEYS, TIME)))[0] == 200
    assert rig.add(request(0, TREE.proof(4, 9), note(9)))[0] == 422
    assert rig.add(request(0, [], note(9)))[0] == 200


def test_of_two_at_once_one_is_signed(rig: Rig) -> None:
    """Two trees that contradict each other, asked at once of two processes' witnesses: one is signed."""
    both = Tree([*TREE.leaves[:10], *OTHER.leaves[10:]])
    with rig_in(rig.home) as another, ThreadPoolExecutor(2) as pool:
        rigs = [rig, another]
        for _ in range(10):
            found = list(pool.map(lambda of: of[0].add(adding(10, 20, of[1]))[0], zip(rigs, (TREE, both), strict=True)))
            assert sorted(found) == [200, 409]
            for path in rig.home.glob("*.checkpoint"):
                path.write_bytes(note(10))


def test_without_room_nothing_is_signed(rig: Rig) -> None:
    """A checkpoint that can't be kept gets no signature; with room it does."""
    witness = Witness(rig.home, rig.keys, watched(str(signer.key) for signer in KEYS), lambda: TIME)
    with no_room(), pytest.raises(WitnessUnusable):
        witness.add(adding(10, 12))
    assert rig.add(adding(10, 12))[0] == 200


def _damaged_state(rig: Rig) -> None:
    next(rig.home.glob("*.checkpoint")).write_bytes(b"not a note")


def _another_logs(rig: Rig) -> None:
    next(rig.home.glob("*.checkpoint")).write_bytes(note(10, origin="x", keys=[NoteSigner("x", ED25519, bytes(32))]))


@pytest.mark.parametrize("damage", [_damaged_state, _another_logs])
def test_a_witness_that_lost_its_memory_signs_nothing(rig: Rig, damage: Callable[[Rig], None]) -> None:
    """A file that isn't whole isn't taken for a log that was never seen."""
    damage(rig)
    assert rig.add(adding(0, 12))[0] == rig.add(adding(10, 12))[0] == 503


def test_its_keys_are_kept(tmp_path: Path) -> None:
    """Made once, for their owner, under one name; a folder without them isn't a witness."""
    with pytest.raises(WitnessMissing):
        signers_in(tmp_path / "w", NAME, make=False)
    with pytest.raises(WitnessRenamed):
        signers_in(tmp_path / "w", None, make=True)
    made = [signer.key for signer in signers_in(tmp_path / "w", NAME, make=True)]
    assert [signer.key for signer in signers_in(tmp_path / "w", None, make=False)] == made
    assert (tmp_path / "w" / "keys").stat().st_mode & 0o777 == 0o600
    with pytest.raises(WitnessRenamed):
        signers_in(tmp_path / "w", "another", make=True)
    (tmp_path / "w" / "keys").chmod(0o644)
    with pytest.raises(WitnessOpen):
        signers_in(tmp_path / "w", NAME, make=True)
    (tmp_path / "w" / "keys").chmod(0o600)
    (tmp_path / "w" / "keys").write_bytes(b"{}")
    with pytest.raises(WitnessDamaged):
        signers_in(tmp_path / "w", NAME, make=True)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WitnessUnusable):
        signers_in(tmp_path / "file", NAME, make=True)
    for name in ("", "two words", "a+b"):
        with pytest.raises(WitnessError):
            signers_in(tmp_path / "bad", name, make=True)


@pytest.mark.parametrize("vkeys", [[], ["no key"], [str(NoteSigner(NAME, COSIGNATURE, bytes(32)).key)]])
def test_a_witness_watches_a_log(vkeys: list[str]) -> None:
    """Without a log, or with something else than a log's key, it doesn't start."""
    with pytest.raises(WatchesNothing):
        watched(vkeys)
