"""The Python client against a real server: answers, versions, problems, pages, files; for threads and for asyncio."""

import asyncio
import hashlib
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from driehoek_client import (
    AsyncClient,
    Client,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Stale,
    Unauthenticated,
)
from tests.api.acts import play, request
from tests.api.people import STRANGER, Api, C, Cast, E, O
from tests.architecture.house import ROOT
from tests.clients.conftest import token_of

README: Final = ROOT / "clients" / "python" / "README.md"


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement whose first session is over, and another one whose contract is in force."""
    return play(play(new_cast(), "closed"), "active")


@pytest.fixture
def coach(cast: Cast, url: str) -> Iterator[Client]:
    """The coach's client."""
    with Client(url, token_of(cast, C)) as client:
        yield client


def test_a_write_goes_by_fields_and_gives_the_next_version(coach: Client, cast: Cast) -> None:
    """Fields are arguments, a moment is sent as one, and the answer's version is what the next write wants."""
    *_, first = coach.engagements.list_engagements()
    engagement = first["id"]
    assert engagement != cast.engagement
    seen = coach.views.read_view("coach", engagement)
    assert seen.version == seen.body["version"]
    assert seen.version is not None
    moment = datetime(2026, 3, 1, 9, tzinfo=UTC)
    done = coach.sessions.schedule_session(
        engagement, version=seen.version, session=2, starts_at=moment, minutes=60, place="said"
    )
    assert (done.status, done.version, done.replayed) == (201, done.body["version"], False)
    assert done.version is not None
    after = coach.reporting.propose_summary(engagement, version=done.version, summary="said")
    assert after.version != done.version
    shown = coach.views.read_view("coach", engagement).body["sessions"][-1]
    assert datetime.fromisoformat(shown["starts_at"]) == moment


def test_a_key_of_ones_own_makes_a_write_happen_once(coach: Client, cast: Cast) -> None:
    """The same write under the same key is told to be a repetition; under a new one it isn't."""
    first = coach.personal.write_note(cast.engagement, idempotency_key=cast.api.new_key(), note="said")
    again = coach.personal.write_note(cast.engagement, idempotency_key=first.idempotency_key, note="said")
    other = coach.personal.write_note(cast.engagement, note="said")
    assert (first.replayed, again.replayed, other.replayed) == (False, True, False)
    assert (first.body, first.version) == (again.body, again.version)
    assert other.idempotency_key not in (None, first.idempotency_key)


def test_a_write_may_wait_for_its_checkpoint(coach: Client, cast: Cast) -> None:
    """Then it is told that the log's signed checkpoint covers it; without the wish it isn't."""
    waited = coach.personal.write_note(cast.engagement, note="said", wait_for_checkpoint=True)
    assert (waited.status, waited.covered) == (201, True)
    assert not coach.personal.write_note(cast.engagement, note="said").covered  # control


def test_refusals_are_exceptions_by_status(coach: Client, cast: Cast, url: str) -> None:
    """A problem's name, title, mistakes and rule are told; its kind follows from the status."""
    with pytest.raises(Stale) as stale:
        coach.reporting.propose_summary(cast.engagement, version="v1", summary="said")
    assert (stale.value.status, stale.value.name) == (412, "stale-version")
    assert stale.value.idempotency_key
    version = coach.views.read_view("coach", cast.engagement).body["version"]
    with pytest.raises(Invalid) as invalid:
        coach.personal.write_note(cast.engagement, note="x" * 20_001)
    assert invalid.value.name == "invalid-request"
    assert [one["location"] for one in invalid.value.errors] == [["body", "note"]]
    with pytest.raises(Forbidden) as forbidden:
        coach.reporting.state_voice(cast.engagement, version=version, statement="said")
    assert (forbidden.value.status, forbidden.value.title != "") == (403, True)
    with pytest.raises(Conflict) as conflict:
        coach.sessions.start_work(cast.engagement, 2, version=version, quadrants=["inner_individual"])
    assert (conflict.value.rule, conflict.value.phrase is None) == ("P18", False), conflict.value.name
    with pytest.raises(NotFound):
        coach.views.read_view("coach", cast.ids[C])
    with Client(url, "not.a.token") as nobody, pytest.raises(Unauthenticated):
        nobody.people_and_organisations.who_am_i()


def test_nothing_secret_is_told(coach: Client, cast: Cast, url: str) -> None:
    """Neither the token nor what was written stands in a text that could be logged; the control finds the status."""
    token = token_of(cast, C)
    caught: list[Problem] = []
    for version in ("v1", "no version"):
        with pytest.raises(Problem) as problem:
            coach.reporting.propose_summary(cast.engagement, version=version, summary="Zqsecret")
        caught.append(problem.value)
    with Client(f"{url[:7]}who:Zqsecret@{url[7:]}", token) as named:
        told = "".join([*map(repr, caught), *map(str, caught), repr(coach), repr(coach.views), repr(named)])
    told += repr(coach.views.read_view("coach", cast.engagement)) + repr(vars(coach.views))
    assert "412" in told
    for secret in (token, "Zqsecret", "said"):
        assert secret not in told
    with Client(url, f"{token}\n") as broken, pytest.raises(ValueError, match="the token is empty") as wrong:
        broken.operations.live()
    assert token not in str(wrong.value)


