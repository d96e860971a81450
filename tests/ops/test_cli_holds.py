"""``driehoek keys hold``: the ceremony, a hold from placing to lifting, and a quorum that opens what is held."""

import base64
import json
import shutil
import stat
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from crypto.party_keys import PartyKeys
from crypto.shares import Share, join
from domain.principals import Escrow
from domain.vocabulary import Role
from tests.ops.conftest import Played, refused
from tests.stage import C, E

NAMES = ("Ann Aerts", "Bob Baert", "Cem Celik")
COURT = ("--ground", "litigation", "--reason", "a court asks")


@dataclass
class Held:
    """A played engagement and an escrow of three people, two of whom are enough."""

    home: Played
    escrow: str
    shares: list[Path]

    def place(self) -> Any:
        """Place a hold; what the command answers."""
        return self.home.answer("keys", "hold", "place", str(self.home.engagement), "--escrow", self.escrow, *COURT)

    def lift(self, hold: str) -> Any:
        """Lift it."""
        return self.home.answer("keys", "hold", "lift", hold)

    def opening(self, out: Path, *shares: Path, engagement: UUID | None = None) -> list[str]:
        """The command that opens with these shares."""
        files = [word for share in shares for word in ("--share", str(share))]
        return ["keys", "hold", "open", str(engagement or self.home.engagement), *files, "--out", str(out)]


def ceremony(folder: Path, *names: str, threshold: int = 2) -> list[str]:
    """The command that makes an escrow."""
    custodians = [word for name in names for word in ("--custodian", name)]
    return ["keys", "hold", "escrow", "--threshold", str(threshold), *custodians, "--out", str(folder)]


@pytest.fixture
def held(played: Played) -> Held:
    """An escrow that was made by the command."""
    made = played.answer(*ceremony(played.path / "shares", *NAMES))
    assert [share["custodian"] for share in made["shares"]] == list(NAMES)
    return Held(played, made["escrow"], [Path(share["file"]) for share in made["shares"]])


def contents(document: Any) -> set[str]:
    """Every text that somebody typed, in what was opened."""
    return {
        text
        for stream in document["streams"]
        for part in stream["parts"]
        for text in json.dumps(part["content"], ensure_ascii=False).split('"')
        if " says " in text
    }


def test_the_ceremony_leaves_shares_and_a_public_key(held: Held) -> None:
    """One file for each custodian, for its owner's eyes; any two put the private key of the registered public one."""
    with held.home.opened() as service:
        escrow = service.write_side.load(Escrow, UUID(held.escrow))
        assert escrow.quorum == 2
        assert service.recorder.grants([UUID(held.escrow)]) == []
    assert len(held.shares) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in held.shares} == {0o600}
    files = [json.loads(path.read_bytes()) for path in held.shares]
    assert [file["custodian"] for file in files] == list(NAMES)
    assert {(file["needed"], file["of"], file["escrow"]) for file in files} == {(2, 3, held.escrow)}
    shares = [Share.from_bytes(base64.b64decode(file["share"])) for file in files]
    for pair in combinations(shares, 2):
        assert PartyKeys.from_private_bytes(join(pair)).public.kem == escrow.kem_public


def test_the_private_key_stays_nowhere(held: Held) -> None:
    """Neither the database nor the home, apart from the shares, has the private key or a part of it in any piece."""
    shares = [Share.from_bytes(base64.b64decode(json.loads(path.read_bytes())["share"])) for path in held.shares]
    private = join(shares)
    seeds = [private[1:33], private[33:65], private[65:97]]
    with held.home.connect() as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        stored = b""
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                stored += b"".join(bytes(piece) for piece in copy)
    for path in sorted(held.home.path.rglob("*")):
        if path.is_file() and path not in held.shares:
            stored += path.read_bytes()
    assert UUID(held.escrow).bytes in stored  # control: the search sees what is there
    assert not any(seed in stored for seed in seeds)


@pytest.mark.parametrize(
    ("names", "threshold", "words"),
    [
        (NAMES, 1, "threshold"),
        (NAMES, 4, "threshold"),
        (("Ann", " ann"), 2, "name of their own"),
        (("Ann", " "), 2, "name of their own"),
        (tuple(f"custodian {number}" for number in range(10)), 2, "at most 9"),
    ],
    ids=["one is no quorum", "more than there are", "one name twice", "no name", "too many"],
)
def test_a_ceremony_that_can_not_be_meant(still: Played, names: tuple[str, ...], threshold: int, words: str) -> None:
    """Refused in one line, with nothing written and nothing registered."""
    size, folder = still.size(), still.path / "never"
    refused(still.run(*ceremony(folder, *names, threshold=threshold)), words)
    assert not folder.exists()
    assert still.size() == size


