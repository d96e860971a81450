"""``driehoek audit fsck``, as a command: sound, changed, and of a cell that doesn't open."""

import json

from tests.ops.conftest import Played, refused
from tests.processes import Home


def test_a_sound_store_and_a_changed_one(played: Played) -> None:
    """Nothing is found in what was played; one flipped bit of a leaf is named by its position, and ends with 1."""
    played.answer("log", "publish")
    told = played.answer("audit", "fsck")
    assert told["sound"] is True
    assert told["findings"] == []
    assert told["checked"]["events"] == played.size()
    assert told["checked"]["views"] > 0
    assert "The store is what its log says." in played.run("audit", "fsck").stdout
    flip = "UPDATE events SET leaf = set_byte(leaf, 70, get_byte(leaf, 70) # 4) WHERE position = 17"
    with played.connect(forge=True) as connection:
        connection.execute(flip)
    done = played.run("audit", "fsck", "--json")
    assert done.returncode == 1
    assert any(one["place"] == "position 17" for one in json.loads(done.stdout)["findings"])
    assert "NOT SOUND" in played.run("audit", "fsck").stdout


def test_a_cell_that_does_not_open_is_checked_as_far_as_that_goes(played: Played) -> None:
    """Without its root the record is still held against the log; what needs keys is told apart; a change is found."""
    played.answer("log", "publish")
    for folder in (played.path / "keys" / "a", played.path / "keys" / "b"):
        folder.rename(folder.with_name(folder.name + "-away"))
    told = played.answer("audit", "fsck")
    assert told["sound"] is True
    assert any("doesn't open" in what for what in told["unchecked"])
    assert "views" not in told["checked"]
    with played.connect(forge=True) as connection:
        connection.execute("DELETE FROM parts WHERE position = (SELECT max(position) FROM parts)")
    assert played.run("audit", "fsck").returncode == 1


def test_where_nothing_was_founded(home: Home) -> None:
    """A database without a cell is refused in one line."""
    refused(home.run("audit", "fsck"), "isn't founded")