def test_no_id_leads_elsewhere(coach: Client, cast: Cast) -> None:
    """An id with a slash or a question mark names nothing; one that is a step upwards isn't sent at all."""
    for strange in (f"{cast.engagement}/grants?", f"{cast.engagement}?x=", "%2e%2e"):
        with pytest.raises(NotFound):
            coach.views.read_view("coach", strange)
    for upwards in ("", ".", ".."):
        with pytest.raises(ValueError, match="an id is missing"):
            coach.views.read_view("coach", upwards)
    assert coach.grants.list_grants(cast.engagement).status == 200


def test_lists_are_gone_through_page_by_page(cast: Cast, url: str) -> None:
    """All entries come, whatever a page holds; pages can be had one by one, and gone on from a cursor."""
    with Client(url, token_of(cast, O)) as client:
        whole = list(client.engagements.list_engagements())
        assert len(whole) == 2
        assert list(client.engagements.list_engagements(limit=1)) == whole
        pages = list(client.engagements.list_engagements(limit=1).pages())
        assert [page["entries"] for page in pages] == [[one] for one in whole]
        assert list(client.engagements.list_engagements(limit=1, cursor=pages[0]["next"])) == whole[1:]


def test_a_file_is_on_record_with_its_digest(cast: Cast, url: str, tmp_path: Path) -> None:
    """A download gives the SHA-256 that the access log has of it; the file is its owner's and there is no other."""
    with Client(url, token_of(cast, E)) as coachee:
        got = coachee.documents.contract_document(cast.engagement, 1, into=tmp_path / "contract.pdf", language="nl")
        logged = [one.get("document") for one in coachee.access_log.read_access_log(cast.engagement)]
    assert [one.name for one in tmp_path.iterdir()] == ["contract.pdf"]
    assert got.path.read_bytes().startswith(b"%PDF-")
    assert got.sha256 == hashlib.sha256(got.path.read_bytes()).hexdigest()
    assert (got.size, got.media_type) == (got.path.stat().st_size, "application/pdf")
    assert stat.S_IMODE(got.path.stat().st_mode) == 0o600
    assert got.sha256 in str(logged)


def test_a_refused_file_leaves_nothing(cast: Cast, url: str, tmp_path: Path) -> None:
    """Whoever may not have a file finds none, and keeps what was there under its name."""
    (tmp_path / "kept.pdf").write_text("kept", encoding="utf-8")
    with Client(url, token_of(cast, STRANGER)) as stranger, pytest.raises(NotFound):
        stranger.documents.contract_document(cast.engagement, 1, into=tmp_path / "kept.pdf")
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ["kept"]


def test_the_same_for_asyncio(cast: Cast, url: str, tmp_path: Path) -> None:
    """Writes, reads, pages, files and problems, one after another and at the same time; a token may be awaited."""

    async def token() -> str:
        return token_of(cast, O)

    async def story() -> None:
        async with AsyncClient(url, token) as client:
            assert [one["id"] async for one in client.engagements.list_engagements(limit=1)]
            body: Any = request(cast, "said")
            made = await client.engagements.request_engagement(**body)
            views = await asyncio.gather(
                *(client.views.read_view("sponsor-organisation", made.body["id"]) for _ in range(4))
            )
            assert {view.version for view in views} == {made.version}
            got = await client.documents.contract_document(cast.engagement, 1, into=tmp_path / "contract.pdf")
            assert got.sha256 == hashlib.sha256(got.path.read_bytes()).hexdigest()
            with pytest.raises(NotFound):
                await client.views.read_view("coach", cast.ids[O])
            assert token_of(cast, O) not in repr(client)

    asyncio.run(story())


def test_every_group_is_there_for_both(api: Api, url: str) -> None:
    """Both clients have the same groups with the same methods, as many as the description has operations."""
    with Client(url, "t") as client:
        groups = {name: set(dir(group)) for name, group in vars(client).items() if not name.startswith("_")}
    others = AsyncClient(url, "t")
    assert groups == {name: set(dir(group)) for name, group in vars(others).items() if not name.startswith("_")}
    asyncio.run(others.close())
    methods = [name for group in groups.values() for name in group if not name.startswith("_")]
    described = api.client.get("/v1/openapi.json").json()["paths"]
    wanted = [
        one for path, item in described.items() for one in item if not path.startswith(("/v1/problems/", "/v1/stream"))
    ]
    assert len(methods) == len(set(methods)) == len(wanted)


def test_the_readme_runs_as_it_is_written(
    cast: Cast, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each piece of the client's README does what it says, on an engagement before its contract and on one after."""
    monkeypatch.chdir(tmp_path)
    pieces = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    fresh = play(replace(cast), "declared").engagement
    with Client(url, token_of(cast, C)) as driehoek:
        for piece in pieces:
            engagement = fresh if "schedule_session" in piece else cast.engagement
            names = {"url": url, "token": token_of(cast, C), "driehoek": driehoek, "engagement_id": engagement}
            exec(compile(piece, README.name, "exec"), names)  # noqa: S102 - our own page
    told = capsys.readouterr().out
    assert len(pieces) == 6
    assert told.count("driehoek.engagement.changed") >= 3
    assert "said coached" in told
    assert f"contract.pdf {(tmp_path / 'contract.pdf').stat().st_size} " in told
