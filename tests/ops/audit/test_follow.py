"""Following a log: what extends is believed and remembered; what contradicts is kept as evidence, with both notes."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.log.signing import NoteSigner, signed
from crypto.log.tiles import Tile, TiledTree, extend
from crypto.verifier.notes import COSIGNATURE, ED25519, Checkpoint, Note
from crypto.verifier.policy import Policy
from ops.audit.errors import LogContradicted, LogOutOfReach, LogUnbelievable, StateDamaged
from ops.audit.fetching import fetching
from ops.audit.follow import Fetch, follow
from tests.crypto.log.reference import hashes_of

NAME = "log.example.org/1"
LOG, STRANGER = NoteSigner(NAME, ED25519, bytes(32)), NoteSigner("log.example.org/2", ED25519, bytes([1] * 32))
WITNESS = NoteSigner("witness.example.org", COSIGNATURE, bytes([2] * 32))
POLICY = Policy.parse(f"log {LOG.key}\nlog {STRANGER.key}\nquorum none\n".encode())
STRICT = Policy.parse(f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum w\n".encode())


class Log:
    """A log with these leaf hashes, as it shows itself; ``shown`` are the paths that were asked for."""

    def __init__(self, leaves: list[bytes], *signers: NoteSigner, time: int = 1) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        for tile, hashes in extend(0, leaves, lambda _: b""):
            self.tiles[tile.level, tile.index] = hashes
        root = TiledTree(len(leaves), self.read).root()
        self.signers = signers or (LOG,)
        checkpoint = Checkpoint(self.signers[0].key.name, len(leaves), root)
        self.note = signed(checkpoint, list(self.signers), time)
        self.shown: list[str] = []

    def read(self, tile: Tile) -> bytes:
        """A tile."""
        return self.tiles[tile.level, tile.index][: tile.width * 32]

    def __call__(self, path: str, limit: int) -> bytes:
        """What is under a path."""
        self.shown.append(path)
        found = self.note if path == "checkpoint" else self.read(Tile.at(path))
        assert len(found) <= limit
        return found


def forked(size: int, at: int) -> list[bytes]:
    """The usual leaves but one."""
    leaves = hashes_of(size)
    leaves[at] = bytes(32)
    return leaves


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A file for what is believed."""
    return tmp_path / "state"


def test_a_log_that_grows_is_followed(state: Path) -> None:
    """What was believed first is taken on its signatures; what comes later because it extends that, from few tiles."""
    assert follow(Log(hashes_of(7)), POLICY, state).before is None
    large = Log(hashes_of(70_000))
    seen = follow(large, POLICY, state)
    assert (seen.before, seen.checkpoint.size) == (7, 70_000)
    assert state.read_bytes() == large.note
    assert state.stat().st_mode & 0o777 == 0o600
    assert len(large.shown) <= 1 + 5
    assert follow(large, POLICY, state).before == 70_000  # nothing new
    assert list(state.parent.iterdir()) == [state]


@given(st.integers(1, 600), st.integers(0, 600))
def test_every_size_is_followed_from_every_size(old: int, more: int) -> None:
    """Whatever sizes two checkpoints have, the second is believed after the first."""
    first, second = Log(hashes_of(old)), Log(hashes_of(old + more))
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        state.write_bytes(first.note)
        assert follow(second, POLICY, state).checkpoint == Checkpoint.parse(Note.parse(second.note).text)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (Log(hashes_of(299)), "rolled back"),
        (Log([]), "rolled back"),
        (Log(forked(300, 299)), "forked"),
        (Log(forked(301, 0)), "forked"),
        (Log(forked(3_000, 299)), "forked"),
    ],
    ids=["one event fewer", "nothing left", "another last event", "another first event", "went on separately"],
)
def test_a_contradiction_is_kept_with_both_notes(state: Path, second: Log, said: str) -> None:
    """Rolled back or forked: the follower goes on believing the first, and both notes lie there, signed by the log."""
    first = Log(hashes_of(300))
    follow(first, POLICY, state)
    for _ in range(2):  # found again, kept once
        with pytest.raises(LogContradicted, match=said) as contradicted:
            follow(second, POLICY, state)
        assert [path.read_bytes() for path in contradicted.value.kept] == [first.note, second.note]
    assert state.read_bytes() == first.note
    assert len(list(state.parent.iterdir())) == 3
    for path in contradicted.value.kept:
        assert POLICY.judge(Note.parse(path.read_bytes())).checkpoint.origin == NAME
    assert follow(Log(hashes_of(301)), POLICY, state).before == 300  # control: the honest log goes on


