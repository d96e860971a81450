"""The client's examples and the how-to page run as they stand, as programs of their own, against a real server."""

import os
import re
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.pack_verifier import pack
from ops.log.policies import for_verifiers
from tests.api.acts import draft, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O
from tests.architecture.house import ROOT
from tests.clients.conftest import token_of
from tests.processes import PATIENCE

EXAMPLES: Final = ROOT / "clients" / "python" / "examples"
HOW_TO: Final = ROOT / "docs" / "how-to"
CALENDAR: Final = runpy.run_path(str(EXAMPLES / "calendar_sync.py"))
AUDITOR: Final = "auditor"
PLACE: Final = "Room 5; Rue de l'Été 7, Gand\\Gent\nsecond floor, then left, along the corridor — the door with the 🚪"


def blocks(kind: str, page: str = "build-a-dashboard.md") -> list[str]:
    """A page's code blocks of a kind, as they are written."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast], api: Api) -> Cast:
    """An engagement whose contract waits for the organisation, and one with two sessions held and a third planned.

    The contract of the second lets the organisation see sessions' dates, from then on; an auditor is appointed.
    """
    cast = play(new_cast(AUDITOR), "half assented")
    perform(cast, E, "assent")
    play(cast, "closed")
    clause = {"permits": {"session_dates": ["sponsor_organisation"]}}
    cast.act(C, "POST", "/contract/drafts", draft("said", confidentiality=clause))
    for who, act in (*((who, "assent") for who in (M, E)), *((who, "sign") for who in ROLES), (C, "activate")):
        perform(cast, who, act)
    perform(cast, C, "schedule")
    for who, act in ((E, "review"), (E, "expect"), (C, "accept"), (C, "start"), (C, "close")):
        perform(cast, who, act, 2)
    perform(cast, C, "schedule", word=PLACE)
    body = {"person_id": cast.ids[AUDITOR], "role": "auditor"}
    headers = {"Idempotency-Key": api.new_key()}
    assert api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success
    api.service.log.publish_now()
    return cast


Running = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def running(cast: Cast, url: str, tmp_path: Path) -> Running:
    """Runs a command in somebody's name, in the test's folder."""

    def run(who: str, *command: str) -> subprocess.CompletedProcess[str]:
        told = {"DRIEHOEK_URL": url, "DRIEHOEK_TOKEN": token_of(cast, who), "PYTHONIOENCODING": "utf-8"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PATH": path, **told},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    return run


def test_the_page_and_the_example_are_the_same_thirty_lines() -> None:
    """The page's last program is the example, and it has at most thirty lines."""
    dashboard = (EXAMPLES / "dashboard.py").read_text(encoding="utf-8")
    assert blocks("python")[-1] == dashboard
    assert len(dashboard.splitlines()) <= 30


def test_the_page_runs_as_it_is_written(running: Running, tmp_path: Path) -> None:
    """All pieces one after another, as one types them; then the program by the page's own command."""
    *pieces, dashboard = blocks("python")
    (command,) = blocks("sh")
    (tmp_path / "pieces.py").write_text("\n".join(pieces), encoding="utf-8")
    (tmp_path / "dashboard.py").write_text(dashboard, encoding="utf-8")
    typed = running(O, sys.executable, "-W", "error", "pieces.py")
    assert typed.returncode == 0, typed.stderr[-500:]
    assert typed.stdout.splitlines() == [
        "registered: True",
        *["sponsor_organisation coached said"] * 2,
        "2 sessions",
        "[]",
        "403 not-your-role: Your role in this engagement doesn't include this act.",
        "404 not-found: There is nothing here that you can see.",
    ]
    done = running(O, "sh", "-euc", command)
    assert done.returncode == 0, done.stderr[-500:]
    assert [line.strip() for line in done.stdout.splitlines()] == [
        "coached      said",
        "sessions: 1 of 2 held",
        "coached      said",
        "next: sign contract",
    ]


def test_changes_are_followed_as_the_page_says(running: Running, tmp_path: Path, cast: Cast) -> None:
    """The page's program is the example; stopped after some changes, it goes on behind them."""
    page = "follow-changes.md"
    follow = (EXAMPLES / "follow.py").read_text(encoding="utf-8")
    assert blocks("python", page) == [follow]
    (tmp_path / "follow.py").write_text(follow, encoding="utf-8")
    entries = cast.send(O, "GET", "/v1/changes", params={"limit": 8}).json()["entries"]
    told = []
    for _ in range(2):
        done = running(
            O, sys.executable, "-c", "import os, runpy; os.environ['MOST'] = '4'; runpy.run_path('follow.py')"
        )
        assert done.returncode == 0, done.stderr[-500:]
        told += done.stdout.splitlines()
    assert [line.split()[:3] for line in told] == [[one["time"], one["type"], one["subject"]] for one in entries]


