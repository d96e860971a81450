"""``driehoek keys drill``: what it says, and that it touches nothing but its own scratch place."""

from tests.processes import Home


def test_the_drill_by_command(home: Home) -> None:
    """One object with everything that was tried; it needs no cell, and leaves nothing behind."""
    told = home.answer("keys", "drill", "--engagements", "2", "--revocations", "20", "--seed", "3")
    assert told["holds"] is True
    assert sum(told["revocations"].values()) >= 20
    for attempt in (told["revoked"], told["restored"]):
        for tried in (attempt["grants"], attempt["parts"]):
            assert tried["living"] == tried["living_opened"] > 0
            assert tried["dead_opened"] == 0
            assert tried["dead"] == tried["dead_opened_by_control"] > 0
    assert (told["keys_found"], told["planted_found"]) == (0, True)
    assert [path.name for path in home.path.iterdir()] == ["tmp"]
    assert list((home.path / "tmp").iterdir()) == []


def test_the_drill_in_words(home: Home) -> None:
    """People read the same figures and the verdict; too small a drill proves nothing and is wrong usage."""
    done = home.run("keys", "drill", "--engagements", "2", "--revocations", "20")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "The drill holds."
    assert "0 found" in done.stdout
    assert home.run("keys", "drill", "--revocations", "1").returncode == 2