def test_shares_are_never_mixed_with_others(held: Held) -> None:
    """A second ceremony into the same folder is refused and leaves the first one's files alone."""
    before, size = [path.read_bytes() for path in held.shares], held.home.size()
    refused(held.home.run(*ceremony(held.shares[0].parent, *NAMES)), "isn't empty")
    assert [path.read_bytes() for path in held.shares] == before
    assert held.home.size() == size


def test_a_hold_from_its_placing_to_its_lifting(held: Held) -> None:
    """Placed, it is listed, and escrow keeps its keys; lifted, it is listed no more, and the next run erases them."""
    home = held.home
    assert home.answer("keys", "hold", "list") == {"holds": []}
    placed = held.place()
    assert placed["keys"] > 5
    shown = {name: placed[name] for name in ("hold", "engagement", "escrow", "ground")}
    assert home.answer("keys", "hold", "list") == {"holds": [shown]}
    assert placed["hold"] in home.run("keys", "hold", "list").stdout
    home.answer("keys", "run")
    assert len(home.living(Role.ESCROW)) == placed["keys"]
    assert held.lift(placed["hold"]) == {"lifted": [shown]}
    assert home.answer("keys", "hold", "list") == {"holds": []}
    assert home.answer("keys", "run")["erased"] >= placed["keys"]
    assert home.living(Role.ESCROW) == set()
    assert home.living(E) != set()


def test_a_hold_can_not_be_lifted_twice(held: Held) -> None:
    """Nor one that never was; nothing is recorded, also when another one on the line is in force."""
    hold = held.place()["hold"]
    size = held.home.size()
    refused(held.home.run("keys", "hold", "lift", hold, str(uuid4())), "no such hold")
    assert held.home.size() == size
    held.lift(hold)
    refused(held.home.run("keys", "hold", "lift", hold), "no such hold")


def test_what_is_held_is_not_revoked(held: Held) -> None:
    """An order finds a hold in its way, whoever's grants it names; after the lifting it is carried out."""
    hold, home = held.place()["hold"], held.home
    order = ("keys", "revoke", str(home.engagement), "--role", "coach", "--reason", "because", "--yes")
    before, size = home.living(C), home.size()
    refused(home.run(*order), "on hold")
    assert (home.living(C), home.size()) == (before, size)
    held.lift(hold)
    home.answer(*order)
    assert home.living(C) == set()


def test_a_quorum_opens_what_is_held(held: Held, tmp_path: Path) -> None:
    """Any two custodians: the engagement and the notes, as they were typed, for the owner's eyes; never the journal."""
    held.place()
    held.home.answer("keys", "run")  # the sponsor's and others' keys are gone by now; what is held isn't
    found = []
    for number, pair in enumerate(combinations(held.shares, 2)):
        out = tmp_path / f"held-{number}.json"
        told = held.home.answer(*held.opening(out, *pair))
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        document = json.loads(out.read_bytes())
        assert (document["engagement"], document["escrow"]) == (str(held.home.engagement), held.escrow)
        assert told["parts"] == sum(len(stream["parts"]) for stream in document["streams"]) > 30
        assert [stream["kind"] for stream in document["streams"]] == ["engagement", "notebook"]
        found.append(contents(document))
    assert found[0] == found[1] == found[2]
    assert "coach says note" in found[0]
    assert "coachee says feedback" in found[0]
    assert "coachee says entry" not in found[0]


def test_parts_of_what_is_held_say_where_they_are_from(held: Held, tmp_path: Path) -> None:
    """Each has its event's version, its topic, its item, its time, and who said it."""
    held.place()
    out = tmp_path / "held.json"
    held.home.answer(*held.opening(out, *held.shares))
    engagement = json.loads(out.read_bytes())["streams"][0]
    part = next(part for part in engagement["parts"] if part["topic"] == "hold.placed")
    assert part["content"]["statement"] == "a court asks"
    assert (part["by"], part["item"], part["index"]) == ("service", "engagement", 1)
    assert [part["version"] for part in engagement["parts"]] == sorted(part["version"] for part in engagement["parts"])


