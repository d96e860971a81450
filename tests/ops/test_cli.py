"""The commands, as processes: what they do, what they answer, and one line without a traceback when they refuse."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from joserfc.jwk import OKPKey

from ops.identity import verifier
from ops.keys.vault import KeyPlaces
from ops.settings import Settings
from ops.wiring import open_cell
from tests.ops.conftest import refused
from tests.processes import DRIEHOEK, PATIENCE, Home
from tests.stage import Stage


@pytest.fixture(scope="module")
def founded(database_url: str) -> Iterator[Home]:
    """A home whose cell is founded and has a person in it."""
    folder = Path(tempfile.mkdtemp(prefix="driehoek-cli-"))
    made = Home(folder, {"DATABASE_URL": database_url, "DRIEHOEK_CELL": f"founded_{os.getpid()}"})
    answer = made.answer("migrate")
    assert answer["cell_founded"] is True
    with open_cell(database_url, made.environment["DRIEHOEK_CELL"], KeyPlaces.in_folder(made.path)) as service:
        Stage(service).introduce()
    yield made
    shutil.rmtree(folder)


def _halves(home: Home) -> list[bytes]:
    return [path.read_bytes() for path in sorted((home.path / "keys").rglob("*.half"))]


def test_migrate_twice_changes_nothing(home: Home) -> None:
    """The first time makes the schema, the root key and the cell; the second time finds all of it there."""
    first = home.answer("migrate")
    assert first["cell_founded"] is True
    assert len(first["revisions"]) >= 3
    halves = _halves(home)
    assert len(halves) == 2
    again = home.answer("migrate")
    assert again == {"revisions": [], "cell_founded": False}
    assert _halves(home) == halves


@pytest.mark.parametrize("lost", ["a", "b"])
def test_a_lost_half_is_never_made_anew(founded: Home, lost: str) -> None:
    """With the log there and half a root gone, migrating refuses: a new one would open nothing."""
    half = founded.path / "keys" / lost
    kept = half.rename(founded.path / "kept")
    refused(founded.run("migrate"), "root")
    assert not half.exists()
    kept.rename(half)
    assert founded.run("migrate").returncode == 0


def test_serve_refuses_without_a_root(founded: Home, tmp_path: Path) -> None:
    """No key, no service; the message names no path and no key."""
    done = founded.run("serve", DRIEHOEK_ROOT_A=str(tmp_path / "a"), DRIEHOEK_ROOT_B=str(tmp_path / "b"))
    refused(done, "root")
    assert str(tmp_path) not in done.stderr


def test_serve_refuses_another_root(founded: Home, home: Home) -> None:
    """A whole root of another deployment is told apart from no root."""
    home.answer("migrate")
    other = {f"DRIEHOEK_ROOT_{half.upper()}": str(home.path / "keys" / half) for half in "ab"}
    refused(founded.run("serve", **other), "another deployment")


def test_serve_refuses_a_key_that_others_can_read(founded: Home) -> None:
    """A half with rights for others is refused before anything is opened."""
    (half,) = (founded.path / "keys" / "a").glob("*.half")
    half.chmod(0o644)
    refused(founded.run("serve"), "damaged")
    half.chmod(0o600)


@pytest.mark.parametrize(
    "command", [["serve"], ["worker"], ["projections", "status"], ["keys", "status"], ["keys", "run"]], ids=" ".join
)
def test_nothing_works_on_an_empty_database(founded: Home, command: list[str]) -> None:
    """Without a founded cell nothing is served, and nothing is made by itself."""
    refused(founded.run(*command, DRIEHOEK_CELL="never_migrated"), "run driehoek migrate")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DRIEHOEK_CELL", "Not A Name", "a cell's name"),
        ("DRIEHOEK_PORT", "a door", "PORT"),
        ("DRIEHOEK_ROOT_STORE", "a drawer", "ROOT_STORE"),
        ("DRIEHOEK_ROOT_STORE", "pkcs11", "PKCS#11"),
        ("DRIEHOEK_KEY_COPIES", "/tmp/only-one", "two different folders"),  # noqa: S108 - nothing is written there
        ("DRIEHOEK_KEY_COPIES", "/tmp/twice:/tmp/twice", "two different folders"),  # noqa: S108 - as above
    ],
)
def test_settings_that_can_not_be_meant_are_one_line(founded: Home, name: str, value: str, words: str) -> None:
    """A setting that isn't valid is named, and what it was set to isn't repeated."""
    done = founded.run("migrate", **{name: value})
    refused(done, words)
    assert value not in done.stderr


def test_halves_in_one_folder_are_refused(founded: Home) -> None:
    """Two halves of a root in one folder are no halves."""
    one = str(founded.path / "keys" / "a")
    refused(founded.run("migrate", DRIEHOEK_ROOT_A=one, DRIEHOEK_ROOT_B=one), "one folder")


def test_serve_refuses_the_librarys_unsafe_setting(founded: Home) -> None:
    """With the setting under which readers miss events nothing starts."""
    refused(founded.run("serve", POSTGRES_ENABLE_DB_FUNCTIONS="y"), "POSTGRES_ENABLE_DB_FUNCTIONS")


def test_a_database_that_is_not_there_is_one_line(founded: Home) -> None:
    """An unreachable server is a refusal like any other; its address, which may hold a password, isn't printed."""
    url = "postgresql://somebody:hush@127.0.0.1:1/nowhere?connect_timeout=1"
    done = founded.run("migrate", DATABASE_URL=url)
    refused(done, "")
    assert "hush" not in done.stderr


