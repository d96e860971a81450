"""The transparency log over HTTP: for appointed auditors alone, in the form of tlog-tiles, entries on record."""

from collections.abc import Callable
from uuid import UUID

import pytest

from crypto.log.tiles import Tile, TiledTree
from crypto.verifier.merkle import leaf_hash
from crypto.verifier.notes import Checkpoint, Note
from domain.reads import Positions, Purpose, ReadRecorded, View
from tests.api.people import ROLES, STRANGER, Api, Cast, S
from tests.api.test_evidence import AUDITOR, last_events

BASE = "/v1/audit/log"


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast], api: Api) -> Cast:
    """People with an engagement, an auditor and a supervisor, and a checkpoint over what they did."""
    cast = new_cast(AUDITOR, S)
    for who, role in ((AUDITOR, "auditor"), (S, "coaching_supervisor")):
        body, headers = {"person_id": cast.ids[who], "role": role}, {"Idempotency-Key": api.new_key()}
        assert api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success
    api.service.log.publish_now()
    return cast


def checkpoint(cast: Cast) -> Checkpoint:
    """The latest checkpoint, as the auditor gets it."""
    answer = cast.send(AUDITOR, "GET", f"{BASE}/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=1"
    return Checkpoint.parse(Note.parse(answer.content).text)


def test_an_auditor_works_the_root_out(api: Api, cast: Cast) -> None:
    """From the tiles that are served follows the root that is signed, and nothing of it is put on record."""
    before = api.size()
    signed = checkpoint(cast)

    def read(tile: Tile) -> bytes:
        answer = cast.send(AUDITOR, "GET", f"{BASE}/{tile.path}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert len(answer.content) == 32 * tile.width
        return answer.content

    assert TiledTree(signed.size, read).root() == signed.root
    assert api.size() == before


def test_entries_hash_to_their_tile_and_are_on_record(api: Api, cast: Cast) -> None:
    """Each entry hashes to its place in the tile; the positions that were read are on record, as the auditor's read."""
    size = checkpoint(cast).size
    width = min(size, 200)
    part = "" if width == 256 else f".p/{width}"
    before = api.size()
    answer = cast.send(AUDITOR, "GET", f"{BASE}/tile/entries/000{part}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    entries, rest = [], answer.content
    while rest:
        length = int.from_bytes(rest[:2], "big")
        entries.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    hashes = cast.send(AUDITOR, "GET", f"{BASE}/tile/0/000{part}").content
    assert b"".join(map(leaf_hash, entries)) == hashes
    (read,) = last_events(api, api.size() - before)
    assert isinstance(read.fact, ReadRecorded)
    assert read.actor == UUID(cast.ids[AUDITOR])
    assert (read.fact.purpose, read.fact.view, read.fact.log) == (Purpose.AUDIT, View.LOG, Positions(1, width))


def test_what_is_not_in_the_signed_tree_is_not_there(api: Api, cast: Cast) -> None:
    """Tiles behind the last, wider than signed or at no path at all are 404, also where events are there already."""
    size = checkpoint(cast).size
    last, width = divmod(size, 256)
    cast.send(AUDITOR, "GET", f"{BASE}/tile/entries/000.p/1")  # one more event, which no checkpoint covers yet
    assert api.size() > size
    paths = [
        Tile(0, last, width + 1).path, Tile(0, last + 1).path, Tile(-1, last, width + 1).path, Tile(-1, last + 1).path,
        Tile(3, 0, 1).path, "tile/0/0000", "tile/0/00x", "tile/0/000.p/0", "tile/0/000.p/256", "tile/00/000",
        "tile/64/000", "tile/-1/000", "tile/x/000", "tile/0/", "tile/entries/0", "tile/entries/x000/000",
        "tile/0/000.p/01",
    ]  # fmt: skip
    found = {path: cast.send(AUDITOR, "GET", f"{BASE}/{path}").status_code for path in paths}
    assert found == dict.fromkeys(paths, 404)
    narrower = Tile(0, last, max(width - 1, 1)).path
    assert cast.send(AUDITOR, "GET", f"{BASE}/{narrower}").status_code == 200


@pytest.mark.parametrize("who", [*ROLES, S, STRANGER])
def test_to_others_nothing_is_here(api: Api, cast: Cast, who: str) -> None:
    """Parties, supervisors and strangers get the uniform 404 of whatever isn't there, and nothing is recorded."""
    before = api.size()
    nowhere = cast.send(who, "GET", f"/v1/engagements/{UUID(int=0)}/access-log").json()
    for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"):
        answer = cast.send(who, "GET", f"{BASE}/{path}")
        assert (answer.status_code, answer.json()) == (404, nowhere)
    assert api.size() == before