@pytest.fixture
def another(held: Held) -> list[Path]:
    """The shares of another escrow of the same people."""
    made = held.home.answer(*ceremony(held.home.path / "another", *NAMES))
    return [Path(share["file"]) for share in made["shares"]]


def test_fewer_than_a_quorum_open_nothing(held: Held, another: list[Path], tmp_path: Path) -> None:
    """Too few, one twice, another escrow's, a damaged one, no share at all: one line each, and no file."""
    held.place()
    out, (one, two, three) = tmp_path / "held.json", held.shares
    copied, cut, words = tmp_path / "copied.json", tmp_path / "cut.json", tmp_path / "words.txt"
    shutil.copy(one, copied)
    damaged = json.loads(two.read_bytes())
    damaged["share"] = damaged["share"][:200] + ("A" if damaged["share"][200] != "A" else "B") + damaged["share"][201:]
    cut.write_text(json.dumps(damaged))
    words.write_text("my share is in the other drawer")
    for shares, why in (
        ((one,), "1 more share is needed"),
        ((one, copied), "twice"),
        ((one, another[1]), "aren't all of the escrow"),
        ((another[0], another[1]), "aren't all of the escrow"),
        ((one, cut), "share file 2 isn't a share, or is damaged"),
        ((words, one), "share file 1 isn't a share, or is damaged"),
    ):
        done = held.home.run(*held.opening(out, *shares))
        refused(done, why)
        assert not any(name in done.stderr for name in (*NAMES, str(tmp_path)))
        assert not out.exists()
    assert held.home.run(*held.opening(out, one, three)).returncode == 0
    assert out.exists()


def test_a_share_of_a_changed_threshold_opens_nothing(held: Held, tmp_path: Path) -> None:
    """A custodian who writes another threshold into a share, checksum and all, doesn't make one person a quorum."""
    held.place()
    share = Share.from_bytes(base64.b64decode(json.loads(held.shares[0].read_bytes())["share"]))
    forged = Share(share.owner, share.split, 2, 2, 1, share.pieces[:1])
    path = tmp_path / "forged.json"
    path.write_text(json.dumps({"share": base64.b64encode(forged.to_bytes()).decode()}))
    other = Share(share.owner, share.split, 2, 2, 2, share.pieces[:1])
    second = tmp_path / "second.json"
    second.write_text(json.dumps({"share": base64.b64encode(other.to_bytes()).decode()}))
    refused(held.home.run(*held.opening(tmp_path / "held.json", path, second)), "aren't all of the escrow")


def test_only_what_is_on_hold_is_opened(held: Held, tmp_path: Path) -> None:
    """Without a hold, before or after, a quorum opens nothing; nor in an engagement that isn't there."""
    out = tmp_path / "held.json"
    refused(held.home.run(*held.opening(out, *held.shares)), "isn't on hold")
    refused(held.home.run(*held.opening(out, *held.shares, engagement=uuid4())), "no such engagement")
    hold = held.place()["hold"]
    held.lift(hold)
    refused(held.home.run(*held.opening(out, *held.shares)), "isn't on hold")
    assert not out.exists()


def test_a_file_is_never_written_over(held: Held, tmp_path: Path) -> None:
    """What was opened goes into a new file only."""
    held.place()
    out = tmp_path / "held.json"
    out.write_text("something else")
    assert held.home.run(*held.opening(out, *held.shares)).returncode == 2
    assert out.read_text() == "something else"


def test_what_can_not_be_held(held: Held, another: list[Path]) -> None:
    """An unknown engagement or escrow, another escrow beside the first, an unknown ground: nothing is recorded."""
    home, size = held.home, held.home.size()
    place = ("keys", "hold", "place")
    refused(home.run(*place, str(uuid4()), "--escrow", held.escrow, *COURT), "no such engagement")
    refused(home.run(*place, str(home.engagement), "--escrow", str(uuid4()), *COURT), "no such escrow")
    wrong = home.run(*place, str(home.engagement), "--escrow", held.escrow, "--ground", "whim", "--reason", "because")
    assert wrong.returncode == 2
    assert home.size() == size
    held.place()
    size = home.size()
    other = json.loads(another[0].read_bytes())["escrow"]
    refused(home.run(*place, str(home.engagement), "--escrow", other, *COURT), "another escrow")
    assert home.size() == size
