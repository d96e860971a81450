"""Settings: from the environment, with a home of their own, and no secret in what they print."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ops.embedded import KeysInsideDataError, keys_outside
from ops.settings import DEVELOPMENT_ISSUER, Settings


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine's own, and a working folder without a ``.env``."""
    for name in ("DATABASE_URL", "DRIEHOEK_HOME", "DRIEHOEK_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    """The defaults: everything below one folder, keys apart from the data, the development issuer, loopback."""
    settings = Settings()
    assert settings.home == Path(".driehoek")
    assert settings.database_url is None
    assert (settings.issuer, settings.host, settings.cell) == (DEVELOPMENT_ISSUER, "127.0.0.1", "cell")
    for key in (*settings.root_folders, *settings.copy_folders, settings.development_key_file):
        assert keys_outside(settings.data, key) == key


def test_keys_inside_the_data_are_refused(tmp_path: Path) -> None:
    """Half a root key below the data directory would be in every copy of it."""
    settings = Settings(home=tmp_path, root_a=tmp_path / "postgres" / "keys")
    inside, outside = settings.root_folders
    with pytest.raises(KeysInsideDataError):
        keys_outside(settings.data, inside)
    assert keys_outside(settings.data, outside) == outside


@pytest.mark.parametrize("name", ["DATABASE_URL", "DRIEHOEK_DATABASE_URL"])
def test_the_database_comes_under_either_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The usual name and ours; the value, which may hold a password, isn't shown."""
    monkeypatch.setenv(name, "postgresql://somebody:sesame@db/driehoek")
    monkeypatch.setenv("DRIEHOEK_MIGRATION_URL", "postgresql://owner:sesame@db/driehoek")
    settings = Settings()
    assert settings.database_url == "postgresql://somebody:sesame@db/driehoek"
    assert "sesame" not in repr(settings)
    assert "cell='cell'" in repr(settings)  # control: it does show the others


def test_the_environment_and_a_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is in the environment wins over what is in ``.env``; what isn't ours is passed over."""
    (tmp_path / ".env").write_text("DRIEHOEK_CELL=from_file\nDRIEHOEK_PORT=1\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("DRIEHOEK_PORT", "2")
    settings = Settings()
    assert (settings.cell, settings.port) == ("from_file", 2)


def test_settings_do_not_change(tmp_path: Path) -> None:
    """Settings are read once; nothing can change them afterwards."""
    settings = Settings(home=tmp_path)
    with pytest.raises(ValidationError):
        settings.cell = "another"