def test_false_tiles_prove_nothing(state: Path) -> None:
    """A log whose tiles aren't those of its checkpoint isn't followed; with its true ones it is."""
    follow(Log(hashes_of(300)), POLICY, state)
    log = Log(hashes_of(1_000))
    log.tiles[0, 1] = log.tiles[0, 1][32:] + bytes(32)
    with pytest.raises(LogContradicted, match="tiles are false"):
        follow(log, POLICY, state)
    log = Log(hashes_of(1_000))
    log.tiles[0, 1] = log.tiles[0, 1][:64]
    with pytest.raises(LogContradicted, match="tiles are false"):
        follow(log, POLICY, state)


def test_what_isnt_signed_as_it_should_be_isnt_believed(state: Path) -> None:
    """Another log's keys, too few witnesses, a changed note, another name: nothing is remembered of it."""
    with pytest.raises(LogUnbelievable, match="witnesses"):
        follow(Log(hashes_of(3)), STRICT, state)
    assert not state.exists()
    assert follow(Log(hashes_of(3), LOG, WITNESS), STRICT, state).before is None  # control
    with pytest.raises(LogUnbelievable, match="no log"):
        follow(Log(hashes_of(4), STRANGER), STRICT, state)
    changed = Log(hashes_of(4), LOG, WITNESS)
    changed.note = changed.note.replace(b"\n4\n", b"\n5\n")
    with pytest.raises(LogUnbelievable):
        follow(changed, STRICT, state)
    with pytest.raises(LogUnbelievable, match="another name"):
        follow(Log(hashes_of(4), STRANGER), POLICY, state)
    assert [path.name for path in state.parent.iterdir()] == ["state"]


def test_a_state_that_isnt_one_is_refused(state: Path) -> None:
    """A damaged file of what was believed isn't overwritten by whatever the log says now."""
    state.write_bytes(b"not a note")
    with pytest.raises(StateDamaged):
        follow(Log(hashes_of(3)), POLICY, state)
    assert state.read_bytes() == b"not a note"


@contextmanager
def served(log: Fetch, token: str | None = None) -> Iterator[str]:
    """A log over HTTP below ``/prefix``, to whoever has the token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer."""
            if token is not None and self.headers["Authorization"] != f"Bearer {token}":
                return self.send_error(404)
            found = log(self.path.removeprefix("/prefix/"), 1 << 30)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(found)
            return None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/prefix"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_log_is_followed_over_http(state: Path) -> None:
    """Checkpoint and tiles come from their C2SP paths, with the token; without it, or with too much, nothing does."""
    with served(Log(hashes_of(300)), "secret") as url, fetching(f"{url}/", "secret") as fetch:
        assert follow(fetch, POLICY, state).checkpoint.size == 300
        with fetching(url, None) as unknown, pytest.raises(LogOutOfReach, match="404"):
            follow(unknown, POLICY, state)
    with served(Log(hashes_of(1_000))) as url, fetching(url, None) as fetch:
        assert follow(fetch, POLICY, state).before == 300
    with (
        served(lambda *_: bytes(1 << 20)) as url,
        fetching(url, None) as fetch,
        pytest.raises(LogUnbelievable, match="more than"),
    ):
        follow(fetch, POLICY, state)
    with fetching(url, None) as fetch, pytest.raises(LogOutOfReach):
        follow(fetch, POLICY, state)  # nobody there any more
    with pytest.raises(LogOutOfReach), fetching("file:///etc", None):
        pass