def test_keys_inside_the_data_directory_arerefused(founded: Home) -> None:
    """The embedded server isn't even started beside a key that a copy of its data would carry."""
    inside = str(founded.path / "postgres" / "keys")
    refused(founded.run("migrate", DATABASE_URL="", DRIEHOEK_ROOT_A=inside), "data directory")
    assert not (founded.path / "postgres").exists()


def test_status_and_rebuild(founded: Home) -> None:
    """Views are behind, are built, and are up to date; one view alone can be built anew, an unknown one can't."""
    assert founded.run("projections", "rebuild", "coach").returncode == 0
    status = founded.answer("projections", "status")
    after = status["behind"]
    assert (after.pop("coach"), set(after.values())) == (0, {status["log"]})
    assert status["log"] > 10
    done = founded.run("projections", "rebuild")
    assert (done.returncode, done.stdout) == (0, "")
    lines = founded.run("projections", "status").stdout.splitlines()
    assert len(lines) == len(after) + 1
    assert all(line.endswith("up to date") for line in lines)
    unknown = founded.run("projections", "rebuild", "nobody")
    assert unknown.returncode == 2
    assert "Traceback" not in unknown.stderr


def test_a_token_is_signed_and_verifies(founded: Home) -> None:
    """The development issuer's token on one line; where another issuer is configured it is refused."""
    from ops.clock import now  # noqa: PLC0415 - the token is made by a process with its own clock

    done = founded.run("token", "ann")
    assert done.returncode == 0
    settings = Settings(home=founded.path, _env_file=None)  # type: ignore[call-arg]
    assert verifier(settings).verify(done.stdout.strip(), now()).subject == "ann"


@pytest.mark.parametrize("arguments", [("token", "ann"), ("demo",), ("serve",)], ids=lambda one: one[0])
def test_the_development_issuer_stays_away_from_others(founded: Home, arguments: tuple[str, ...]) -> None:
    """Beside another issuer, or a key file that is nobody's, no token is signed or taken, and no cell is made."""
    keys = founded.path / "issuer.json"
    keys.write_text(json.dumps({"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]}))
    variables = {"DRIEHOEK_JWKS": str(keys), "DRIEHOEK_PORT": "0"}
    refused(founded.run(*arguments, **variables), "another issuer")
    if arguments != ("serve",):
        refused(founded.run(*arguments, DRIEHOEK_ISSUER="https://id.example.org"), "another issuer")


def test_wrong_usage_has_its_own_exit_code(founded: Home) -> None:
    """Unknown commands and options end with 2 and say so on standard error."""
    for arguments in (["nothing"], ["migrate", "--loudly"]):
        done = founded.run(*arguments)
        assert done.returncode == 2
        assert "Usage" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_server_answers_and_stops_when_told(founded: Home) -> None:
    """As users start it: it says where it is, answers, and on SIGTERM ends; what it prints is JSON, line by line."""
    command, variables = [*DRIEHOEK, "serve", "--no-worker"], founded.variables(DRIEHOEK_PORT="0")
    with subprocess.Popen(command, env=variables, cwd=founded.path, stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        url = json.loads(server.stderr.readline())["url"]
        assert httpx.get(f"{url}/readyz", timeout=PATIENCE).json() == {"status": "ready"}
        server.terminate()
        for line in server.stderr:
            assert json.loads(line)["event"]
    assert server.returncode == 0


def test_a_port_that_is_taken_is_one_line(founded: Home) -> None:
    """A second server on the same port is refused in one line."""
    with founded.serving("--no-worker") as url:
        refused(founded.run("serve", DRIEHOEK_PORT=url.rsplit(":", 1)[1]), "")


def test_the_database_of_a_refused_start_is_untouched(founded: Home, database_url: str) -> None:
    """None of the refusals above made a schema."""
    with psycopg.connect(database_url) as connection:
        names = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'never_migrated'").fetchall()
    assert names == []
    assert founded.path.exists()