def unfolded(file: Path) -> list[dict[str, str]]:
    """The events of a calendar file, as RFC 5545 reads them; every line is short enough."""
    raw = file.read_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert raw.count(b"\n") == raw.count(b"\r\n")
    lines = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    events: list[dict[str, str]] = []
    for line in lines[1:-2]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name != "END":
            said = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
            events[-1][name] = said
    return events


@pytest.mark.parametrize("who", [C, E])
def test_the_calendar_has_ones_sessions(running: Running, cast: Cast, tmp_path: Path, who: str) -> None:
    """Planned and held sessions with their times in UTC, under UIDs that stay; what was typed comes through whole."""
    program = str(EXAMPLES / "calendar_sync.py")
    done = running(who, sys.executable, program, "mine.ics")
    assert (done.returncode, done.stdout) == (0, "5 sessions in mine.ics\n"), done.stderr[-500:]
    every = unfolded(tmp_path / "mine.ics")
    assert len({one["UID"] for one in every}) == 5
    events = every[:3]  # of the newest engagement
    assert [one["UID"] for one in events] == [f"{cast.engagement}-session-{n}@driehoek" for n in (1, 2, 3)]
    assert [one["DESCRIPTION"] for one in events] == ["held", "held", "planned"]
    assert [one["SUMMARY"] for one in events] == [f"Coaching session {n}" for n in (1, 2, 3)]
    assert {(one["DTSTART"], one["DTEND"]) for one in events} == {("20260201T083000Z", "20260201T100000Z")}
    assert [one["LOCATION"] for one in events] == ["said", "said", PLACE]
    assert stat.S_IMODE((tmp_path / "mine.ics").stat().st_mode) == 0o600


def test_the_calendar_names_engagements_if_asked_to(running: Running, tmp_path: Path) -> None:
    """With titles, the same UIDs have them in their summaries; whoever coaches nobody has an empty calendar."""
    program = str(EXAMPLES / "calendar_sync.py")
    assert running(C, sys.executable, program, "mine.ics", "--titles").returncode == 0
    assert unfolded(tmp_path / "mine.ics")[0]["SUMMARY"] == "Coaching session 1: said"
    assert running(M, sys.executable, program, "none.ics").stdout == "0 sessions in none.ics\n"
    assert unfolded(tmp_path / "none.ics") == []


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_was_typed_comes_through_a_calendar(typed: str) -> None:
    """Escaped and folded, then read as RFC 5545 says: the same text, but for control characters and kinds of breaks."""
    raw = b"".join(CALENDAR["folded"]("LOCATION:" + CALENDAR["text"](typed)))
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    line = raw.replace(b"\r\n ", b"").decode()
    assert line.endswith("\r\n")
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line[:-2])
    read = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line[len("LOCATION:") : -2])
    assert read == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", re.sub(r"\r\n?", "\n", typed))


def test_the_auditors_script_verifies_and_remembers(running: Running, api: Api, cast: Cast, tmp_path: Path) -> None:
    """Bundles are fetched and verified, and each has to extend what was kept; a wrong one is refused and not kept."""
    pack(tmp_path / "verify.pyz")
    seen = api.service.log.lines.signer.look()
    assert seen is not None
    policy = for_verifiers((signer.key for signer in seen.keys.signers), None)
    (tmp_path / "policy").write_text(policy, encoding="utf-8")
    program = [sys.executable, str(EXAMPLES / "auditor.py"), cast.engagement]
    plain = running(AUDITOR, *program)
    assert (plain.returncode, plain.stdout.splitlines()[-1]) == (0, "not verified"), plain.stderr[-500:]
    first = (tmp_path / "checkpoint").read_bytes()
    done = running(AUDITOR, *program, "--verifier", "verify.pyz", "--policy", "policy")
    assert done.returncode == 0, done.stdout[-500:]
    assert "4 ✓ The tree extends every checkpoint that was seen before" in done.stdout
    kept = (tmp_path / "checkpoint").read_bytes()
    assert int(kept.split(b"\n")[1]) > int(first.split(b"\n")[1])
    (tmp_path / "policy").write_text(policy.replace("+", "+0", 1), encoding="utf-8")
    wrong = running(AUDITOR, *program, "--verifier", "verify.pyz", "--policy", "policy")
    assert wrong.returncode != 0
    assert (tmp_path / "checkpoint").read_bytes() == kept
    refused = running(C, *program)
    assert (refused.returncode, refused.stderr.startswith("no bundle: 404 not-found")) == (3, True)
